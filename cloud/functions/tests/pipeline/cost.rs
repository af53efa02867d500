//! What an order costs, from the first seat that is put into a cart: requests and capacity units counted on the wire, priced with AWS's public list prices
//! (us-east-1, on demand, without the free tier). The guide has the same arithmetic (`docs/deploy.md`, 13), and
//! `cargo xtask bench functions` prints what comes out here.

use serde_json::{Value, json};
use wicket_domain::door::{ClaimAnswer, Door, Goal};
use wicket_pipeline::Function as _;
use wicket_pipeline::awards::FanClubAwardProcessor;
use wicket_pipeline::change_scribe::ChangeScribe;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::asks::{asked, put_event, seats};
use crate::messages::{EVENT, OTHER_TILL, TILL, fan_sale, purchase, sale};
use crate::stage::{Stage, call};
use crate::web;

const ORDERS: u8 = 20;
/// In dollars a million: requests of SQS, SNS, S3 and Lambda, units of DynamoDB.
const SQS: f64 = 0.40;
const SNS: f64 = 0.50;
const SNS_EMAIL: f64 = 20.0;
const S3_PUT: f64 = 5.00;
const S3_GET: f64 = 0.40;
const LAMBDA: f64 = 0.20;
const WRITE: f64 = 0.625;
const READ: f64 = 0.125;
/// A gigabyte-second of an arm64 function, and a gigabyte of its log.
const GIGABYTE_SECOND: f64 = 0.000_013_333_4;
const LOG_GIGABYTE: f64 = 0.50;
/// What is not counted here is taken at its worst: every message a call of its own, 60 ms in 256 MB, the fulfilment's
/// 200 ms in 512 MB; a kilobyte of log each.
const GIGABYTE_SECONDS: f64 = 0.06 * 0.25;
const FULFILMENT_GIGABYTE_SECONDS: f64 = 0.2 * 0.5;
const LOG_BYTES: f64 = 1_000.0;
/// By which way an order comes.
#[derive(Clone, Copy)]
struct Way {
    /// Queues that get it: the four of the topic's, and the stations'.
    queues: f64,
    /// Requests at the HTTP API that it takes.
    requests: f64,
}

/// An order of two seats at a window: each put into the cart by itself, both claimed before the money.
const WINDOW: Way = Way { queues: 5.0, requests: 3.0 };
/// An order of the web for a published event: the order itself, and Stripe's news of it.
const WEB: Way = Way { queues: 4.0, requests: 2.0 };
/// Dollars that 10,000 orders may cost in all.
const BUDGET: f64 = 1.0;
/// What the stations read for them, in dollars, as the guide works it out: the reading, the data sent to the stations,
/// the hellos, the keys.
const STATIONS: f64 = 0.036 + 0.079 + 0.020 + 0.032;
/// An order's two seats change together, and so do its two tickets. On a quiet evening each pair has a page of its own, as it
/// is counted here; on a busy one a page has many.
const CHANGED_TOGETHER: usize = 2;
/// A request at the HTTP API.
const API: f64 = 1.00;
/// What is left of it for what is counted here.
pub(crate) const FUNCTIONS_BUDGET: f64 = BUDGET - STATIONS;
/// What each order may cost more where a fan-club member buys it and gets a letter: 0.20 are SNS's e-mails.
const FANS_MORE: f64 = 0.30;

