//! The gate's question.

use wicket_domain::cloud::{StationKind, admission_id_after, annulled_admissions};
use wicket_domain::door::{AdmissionAsk, Door, GateAnswer};
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::table::{Item, Table};

use crate::desk::{event_id, on_sale};
use crate::house::{NOW, Register, Station};

fn ask(gate: &Station, undone: u32) -> AdmissionAsk {
    let ticket_id = TicketId::from_bytes([4; 16]);
    AdmissionAsk {
        event_id: event_id(),
        ticket_id,
        admission_id: admission_id_after(gate.id(), ticket_id, undone),
        annulled: annulled_admissions(gate.id(), ticket_id, undone),
        at: NOW.parse::<jiff::Timestamp>().unwrap().as_millisecond(),
        gate: Some("North".to_owned()),
    }
}

fn house() -> (Register, Station, Station) {
    let (register, desk) = Register::founded();
    on_sale(&register, &desk, &[&desk]);
    let (north, south) =
        (register.let_in(&desk, 2, StationKind::Gate), register.let_in(&desk, 3, StationKind::Till));
    (register, north, south)
}

fn ticket(register: &Register) -> Item {
    register.0.items(Table::Tickets).pop().unwrap()
}

#[test]
fn the_first_admission_wins_and_the_same_one_again() {
    let (register, north, south) = house();
    let answer =
        |station: &Station, ask: &AdmissionAsk| register.asked::<GateAnswer>(station, Door::Admissions, ask);
    for _ in 0..2 {
        assert_eq!(answer(&north, &ask(&north, 0)), GateAnswer::First);
    }
    let already = answer(&south, &ask(&south, 0));
    let GateAnswer::Already { at, gate, station } = already else { panic!("{already:?}") };
    assert_eq!(at, Some(ask(&north, 0).at));
    assert_eq!((gate.as_deref(), station.as_deref()), (Some("North"), Some("Station 2")));
    assert_eq!(answer(&north, &ask(&north, 1)), GateAnswer::First, "its own, after that was undone");
    assert_eq!(
        answer(&south, &AdmissionAsk { gate: None, ..ask(&south, 0) }),
        GateAnswer::Already { at, gate, station }
    );
}

#[test]
fn a_ticket_that_has_fallen_lets_nobody_in() {
    let (register, north, _) = house();
    assert_eq!(register.asked::<GateAnswer>(&north, Door::Admissions, &ask(&north, 0)), GateAnswer::First);
    let mut item = ticket(&register);
    item.put("status", "refunded");
    register.0.put(Table::Tickets, item.clone());
    let answer = register.ask(&north.event(Door::Admissions, &ask(&north, 0))).1;
    assert_eq!((&answer["admission"], &answer["status"]), (&"fallen".into(), &"refunded".into()));
    assert_eq!(ticket(&register), item);
}

#[test]
fn a_gate_reaches_no_other_event_and_believes_no_far_clock() {
    let (register, north, _) = house();
    let elsewhere = AdmissionAsk { event_id: EventId::from_bytes([9; 16]), ..ask(&north, 0) };
    assert_eq!(register.refused(&north, Door::Admissions, &elsewhere), "event");
    let late = AdmissionAsk { at: 0, ..ask(&north, 0) };
    assert_eq!(register.asked::<GateAnswer>(&north, Door::Admissions, &late), GateAnswer::First);
    assert_eq!(ticket(&register).number("validatedAt"), Some(ask(&north, 0).at));
    let mut item = ticket(&register);
    item.put("eventId", EventId::from_bytes([9; 16]).to_string());
    item.take("admissionId");
    item.put("status", "valid");
    register.0.put(Table::Tickets, item);
    assert_eq!(
        register.refused(&north, Door::Admissions, &ask(&north, 0)),
        "event",
        "the ticket is another's"
    );
    let kiosk = Station::new(5, StationKind::Kiosk);
    register.hello(&kiosk);
    register.approve(
        &Station { counter: std::cell::Cell::new(900), ..Station::new(1, StationKind::Desk) },
        &kiosk,
        StationKind::Kiosk,
    );
    assert_eq!(register.refused(&kiosk, Door::Admissions, &ask(&kiosk, 0)), "kind");
    let odd = AdmissionAsk { gate: Some(" ".to_owned()), ..ask(&north, 0) };
    assert_eq!(register.refused(&north, Door::Admissions, &odd), "form");
}
