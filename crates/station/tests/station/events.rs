//! Events: the sample, plans of one's own, and what removing leaves behind.

use std::collections::HashSet;
use std::sync::Arc;

use wicket_domain::cloud::StationKind;
use wicket_domain::id::EventId;
use wicket_domain::token::event_prefix;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::events::EventDraft;
use wicket_station::fault::{Code, Fault};
use wicket_station::pin::Cost;
use wicket_station::ports::Random;

use crate::support::{Dice, House, PIN, add_event, admit, draft, hall_json, scan, seat, sold, usd, wants};

const BY: Actor = Actor::CommandLine;

#[test]
fn the_sample_comes_and_goes() {
    let house = House::empty();
    let window_a = house.window();
    window_a.set_up("Window A", StationKind::Desk, "Ada", PIN, true).unwrap();
    let events = window_a.events().unwrap();
    assert_eq!(events.len(), 10);
    let first = &events[0];
    assert!(first.seats_total > 1_000 && first.seats_free == first.seats_total);
    assert_eq!((first.standing_free, first.standing_total), (2_000, 2_000));
    assert_eq!(window_a.add_sample(&BY).unwrap_err().code, Code::InUse, "they are here already");
    assert_eq!(window_a.remove_sample(&BY).unwrap(), 10);
    assert!(window_a.events().unwrap().is_empty());
    for table in ["event", "seat", "standing_area", "category", "issuer_key", "event_count", "plan"] {
        assert_eq!(house.number(&format!("SELECT count(*) FROM {table}")), 0, "{table} is empty again");
    }
    assert_eq!(window_a.add_sample(&BY).unwrap(), 10);
    assert_eq!(window_a.events().unwrap().len(), 10);
}

#[test]
fn a_removed_event_that_has_sold_keeps_its_orders_and_sells_no_more() {
    let house = House::empty();
    let window_a = house.window();
    window_a.set_up("Window A", StationKind::Desk, "Ada", PIN, true).unwrap();
    let event = window_a.events().unwrap()[0].event.event_id;
    let free = window_a.seat_lines(event, true).unwrap();
    let (first, second) = (free[0].seat_id.clone(), free[1].seat_id.clone());
    let receipt = sold(&window_a, &wants(event, &[first.as_str()]));
    let window_b = house.window();
    window_b.remove_sample(&BY).unwrap();
    assert!(window_a.events().unwrap().is_empty());
    assert_eq!(house.number("SELECT count(*) FROM event"), 1, "only the one that has sold is left");

    let before = house.dump();
    let gone = |code| assert_eq!(code, Code::NotFound, "this window still shows it");
    gone(window_a.sell(&BY, &wants(event, &[second.as_str()])).unwrap_err().code);
    let cart = window_a.open_cart().unwrap();
    gone(window_a.hold_seats(event, cart, std::slice::from_ref(&second)).unwrap_err().code);
    gone(window_a.hall(event).unwrap_err().code);
    gone(window_a.find_event("Tech Summit").unwrap_err().code);
    assert_eq!(house.dump(), before);

    let order = window_a.order(receipt.order_id).unwrap();
    assert_eq!(order.tickets[0].seat_id, first);
    assert_eq!(admit(&window_a, &receipt.tickets[0].token).reason, None, "the ticket stays good");
    assert_eq!(window_a.add_sample(&BY).unwrap(), 10, "the sample can be had again");
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn another_plan_under_an_old_number_is_not_taken_for_the_old_one() {
    let house = House::empty();
    let window_a = house.window();
    window_a.set_up("Window A", StationKind::Desk, "Ada", PIN, true).unwrap();
    let arena = window_a.events().unwrap()[0].event.event_id;
    assert!(window_a.hall(arena).is_ok(), "the window has read the arena's plan");
    let window_b = house.window();
    window_b.remove_sample(&BY).unwrap();
    let event = add_event(&window_b, "Evening");
    let labels: Vec<_> =
        window_a.seat_lines(event, false).unwrap().into_iter().map(|line| line.label).collect();
    assert_eq!(labels[..2], ["Stalls A-1", "Stalls A-2"]);
    assert_eq!(sold(&window_a, &wants(event, &["B-1"])).tickets[0].label, "Stalls B-1");
}

#[test]
fn a_refused_plan_changes_nothing() {
    let (house, window_a, _) = House::open();
    let before = house.dump();
    let refuse = |json: &str, draft: &EventDraft| {
        let fault = window_a.import_event(&BY, json.as_bytes(), draft).unwrap_err();
        assert_eq!(house.dump(), before, "{}", fault.message);
        (fault.code, fault.message)
    };
    let twice = hall_json().replace("\"A-2\"", "\"A-1\"");
    let (code, message) = refuse(&twice, &draft("Evening"));
    assert_eq!(code, Code::PlanRefused);
    assert!(message.contains("$.zones[0].rows[0].seats[1].seat_guid"), "{message}");
    assert_eq!(refuse("{", &draft("Evening")).0, Code::PlanRefused);
    let mut unpriced = draft("Evening");
    unpriced.prices.pop();
    assert_eq!(refuse(&hall_json(), &unpriced).0, Code::BadInput);
    let mut nowhere = draft("Evening");
    nowhere.venue.time_zone = "Mars/Olympus".into();
    assert_eq!(refuse(&hall_json(), &nowhere).0, Code::BadInput);
    for name in ["", "two\nlines", &"n".repeat(501)] {
        assert_eq!(refuse(&hall_json(), &draft(name)).0, Code::BadInput);
        let mut venue = draft("Evening");
        venue.venue.name = Some(name.into());
        assert_eq!(refuse(&hall_json(), &venue).0, Code::BadInput);
    }
    let mut crowd = draft("Evening");
    crowd.standing[0].capacity = u32::MAX;
    let (code, message) = refuse(&hall_json(), &crowd);
    assert_eq!(code, Code::BadInput);
    assert!(message.contains("cannot have 4294967295 places"), "{message}");
    let mut endless = draft("Evening");
    endless.venue.address = Some("a".repeat(201));
    assert_eq!(refuse(&hall_json(), &endless).0, Code::BadInput);
}

/// Random bytes that begin alike each time: ids that were made in one millisecond have the same first half.
struct Alike(Dice);

impl Random for Alike {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        self.0.fill(bytes)?;
        bytes.iter_mut().take(2).for_each(|byte| *byte = 7);
        Ok(())
    }
}