/// Dollars for one order's part of everything; the scribe was called so often.
fn dollars(stage: &Stage, orders: f64, scribed: u32, fans: bool, way: Way) -> f64 {
    let units = stage.net.units();
    let sum = |kind: &str| units.iter().filter(|(name, _)| name.ends_with(kind)).map(|(_, n)| n).sum::<f64>();
    // Units that the emulator does not tell reads from writes by are priced as writes.
    let reads = f64::from(stage.net.count("GetItem") + stage.net.count("Query"));
    let writes = sum("write") + sum("units") - reads;
    let count = |operation: &str| f64::from(stage.net.count(operation));
    // What is published beyond one message an order is the fans' news, taken to go out as one e-mail each.
    let letters = count("Publish") - orders;
    let million = writes * WRITE
        + letters * SNS_EMAIL
        + reads * READ
        + count("Publish") * SNS
        + count("S3 PUT") * S3_PUT
        + (count("S3 HEAD") + count("S3 GET")) * S3_GET;
    // A member's order goes to the fan club's queue, too, and its letter into the audit log, which every order is in.
    let queues = way.queues + f64::from(u8::from(fans));
    let calls = queues + 1.0 + f64::from(u8::from(fans));
    // Each queue: a message in, out and gone.
    let waiting = queues * 3.0 * SQS + way.requests * API;
    let calls = calls + way.requests + f64::from(scribed) / orders;
    let seconds = (calls - 1.0) * GIGABYTE_SECONDS + FULFILMENT_GIGABYTE_SECONDS;
    let calls = calls * (LAMBDA + LOG_BYTES * LOG_GIGABYTE / 1e9 * 1e6) + seconds * GIGABYTE_SECOND * 1e6;
    (million / orders + waiting + calls) / 1e6
}

/// Gives how often the scribe was called.
async fn run(stage: &Stage, fans: bool) -> u32 {
    let mut topic = Vec::new();
    let sales: Vec<String> = (1..=ORDERS)
        .map(|no| {
            let till = if no % 2 == 0 { TILL } else { OTHER_TILL };
            let seats = [format!("A-{no}"), format!("B-{no}")];
            let seats = [seats[0].as_str(), seats[1].as_str()];
            let sale = if fans { fan_sale(no, till, &seats, "F1") } else { sale(no, till, &seats) };
            purchase(u64::from(no), &sale)
        })
        .collect();
    put_event(stage, "live").await;
    for no in 1..=ORDERS {
        for row in ["A", "B"] {
            let seat = json!({"concertId": EVENT, "seatId": format!("{row}-{no}"), "state": "available", "version": 1, "updatedAt": 1});
            stage.put("SeatInventory", seat).await;
        }
    }
    stage.net.reset();
    for no in 1..=ORDERS {
        let till = if no % 2 == 0 { TILL } else { OTHER_TILL };
        let (a, b) = (format!("A-{no}"), format!("B-{no}"));
        let hold = Goal::Hold { for_ms: 600_000 };
        for claim in
            [seats(hold, 1, &[(&a, 1)]), seats(hold, 1, &[(&b, 1)]), seats(Goal::Own, 1, &[(&a, 2), (&b, 2)])]
        {
            let answer: ClaimAnswer = asked(stage, till, Door::Claims, &claim).await;
            assert!(matches!(answer, ClaimAnswer::Done { .. }), "{answer:?}");
        }
    }
    for batch in sales.chunks(10) {
        assert!(stage.queue::<TicketPurchaseHandler>(batch).await.is_empty());
        topic.extend(stage.net.published());
    }
    hear(stage, &topic, fans).await
}

/// The functions behind the topic hear of sales, and the scribe of what they and those before them changed. Gives how
/// often the scribe was called.
async fn hear(stage: &Stage, topic: &[String], fans: bool) -> u32 {
    for batch in topic.chunks(10) {
        assert!(stage.queue::<SeatInventoryUpdater>(batch).await.is_empty());
        assert!(stage.queue::<PaymentProcessor>(batch).await.is_empty());
        assert!(stage.queue::<OrderFulfilment>(batch).await.is_empty());
        assert!(stage.queue::<FanNotifier>(batch).await.is_empty());
        if fans {
            assert!(stage.queue::<FanClubAwardProcessor>(batch).await.is_empty());
        }
    }
    scribe(stage).await
}

