//! Orders of the web for a published event, on the tables themselves: what memory answers in `cloud/pipeline/tests/web`,
//! DynamoDB answers too.

use std::io::Write as _;
use std::sync::atomic::Ordering;

use aws_sdk_s3::primitives::ByteStream;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use wicket_domain::cloud::{ConflictKind, ConflictRecord, SeatRecord, TicketRecord};
use wicket_domain::pipeline::{OrderRecord, OrderStatus, PaymentRecord, PaymentStatus, TopicMessage};
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::web::WebOrderKeeper;
use wicket_pipeline::webhook::StripeWebhookHandler;
use wicket_pipeline::{Function as _, web};

use crate::messages::EVENT;
use crate::stage::{NOW, Stage, call};
use crate::webhooks::{SECRET, keep_secret, news, signed};

/// Puts the hall's plan into the bucket: in the stalls, row A with the seats `s1` to `s{seats}`, and row B with `t1` and on.
pub(crate) async fn put_plan(stage: &Stage, seats: u8) {
    let row = |no: u8, name: &'static str| {
        let seat = move |number: u8| json!({"id": format!("{name}{number}"), "row": no, "number": number.to_string(), "category": 0, "x": 0.0, "y": 0.0, "radius": 1.0});
        (1..=seats).map(seat)
    };
    let plan = json!({
        "name": "Hall", "width": 10.0, "height": 10.0, "areas": [],
        "categories": [{"name": "Stalls", "color": null}, {"name": "floor", "color": null}],
        "zones": [{"name": "Stalls", "x": 0.0, "y": 0.0}],
        "rows": [
            {"zone": 0, "name": "A", "label": null, "seatLabel": null, "shown": "start"},
            {"zone": 0, "name": "B", "label": null, "seatLabel": null, "shown": "start"},
        ],
        "seats": row(0, "s").chain(row(1, "t")).collect::<Vec<_>>(),
    });
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    packing.write_all(plan.to_string().as_bytes()).unwrap();
    let put = stage.s3.put_object().bucket(format!("{}-files", stage.name)).key("plans/house/d.json.gz");
    put.body(ByteStream::from(packing.finish().unwrap())).send().await.unwrap();
}

/// The event is on sale with three seats of row A and a floor for three.
pub(crate) async fn on_sale(stage: &Stage) {
    put_plan(stage, 3).await;
    stage.keep_issuing_key().await;
    let event = json!({
        "eventId": EVENT, "venue": "house", "status": "live", "startsAt": NOW, "planKey": "plans/house/d.json.gz",
        "standing": [{"areaId": "floor", "categoryNo": 1, "capacity": 3}], "version": 1, "updatedAt": 1,
    });
    stage.put("Events", event).await;
    for seat in ["s1", "s2", "s3"] {
        let free =
            json!({"concertId": EVENT, "seatId": seat, "state": "available", "version": 1, "updatedAt": 1});
        stage.put("SeatInventory", free).await;
    }
    let floor = json!({"concertId": EVENT, "seatId": "ga#floor", "capacity": 3, "remaining": 3, "version": 1, "updatedAt": 1});
    stage.put("SeatInventory", floor).await;
    keep_secret(stage, SECRET).await;
}

/// An order for seats of row A and for places on the floor, at ten dollars each.
async fn order(stage: &Stage, key: &str, seats: &[&str], floor: usize) -> (u64, Value) {
    let numbered = seats.iter().map(|number| {
        json!({"seatClass": "S", "seatSection": "Stalls", "seatRow": "A", "seatNumber": number, "isFanClubMember": false})
    });
    let place =
        json!({"seatClass": "S", "seatSection": "floor", "seatId": "ga#floor", "isFanClubMember": false});
    let tickets: Vec<Value> = numbered.chain(std::iter::repeat_n(place, floor)).collect();
    let body = json!({
        "concertId": EVENT, "concertName": "Evening", "concertDate": "2026-12-05",
        "totalAmount": 10 * tickets.len(), "tickets": tickets,
    });
    let headers = json!({ "idempotency-key": key });
    stage.http::<TicketPurchaseHandler>(json!({"headers": headers, "body": body.to_string()})).await
}

