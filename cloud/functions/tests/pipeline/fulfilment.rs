//! `OrderFulfilment`, `FanNotifier` and `PrintNotification`: the PDF, the third party, and the news.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wicket_domain::cloud::TicketRecord;
use wicket_domain::message::Purchase;
use wicket_domain::pipeline::OrderRecord;
use wicket_pipeline::Function as _;
use wicket_pipeline::audit::PrintNotification;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::messages::{EVENT, TILL, fan_sale, order_id, purchase, sale};
use crate::stage::{FULFILMENT_KEY, NOW, Stage, call};

async fn sold(stage: &Stage) -> Vec<String> {
    sold_to(stage, &fan_sale(1, TILL, &["B-1", "B-2"], "F1")).await
}

async fn sold_to(stage: &Stage, sale: &Purchase) -> Vec<String> {
    let event = json!({
        "eventId": EVENT, "name": "Harbour Nights", "kind": "music", "currency": "USD", "sample": false,
        "startsAt": "2026-12-05T03:30:00Z",
        "venue": {"name": "Harbour Arena", "address": "200 Quay Street", "timeZone": "America/Los_Angeles"},
    });
    stage.put("Events", json!({"eventId": EVENT, "event": event, "status": "live", "startsAt": NOW})).await;
    let body = purchase(1, sale);
    assert!(stage.queue::<TicketPurchaseHandler>(&[body]).await.is_empty());
    stage.net.published()
}