/// Writes the pages of what the orders changed.
async fn scribe(stage: &Stage) -> u32 {
    let scribe = stage.function::<ChangeScribe>();
    let mut calls = 0;
    for stream in stage.streams().await {
        let records = stream["Records"].as_array().unwrap();
        // The seats and the event were put there before anything was counted.
        let ordered: Vec<_> = records.iter().filter(|record| !is_setting(record)).cloned().collect();
        for together in ordered.chunks(CHANGED_TOGETHER) {
            let event = serde_json::from_value(json!({ "Records": together })).unwrap();
            scribe.handle(event, &call()).await.unwrap();
            calls += 1;
        }
    }
    calls
}

/// Whether a change is one that made the stage ready.
fn is_setting(record: &Value) -> bool {
    let item = &record["dynamodb"]["NewImage"];
    item["state"]["S"] == "available" || item["manifest"].is_object()
}

/// What the functions' part of 10,000 orders comes to, in dollars, and the cloud it was counted on.
pub(crate) async fn counted(fans: bool) -> (f64, Stage) {
    let stage = Stage::new().await;
    stage.put("FanClubMembers", json!({ "fanClubId": "F1" })).await;
    let scribed = run(&stage, fans).await;
    (dollars(&stage, f64::from(ORDERS), scribed, fans, WINDOW) * 10_000.0, stage)
}

#[tokio::test]
async fn ten_thousand_orders_cost_at_most_a_dollar_with_what_the_stations_ask() {
    for (fans, most) in [(false, FUNCTIONS_BUDGET), (true, FUNCTIONS_BUDGET + FANS_MORE)] {
        let (cost, stage) = counted(fans).await;
        println!("fans: {fans}; {ORDERS} orders: {:?} {:?}", stage.net.counts(), stage.net.units());
        println!("10,000 orders: {cost:.3} USD of {most:.3}");
        assert!(cost <= most, "{cost} dollars, where {most} are left for the functions");
        let count = |operation: &str| stage.net.count(operation) / u32::from(ORDERS);
        assert_eq!(count("Publish"), 1 + u32::from(fans), "the sale, and the fan's news");
        assert_eq!(count("S3 PUT"), 1);
    }
}

#[tokio::test]
async fn ten_thousand_orders_of_the_web_cost_no_more_than_the_functions_may() {
    let stage = Stage::new().await;
    web::on_sale(&stage).await;
    let floor = json!({"concertId": EVENT, "seatId": "ga#floor", "capacity": 90, "remaining": 90, "version": 1, "updatedAt": 1});
    stage.put("SeatInventory", floor).await;
    for no in 1..=ORDERS {
        for row in ["s", "t"] {
            let seat = json!({"concertId": EVENT, "seatId": format!("{row}{no}"), "state": "available", "version": 1, "updatedAt": 1});
            stage.put("SeatInventory", seat).await;
        }
    }
    web::put_plan(&stage, ORDERS).await;
    // Its plan and its secrets are read once an instance, which each call is here.
    web::order_by_id(&stage, "warm", &["s1"]).await;
    stage.net.reset();
    let mut topic = Vec::new();
    for no in 2..=ORDERS {
        let (a, b) = (format!("s{no}"), format!("t{no}"));
        let id = web::order_by_id(&stage, &format!("k{no}"), &[&a, &b]).await;
        assert_eq!(web::pay(&stage, &id, 2_000).await, 200);
        topic.extend(stage.net.published());
    }
    let scribed = hear(&stage, &topic, false).await;
    let orders = f64::from(ORDERS - 1);
    let cost = dollars(&stage, orders, scribed, false, WEB) * 10_000.0;
    println!("web: {orders} orders: {:?} {:?}", stage.net.counts(), stage.net.units());
    println!("10,000 orders of the web: {cost:.3} USD of {FUNCTIONS_BUDGET:.3}");
    assert!(cost <= FUNCTIONS_BUDGET, "{cost} dollars, where {FUNCTIONS_BUDGET} are left for the functions");
    assert_eq!(topic.len(), usize::from(ORDERS) - 1, "one sale each");
}
