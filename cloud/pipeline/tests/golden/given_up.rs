//! A message that its queue gives up is told to its house.

use serde_json::value::RawValue;
use serde_json::{Value, json};
use wicket_domain::message::Envelope;
use wicket_domain::table::{Item, Table};
use wicket_pipeline::admission::AdmissionRecorder;
use wicket_pipeline::memory::{Memory, TRIES};
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::{audience, call, event_id, golden, house, key, messages, purchase};

/// The golden sale with something in its body, signed by that station's key.
fn sale(with: impl FnOnce(&mut Value), signer: u8) -> String {
    let mut envelope: Value = serde_json::from_str(&purchase()).unwrap();
    with(&mut envelope["body"]);
    let mut envelope: Envelope<Box<RawValue>> = serde_json::from_str(&envelope.to_string()).unwrap();
    envelope.signature = audience().sign_message(&key(signer), &envelope);
    serde_json::to_string(&envelope).unwrap()
}

/// The queue hands a message out for so manieth a time; it goes back.
fn fails(memory: &Memory, body: &str, tries: u32) {
    let mut event = messages("StationQueue", body);
    event["Records"][0]["attributes"] = json!({"ApproximateReceiveCount": tries.to_string()});
    let answer = call::<TicketPurchaseHandler>(memory, event);
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 1);
}

/// Conflicts of messages that could not be taken.
fn told(memory: &Memory) -> Vec<Item> {
    let conflicts = memory.items(Table::Conflicts).into_iter();
    conflicts.filter(|item| item.text("kind") == Some("message_rejected")).collect()
}

#[test]
fn at_the_last_try_the_house_hears_what_was_not_taken_and_why() {
    let memory = house();
    let odd = sale(|body| body["currency"] = "gold".into(), 1);
    fails(&memory, &odd, 1);
    fails(&memory, &odd, TRIES - 1);
    assert!(told(&memory).is_empty(), "it may still be taken");
    fails(&memory, &odd, TRIES);
    fails(&memory, &odd, TRIES + 1);
    let conflicts = told(&memory);
    assert_eq!(conflicts.len(), 1, "once");
    let conflict: Value =
        conflicts[0].iter().map(|(name, value)| (name.to_owned(), value.clone().json())).collect();
    assert_eq!(conflict["eventId"], event_id().to_string());
    assert!(conflict["first"]["reason"].as_str().unwrap().contains("currency"), "{conflict}");
    let sent: Value = serde_json::from_str(&odd).unwrap();
    assert_eq!(conflict["second"]["orderId"], sent["body"]["orderId"]);
    assert_eq!(conflict["second"]["station"], sent["stationId"]);
    assert_eq!(conflict["orderId"], sent["body"]["orderId"]);
    assert!(!conflict.to_string().contains('@'), "no address of a buyer: {conflict}");
}

#[test]
fn only_the_houses_own_word_about_its_own_event_is_told() {
    let memory = house();
    let others: Item = [("eventId", "others-event"), ("venue", "club")].into_iter().collect();
    memory.put(Table::Events, others);
    let odd = |body: &mut Value| body["currency"] = "gold".into();
    fails(&memory, &sale(odd, 9), TRIES);
    fails(&memory, "nonsense", TRIES);
    fails(&memory, &sale(|body| body["concertId"] = "others-event".into(), 1), TRIES);
    fails(
        &memory,
        &sale(|body| body["concertId"] = "nobodys-event".into(), 1).replace("\"currency\"", "\"x\""),
        TRIES,
    );
    let mut pending = memory.items(Table::Stations).remove(0);
    pending.put("approval", "pending");
    memory.put(Table::Stations, pending);
    fails(&memory, &sale(odd, 1), TRIES);
    assert!(told(&memory).is_empty(), "{:?}", told(&memory));
}

#[test]
fn a_revoked_stations_sale_is_shown_to_the_house() {
    let memory = house();
    let mut revoked = memory.items(Table::Stations).remove(0);
    revoked.put("approval", "revoked");
    memory.put(Table::Stations, revoked);
    fails(&memory, &purchase(), TRIES);
    let reason = told(&memory)[0].get("first").cloned().unwrap().json().to_string();
    assert!(reason.contains("A desk has shut this station out."), "{reason}");
}

#[test]
fn so_is_a_scan_that_cannot_be_taken() {
    let memory = house();
    let scan = golden(include_str!("../../../../crates/domain/tests/fixtures/messages/purchase.json"));
    let mut event = messages("AdmissionQueue", &scan);
    event["Records"][0]["attributes"] = json!({"ApproximateReceiveCount": TRIES.to_string()});
    let answer = call::<AdmissionRecorder>(&memory, event);
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 1);
    assert_eq!(told(&memory).len(), 1);
}
