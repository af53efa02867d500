//! What changed in the tables comes out in numbered pages, whoever writes them and however often.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends there"
)]

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use wicket_domain::cloud::{Change, ChangePage, InventoryRecord, event_feed, house_feed};
use wicket_domain::table::{Item, Table, Value};
use wicket_pipeline::change_scribe::ChangeScribe;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::{Call, Fault, Function as _};

const EVENT: &str = "02020202-0202-0202-0202-020202020202";
const OTHERS: &str = "03030303-0303-0303-0303-030303030303";

/// A cloud with an event of the house and one of the club.
fn memory() -> Memory {
    let memory = Memory::new("2026-11-20T18:02:03Z".parse::<Timestamp>().unwrap());
    for (event, venue) in [(EVENT, "house"), (OTHERS, "club")] {
        memory.put(Table::Events, [("eventId", event), ("venue", venue)].into_iter().collect());
    }
    memory
}

fn seat(event: &str, id: &str, version: i64) -> (Table, Item) {
    let record = json!({
        "concertId": event, "seatId": id, "state": "available", "version": version, "updatedAt": version,
    });
    (Table::SeatInventory, Item::of(&record).unwrap())
}

fn feed() -> String {
    event_feed("house", EVENT)
}

fn pages(memory: &Memory, feed: &str) -> Vec<ChangePage> {
    let of_feed = |item: &Item| item.text("feed") == Some(feed);
    let items = memory.items(Table::Changes).into_iter().filter(of_feed);
    let read = |item: Item| {
        let number = item.number("number").unwrap().try_into().unwrap();
        ChangePage::of(feed, number, item.get("changes").unwrap()).unwrap()
    };
    items.map(read).collect()
}

/// Seats with their versions, in the order of the pages.
fn seats(pages: &[ChangePage]) -> Vec<(String, u64)> {
    let changes = pages.iter().flat_map(|page| &page.changes);
    let seats = changes.filter_map(|change| match change {
        Change::Inventory(InventoryRecord::Seat(seat)) => Some((seat.seat_id.to_string(), seat.version)),
        _ => None,
    });
    seats.collect()
}

fn numbers(pages: &[ChangePage]) -> Vec<u64> {
    pages.iter().map(|page| page.number).collect()
}

#[test]
fn several_scribes_leave_no_number_out() {
    let memory = memory();
    let scribes: Vec<_> = (0..3).map(|_| ChangeScribe::new(memory.world())).collect();
    // Each believes the feed to end where it wrote last itself.
    for turn in [0, 1, 2, 0, 0, 2, 1, 0] {
        let count = pages(&memory, &feed()).len();
        let change = seat(EVENT, &format!("A-{count}"), 1);
        memory.run(scribes[turn].write_down(vec![change])).unwrap();
    }
    let pages = pages(&memory, &feed());
    assert_eq!(numbers(&pages), [1, 2, 3, 4, 5, 6, 7, 8]);
    let seats = seats(&pages);
    assert_eq!(seats.len(), 8);
    assert!((0..8).all(|count| seats[count].0 == format!("A-{count}")), "in order: {seats:?}");
}

#[test]
fn a_batch_says_of_each_item_how_it_stands_last_and_may_come_again() {
    let memory = memory();
    let scribe = ChangeScribe::new(memory.world());
    let batch = vec![seat(EVENT, "A-1", 1), seat(EVENT, "A-2", 1), seat(EVENT, "A-1", 2)];
    for _ in 0..2 {
        memory.run(scribe.write_down(batch.clone())).unwrap();
    }
    let once = [("A-2".to_owned(), 1), ("A-1".to_owned(), 2)];
    assert_eq!(seats(&pages(&memory, &feed())), [once.clone(), once].concat());
}

