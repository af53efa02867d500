//! The whole pipeline in memory: a sale goes in, and everything that follows from it comes out, however often and in
//! whatever order it is told.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends there"
)]

use std::time::Duration;

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use wicket_domain::cloud::key_text;
use wicket_domain::door::Audience;
use wicket_domain::message::Envelope;
use wicket_domain::table::{Item, Table};
use wicket_pipeline::awards::FanClubAwardProcessor;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::world::{Parameter, Secret, Topic};
use wicket_pipeline::{Call, Function, World};

const EVENT: &str = "02020202-0202-0202-0202-020202020202";
const STATION: &str = "01010101-0101-0101-0101-010101010101";

fn memory() -> Memory {
    let memory = Memory::new("2026-11-20T18:02:03Z".parse::<Timestamp>().unwrap());
    memory.choose(Parameter::FulfilmentEndpoint, "https://print.example/orders");
    memory.keep(Secret::FulfilmentKey, "a key");
    memory.put(Table::Stations, station("approved", "till"));
    memory.put(Table::FanClubMembers, [("fanClubId", "FCID1001")].into_iter().collect());
    memory
}

/// The golden file that stations' tests hold themselves to, changed.
fn purchase(change: impl FnOnce(&mut Value)) -> String {
    let mut envelope: Value =
        serde_json::from_str(include_str!("../../../crates/domain/tests/fixtures/messages/purchase.json"))
            .unwrap();
    change(&mut envelope);
    sealed(&envelope.to_string())
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

/// Signed as the golden files' station.
fn sealed(envelope: &str) -> String {
    let mut envelope: Envelope<Box<RawValue>> = serde_json::from_str(envelope).unwrap();
    let audience = Audience { environment: "dev".to_owned(), venue: envelope.venue.clone() };
    envelope.signature = audience.sign_message(&key(), &envelope);
    serde_json::to_string(&envelope).unwrap()
}

/// The golden files' station as the register has it.
fn station(approval: &str, kind: &str) -> Item {
    let public_key = key_text(&key().verifying_key());
    Item::of(&json!({
        "venue": "house", "stationId": STATION, "name": "Window 1", "kind": kind, "publicKey": public_key,
        "approval": approval, "epoch": 1,
    }))
    .unwrap()
}

/// Calls a function with a queue's messages; says how many of them are to come again.
fn call<F: Function>(memory: &Memory, world: &World, bodies: &[String]) -> usize {
    let records: Vec<_> = bodies.iter().map(|body| json!({"messageId": "m", "body": body})).collect();
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    let call = Call { request_id: "r".to_owned(), until: world.time.passed() + Duration::from_mins(1) };
    let answer = memory.run(F::new(world.clone()).handle(event, &call)).unwrap();
    serde_json::to_value(answer).unwrap()["batchItemFailures"].as_array().unwrap().len()
}

/// What was published for the other functions since.
fn topic(memory: &Memory) -> Vec<String> {
    let sales = memory.published().into_iter().filter(|notice| notice.topic == Topic::TourTicketing);
    sales.map(|notice| notice.text).collect()
}

fn texts(items: &[Item], name: &str) -> Vec<String> {
    items.iter().map(|item| item.text(name).unwrap_or("-").to_owned()).collect()
}

#[test]
fn a_sale_told_twice_comes_out_once() {
    let memory = memory();
    let world = memory.world();
    let sale = purchase(|_| {});
    assert_eq!(call::<TicketPurchaseHandler>(&memory, &world, &[sale.clone(), sale]), 0);
    let topic = topic(&memory);
    assert_eq!(topic.len(), 2, "a message that came again is published again: the first may have been cut");
    for _ in 0..2 {
        for failures in [
            call::<SeatInventoryUpdater>(&memory, &world, &topic),
            call::<PaymentProcessor>(&memory, &world, &topic),
            call::<FanClubAwardProcessor>(&memory, &world, &topic),
            call::<OrderFulfilment>(&memory, &world, &topic),
            call::<FanNotifier>(&memory, &world, &topic),
        ] {
            assert_eq!(failures, 0);
        }
    }
    assert_eq!(texts(&memory.items(Table::Orders), "status"), ["paid"]);
    assert_eq!(texts(&memory.items(Table::Payments), "status"), ["completed"]);
    assert_eq!(memory.items(Table::Tickets).len(), 2);
    let seats = memory.items(Table::SeatInventory);
    let seat = seats.iter().find(|item| item.text("seatId") == Some("seat-1")).unwrap();
    assert_eq!((seat.text("state"), seat.text("station")), (Some("sold"), Some(STATION)));
    let members = memory.items(Table::FanClubMembers);
    let credited: Vec<_> = members.iter().filter_map(|item| item.number("credited")).collect();
    let points = members.iter().find_map(|item| item.number("points"));
    assert_eq!((credited.len(), credited.first().copied()), (1, points), "one item an order");
    assert_eq!((memory.files().len(), memory.posts().len()), (1, 1));
    let letters = memory.published();
    assert_eq!(letters.len(), 1, "the fan is told once");
    assert_eq!(memory.counted("Orders"), 1);
    assert!(memory.items(Table::Conflicts).is_empty());
}

#[test]
fn a_seat_that_two_orders_have_is_the_firsts_and_a_conflict_says_so() {
    let memory = memory();
    let world = memory.world();
    let first = purchase(|_| {});
    let second = purchase(|envelope| {
        let body = &mut envelope["body"];
        body["orderId"] = "13030303-0303-0303-0303-030303030303".into();
        body["tickets"][0]["ticketId"] = "14040404-0404-0404-0404-040404040404".into();
        body["tickets"][1]["ticketId"] = "15050505-0505-0505-0505-050505050505".into();
    });
    assert_eq!(call::<TicketPurchaseHandler>(&memory, &world, &[first, second]), 0);
    let topic = topic(&memory);
    assert_eq!(call::<SeatInventoryUpdater>(&memory, &world, &topic), 0);
    assert_eq!(call::<SeatInventoryUpdater>(&memory, &world, &topic), 0);
    let conflicts = memory.items(Table::Conflicts);
    assert_eq!(texts(&conflicts, "kind"), ["seat_sold_twice"]);
    assert_eq!(texts(&conflicts, "seatId"), ["seat-1"]);
    assert_eq!(texts(&conflicts, "eventId"), [EVENT]);
}

#[test]
fn only_a_station_that_a_desk_let_in_is_heard() {
    let memory = memory();
    let world = memory.world();
    let sale = purchase(|_| {});
    let forged: Value = serde_json::from_str(&sale).unwrap();
    let altered = |name: &str, value: Value| {
        let mut forged = forged.clone();
        forged[name] = value;
        forged.to_string()
    };
    let by_nobody = altered("signature", "".into());
    let by_another = altered("signature", "ab".repeat(64).into());
    let of_another_number = altered("sequence", 42.into());
    let of_another_house = altered("venue", "club".into());
    for envelope in [by_nobody, by_another, of_another_number, of_another_house] {
        assert_eq!(
            call::<TicketPurchaseHandler>(&memory, &world, std::slice::from_ref(&envelope)),
            1,
            "{envelope}"
        );
    }
    for (approval, kind) in [("pending", "till"), ("revoked", "till"), ("approved", "gate")] {
        memory.put(Table::Stations, station(approval, kind));
        assert_eq!(
            call::<TicketPurchaseHandler>(&memory, &world, std::slice::from_ref(&sale)),
            1,
            "{approval} {kind}"
        );
    }
    assert!(memory.items(Table::Orders).is_empty() && memory.published().is_empty());
    memory.put(Table::Stations, station("approved", "desk"));
    assert_eq!(call::<TicketPurchaseHandler>(&memory, &world, &[sale]), 0, "let in, it is heard");
}

#[test]
fn a_revoked_stations_sale_counts_if_its_order_was_written_before() {
    let sale = purchase(|_| {});
    let order = |memory: &Memory| memory.items(Table::Orders).into_iter().next().unwrap();
    for (approval, kind) in [("revoked", "till"), ("approved", "gate")] {
        let memory = memory();
        let world = memory.world();
        assert_eq!(call::<TicketPurchaseHandler>(&memory, &world, std::slice::from_ref(&sale)), 0);
        let written = order(&memory);
        let sold_by = texts(&memory.items(Table::Tickets), "soldBy");
        assert_eq!(sold_by, [STATION, STATION], "a gate has to see whose sale it is");

        // The first try was cut off after the order, and the desk decided before the next.
        let cut = self::memory();
        cut.put(Table::Orders, written);
        cut.put(Table::Stations, station(approval, kind));
        let world = cut.world();
        assert_eq!(call::<TicketPurchaseHandler>(&cut, &world, std::slice::from_ref(&sale)), 0);
        assert_eq!((cut.items(Table::Tickets).len(), topic(&cut).len()), (2, 1), "it is made whole");

        // The same key under another order, and under the same order's id with another ticket.
        let forged = [
            purchase(|envelope| envelope["body"]["orderId"] = "13030303-0303-0303-0303-030303030303".into()),
            purchase(|envelope| {
                envelope["body"]["tickets"][0]["ticketId"] = "14040404-0404-0404-0404-040404040404".into();
            }),
        ];
        for forged in forged {
            assert_eq!(call::<TicketPurchaseHandler>(&cut, &world, &[forged]), 1, "{approval} {kind}");
        }
        assert_eq!((cut.items(Table::Orders).len(), cut.items(Table::Tickets).len()), (1, 2));
        assert!(topic(&cut).is_empty() && cut.items(Table::Conflicts).is_empty());
    }
}