#[test]
fn tickets_of_no_two_events_look_alike() {
    let house = House::empty();
    let random = Arc::new(Alike(Dice::new(3)));
    let window_a = Station::open(
        &house.path(),
        Arc::clone(&house.clock) as _,
        random,
        Arc::clone(&house.computer) as _,
        Cost::Least,
    )
    .unwrap();
    window_a.set_up("Window A", StationKind::Desk, "Ada", PIN, true).unwrap();
    let events: Vec<_> = (0..5).map(|n| add_event(&window_a, &format!("Evening {n}"))).collect();
    let listed = window_a.events().unwrap();
    let short: HashSet<_> = listed.iter().map(|line| event_prefix(line.event.event_id)).collect();
    assert_eq!((listed.len(), short.len()), (15, 15));
    for event in events {
        let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
        let verdict = window_a.admit(&BY, &scan(&token, Some("North"), Some(event))).unwrap();
        assert_eq!(verdict.reason, None, "it is good at its own event");
    }
}

#[test]
fn a_venue_without_a_name_has_the_plans() {
    let (_house, window_a, _) = House::open();
    let venue = |json: &str| {
        let mut draft = draft("Matinee");
        draft.venue.name = None;
        let (event, _) = window_a.import_event(&BY, json.as_bytes(), &draft).unwrap();
        window_a.hall(event).unwrap().event.venue.name
    };
    assert_eq!(venue(&hall_json()), "Hall");
    let unnamed = |name: &str| hall_json().replace("\"name\":\"Hall\"", &format!("\"name\":\"{name}\""));
    assert_eq!(venue(&unnamed("")), "Matinee");
    let long = "h".repeat(200);
    assert_eq!(venue(&unnamed(&long)), long, "it is not refused");
}

#[test]
fn an_event_is_found_by_id_name_or_part_of_it() {
    let (_house, window_a, evening) = House::open();
    let matinee = add_event(&window_a, "Evening Matinee");
    let find = |text: &str| window_a.find_event(text).map_err(|fault| fault.code);
    assert_eq!(find("evening"), Ok(evening), "the whole name comes first");
    assert_eq!(find(" MATINEE "), Ok(matinee));
    assert_eq!(find(&matinee.to_string()), Ok(matinee));
    assert_eq!(find("eve"), Err(Code::Ambiguous));
    assert_eq!(find(""), Err(Code::NotFound));
    assert_eq!(find(&EventId::from_bytes([3; 16]).to_string()), Err(Code::NotFound));
}

#[test]
fn the_list_counts_what_is_free_sold_and_inside() {
    let (house, window_a, event) = House::open();
    let window_b = house.window();
    let receipt = sold(&window_b, &wants(event, &["A-1", "A-2"]));
    sold(&window_b, &crate::support::standing(event, 1));
    let cart = window_b.open_cart().unwrap();
    window_b.hold_seats(event, cart, &[seat("B-1")]).unwrap();
    admit(&window_b, &receipt.tickets[0].token);
    let line = &window_a.events().unwrap()[0];
    assert_eq!((line.seats_free, line.seats_total), (7, 10));
    assert_eq!((line.standing_free, line.standing_total), (4, 5));
    assert_eq!((line.sold, line.admitted), (3, 1));
    assert_eq!((line.price_from, line.price_to), (usd(2_000), usd(5_000)));
    house.pass(10);
    assert_eq!(window_a.events().unwrap()[0].seats_free, 8, "the hold ran out");
    let hall = window_a.hall(event).unwrap();
    assert_eq!(hall.prices.len(), 3);
    assert_eq!((hall.standing[0].capacity, hall.standing[0].price), (5, usd(2_000)));
}

#[test]
fn an_event_is_found_however_its_name_is_spelled() {
    let (_house, window_a, evening) = House::open();
    let zoe = add_event(&window_a, "Zoë’s Café-Night");
    let plain = add_event(&window_a, "Işık Night");
    let find = |text: &str| window_a.find_event(text).map_err(|fault| fault.code);
    for text in
        ["zoe", "zoe's cafe", "ZOES CAFE NIGHT", "Zoe\u{308}", "café night", &zoe.to_string().to_uppercase()]
    {
        assert_eq!(find(text), Ok(zoe), "{text:?}");
    }
    assert_eq!((find("isik"), find("evening")), (Ok(plain), Ok(evening)));
    assert_eq!(
        (find("night"), find("’"), find("")),
        (Err(Code::Ambiguous), Err(Code::NotFound), Err(Code::NotFound))
    );
    let accent = add_event(&window_a, "Zoé");
    let bare = add_event(&window_a, "Zoe");
    assert_eq!((find("Zoe"), find("Zoé"), find("zoe")), (Ok(bare), Ok(accent), Err(Code::Ambiguous)));
}
