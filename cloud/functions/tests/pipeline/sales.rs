//! `TicketPurchaseHandler`: from stations and from the web.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wicket_domain::cloud::{
    CloudTicketStatus, ConflictKind, ConflictRecord, StationRecord, TicketRecord, code_digest,
};
use wicket_domain::pipeline::{CustomerRecord, OrderRecord, OrderStatus, StationMessage, TopicMessage};
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::messages::{
    EVENT, NORTH_GATE, TILL, entry, fan_sale, order_id, purchase, reprint, sale, sealed, ticket_id,
};
use crate::stage::{NOW, Stage};

fn golden(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/domain/tests/fixtures");
    std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap()
}

#[tokio::test]
async fn a_sale_becomes_an_order_and_tickets_and_is_published() {
    let stage = Stage::new().await;
    let sold = fan_sale(1, TILL, &["B-1", "B-2"], "FCID1");
    let failed = stage.queue::<TicketPurchaseHandler>(&[purchase(4, &sold), purchase(9, &sold)]).await;
    assert!(failed.is_empty(), "the same twice is once");

    let orders = stage.records::<OrderRecord>("Orders").await;
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].order_id, order_id(1).to_string());
    assert_eq!((orders[0].status, orders[0].total_amount), (OrderStatus::Paid, 50_000));
    let mut tickets = stage.records::<TicketRecord>("Tickets").await;
    tickets.sort_by_key(|ticket| ticket.label.clone());
    assert_eq!(tickets.len(), 2);
    assert!(tickets.iter().all(|ticket| ticket.status == CloudTicketStatus::Valid));
    assert_eq!(tickets[0].label.as_deref(), Some("Stalls B-1"));
    assert_eq!(tickets[0].event_id, EVENT.to_string());
    let sold_code = sold.tickets.iter().find(|ticket| ticket.ticket_id.to_string() == tickets[0].ticket_id);
    let digest = code_digest(sold_code.unwrap().token.as_deref().unwrap());
    assert_eq!(tickets[0].code_digest, Some(digest), "never the code itself");
    let customers = stage.records::<CustomerRecord>("Customers").await;
    assert_eq!(
        customers[0].email.as_deref(),
        Some("fcid1@example.com"),
        "in lower case, as it is looked for"
    );
    let stations = stage.records::<StationRecord>("Stations").await;
    let till = stations.iter().find(|station| station.station_id == TILL).unwrap();
    assert_eq!((till.last_sequence, till.last_seen), (9, NOW));

    assert_eq!(stage.metric("Orders"), 1, "a replay is not another order");
    let published = stage.net.published();
    assert_eq!(published.len(), 2, "a replay publishes again, since nobody knows whether the first got out");
    assert_eq!(published[0], published[1]);
    let message = TopicMessage::parse(&published[0]).unwrap();
    assert_eq!(message.tickets[0].ticket_id, ticket_id(1, 0).to_string());
}

#[tokio::test]
async fn the_golden_messages_are_taken() {
    let stage = Stage::new().await;
    let bodies = ["purchase", "reprint"].map(|name| sealed(&golden(&format!("messages/{name}"))));
    assert!(stage.queue::<TicketPurchaseHandler>(&bodies).await.is_empty());
    let (_, StationMessage::Purchase(sale)) = StationMessage::parse(&bodies[0]).unwrap() else { panic!() };
    let orders = stage.records::<OrderRecord>("Orders").await;
    assert_eq!((orders[0].order_id.as_str(), orders[0].printed_times), (sale.order_id.as_str(), Some(2)));
}

#[tokio::test]
async fn a_malformed_message_fails_alone() {
    let stage = Stage::new().await;
    let refund = purchase(3, &sale(3, TILL, &["C-1"])).replace("\"purchase\"", "\"refund\"");
    let bodies = [
        purchase(1, &sale(1, TILL, &["A-1"])),
        "not a message".to_owned(),
        refund,
        entry(5, NORTH_GATE, ticket_id(1, 0)),
        purchase(2, &sale(2, TILL, &["A-2"])),
    ];
    assert_eq!(stage.queue::<TicketPurchaseHandler>(&bodies).await, [1, 2, 3]);
    assert_eq!(stage.items("Orders").await.len(), 2);
    assert_eq!(stage.net.published().len(), 2);
}

#[tokio::test]
async fn a_reprint_may_be_heard_of_before_its_sale() {
    let stage = Stage::new().await;
    let bodies =
        [reprint(9, 1, 3), reprint(8, 1, 2), purchase(1, &sale(1, TILL, &["A-1"])), reprint(8, 1, 2)];
    assert!(stage.queue::<TicketPurchaseHandler>(&bodies).await.is_empty());
    let orders = stage.records::<OrderRecord>("Orders").await;
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].printed_times, Some(3), "an older count is old news");
}

#[tokio::test]
async fn another_sale_under_the_same_id_is_a_conflict_and_is_not_published() {
    let stage = Stage::new().await;
    let first = sale(1, TILL, &["A-1"]);
    let mut second = sale(1, TILL, &["A-2"]);
    second.holder = Some("Somebody Else".to_owned());
    let bodies = [purchase(1, &first), purchase(2, &second), purchase(2, &second)];
    assert!(
        stage.queue::<TicketPurchaseHandler>(&bodies).await.is_empty(),
        "it would be no better next time"
    );
    assert_eq!(stage.net.published().len(), 1);
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts.len(), 1, "reported once");
    assert_eq!(conflicts[0].kind, ConflictKind::MessageRejected);
    assert_eq!(stage.records::<TicketRecord>("Tickets").await.len(), 1);
}

