//! The whole pipeline in memory: a sale goes in, and everything that follows from it comes out, however often and in
//! whatever order it is told.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends there"
)]

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use wicket_domain::table::{Item, Table};
use wicket_pipeline::awards::FanClubAwardProcessor;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::world::{Parameter, Topic};
use wicket_pipeline::{Call, Function, World};

const EVENT: &str = "02020202-0202-0202-0202-020202020202";
const STATION: &str = "01010101-0101-0101-0101-010101010101";

fn memory() -> Memory {
    let memory = Memory::new("2026-11-20T18:02:03Z".parse::<Timestamp>().unwrap());
    memory.choose(Parameter::FulfilmentEndpoint, "https://print.example/orders");
    memory.put(Table::FanClubMembers, [("fanClubId", "FCID1001")].into_iter().collect());
    memory
}

/// The golden file that stations' tests hold themselves to, changed.
fn purchase(change: impl FnOnce(&mut Value)) -> String {
    let mut envelope: Value =
        serde_json::from_str(include_str!("../../../crates/domain/tests/fixtures/messages/purchase.json"))
            .unwrap();
    change(&mut envelope);
    envelope.to_string()
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
    let member = &memory.items(Table::FanClubMembers)[0];
    assert_eq!(member.texts("creditedOrders").count(), 1);
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