/// An order for seats by their ids, accepted; its id.
pub(crate) async fn order_by_id(stage: &Stage, key: &str, seats: &[&str]) -> String {
    let ticket = |seat: &&str| json!({"seatClass": "S", "seatSection": "Stalls", "seatId": seat, "isFanClubMember": false});
    let tickets: Vec<Value> = seats.iter().map(ticket).collect();
    let body = json!({
        "concertId": EVENT, "concertName": "Evening", "concertDate": "2026-12-05",
        "totalAmount": 10 * tickets.len(), "tickets": tickets,
    });
    let headers = json!({ "idempotency-key": key });
    let event = json!({"headers": headers, "body": body.to_string()});
    let (status, answer) = stage.http::<TicketPurchaseHandler>(event).await;
    assert_eq!(status, 202, "{answer}");
    answer["orderId"].as_str().unwrap().to_owned()
}

async fn ordered(stage: &Stage, key: &str, seats: &[&str], floor: usize) -> String {
    let (status, answer) = order(stage, key, seats, floor).await;
    assert_eq!(status, 202, "{answer}");
    answer["orderId"].as_str().unwrap().to_owned()
}

async fn tell(stage: &Stage, kind: &str, order: &str, object: Value) -> u64 {
    let at = stage.clock.load(Ordering::Relaxed) / 1_000;
    stage.http::<StripeWebhookHandler>(signed(&news(kind, order, object), SECRET, at)).await.0
}

pub(crate) async fn pay(stage: &Stage, order: &str, cents: i64) -> u64 {
    tell(stage, "payment_intent.succeeded", order, json!({"amount_received": cents, "currency": "usd"})).await
}

async fn keep(stage: &Stage) -> web::Kept {
    stage.function::<WebOrderKeeper>().handle(json!({}), &call()).await.unwrap()
}

fn pass(stage: &Stage, minutes: i64) {
    stage.clock.fetch_add(minutes * 60_000, Ordering::Relaxed);
}

/// State and order of a seat.
async fn seat(stage: &Stage, id: &str) -> (String, Option<String>) {
    let items = stage.items("SeatInventory").await;
    let item = items.into_iter().find(|item| item["seatId"] == id).unwrap();
    let record: SeatRecord = serde_json::from_value(item).unwrap();
    (record.state.as_str().to_owned(), record.order_id)
}

async fn remaining(stage: &Stage) -> i64 {
    let items = stage.items("SeatInventory").await;
    items.into_iter().find_map(|item| item["remaining"].as_i64()).unwrap()
}

async fn status(stage: &Stage, order: &str) -> OrderStatus {
    let orders = stage.records::<OrderRecord>("Orders").await;
    orders.into_iter().find(|record| record.order_id == order).unwrap().status
}

#[tokio::test]
async fn of_two_web_orders_for_one_seat_one_gets_it() {
    let stage = Stage::new().await;
    on_sale(&stage).await;
    let first = ordered(&stage, "k1", &["1", "2"], 2).await;
    let (refused, answer) = order(&stage, "k2", &["3", "2"], 2).await;
    assert_eq!(refused, 409, "{answer}");
    let lost: Vec<_> =
        answer["tickets"].as_array().unwrap().iter().map(|lost| lost["seat"].clone()).collect();
    assert_eq!(lost, ["Stalls A-2", "floor", "floor"], "each ticket that cannot be had");
    assert_eq!(seat(&stage, "s3").await.0, "available");
    assert_eq!((seat(&stage, "s2").await, remaining(&stage).await), (("owned".to_owned(), Some(first)), 1));
    assert_eq!(stage.items("Orders").await.len(), 1);
    assert!(stage.net.published().is_empty());
    let again = order(&stage, "k1", &["1", "2"], 2).await;
    assert_eq!((again.0, remaining(&stage).await), (202, 1), "a repeat takes nothing more");
}

#[tokio::test]
async fn two_that_ask_at_the_same_moment_do_not_both_get_it() {
    let stage = Stage::new().await;
    on_sale(&stage).await;
    let (one, other) = tokio::join!(order(&stage, "k1", &["1"], 1), order(&stage, "k2", &["1"], 1));
    let mut answers = [one.0, other.0];
    answers.sort_unstable();
    assert_eq!(answers, [202, 409]);
    assert_eq!((stage.items("Orders").await.len(), remaining(&stage).await), (1, 2));
}