#[test]
fn a_stadium_is_told_in_pages_that_fit() {
    let memory = memory();
    let scribe = ChangeScribe::new(memory.world());
    let batch: Vec<_> = (0..5_000).map(|no| seat(EVENT, &format!("Block 12-Row 7-{no}"), 1)).collect();
    memory.run(scribe.write_down(batch)).unwrap();
    let packed = |item: &Item| match item.get("changes").unwrap() {
        Value::Bytes(packed) => packed.len(),
        other => panic!("{other:?}"),
    };
    let longest = memory.items(Table::Changes).iter().map(packed).max().unwrap();
    assert!(longest < 10_000, "{longest}");
    let pages = pages(&memory, &feed());
    assert!((5..40).contains(&pages.len()), "{}", pages.len());
    assert_eq!(seats(&pages).len(), 5_000);
}

#[test]
fn each_house_has_its_own_feeds_and_nobody_follows_what_nobody_published() {
    let memory = memory();
    let scribe = ChangeScribe::new(memory.world());
    let batch = vec![seat(EVENT, "A-1", 1), seat(OTHERS, "A-1", 7), seat("web-only", "A-1", 9)];
    memory.run(scribe.write_down(batch)).unwrap();
    assert_eq!(seats(&pages(&memory, &feed())), [("A-1".to_owned(), 1)]);
    assert_eq!(seats(&pages(&memory, &event_feed("club", OTHERS))), [("A-1".to_owned(), 7)]);
    assert_eq!(memory.items(Table::Changes).len(), 2);
    // Published a moment later, it is followed.
    memory.put(Table::Events, [("eventId", "web-only"), ("venue", "house")].into_iter().collect());
    memory.run(scribe.write_down(vec![seat("web-only", "A-2", 1)])).unwrap();
    assert_eq!(seats(&pages(&memory, &event_feed("house", "web-only"))), [("A-2".to_owned(), 1)]);
}

#[test]
fn an_item_that_is_none_of_ours_holds_up_nothing() {
    let memory = memory();
    let scribe = ChangeScribe::new(memory.world());
    let odd = Item::of(&json!({"concertId": EVENT, "seatId": "A-9", "state": "haunted"})).unwrap();
    let batch = vec![(Table::SeatInventory, odd), seat(EVENT, "A-1", 1)];
    memory.run(scribe.write_down(batch)).unwrap();
    assert_eq!(seats(&pages(&memory, &feed())).len(), 1);
    assert_eq!(memory.counted("ChangesUnreadable"), 1, "and is told");
}

#[test]
fn a_stream_is_read_as_dynamodb_writes_it() {
    let memory = memory();
    let scribe = ChangeScribe::new(memory.world());
    let arn =
        |table: &str| format!("arn:aws:dynamodb:eu-west-1:000000000000:table/prod-eu-{table}/stream/2026");
    let record = |table: &str, image: serde_json::Value| json!({"eventSourceARN": arn(table), "dynamodb": {"NewImage": image}});
    let gone = json!({"eventSourceARN": arn("Tickets"), "dynamodb": {"Keys": {"ticketId": {"S": "t"}}}});
    let ticket = json!({
        "ticketId": {"S": "t"}, "eventId": {"S": EVENT}, "status": {"S": "valid"}, "updatedAt": {"N": "5"},
        "annulled": {"SS": ["a", "b"]}, "codeDigest": {"S": "SECRET"},
    });
    let conflict = json!({
        "eventId": {"S": EVENT}, "conflictId": {"S": "c"}, "kind": {"S": "seat_sold_twice"}, "at": {"N": "1"},
        "first": {"M": {"orderId": {"S": "o"}}}, "updatedAt": {"N": "1"},
    });
    let names = json!({"eventId": {"S": "concert-1"}, "names": {"SS": [EVENT]}});
    let event = serde_json::from_value(json!({
        "Records": [record("Tickets", ticket), gone, record("Conflicts", conflict), record("Events", names)],
    }))
    .unwrap();
    let call = Call { request_id: "r".to_owned(), until: Duration::from_mins(1) };
    assert_eq!(memory.run(scribe.handle(event, &call)).unwrap().pages, 1);
    let page = pages(&memory, &feed()).remove(0);
    let [Change::Ticket(ticket), Change::Conflict(conflict)] = page.changes.as_slice() else {
        panic!("{page:?}")
    };
    assert_eq!(ticket.annulled, ["a", "b"]);
    assert_eq!(conflict.first["orderId"], "o");
    let foreign = serde_json::from_value(json!({"Records": [record("Elsewhere", json!({}))]})).unwrap();
    assert!(matches!(memory.run(scribe.handle(foreign, &call)), Err(Fault::Broken(_))));
    assert!(!format!("{:?}", memory.items(Table::Changes)).contains("SECRET"));
}

