//! The pipeline in memory, called with the golden files that stations' tests hold themselves to.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends there"
)]

mod events;
mod given_up;
mod guide;
mod operator;

use std::time::Duration;

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use wicket_domain::cloud::key_text;
use wicket_domain::door::Audience;
use wicket_domain::id::{EventId, StationId};
use wicket_domain::message::Envelope;
use wicket_domain::table::{Item, Table};
use wicket_pipeline::memory::Memory;
use wicket_pipeline::world::{Parameter, Secret};
use wicket_pipeline::{Call, Function};

pub(crate) const NOW: &str = "2026-11-20T18:02:03Z";
pub(crate) const WEBHOOK_SECRET: &str = "whsec_development";
pub(crate) const FULFILMENT_KEY: &str = "the third party's key";
/// The station of the golden files; its key is made of ones.
pub(crate) const WINDOW: u8 = 1;
pub(crate) const OFFICE: u8 = 2;

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub(crate) fn event_id() -> EventId {
    EventId::from_bytes([2; 16])
}

pub(crate) fn key(station: u8) -> SigningKey {
    SigningKey::from_bytes(&[station; 32])
}

pub(crate) fn audience() -> Audience {
    Audience { environment: "dev".to_owned(), venue: "house".parse().unwrap() }
}

/// A house with a window and an office, an event of it, and a free seat.
pub(crate) fn house() -> Memory {
    let memory = Memory::new(now());
    memory.choose(Parameter::FulfilmentEndpoint, "https://print.example/orders");
    memory.keep(Secret::FulfilmentKey, FULFILMENT_KEY);
    memory.keep(Secret::StripeWebhook, WEBHOOK_SECRET);
    for (station, kind) in [(WINDOW, "till"), (OFFICE, "desk")] {
        let row = json!({
            "venue": "house", "stationId": StationId::from_bytes([station; 16]), "name": "Window 1", "kind": kind,
            "publicKey": key_text(&key(station).verifying_key()), "approval": "approved", "epoch": 1,
        });
        memory.put(Table::Stations, Item::of(&row).unwrap());
    }
    let id = event_id().to_string();
    memory.put(Table::Events, [("eventId", id.as_str()), ("venue", "house")].into_iter().collect());
    let seat =
        json!({"concertId": id, "seatId": "seat-9", "state": "available", "version": 1, "updatedAt": 1});
    memory.put(Table::SeatInventory, Item::of(&seat).unwrap());
    memory.put(Table::FanClubMembers, [("fanClubId", "FCID1001")].into_iter().collect());
    memory.put(Table::Conflicts, [("eventId", id.as_str()), ("conflictId", "c-1")].into_iter().collect());
    memory
}

/// A golden file of the messages, on one line and signed for this cloud.
pub(crate) fn golden(text: &str) -> String {
    let text: String = text.lines().map(str::trim).collect();
    let mut envelope: Envelope<Box<RawValue>> = serde_json::from_str(&text).unwrap();
    envelope.signature = audience().sign_message(&key(WINDOW), &envelope);
    serde_json::to_string(&envelope).unwrap()
}

pub(crate) fn purchase() -> String {
    golden(include_str!("../../../../crates/domain/tests/fixtures/messages/purchase.json"))
}

/// As SQS calls a function.
pub(crate) fn messages(queue: &str, body: &str) -> Value {
    json!({"Records": [{
        "messageId": "11111111-1111-1111-1111-111111111111",
        "body": body,
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:dev-{queue}"),
        "awsRegion": "us-east-1",
    }]})
}

pub(crate) fn only(memory: &Memory, table: Table) -> Item {
    let mut items = memory.items(table);
    assert_eq!(items.len(), 1);
    items.remove(0)
}

/// Calls a function with an event; its answer.
pub(crate) fn call<F: Function>(memory: &Memory, event: Value) -> Value {
    let event = serde_json::from_value(event).unwrap();
    let world = memory.world();
    let call = Call { request_id: "r".to_owned(), until: world.time.passed() + Duration::from_mins(1) };
    let answer = memory.run(F::new(world).handle(event, &call)).unwrap();
    serde_json::to_value(answer).unwrap()
}