fn post(name: &str, headers: &Value) -> Value {
    let event: Value = serde_json::from_str(&golden(&format!("requests/{name}"))).unwrap();
    json!({ "body": event["body"], "headers": headers, "requestContext": {"requestId": "api-1"} })
}

#[tokio::test]
async fn the_sources_payloads_are_answered_as_they_should_be() {
    let stage = Stage::new().await;
    for name in ["1-basic", "2-fan-club", "3-mixed", "4-vip"] {
        let (status, body) =
            stage.http::<TicketPurchaseHandler>(post(name, &json!({"idempotency-key": name}))).await;
        assert_eq!(status, 202, "{name}: {body}");
        assert!(body["orderId"].is_string());
    }
    assert_eq!(stage.net.published().len(), 4);
    for (name, fields) in [("5-malformed", 2), ("6-missing-fields", 2), ("7-invalid-types", 2)] {
        let event: Value = serde_json::from_str(&golden(&format!("requests/{name}"))).unwrap();
        let (status, body) = stage.http::<TicketPurchaseHandler>(event).await;
        assert_eq!(status, 400, "{name}");
        assert_eq!(body["errors"].as_array().unwrap().len(), fields, "{name}: {body}");
        assert!(body["errors"][0]["field"].is_string() && body["errors"][0]["message"].is_string());
    }
    assert_eq!(stage.items("Orders").await.len(), 4);
    assert!(stage.net.published().is_empty(), "nothing of a refused order is published");
}

/// Each place of the three unsound payloads in turn cut, doubled or replaced.
#[tokio::test]
async fn mutations_of_unsound_payloads_are_refused_field_by_field_and_nothing_is_published() {
    let stage = Stage::new().await;
    stage.net.reset();
    let mut refused = 0;
    for name in ["5-malformed", "6-missing-fields", "7-invalid-types"] {
        let event: Value = serde_json::from_str(&golden(&format!("requests/{name}"))).unwrap();
        let body = event["body"].as_str().unwrap();
        for from in (0..body.len()).step_by(7) {
            for (length, put) in [(3, ""), (0, "7"), (1, "\""), (4, "null"), (2, "{}")] {
                let mut mutated = body.to_owned();
                mutated.replace_range(from..(from + length).min(body.len()), put);
                let (status, answer) = stage.http::<TicketPurchaseHandler>(json!({ "body": mutated })).await;
                assert_eq!(status, 400, "{mutated}");
                let errors = answer["errors"].as_array().unwrap();
                let fields: BTreeSet<&str> =
                    errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
                assert!(!fields.is_empty(), "{mutated}");
                assert_eq!(fields.len(), errors.len(), "one message a field: {answer} to {mutated}");
                refused += 1;
            }
        }
    }
    assert_eq!(stage.metric("OrdersRefused"), refused);
    assert!(stage.net.counts().is_empty(), "nothing was published, and nothing asked of the cloud");
    assert!(stage.items("Orders").await.is_empty());
}

#[tokio::test]
async fn a_request_that_comes_again_is_the_same_order() {
    let stage = Stage::new().await;
    let (_, first) =
        stage.http::<TicketPurchaseHandler>(post("1-basic", &json!({"Idempotency-Key": "k"}))).await;
    let published = stage.net.published();
    stage.clock.fetch_add(90_000, std::sync::atomic::Ordering::Relaxed);
    let (status, again) =
        stage.http::<TicketPurchaseHandler>(post("1-basic", &json!({"idempotency-key": "k"}))).await;
    assert_eq!((status, &first), (202, &again));
    assert_eq!(stage.net.published(), published, "and the same message, the time of the sale with it");
    let (status, body) =
        stage.http::<TicketPurchaseHandler>(post("4-vip", &json!({"idempotency-key": "k"}))).await;
    assert_eq!(status, 409, "{body}");
    assert!(stage.net.published().is_empty());
    assert_eq!(stage.items("Orders").await.len(), 1);
    let (status, _) =
        stage.http::<TicketPurchaseHandler>(post("1-basic", &json!({"idempotency-key": "a b"}))).await;
    assert_eq!(status, 400, "a key with a space");
}

#[tokio::test]
async fn without_a_key_the_requests_own_id_makes_the_order() {
    let stage = Stage::new().await;
    let (_, first) = stage.http::<TicketPurchaseHandler>(post("1-basic", &json!({}))).await;
    let (_, again) = stage.http::<TicketPurchaseHandler>(post("1-basic", &json!({}))).await;
    assert_eq!(first["orderId"], again["orderId"]);
    let mut other = post("1-basic", &json!({}));
    other["requestContext"]["requestId"] = json!("api-2");
    let (_, other) = stage.http::<TicketPurchaseHandler>(other).await;
    assert_ne!(first["orderId"], other["orderId"]);
}

#[tokio::test]
async fn a_body_in_base64_is_read() {
    use base64::Engine as _;
    let stage = Stage::new().await;
    let mut event = post("1-basic", &json!({}));
    let body = base64::engine::general_purpose::STANDARD.encode(event["body"].as_str().unwrap());
    event["body"] = json!(body);
    event["isBase64Encoded"] = json!(true);
    let (status, _) = stage.http::<TicketPurchaseHandler>(event.clone()).await;
    assert_eq!(status, 202);
    for body in ["%%%", "/w=="] {
        event["body"] = json!(body);
        let (status, answer) = stage.http::<TicketPurchaseHandler>(event.clone()).await;
        assert_eq!((status, &answer["errors"][0]["field"]), (400, &json!("body")));
    }
    let (status, _) = stage.http::<TicketPurchaseHandler>(json!({"body": " ".repeat(300_000)})).await;
    assert_eq!(status, 400);
    let (status, _) = stage.http::<TicketPurchaseHandler>(json!({})).await;
    assert_eq!(status, 400, "no body at all");
}