fn event(status: &str, version: u64) -> (Table, Item) {
    let record = json!({
        "eventId": EVENT, "venue": "house", "organizerId": "o", "status": status, "category": "music",
        "startsAt": 1_800_000_000_000_i64, "startsOn": "2027-01-15",
        "event": {
            "eventId": EVENT, "name": "Evening", "kind": "music", "startsAt": "2027-01-15T08:00:00Z",
            "venue": {"name": "Hall", "address": null, "timeZone": "UTC"}, "currency": "USD", "sample": false,
        },
        "seats": 1, "planKey": "p", "planDigest": "d",
        "manifest": {"text": "{}", "signature": "s", "signerKey": "k"}, "version": version, "updatedAt": 9,
    });
    (Table::Events, Item::of(&record).unwrap())
}

/// A till sells before the desk publishes, and the messages overtake.
#[test]
fn what_happened_before_an_event_was_published_is_told_when_it_is() {
    let memory = Memory::new("2026-11-20T18:02:03Z".parse::<Timestamp>().unwrap());
    let scribe = ChangeScribe::new(memory.world());
    let ticket = json!({"ticketId": "t", "eventId": EVENT, "status": "valid", "updatedAt": 5});
    let ticket = (Table::Tickets, Item::of(&ticket).unwrap());
    let early = [seat(EVENT, "A-1", 2), ticket];
    for (table, item) in early.clone() {
        memory.put(table, item);
    }
    memory.run(scribe.write_down(early.into())).unwrap();
    assert_eq!(memory.items(Table::Changes).len(), 0);

    // Those that are published have a stream of their own.
    for no in 1..9 {
        let (table, item) = seat(EVENT, &format!("B-{no}"), 1);
        memory.put(table, item);
    }
    let (table, published) = event("publishing", 1);
    memory.put(table, published.clone());
    memory.run(scribe.write_down(vec![(table, published)])).unwrap();
    let told = pages(&memory, &feed());
    assert_eq!(seats(&told), [("A-1".to_owned(), 2)]);
    assert!(matches!(told[0].changes[1], Change::Ticket(_)), "{told:?}");
    // On sale, the tickets once more: their index may have been behind.
    memory.run(scribe.write_down(vec![event("live", 2)])).unwrap();
    assert_eq!(pages(&memory, &feed())[1].changes.len(), 1);
    memory.run(scribe.write_down(vec![event("live", 3)])).unwrap();
    assert_eq!(pages(&memory, &feed()).len(), 2, "and then no more");
}

#[test]
fn an_event_stands_in_the_feed_of_its_house() {
    let memory = memory();
    let scribe = ChangeScribe::new(memory.world());
    memory.run(scribe.write_down(vec![event("live", 4)])).unwrap();
    let pages = pages(&memory, &house_feed(&"house".parse().unwrap()));
    let Change::Event(mark) = &pages[0].changes[0] else { panic!("{pages:?}") };
    assert_eq!((mark.event_id.as_str(), mark.version), (EVENT, 4));
    assert_eq!(mark.until, 1_800_000_000_000 + 72 * 3_600_000, "as long as it may last");
}
