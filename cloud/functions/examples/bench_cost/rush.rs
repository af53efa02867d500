//! What each key of the tables bears while 200 tickets a second of one event are sold and 60 stations follow it. One
//! second's orders are counted; a key is one partition at most, however many DynamoDB makes of the table.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use wicket_domain::cloud::event_feed;
use wicket_domain::door::{ClaimAnswer, Door, Goal};
use wicket_pipeline::Function as _;
use wicket_pipeline::change_scribe::ChangeScribe;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::asks::{asked, put_event, seats};
use crate::messages::{EVENT, OTHER_TILL, TILL, purchase, sale};
use crate::net::REFUSED;
use crate::stage::{Stage, call};

/// Of two seats each: what is sold in a second.
const ORDERS: u8 = 100;
const TICKETS: f64 = 200.0;
const STATIONS: f64 = 60.0;
/// Lambda looks into each shard of a stream so often in a second.
const LOOKS: usize = 4;
/// Shards of the stream of Tickets: a table on demand begins with four partitions. An event's seats are one key, and so in
/// one shard.
const TICKET_SHARDS: u64 = 4;
/// Half of what a partition takes in a second.
const WRITES: f64 = 500.0;
const READS: f64 = 1_500.0;

/// Prints what one second takes of each key.
pub(crate) async fn measure() {
    let stage = Stage::new().await;
    put_event(&stage, "live").await;
    for no in 1..=ORDERS {
        for seat in pair(no) {
            let seat = json!({"concertId": EVENT, "seatId": seat, "state": "available", "version": 1, "updatedAt": 1});
            stage.put("SeatInventory", seat).await;
        }
    }
    stage.net.reset();
    claim(&stage).await;
    sell(&stage).await;
    let (per_order, per_ticket) = (f64::from(ORDERS), TICKETS);
    // The key of each is its own: an event, a house, a state, an order, a ticket.
    for (place, key, keys) in [
        ("SeatInventory", "an event's seats", 1.0),
        ("Stations", "a house's stations", 1.0),
        ("Tickets", "a ticket", per_ticket),
        ("Tickets/EventIndex", "an event", 1.0),
        ("Orders", "an order", per_order),
        ("Orders/concert-index", "an event", 1.0),
        ("Orders/order-status-index", "a state", 1.0),
        ("Payments/payment-status-index", "a state", 1.0),
    ] {
        tell(&format!("writes of {key} in {place}"), writes(&stage, place) / keys, WRITES);
    }
    stage.net.reset();
    let calls = scribe(&stage).await;
    eprintln!("The scribe was called {calls} times: {:?}", stage.net.spent());
    tell("writes of an event's feed in Changes", writes(&stage, "Changes"), WRITES);
    tell("such writes that found their number taken", spent(&stage, "Changes", REFUSED), WRITES);
    stage.net.reset();
    let (pages, bytes) = read_feed(&stage).await;
    let reads =
        stage.net.spent().get(&("Changes".to_owned(), "Query".to_owned())).copied().unwrap_or_default();
    eprintln!("A second's {pages} pages have {bytes} bytes; a station spends {reads} units on them");
    tell("reads of an event's feed in Changes", STATIONS * reads, READS);
}

fn pair(no: u8) -> [String; 2] {
    ["A", "B"].map(|row| format!("{row}-{no}"))
}

const fn till(no: u8) -> wicket_domain::id::StationId {
    if no.is_multiple_of(2) { TILL } else { OTHER_TILL }
}

/// Each seat is put into a cart by itself, and both are claimed before the money. A cart's seats are held some time before
/// they are owned, so that no batch of the stream has both.
async fn claim(stage: &Stage) {
    for no in 1..=ORDERS {
        for seat in pair(no) {
            done(stage, no, Goal::Hold { for_ms: 600_000 }, &[(&seat, 1)]).await;
        }
    }
    for no in 1..=ORDERS {
        let [a, b] = pair(no);
        done(stage, no, Goal::Own, &[(&a, 2), (&b, 2)]).await;
    }
}

async fn done(stage: &Stage, no: u8, goal: Goal, wanted: &[(&str, u64)]) {
    let answer: ClaimAnswer = asked(stage, till(no), Door::Claims, &seats(goal, 1, wanted)).await;
    assert!(matches!(answer, ClaimAnswer::Done { .. }), "{answer:?}");
}

