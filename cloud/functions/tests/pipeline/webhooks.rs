//! `StripeWebhookHandler`.

use std::fmt::Write as _;

use serde_json::{Value, json};
use wicket_domain::pipeline::{OrderRecord, OrderStatus, PaymentRecord, PaymentStatus};
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::signature::signature;
use wicket_pipeline::webhook::StripeWebhookHandler;

use crate::stage::{NOW, Stage};

pub(crate) const SECRET: &str = "whsec_test";

pub(crate) async fn keep_secret(stage: &Stage, secret: &str) {
    let client = aws_sdk_secretsmanager::Client::new(&stage.sdk);
    let name = format!("{}/stripe", stage.name);
    if client.create_secret().name(&name).secret_string(secret).send().await.is_err() {
        client.put_secret_value().secret_id(&name).secret_string(secret).send().await.unwrap();
    }
}

pub(crate) fn signed(body: &Value, secret: &str, at: i64) -> Value {
    let body = body.to_string();
    let hex = signature(secret, &at.to_string(), body.as_bytes()).unwrap().iter().fold(
        String::new(),
        |mut text, b| {
            write!(text, "{b:02x}").unwrap();
            text
        },
    );
    json!({"body": body, "headers": {"Stripe-Signature": format!("t={at},v1={hex}")}})
}

pub(crate) fn news(kind: &str, order: &str, object: Value) -> Value {
    let mut object = object;
    object["id"] = json!("pi_1");
    object["metadata"] = json!({ "orderId": order });
    json!({"id": "evt_1", "object": "event", "type": kind, "created": NOW / 1_000, "data": {"object": object}})
}

fn paid(order: &str) -> Value {
    news("payment_intent.succeeded", order, json!({"amount_received": 10_000, "currency": "usd"}))
}

/// A web order of 100 dollars; gives its id and its topic message.
async fn order(stage: &Stage) -> (String, String) {
    let body = json!({
        "concertName": "X", "concertDate": "2026-12-05", "totalAmount": 100,
        "tickets": [{"seatClass": "S", "seatSection": "A", "seatRow": "1", "seatNumber": "1", "isFanClubMember": false}],
    });
    let (status, answer) = stage.http::<TicketPurchaseHandler>(json!({ "body": body.to_string() })).await;
    assert_eq!(status, 202);
    (answer["orderId"].as_str().unwrap().to_owned(), stage.net.published().remove(0))
}

async fn tell(stage: &Stage, event: &Value) -> u64 {
    stage.http::<StripeWebhookHandler>(signed(event, SECRET, NOW / 1_000)).await.0
}

async fn standing(stage: &Stage) -> (PaymentStatus, OrderStatus) {
    let payments = stage.records::<PaymentRecord>("Payments").await;
    assert_eq!(payments.len(), 1, "one payment an order, whoever writes it first");
    (payments[0].status, stage.records::<OrderRecord>("Orders").await[0].status)
}

#[tokio::test]
async fn money_moves_the_payment_and_the_order_whichever_is_heard_first() {
    let mut ends = Vec::new();
    for webhook_first in [true, false] {
        let stage = Stage::new().await;
        keep_secret(&stage, SECRET).await;
        let (id, message) = order(&stage).await;
        let message = [message];
        if !webhook_first {
            assert!(stage.queue::<PaymentProcessor>(&message).await.is_empty());
        }
        assert_eq!(tell(&stage, &paid(&id)).await, 200);
        assert_eq!(tell(&stage, &paid(&id)).await, 200, "a replay is harmless");
        assert!(stage.queue::<PaymentProcessor>(&message).await.is_empty());
        assert_eq!(standing(&stage).await, (PaymentStatus::Completed, OrderStatus::Paid));
        ends.push(stage.items("Payments").await);
    }
    assert_eq!(ends[0], ends[1]);
}

