//! The files of `cloud/events`: for each function one event, as AWS calls it with. They are for trying a function alone
//! (`docs/exercises.md`). Here each is compared with what the code makes today, and each goes to its function.
//!
//! After a change that is meant, `WICKET_WRITE_EVENTS=1 cargo test -p wicket-pipeline --test golden` writes them anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};
use wicket_domain::cloud::{StationKind, admission_id, event_feed, hex, key_text};
use wicket_domain::door::{AdmissionAsk, Claim, ClaimAsk, Door, Goal, Hello, Request, Settle};
use wicket_domain::id::{MessageId, StationId, TicketId};
use wicket_domain::seat::SeatId;
use wicket_domain::table::{Item, Table, Value as Attribute};
use wicket_pipeline::Function;
use wicket_pipeline::admission::AdmissionRecorder;
use wicket_pipeline::audit::PrintNotification;
use wicket_pipeline::awards::FanClubAwardProcessor;
use wicket_pipeline::change_scribe::ChangeScribe;
use wicket_pipeline::desk_clerk::DeskClerk;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::gate_clerk::GateClerk;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::registrar::StationRegistrar;
use wicket_pipeline::seat_clerk::SeatClerk;
use wicket_pipeline::signature::signature;
use wicket_pipeline::snapshot_keeper::SnapshotKeeper;
use wicket_pipeline::web::WebOrderKeeper;
use wicket_pipeline::webhook::StripeWebhookHandler;

use crate::{
    NOW, OFFICE, WEBHOOK_SECRET, WINDOW, audience, call, event_id, golden, house, key, messages, now, only,
    purchase,
};

const NEWCOMER: u8 = 3;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../events")
}

/// What the file says, which has to be what the code makes.
fn file(name: &str, made: &Value) -> Value {
    let path = folder().join(name).with_extension("json");
    if std::env::var_os("WICKET_WRITE_EVENTS").is_some() {
        fs::write(&path, serde_json::to_string_pretty(made).unwrap() + "\n").unwrap();
    }
    let text = fs::read_to_string(&path).unwrap();
    let said: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(&said, made, "{} is not what the code makes; see the top of this test", path.display());
    said
}

/// Calls a function with its file.
pub(crate) fn feed<F: Function>(memory: &Memory, name: &str, made: &Value) -> Value {
    call::<F>(memory, file(name, made))
}

/// The same of a queue's function; every message of it is taken.
fn feed_queue<F: Function>(memory: &Memory, name: &str, queue: &str, body: &str) {
    let answer = feed::<F>(memory, name, &messages(queue, body));
    assert_eq!(answer, json!({"batchItemFailures": []}), "{name}");
}