/// The sales, in batches as the queues have them while many come.
async fn sell(stage: &Stage) {
    let sales: Vec<String> = (1..=ORDERS)
        .map(|no| {
            let [a, b] = pair(no);
            purchase(u64::from(no), &sale(no, till(no), &[&a, &b]))
        })
        .collect();
    let mut topic = Vec::new();
    for batch in sales.chunks(10) {
        assert!(stage.queue::<TicketPurchaseHandler>(batch).await.is_empty());
        topic.extend(stage.net.published());
    }
    for batch in topic.chunks(10) {
        assert!(stage.queue::<SeatInventoryUpdater>(batch).await.is_empty());
        assert!(stage.queue::<PaymentProcessor>(batch).await.is_empty());
        assert!(stage.queue::<OrderFulfilment>(batch).await.is_empty());
        assert!(stage.queue::<FanNotifier>(batch).await.is_empty());
    }
}

/// Calls a scribe for each shard by turns, each with what has come up since its last look. Returns how often.
async fn scribe(stage: &Stage) -> usize {
    let mut shards: Vec<(ChangeScribe, Vec<Vec<Value>>)> = Vec::new();
    for stream in stage.streams().await {
        for records in by_shard(stream["Records"].as_array().unwrap()) {
            let looks = records.chunks(records.len().div_ceil(LOOKS)).map(<[Value]>::to_vec).collect();
            shards.push((stage.function::<ChangeScribe>(), looks));
        }
    }
    let mut calls = 0;
    for look in 0..LOOKS {
        for (scribe, looks) in &shards {
            let Some(records) = looks.get(look) else { continue };
            let event = serde_json::from_value(json!({ "Records": records })).unwrap();
            scribe.handle(event, &call()).await.unwrap();
            calls += 1;
        }
    }
    calls
}

/// A stream's records of what was sold, shard by shard.
fn by_shard(records: &[Value]) -> Vec<Vec<Value>> {
    let mut shards = vec![Vec::new(); usize::try_from(TICKET_SHARDS).unwrap()];
    for record in records {
        let item = &record["dynamodb"]["NewImage"];
        // What made the stage ready.
        if item["state"]["S"] == "available" || item["manifest"].is_object() {
            continue;
        }
        let mut hasher = DefaultHasher::new();
        item["ticketId"]["S"].as_str().hash(&mut hasher);
        shards[usize::try_from(hasher.finish() % TICKET_SHARDS).unwrap()].push(record.clone());
    }
    shards.retain(|records| !records.is_empty());
    shards
}

/// Reads all pages as a station does; gives their number and their bytes.
async fn read_feed(stage: &Stage) -> (usize, usize) {
    let client = aws_sdk_dynamodb::Client::new(&stage.sdk);
    let feed = AttributeValue::S(event_feed("house", &EVENT.to_string()));
    let asked = client.query().table_name(stage.table("Changes")).key_condition_expression("feed = :feed");
    let answer = asked.expression_attribute_values(":feed", feed).send().await.unwrap();
    assert!(answer.last_evaluated_key.is_none());
    let length = |page: &HashMap<String, AttributeValue>| match &page["changes"] {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(packed) => packed.as_ref().len(),
        other => panic!("{other:?}"),
    };
    (answer.items().len(), answer.items().iter().map(length).sum())
}

/// Units of a table or an index that were spent on writing.
fn writes(stage: &Stage, place: &str) -> f64 {
    let reading = ["GetItem", "BatchGetItem", "Query", "Scan"];
    let spent = stage.net.spent();
    let writes = spent.iter().filter(|((at, how), _)| at == place && !reading.contains(&how.as_str()));
    writes.map(|(_, units)| units).sum()
}

fn spent(stage: &Stage, place: &str, how: &str) -> f64 {
    stage.net.spent().get(&(place.to_owned(), how.to_owned())).copied().unwrap_or_default()
}

fn tell(what: &str, value: f64, target: f64) {
    let name = format!("{what}, at {TICKETS:.0} tickets a second");
    println!(
        "{}",
        json!({ "measure": name, "value": value, "unit": "units/s", "target": target, "better": "lower" })
    );
}
