//! A transaction that fails at any of its statements leaves nothing behind.

use wicket_domain::cloud::StationKind;
use wicket_station::actor::Actor;
use wicket_station::fault::Fault;
use wicket_station::view::{HoldOutcome, SaleRequest, StandingLine};

use crate::support::{House, admit, draft, from_cart, hall_json, scan, seat, sold, wants};

const BY: Actor = Actor::CommandLine;

/// Makes every change of one table fail, `after` so many rows were changed.
fn break_table(house: &House, table: &str, change: &str, after: u32) {
    let sql = format!(
        "CREATE TABLE broken (n INTEGER) STRICT;
         INSERT INTO broken (n) VALUES (0);
         CREATE TRIGGER breaks AFTER {change} ON {table} BEGIN
             SELECT raise(ABORT, 'the disk burned') FROM broken WHERE n >= {after};
             UPDATE broken SET n = n + 1;
         END;"
    );
    house.sql().execute_batch(&sql).unwrap();
}

fn mend(house: &House) {
    house.sql().execute_batch("DROP TRIGGER breaks; DROP TABLE broken").unwrap();
}

/// Does `act` with each of the tables broken in turn, then whole.
fn fails_cleanly<T>(house: &House, places: &[(&str, &str, u32)], mut act: impl FnMut() -> Result<T, Fault>) {
    for (table, change, after) in places {
        break_table(house, table, change, *after);
        let before = house.dump();
        let outcome = act();
        assert!(outcome.is_err(), "{change} of {table} did not fail");
        assert_eq!(house.dump(), before, "a failed {change} of {table} left something behind");
        mend(house);
    }
    assert!(act().is_ok(), "it works again");
}

#[test]
fn a_sale_is_whole_or_not_at_all() {
    let (house, window_a, event) = House::open();
    let cart = window_a.open_cart().unwrap();
    window_a.hold_seats(event, cart, &[seat("A-1"), seat("A-2")]).unwrap();
    let request = from_cart(
        cart,
        SaleRequest {
            standing: vec![StandingLine { area_id: "Floor".into(), count: 1 }],
            holder: Some("Grace".into()),
            contact: None,
            fan_club_id: None,
            ..wants(event, &["A-1", "A-2"])
        },
    );
    let places = [
        ("orders", "INSERT", 0),
        ("seat", "UPDATE", 0),
        ("seat", "UPDATE", 1),
        ("ticket", "INSERT", 0),
        ("ticket", "INSERT", 2),
        ("standing_area", "UPDATE", 0),
        ("payment", "INSERT", 0),
        ("event_count", "UPDATE", 0),
        ("audit", "INSERT", 0),
        ("outbox", "INSERT", 0),
    ];
    fails_cleanly(&house, &places, || window_a.sell(&BY, &request));
    assert_eq!(house.number("SELECT count(*) FROM ticket"), 3);
    assert_eq!(house.number("SELECT max(sequence) FROM outbox"), 1, "no number was used up");
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn an_admission_is_whole_or_not_at_all() {
    let (house, window_a, event) = House::open();
    let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
    let places = [
        ("scan", "INSERT", 0),
        ("admission", "INSERT", 0),
        ("event_count", "UPDATE", 0),
        ("audit", "INSERT", 0),
        ("outbox", "INSERT", 0),
    ];
    fails_cleanly(&house, &places, || window_a.admit(&BY, &scan(&token, None, None)));
    assert_eq!(admit(&window_a, &token).first_admission.unwrap().at, house.now());
    assert_eq!(house.number("SELECT admitted FROM event_count"), 1);
}

#[test]
fn printing_is_counted_whole_or_not_at_all() {
    let (house, window_a, event) = House::open();
    let order = sold(&window_a, &wants(event, &["A-1"])).order_id;
    window_a.record_printing(&BY, order, wicket_print::Format::A4).unwrap();
    let places = [("orders", "UPDATE", 0), ("audit", "INSERT", 0), ("outbox", "INSERT", 0)];
    fails_cleanly(&house, &places, || window_a.record_printing(&BY, order, wicket_print::Format::A4));
}

#[test]
fn an_event_comes_whole_or_not_at_all() {
    let (house, window_a, _) = House::open();
    let places = [
        ("event", "INSERT", 0),
        ("event_count", "INSERT", 0),
        ("category", "INSERT", 1),
        ("standing_area", "INSERT", 0),
        ("issuer_key", "INSERT", 0),
        ("seat", "INSERT", 9),
        ("audit", "INSERT", 0),
    ];
    fails_cleanly(&house, &places, || {
        window_a.import_event(&BY, hall_json().as_bytes(), &draft("Matinee")).map(|_| ())
    });
    assert_eq!(window_a.events().unwrap().len(), 2);
}

#[test]
fn a_station_is_set_up_whole_or_not_at_all() {
    let house = House::empty();
    let window_a = house.window();
    let places = [
        ("station", "INSERT", 0),
        ("staff", "INSERT", 0),
        ("audit", "INSERT", 0),
        ("plan", "INSERT", 0),
        ("event", "INSERT", 4),
        ("seat", "INSERT", 5_000),
    ];
    fails_cleanly(&house, &places, || window_a.set_up("Window A", StationKind::Desk, "Ada", "2580", true));
    window_a.remove_sample(&BY).unwrap();
}

#[test]
fn holds_come_all_or_none() {
    let (house, window_a, event) = House::open();
    let cart = window_a.open_cart().unwrap();
    let seats = [seat("A-1"), seat("A-2"), seat("A-3")];
    fails_cleanly(&house, &[("seat", "UPDATE", 0), ("seat", "UPDATE", 2)], || {
        window_a.hold_seats(event, cart, &seats)
    });
    assert!(matches!(window_a.hold_seats(event, cart, &seats), Ok(HoldOutcome::Held { .. })));
}