async fn pdf(stage: &Stage, order: &str) -> Option<Vec<u8>> {
    let bucket = format!("{}-files", stage.name);
    let asked = stage.s3.get_object().bucket(bucket).key(format!("tickets/{order}.pdf")).send().await.ok()?;
    Some(asked.body.collect().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_sale_becomes_a_pdf_once() {
    let stage = Stage::new().await;
    let message = sold(&stage).await;
    assert!(stage.queue::<OrderFulfilment>(&message).await.is_empty());
    let bytes = pdf(&stage, &order_id(1).to_string()).await.unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() < 60_000, "{} bytes", bytes.len());
    let key = format!("tickets/{}.pdf", order_id(1));
    let tickets = stage.records::<TicketRecord>("Tickets").await;
    assert!(tickets.iter().all(|ticket| ticket.pdf_url.as_ref() == Some(&key)));
    stage.net.reset();
    assert!(stage.queue::<OrderFulfilment>(&message).await.is_empty());
    assert_eq!(
        stage.net.counts().into_iter().collect::<Vec<_>>(),
        [("GetItem".to_owned(), 1)],
        "a replay asks once"
    );
}

#[tokio::test]
async fn an_order_without_codes_becomes_a_page_that_says_so() {
    let stage = Stage::new().await;
    let body = json!({
        "concertName": "Fête (1)", "concertDate": "2026-12-05", "totalAmount": 100,
        "tickets": [{"seatClass": "S", "seatSection": "A", "seatRow": "1", "seatNumber": "1", "isFanClubMember": false}],
    });
    let (_, answer) = stage.http::<TicketPurchaseHandler>(json!({ "body": body.to_string() })).await;
    assert!(stage.queue::<OrderFulfilment>(&stage.net.published()).await.is_empty());
    let text = read(&pdf(&stage, answer["orderId"].as_str().unwrap()).await.unwrap());
    assert!(text.contains("This is an order, not a ticket."), "{text}");
    assert!(text.contains("Fête (1)"), "{text}");
    assert!(text.contains("A 1-1 - S - $100.00"), "seat, class and price: {text}");
    assert!(text.contains("Total: $100.00"), "{text}");
}

/// 120 letters, as many as an event's name may have.
const LONGEST: &str = "The Grand Midsummer Gala of the Metropolitan Philharmonic Orchestra with the Harbour Choir and \
                       Friends, Second Evening !";

#[tokio::test]
async fn amounts_and_the_longest_name_stand_on_every_page_as_the_till_prints_them() {
    assert_eq!(LONGEST.chars().count(), 120);
    let stage = Stage::new().await;
    let mut at_the_till = sale(1, TILL, &["B-1"]);
    at_the_till.concert_name = LONGEST.to_owned();
    let text = read(&{
        assert!(stage.queue::<OrderFulfilment>(&sold_to(&stage, &at_the_till).await).await.is_empty());
        pdf(&stage, &order_id(1).to_string()).await.unwrap()
    });
    assert!(text.contains(LONGEST) && text.contains("$250.00"), "{text}");
    let body = json!({
        "concertName": LONGEST, "concertDate": "2026-12-05", "totalAmount": 12000, "currency": "JPY",
        "tickets": [{"seatClass": "S", "seatSection": "A", "seatRow": "1", "seatNumber": "1", "isFanClubMember": false}],
    });
    let (_, answer) = stage.http::<TicketPurchaseHandler>(json!({ "body": body.to_string() })).await;
    assert!(stage.queue::<OrderFulfilment>(&stage.net.published()).await.is_empty());
    let text = read(&pdf(&stage, answer["orderId"].as_str().unwrap()).await.unwrap());
    assert!(text.contains(LONGEST) && text.contains("Total: ¥12,000"), "{text}");
}

/// The text of a PDF as a reader finds it, with single white space.
fn read(pdf: &[u8]) -> String {
    let mut tool = Command::new("pdftotext")
        .args(["-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("install poppler-utils; `cargo xtask test` does so");
    tool.stdin.take().unwrap().write_all(pdf).unwrap();
    let said = tool.wait_with_output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    text.split([' ', '\n', '\u{c}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A third party that answers as told, one status a request, and keeps what it was sent.
fn third_party(statuses: &'static [u16]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/orders", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut text = String::new();
            let mut buffer = [0; 8_192];
            while !text.contains('}') {
                let read = stream.read(&mut buffer).unwrap();
                text.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
            kept.lock().unwrap().push(text);
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, heard)
}

#[tokio::test]
async fn the_third_party_is_told_again_until_it_has_it() {
    let stage = Stage::new().await;
    let (address, heard) = third_party(&[503, 200]);
    stage.set_endpoint(&address).await;
    let message = sold(&stage).await;
    assert!(stage.queue::<OrderFulfilment>(&message).await.is_empty());
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 2);
    let bearer = format!("authorization: Bearer {FULFILMENT_KEY}\r\n");
    assert!(heard.iter().all(|request| request.contains(&bearer)), "each call proves who it is from");
    assert!(heard[1].contains(&format!("idempotency-key: {}", order_id(1))));
    assert!(heard[1].contains("\"pdf\":\"http"));
    for person in ["Ada", "example.com", "+49"] {
        assert!(!heard[1].contains(person), "nothing about a person goes out");
    }
}

#[tokio::test]
async fn a_third_party_that_refuses_leaves_the_message_to_come_back() {
    let stage = Stage::new().await;
    let (address, heard) = third_party(&[400, 200]);
    stage.set_endpoint(&address).await;
    let message = sold(&stage).await;
    assert_eq!(
        stage.queue::<OrderFulfilment>(&message).await,
        [0],
        "asking again at once would change nothing"
    );
    assert_eq!(heard.lock().unwrap().len(), 1);
    assert!(stage.queue::<OrderFulfilment>(&message).await.is_empty(), "later it does");
    stage.set_endpoint("http://print.example.com/").await;
    let other = purchase(2, &sale(2, TILL, &["C-1"]));
    assert!(stage.queue::<TicketPurchaseHandler>(&[other]).await.is_empty());
    assert_eq!(stage.queue::<OrderFulfilment>(&stage.net.published()).await, [0], "not in the clear");
}

#[tokio::test]
async fn a_fan_is_told_once_when_the_tickets_are_there() {
    let stage = Stage::new().await;
    let message = sold(&stage).await;
    assert_eq!(stage.queue::<FanNotifier>(&message).await, [0], "no PDF yet: the message comes back");
    assert!(stage.net.published().is_empty());
    assert!(stage.queue::<OrderFulfilment>(&message).await.is_empty());
    for _ in 0..2 {
        assert!(stage.queue::<FanNotifier>(&message).await.is_empty());
    }
    let published = stage.net.published();
    assert_eq!(published.len(), 1, "told once");
    let told: Value = serde_json::from_str(&published[0]).unwrap();
    let letter = told["email"].as_str().unwrap();
    for part in
        ["Harbour Nights", "Harbour Arena", "Stalls B-1, Stalls B-2", "$500.00", "K7QF2M9", "F1@example.com"]
    {
        assert!(letter.contains(part), "{part} is missing from {letter}");
    }
    assert!(
        letter.contains("Thu 3 December 2026") || letter.contains("PST"),
        "in the venue's time: {letter}"
    );
    let link = letter.lines().find(|line| line.starts_with("http")).unwrap();
    assert!(link.contains("X-Amz-Signature=") && link.contains("X-Amz-Expires=43200"), "{link}");
    assert!(told["sms"].as_str().unwrap().contains(link));
    let audit: Value = serde_json::from_str(told["default"].as_str().unwrap()).unwrap();
    assert_eq!(audit, json!({"orderId": order_id(1), "concertId": EVENT, "channel": "email"}), "ids only");
    assert_eq!(stage.records::<OrderRecord>("Orders").await[0].notified_at, Some(NOW));
}

#[tokio::test]
async fn a_fan_with_a_telephone_alone_gets_a_text_message_once() {
    let stage = Stage::new().await;
    let mut sale = fan_sale(1, TILL, &["B-1", "B-2"], "F1");
    sale.fan_contact.as_mut().unwrap().email = None;
    let message = sold_to(&stage, &sale).await;
    assert!(stage.queue::<OrderFulfilment>(&message).await.is_empty());
    let numbers = Arc::new(Mutex::new(Vec::new()));
    let dialled = Arc::clone(&numbers);
    stage.net.cut(move |operation, body| {
        if operation == "Publish" {
            dialled.lock().unwrap().push((body.contains("PhoneNumber=%2B49"), body.contains("TopicArn=")));
        }
        None
    });
    for _ in 0..2 {
        assert!(stage.queue::<FanNotifier>(&message).await.is_empty());
    }
    assert_eq!(*numbers.lock().unwrap(), [(true, false)], "once, to the number and not to the topic");
    let text = stage.net.published().remove(0);
    for part in ["Harbour Nights", "Stalls B-1, Stalls B-2", "K7QF2M9", "X-Amz-Signature="] {
        assert!(text.contains(part), "{part} is missing from {text}");
    }
    assert_eq!(stage.records::<OrderRecord>("Orders").await[0].notified_at, Some(NOW));
}

#[tokio::test]
async fn a_letter_that_nobody_would_send_on_becomes_a_text_message_or_nothing() {
    for (phone, told) in [(true, 1), (false, 0)] {
        let stage = Stage::new().await.without_letters();
        let mut sale = fan_sale(1, TILL, &["B-1", "B-2"], "F1");
        if !phone {
            sale.fan_contact.as_mut().unwrap().phone = None;
        }
        let message = sold_to(&stage, &sale).await;
        assert!(stage.queue::<OrderFulfilment>(&message).await.is_empty());
        stage.net.reset();
        assert!(stage.queue::<FanNotifier>(&message).await.is_empty());
        assert_eq!(stage.net.published().len(), told);
        let noted = stage.records::<OrderRecord>("Orders").await[0].notified_at;
        assert_eq!(noted.is_some(), phone, "who was not told is not said to have been");
    }
}

#[tokio::test]
async fn who_left_no_address_is_not_told() {
    let stage = Stage::new().await;
    let body = purchase(1, &sale(1, TILL, &["B-1"]));
    assert!(stage.queue::<TicketPurchaseHandler>(&[body]).await.is_empty());
    let message = stage.net.published();
    stage.net.reset();
    assert!(stage.queue::<FanNotifier>(&message).await.is_empty());
    assert!(stage.net.counts().is_empty(), "and nothing is asked of the cloud for it");
}

/// What a function logs, to be read by a test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_audit_log_takes_what_a_topic_sends() {
    let stage = Stage::new().await;
    let function = stage.function::<PrintNotification>();
    let attribute = |value: &str| json!({"Type": "String", "Value": value});
    let record = json!({"EventSource": "aws:sns", "Sns": {
        "MessageId": "m1", "Timestamp": "2026-11-20T18:00:00.000Z", "Subject": null, "Message": "Dear Grace",
        "MessageAttributes": {
            "orderId": attribute("o1"), "concertId": attribute("e1"), "channel": attribute("email"),
        },
    }});
    let event = serde_json::from_value(json!({ "Records": [record] })).unwrap();
    let log = Log::default();
    let writer = log.clone();
    let reader =
        tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
    {
        let _reading = tracing::subscriber::set_default(reader);
        function.handle(event, &call()).await.unwrap();
    }
    let line: Value = serde_json::from_slice(&log.0.lock().unwrap()).unwrap();
    for (key, value) in [
        ("audit", "notified"),
        ("notification", "m1"),
        ("order", "o1"),
        ("event", "e1"),
        ("channel", "email"),
        ("at", "2026-11-20T18:00:00.000Z"),
    ] {
        assert_eq!(line[key], value, "{line}");
    }
    assert!(!line.to_string().contains("Grace"), "the letter itself stays out of logs");
}