#[tokio::test]
async fn news_in_any_order_ends_where_it_should() {
    let failed = |id: &str| news("payment_intent.payment_failed", id, json!({}));
    let partly = |id: &str| news("charge.refunded", id, json!({"amount_refunded": 4_000, "refunded": false}));
    let whole = |id: &str| news("charge.refunded", id, json!({"amount_refunded": 10_000, "refunded": true}));
    let all: [&dyn Fn(&str) -> Value; 4] = [&failed, &paid, &partly, &whole];
    for order_of in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let stage = Stage::new().await;
        keep_secret(&stage, SECRET).await;
        let (id, _) = order(&stage).await;
        for which in order_of {
            assert_eq!(tell(&stage, &all[which](&id)).await, 200);
        }
        assert_eq!(standing(&stage).await, (PaymentStatus::Refunded, OrderStatus::Refunded), "{order_of:?}");
        assert_eq!(stage.records::<PaymentRecord>("Payments").await[0].refunded, Some(10_000));
    }
}

#[tokio::test]
async fn an_order_that_is_not_known_yet_is_asked_about_again_for_a_day() {
    let stage = Stage::new().await;
    keep_secret(&stage, SECRET).await;
    assert_eq!(tell(&stage, &paid("nobody")).await, 404, "Stripe tells again, and no fault is counted");
    let mut old = paid("nobody");
    old["created"] = json!(NOW / 1_000 - 24 * 3_600 + 1);
    assert_eq!(tell(&stage, &old).await, 404);
    assert_eq!(stage.metric("PaymentsOfUnknownOrders"), 0);
    old["created"] = json!(NOW / 1_000 - 24 * 3_600);
    assert_eq!(tell(&stage, &old).await, 200, "another shop's");
    assert_eq!(stage.metric("PaymentsOfUnknownOrders"), 1);
    assert_eq!(tell(&stage, &news("invoice.paid", "nobody", json!({}))).await, 200, "not ours");
    let mut nameless = paid("x");
    nameless["data"]["object"]["metadata"] = json!({});
    assert_eq!(tell(&stage, &nameless).await, 200, "not ours");
    assert!(stage.items("Payments").await.is_empty());
}

#[tokio::test]
async fn another_amount_or_currency_is_not_the_payment() {
    let stage = Stage::new().await;
    keep_secret(&stage, SECRET).await;
    let (id, _) = order(&stage).await;
    let less = news("payment_intent.succeeded", &id, json!({"amount_received": 9_999, "currency": "usd"}));
    let yen = news("payment_intent.succeeded", &id, json!({"amount_received": 10_000, "currency": "jpy"}));
    for event in [less, yen] {
        assert_eq!(tell(&stage, &event).await, 200);
    }
    assert!(stage.items("Payments").await.is_empty());
    assert_eq!(stage.metric("PaymentMismatch"), 2, "somebody is told");
}

#[tokio::test]
async fn what_stripe_did_not_sign_is_not_read() {
    let stage = Stage::new().await;
    keep_secret(&stage, SECRET).await;
    let (id, _) = order(&stage).await;
    let now = NOW / 1_000;
    let mut altered = signed(&paid("other"), SECRET, now);
    altered["body"] = json!(paid(&id).to_string());
    let unsigned = json!({ "body": paid(&id).to_string() });
    let other = signed(&paid(&id), "whsec_other", now);
    let (old, early) = (signed(&paid(&id), SECRET, now - 301), signed(&paid(&id), SECRET, now + 301));
    for event in [altered, unsigned, other, old, early] {
        assert_eq!(stage.http::<StripeWebhookHandler>(event).await.0, 400);
    }
    assert_eq!(stage.metric("WebhooksRefused"), 5);
    assert!(stage.items("Payments").await.is_empty());
}

#[tokio::test]
async fn the_secret_is_asked_for_once_in_minutes() {
    use wicket_pipeline::Function as _;
    let stage = Stage::new().await;
    keep_secret(&stage, SECRET).await;
    let (id, _) = order(&stage).await;
    let function = stage.function::<StripeWebhookHandler>();
    stage.net.reset();
    for _ in 0..3 {
        let event = serde_json::from_value(signed(&paid(&id), SECRET, NOW / 1_000)).unwrap();
        assert_eq!(function.handle(event, &crate::stage::call()).await.unwrap().status_code, 200);
    }
    assert_eq!(stage.net.count("GetSecretValue"), 1);
}