#[tokio::test]
async fn a_paid_order_is_published_once_with_its_seats_sold() {
    let stage = Stage::new().await;
    on_sale(&stage).await;
    let id = ordered(&stage, "k1", &["1"], 1).await;
    for _ in 0..2 {
        assert_eq!(pay(&stage, &id, 2_000).await, 200);
    }
    let published = stage.net.published();
    assert_eq!(published.len(), 1);
    let message = TopicMessage::parse(&published[0]).unwrap();
    assert_eq!((message.payment_status, message.settled), (PaymentStatus::Completed, true));
    assert_eq!((seat(&stage, "s1").await.0.as_str(), status(&stage, &id).await), ("sold", OrderStatus::Paid));
    assert!(stage.queue::<SeatInventoryUpdater>(&published).await.is_empty());
    assert_eq!(remaining(&stage).await, 2, "counted when it was accepted, and not again");
    let tickets = stage.records::<TicketRecord>("Tickets").await;
    assert!(tickets.len() == 2 && tickets.iter().all(|ticket| ticket.known_id().is_some()));
    assert_eq!(
        tell(&stage, "charge.refunded", &id, json!({"amount_refunded": 2_000, "refunded": true})).await,
        200
    );
    assert_eq!((seat(&stage, "s1").await.0.as_str(), remaining(&stage).await), ("available", 3));
    assert_eq!(status(&stage, &id).await, OrderStatus::Refunded);
    assert!(stage.items("Tickets").await.iter().all(|ticket| ticket["status"] == "refunded"));
}

#[tokio::test]
async fn an_order_that_is_not_paid_gives_back_and_money_after_that_is_given_back() {
    let stage = Stage::new().await;
    on_sale(&stage).await;
    let id = ordered(&stage, "k1", &["1", "2"], 2).await;
    let in_time = ordered(&stage, "k2", &["3"], 0).await;
    assert_eq!(pay(&stage, &in_time, 1_000).await, 200);
    pass(&stage, 36);
    let other = ordered(&stage, "k3", &["1"], 0).await;
    assert_eq!(keep(&stage).await.lapsed, 1);
    assert_eq!(keep(&stage).await.lapsed, 0);
    assert_eq!(seat(&stage, "s1").await, ("owned".to_owned(), Some(other.clone())));
    assert_eq!((seat(&stage, "s2").await.0.as_str(), remaining(&stage).await), ("available", 3));
    assert_eq!(status(&stage, &id).await, OrderStatus::Lapsed);
    stage.net.published();
    for _ in 0..2 {
        assert_eq!(pay(&stage, &id, 4_000).await, 200);
    }
    assert!(stage.net.published().is_empty());
    let payments = stage.records::<PaymentRecord>("Payments").await;
    let due = payments.iter().find(|payment| payment.order_id == id).unwrap();
    assert_eq!((due.status, due.refund_due), (PaymentStatus::Completed, Some(4_000)));
    assert_eq!(stage.metric("PaymentsTooLate"), 1);
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!((conflicts.len(), conflicts[0].kind), (1, ConflictKind::PaidTooLate));
    assert_eq!((&conflicts[0].first["orderId"], &conflicts[0].second["orderId"]), (&other, &id));
}

#[tokio::test]
async fn a_payment_cut_anywhere_is_made_whole_by_the_next_news_of_it() {
    let whole = Stage::new().await;
    on_sale(&whole).await;
    let id = ordered(&whole, "k1", &["1", "2"], 1).await;
    pay(&whole, &id, 3_000).await;
    let expected = tables(&whole).await;
    for cut_at in 1..=7 {
        let stage = Stage::new().await;
        on_sale(&stage).await;
        let id = ordered(&stage, "k1", &["1", "2"], 1).await;
        let mut writes = 0;
        // From the n-th write on, nothing gets through any more: payment, order with its seats, three tickets, the
        // publication, the note that it was published.
        stage.net.cut(move |operation, _| {
            writes += u32::from(matches!(operation, "UpdateItem" | "TransactWriteItems" | "Publish"));
            (writes >= cut_at).then_some((400, "AccessDeniedException"))
        });
        assert_eq!(pay(&stage, &id, 3_000).await, 503, "cut at write {cut_at}: Stripe tells again");
        stage.net.mend();
        assert_eq!(pay(&stage, &id, 3_000).await, 200);
        assert_eq!(tables(&stage).await, expected, "cut at write {cut_at}");
        let published: std::collections::BTreeSet<_> = stage.net.published().into_iter().collect();
        assert_eq!(published.len(), 1, "cut at write {cut_at}: one sale, however often");
    }
}

async fn tables(stage: &Stage) -> Vec<Vec<Value>> {
    let mut all = Vec::new();
    for table in ["Orders", "Tickets", "SeatInventory", "Payments", "Conflicts"] {
        all.push(stage.items(table).await);
    }
    all
}
