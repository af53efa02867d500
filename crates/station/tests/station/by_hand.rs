//! Admitting without a code: a ticket is found by its order or by a name, and chosen.

use serde_json::{Value, json};
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::judge::Refusal;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::{HandRequest, SaleRequest, Verdict};

use crate::support::{House, add_event, admit, sold, standing, wants};

fn chosen(station: &Station, ticket_id: TicketId, event_id: Option<EventId>) -> Verdict {
    let request = HandRequest { ticket_id, gate: Some("North".into()), event_id, any_time: false };
    station.admit_by_hand(&Actor::CommandLine, &request).unwrap()
}

fn named(name: &str, request: SaleRequest) -> SaleRequest {
    SaleRequest { holder: Some(name.into()), ..request }
}

#[test]
fn an_orders_tickets_are_listed_with_what_the_gate_would_say() {
    let (_house, window_a, event) = House::open();
    let receipt = sold(&window_a, &named("Grace Hopper", wants(event, &["A-1", "A-2"])));
    admit(&window_a, &receipt.tickets[0].token);
    let code = receipt.code.to_string();
    for query in [&code, &format!(" {} ", code.to_lowercase()), &receipt.order_id.to_string(), "hopper"] {
        let found = window_a.orders_at_gate(query, Some("North"), Some(event)).unwrap();
        assert_eq!(found.len(), 1, "{query}");
        assert_eq!((found[0].code.as_ref(), found[0].event.as_str()), (Some(&code), "Evening"));
        let [first, second] = found[0].tickets.as_slice() else { panic!("two tickets: {found:?}") };
        assert_eq!(first.reason, Some(Refusal::AlreadyAdmitted));
        let before = first.first_admission.as_ref().unwrap();
        assert_eq!((before.gate.as_deref(), before.station.as_str()), (Some("North"), "Window A"));
        assert_eq!((second.reason, second.ticket.label.as_deref()), (None, Some("Stalls A-2")));
        assert_eq!(
            (second.ticket.category.as_deref(), second.ticket.holder.as_deref()),
            (Some("Near"), Some("Grace Hopper"))
        );
    }
    let matinee = add_event(&window_a, "Matinee");
    let elsewhere = window_a.orders_at_gate(&code, None, Some(matinee)).unwrap();
    assert_eq!(elsewhere[0].tickets[1].reason, Some(Refusal::OtherEvent));
    for nothing in ["", "   ", "ZZZZZZZ", "nobody"] {
        assert_eq!(window_a.orders_at_gate(nothing, None, None).unwrap(), [], "{nothing:?}");
    }
}

#[test]
fn orders_of_the_gates_own_event_come_first() {
    let (_house, window_a, event) = House::open();
    let matinee = add_event(&window_a, "Matinee");
    sold(&window_a, &named("Ada Byron", wants(event, &["A-1"])));
    sold(&window_a, &named("Ada King", wants(matinee, &["A-1"])));
    sold(&window_a, &named("Ada Lovelace", wants(event, &["A-2"])));
    let found = window_a.orders_at_gate("ada", None, Some(matinee)).unwrap();
    let holders: Vec<_> = found.iter().filter_map(|order| order.holder.as_deref()).collect();
    assert_eq!(holders[0], "Ada King");
    assert_eq!(holders.len(), 3);
}

#[test]
fn newer_orders_of_other_events_hide_none_of_the_gates_own() {
    let (_house, window_a, event) = House::open();
    let tonight = sold(&window_a, &named("Ida Müller", wants(event, &["A-1"])));
    for other in ["Matinee", "Brunch", "Late"].map(|name| add_event(&window_a, name)) {
        for row in ["A", "B"] {
            for seat in 1..=5 {
                let request = wants(other, &[&format!("{row}-{seat}")]);
                sold(&window_a, &named("Ada Müller", request));
            }
        }
    }
    let found = window_a.orders_at_gate("müller", None, Some(event)).unwrap();
    assert_eq!(found.len(), 20);
    assert_eq!(found[0].code.as_deref(), Some(tonight.code.as_str()));
    assert!(found[1..].iter().all(|order| order.event_id != event));
    let anywhere = window_a.orders_at_gate("müller", None, None).unwrap();
    assert_eq!(anywhere.len(), 20);
    assert!(anywhere.iter().all(|order| order.event_id != event), "without an event, the newest");
}

#[test]
fn a_chosen_ticket_is_admitted_once_and_recorded_as_by_hand() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &named("Grace Hopper", standing(event, 2)));
    let ticket_id = receipt.tickets[0].ticket_id;
    let verdict = chosen(&window_a, ticket_id, Some(event));
    assert_eq!((verdict.reason, verdict.by_hand), (None, true));
    let told = verdict.ticket.unwrap();
    assert_eq!((told.label.as_deref(), told.holder.as_deref()), (Some("Floor"), Some("Grace Hopper")));
    for (table, order) in [("audit", "seq"), ("outbox", "sequence")] {
        let sql = format!("SELECT body FROM {table} ORDER BY {order} DESC LIMIT 1");
        let body: String = house.sql().query_row(&sql, [], |row| row.get(0)).unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&body["byHand"], &body["by"]), (&json!(true), &json!("the command line")), "{table}");
    }
    assert_eq!(house.number("SELECT count(*) FROM scan WHERE by_hand = 1 AND reason IS NULL"), 1);
    // The code on the paper is the same ticket.
    assert_eq!(admit(&window_a, &receipt.tickets[0].token).reason, Some(Refusal::AlreadyAdmitted));
    let again = chosen(&window_a, ticket_id, None);
    assert_eq!((again.reason, again.by_hand), (Some(Refusal::AlreadyAdmitted), true));
    assert_eq!(window_a.gate_count(event).unwrap().admitted, 1);
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn a_chosen_ticket_is_judged_like_any_other() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &wants(event, &["A-1"]));
    let ticket_id = receipt.tickets[0].ticket_id;
    let set = |sql: &str| house.sql().execute(sql, []).unwrap();
    let matinee = add_event(&window_a, "Matinee");
    assert_eq!(chosen(&window_a, ticket_id, Some(matinee)).reason, Some(Refusal::OtherEvent));
    set("UPDATE ticket SET status = 'void'");
    assert_eq!(chosen(&window_a, ticket_id, None).reason, Some(Refusal::Cancelled));
    set("UPDATE ticket SET status = 'valid'");
    set("UPDATE issuer_key SET revoked = 1");
    assert_eq!(chosen(&window_a, ticket_id, None).reason, Some(Refusal::KeyRevoked));
    set("UPDATE issuer_key SET revoked = 0");
    set(&format!("UPDATE event SET doors_from = {}", crate::support::NOON + 1));
    let early = chosen(&window_a, ticket_id, None);
    assert_eq!(early.reason, Some(Refusal::NotYetValid));
    let verdict = window_a.let_in(&Actor::CommandLine, early.scan_id).unwrap();
    assert_eq!((verdict.reason, verdict.by_hand), (None, true), "it was chosen, and let in all the same");
    let unknown =
        HandRequest { ticket_id: TicketId::from_bytes([4; 16]), gate: None, event_id: None, any_time: false };
    assert_eq!(window_a.admit_by_hand(&Actor::CommandLine, &unknown).unwrap_err().code, Code::NotFound);
}
