//! The web shop's orders and Stripe's news, as they come in at the HTTP API.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::dev_cloud::{DevCloud, Item, text, until};

/// The development cloud's own (`cloud/local/deploy.py`).
const STRIPE_SECRET: &str = "whsec_development";

pub(crate) fn an_order_from_the_web_is_taken_and_paid(cloud: &DevCloud) {
    let before = cloud.items("Orders").len();
    let (status, refused) = post(cloud, "/orders", None, &payload("5-malformed"));
    assert_eq!(status, 400, "{refused}");
    let mut fields: Vec<_> =
        refused["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    fields.sort_by_key(|field| field.as_str());
    assert_eq!(fields, [&json!("tickets"), &json!("totalAmount")], "one message a field");
    assert_eq!(cloud.items("Orders").len(), before);

    let (status, accepted) = post(cloud, "/orders", None, &payload("1-basic"));
    assert_eq!(status, 202, "{accepted}");
    let order = accepted["orderId"].as_str().unwrap().to_owned();
    payment_is(cloud, &order, "pending");

    let news = json!({
        "id": "evt_together", "object": "event", "type": "payment_intent.succeeded", "created": seconds(),
        "data": {"object": {
            "id": "pi_together", "amount_received": 10_000, "currency": "usd", "metadata": {"orderId": order},
        }},
    });
    let news = news.to_string();
    let forged = signature("another secret", &news);
    assert_eq!(post(cloud, "/webhooks/stripe", Some(&forged), &news).0, 400);
    payment_is(cloud, &order, "pending");
    for _ in 0..2 {
        let signed = signature(STRIPE_SECRET, &news);
        assert_eq!(post(cloud, "/webhooks/stripe", Some(&signed), &news).0, 200, "again, too");
    }
    payment_is(cloud, &order, "completed");
    let orders = cloud.items("Orders");
    let order = orders.iter().find(|item| text(item, "orderId") == order).unwrap();
    assert_eq!(text(order, "status"), "paid");
}

fn payment_is(cloud: &DevCloud, order: &str, status: &str) {
    until(&format!("a payment that is {status}"), || {
        let payments = cloud.items("Payments");
        let ours: Vec<&Item> = payments.iter().filter(|item| text(item, "orderId") == order).collect();
        let there = matches!(ours.as_slice(), [one] if text(one, "status") == status);
        if there { Ok(()) } else { Err(format!("{ours:?}")) }
    });
}

/// The body of a sample payload.
fn payload(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/tests/fixtures/requests");
    let event = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    let event: Value = serde_json::from_str(&event).unwrap();
    event["body"].as_str().unwrap().to_owned()
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// As Stripe signs: the time and the body, under the endpoint's secret.
fn signature(secret: &str, body: &str) -> String {
    let at = seconds();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    digest.iter().fold(format!("t={at},v1="), |mut header, byte| {
        write!(header, "{byte:02x}").unwrap();
        header
    })
}

/// Posts JSON to a route of the API, signed or not; gives the status and the answer.
fn post(cloud: &DevCloud, route: &str, signed: Option<&str>, body: &str) -> (u16, Value) {
    let url = cloud.facts["apiUrl"].as_str().unwrap();
    let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let signed = signed.map(|signature| format!("Stripe-Signature: {signature}\r\n")).unwrap_or_default();
    // In HTTP/1.0 an answer ends with the connection, and comes in one piece.
    let request = format!(
        "POST /{path}{route} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\n{signed}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}")))
}