/// The same of a door's; it answers 200.
fn feed_door<F: Function>(memory: &Memory, name: &str, made: &Value) -> Value {
    let answer = feed::<F>(memory, name, made);
    assert_eq!(answer["statusCode"], 200, "{answer}");
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

/// As the HTTP API calls a function for a door.
fn at_door(station: u8, door: Door, ask: &impl Serialize) -> Value {
    let request = Request {
        station_id: StationId::from_bytes([station; 16]),
        request_id: MessageId::new(now(), [station, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        counter: 1,
        sent_at: now().as_millisecond(),
        ask,
    };
    let body = serde_json::to_string(&request).unwrap();
    json!({
        "version": "2.0",
        "routeKey": format!("POST /venues/{{venue}}/{}", door.as_str()),
        "pathParameters": {"venue": "house"},
        "headers": {
            "content-type": "application/json",
            "wicket-signature": audience().sign_request(&key(station), door, &body),
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

/// What the sale of the golden file becomes on the topic.
fn published(memory: &Memory) -> String {
    feed_queue::<TicketPurchaseHandler>(memory, "ticket-purchase-handler", "StationQueue", &purchase());
    memory.published().remove(0).text
}

#[test]
fn a_sale_becomes_order_seats_payment_points_tickets_and_a_letter() {
    let memory = house();
    let sale = published(&memory);
    let order = || only(&memory, Table::Orders);
    assert_eq!(order().text("status"), Some("paid"));
    feed_queue::<SeatInventoryUpdater>(&memory, "seat-inventory-updater", "SeatInventoryQueue", &sale);
    let seats = memory.items(Table::SeatInventory);
    assert!(
        seats.iter().any(|seat| seat.text("seatId") == Some("seat-1") && seat.text("state") == Some("sold"))
    );
    feed_queue::<PaymentProcessor>(&memory, "payment-processor", "PaymentProcessingQueue", &sale);
    assert_eq!(only(&memory, Table::Payments).text("status"), Some("completed"));
    let awards = "fan-club-award-processor";
    feed_queue::<FanClubAwardProcessor>(&memory, awards, "FanClubAwardsQueue", &sale);
    let members = memory.items(Table::FanClubMembers);
    let member = members.iter().find(|item| item.text("fanClubId") == Some("FCID1001")).unwrap();
    assert!(member.number("points") > Some(0));
    feed_queue::<OrderFulfilment>(&memory, "order-fulfilment", "FulfilmentQueue", &sale);
    assert_eq!((memory.files().len(), memory.posts().len()), (1, 1));
    feed_queue::<FanNotifier>(&memory, "fan-notifier", "NotificationQueue", &sale);
    assert!(order().number("notifiedAt").is_some());
}

#[test]
fn a_payment_fails_by_stripes_word() {
    let memory = house();
    let sale = published(&memory);
    let mut pending = only(&memory, Table::Orders);
    pending.put("status", "pending");
    memory.put(Table::Orders, pending);
    let sale: Value = serde_json::from_str(&sale).unwrap();
    let body = json!({
        "id": "evt_1", "object": "event", "type": "payment_intent.payment_failed",
        "created": now().as_second(),
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": {"orderId": sale["orderId"]}}},
    })
    .to_string();
    let at = now().as_second();
    let signed = hex(&signature(WEBHOOK_SECRET, &at.to_string(), body.as_bytes()).unwrap());
    let event = json!({
        "version": "2.0",
        "routeKey": "POST /webhooks/stripe",
        "headers": {"content-type": "application/json", "stripe-signature": format!("t={at},v1={signed}")},
        "body": body,
        "isBase64Encoded": false,
    });
    feed_door::<StripeWebhookHandler>(&memory, "stripe-webhook-handler", &event);
    assert_eq!(only(&memory, Table::Payments).text("status"), Some("failed"));
}

#[test]
fn the_audit_log_hears_of_a_sale() {
    let memory = house();
    let sale = published(&memory);
    let event = json!({"Records": [{
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": "arn:aws:sns:us-east-1:000000000000:dev-TourTicketingTopic:one",
        "Sns": {
            "Type": "Notification", "MessageId": "22222222-2222-2222-2222-222222222222",
            "TopicArn": "arn:aws:sns:us-east-1:000000000000:dev-TourTicketingTopic", "Subject": null,
            "Message": sale, "Timestamp": NOW,
            "MessageAttributes": {"eventType": {"Type": "String", "Value": "purchase"}},
        },
    }]});
    assert_eq!(feed::<PrintNotification>(&memory, "print-notification", &event), Value::Null);
}

#[test]
fn a_gate_admits_and_reports_it() {
    let memory = house();
    published(&memory);
    let ticket_id = TicketId::from_bytes([4; 16]);
    let window = StationId::from_bytes([WINDOW; 16]);
    let ask = AdmissionAsk {
        event_id: event_id(),
        ticket_id,
        admission_id: admission_id(window, ticket_id),
        annulled: Vec::new(),
        at: now().as_millisecond(),
        gate: Some("North".to_owned()),
    };
    let event = at_door(WINDOW, Door::Admissions, &ask);
    assert_eq!(feed_door::<GateClerk>(&memory, "gate-clerk", &event)["admission"], "first");
    let report = golden(include_str!("../../../../crates/domain/tests/fixtures/messages/admission.json"));
    feed_queue::<AdmissionRecorder>(&memory, "admission-recorder", "AdmissionQueue", &report);
    let tickets = memory.items(Table::Tickets);
    assert!(tickets.iter().any(|ticket| ticket.number("validatedAt").is_some()));
}

#[test]
fn stations_are_met_claim_and_settle() {
    let memory = house();
    let hello = Hello {
        name: "Window 3".to_owned(),
        kind: StationKind::Till,
        public_key: key_text(&key(NEWCOMER).verifying_key()),
        epoch: 1,
        sequence: 0,
        software: "0.1.0".to_owned(),
        resume: false,
    };
    feed_door::<StationRegistrar>(&memory, "station-registrar", &at_door(NEWCOMER, Door::Hello, &hello));
    assert_eq!(memory.items(Table::Stations).len(), 3);
    let seats = vec![(SeatId::new("seat-9"), 1)];
    let claim = ClaimAsk { event_id: event_id(), epoch: 1, claim: Claim::Seats { goal: Goal::Own, seats } };
    feed_door::<SeatClerk>(&memory, "seat-clerk", &at_door(WINDOW, Door::Claims, &claim));
    assert_eq!(only(&memory, Table::SeatInventory).text("state"), Some("owned"));
    let settle = Settle { event_id: event_id(), conflict_id: "c-1".to_owned(), by: "Ada".to_owned() };
    feed_door::<DeskClerk>(&memory, "desk-clerk", &at_door(OFFICE, Door::Settle, &settle));
    assert_eq!(only(&memory, Table::Conflicts).text("resolvedBy"), Some("Ada"));
}

#[test]
fn a_stream_becomes_a_page() {
    let memory = house();
    let arn =
        "arn:aws:dynamodb:us-east-1:000000000000:table/dev-SeatInventory/stream/2026-11-20T00:00:00.000";
    let event = json!({"Records": [{
        "eventID": "1", "eventName": "MODIFY", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1", "eventSourceARN": arn,
        "dynamodb": {
            "SequenceNumber": "100000000000000000001", "SizeBytes": 100, "StreamViewType": "NEW_IMAGE",
            "Keys": {"concertId": {"S": event_id().to_string()}, "seatId": {"S": "seat-1"}},
            "NewImage": {
                "concertId": {"S": event_id().to_string()}, "seatId": {"S": "seat-1"}, "state": {"S": "sold"},
                "version": {"N": "3"}, "updatedAt": {"N": now().as_millisecond().to_string()},
            },
        },
    }]});
    assert_eq!(feed::<ChangeScribe>(&memory, "change-scribe", &event)["pages"], 1);
    assert_eq!(only(&memory, Table::Changes).number("number"), Some(1));
}

#[test]
fn a_hundredth_page_becomes_a_file() {
    let memory = house();
    let feed_name = event_feed("house", &event_id().to_string());
    for number in 1..=100_i64 {
        let page =
            [("feed", Attribute::from(&feed_name)), ("number", number.into()), ("changes", "[]".into())];
        memory.put(Table::Changes, page.into_iter().collect());
    }
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/dev-Changes/stream/2026-11-20T00:00:00.000";
    let event = json!({"Records": [{
        "eventID": "1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1", "eventSourceARN": arn,
        "dynamodb": {
            "SequenceNumber": "100000000000000000001", "SizeBytes": 60, "StreamViewType": "KEYS_ONLY",
            "Keys": {"feed": {"S": feed_name}, "number": {"N": "100"}},
        },
    }]});
    assert_eq!(feed::<SnapshotKeeper>(&memory, "snapshot-keeper", &event), json!({"snapshots": 1}));
    assert_eq!(memory.files().len(), 1);
}

#[test]
fn an_order_of_the_web_that_nobody_paid_gives_its_seat_back() {
    const MINUTE_MS: i64 = 60_000;
    let memory = house();
    published(&memory);
    let mut order = only(&memory, Table::Orders);
    let pay_until = now().as_millisecond() - MINUTE_MS;
    order.put("status", "reserved");
    order.put("createdAt", pay_until - 35 * MINUTE_MS);
    order.put("payUntil", pay_until);
    let seat = json!({
        "concertId": order.text("concertId"), "seatId": "seat-1", "state": "owned", "orderId": order.text("orderId"),
        "payUntil": pay_until, "version": 1, "updatedAt": 1,
    });
    memory.put(Table::SeatInventory, Item::of(&seat).unwrap());
    memory.put(Table::Orders, order);
    let event = json!({
        "version": "0", "id": "33333333-3333-3333-3333-333333333333", "detail-type": "Scheduled Event",
        "source": "aws.events", "account": "000000000000", "time": NOW, "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/wicket-WebOrderKeeperSchedule-1"], "detail": {},
    });
    assert_eq!(feed::<WebOrderKeeper>(&memory, "web-order-keeper", &event), json!({"lapsed": 1}));
    assert_eq!(only(&memory, Table::Orders).text("status"), Some("lapsed"));
    let seats = memory.items(Table::SeatInventory);
    let given_back = seats.iter().find(|seat| seat.text("seatId") == Some("seat-1")).unwrap();
    assert_eq!(given_back.text("state"), Some("available"));
}

#[test]
fn each_function_of_the_template_has_a_file() {
    let template = fs::read_to_string(folder().join("../template.yaml")).unwrap();
    let code = |line: &str| {
        Some(line.trim().strip_prefix("CodeUri: ../target/lambda/")?.trim_end_matches('/').to_owned())
    };
    let functions: BTreeSet<String> = template.lines().filter_map(code).collect();
    let name = |entry: fs::DirEntry| entry.path().file_stem().unwrap().to_string_lossy().into_owned();
    let files: BTreeSet<String> = fs::read_dir(folder()).unwrap().map(|entry| name(entry.unwrap())).collect();
    assert_eq!(files, functions);
}
