//! Golden messages: what a station writes is, byte for byte, what the pipeline's tests read.
//!
//! `tests/fixtures/messages` holds one file a message. A change of a field breaks this test first, before it breaks a
//! queue that holds yesterday's sales.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail here, too"
)]

use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use wicket_domain::cloud::{admission_id, admission_id_after, annulled_admissions, key_text};
use wicket_domain::door::{Audience, SealedEnvelope};
use wicket_domain::id::{EventId, MessageId, OrderId, ScanId, StationId, TicketId};
use wicket_domain::message::{
    Admission, Contact, Envelope, MessageKind, Purchase, PurchasePayment, PurchasedTicket, Reprint,
};
use wicket_domain::money::{Currency, Money};
use wicket_domain::pipeline::{
    ConcertDate, FanClubMemberRecord, MESSAGE_MAX, OrderRecord, PaymentRecord, PaymentStatus, StationMessage,
    TICKETS_MAX, TopicMessage, fan_club,
};
use wicket_domain::seat::SeatId;

const STATION: StationId = StationId::from_bytes([1; 16]);
const EVENT: EventId = EventId::from_bytes([2; 16]);
const ORDER: OrderId = OrderId::from_bytes([3; 16]);

fn golden(name: &str) -> String {
    let path = format!("{}/tests/fixtures/messages/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Compares digit for digit: a value would read the amounts as floats.
fn assert_golden<T: Serialize>(name: &str, value: &T) {
    let written = format!("{}\n", serde_json::to_string_pretty(value).unwrap());
    assert_eq!(written, golden(name), "{name}.json is what a station writes");
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn audience() -> Audience {
    Audience { environment: "dev".to_owned(), venue: "house".parse().unwrap() }
}

/// As a station sends it: on one line, which the signature is over.
fn envelope<Body: Serialize>(kind: MessageKind, sequence: u64, body: Body) -> Envelope<Body> {
    let raw = RawValue::from_string(serde_json::to_string(&body).unwrap()).unwrap();
    let unsigned = unsigned(kind, sequence, raw);
    let signature = audience().sign_message(&key(), &unsigned);
    Envelope { signature, ..self::unsigned(kind, sequence, body) }
}

fn unsigned<Body>(kind: MessageKind, sequence: u64, body: Body) -> Envelope<Body> {
    Envelope {
        message_id: MessageId::from_bytes([9; 16]),
        venue: "house".parse().unwrap(),
        station_id: STATION,
        epoch: 1,
        sequence,
        kind,
        occurred_at: "2026-11-20T18:02:03.004Z".parse().unwrap(),
        clock_offset_ms: -1_500,
        body,
        signature: String::new(),
    }
}

fn ticket(no: u8, seat: SeatId, number: Option<&str>) -> PurchasedTicket {
    PurchasedTicket {
        ticket_id: TicketId::from_bytes([no; 16]),
        row: number.map(|_| "B".to_owned()),
        seat_number: number.map(str::to_owned),
        section: if number.is_some() { "Stalls" } else { "Floor" }.to_owned(),
        seat_class: "Gold".to_owned(),
        price: Money::new(29_900, Currency::USD).into(),
        category_no: 2,
        is_fan_club_member: number.is_some(),
        fan_club_id: number.map(|_| "FCID1001".to_owned()),
        token: Some(format!("WK1:{}", "0".repeat(144))),
        seat_id: seat,
    }
}

fn purchase() -> Purchase {
    Purchase {
        order_id: ORDER,
        order_code: "K7QF2M9".to_owned(),
        concert_id: EVENT,
        concert_name: "Harbour Nights".to_owned(),
        concert_date: "2026-12-05T03:30:00Z".parse().unwrap(),
        tickets: vec![
            ticket(4, SeatId::new("seat-1"), Some("14")),
            ticket(5, SeatId::standing("Floor"), None),
        ],
        total_amount: Money::new(59_800, Currency::USD).into(),
        currency: Currency::USD,
        payment_status: "Completed".to_owned(),
        purchase_timestamp: "2026-11-20T18:02:03.004Z".parse().unwrap(),
        channel: "box_office".to_owned(),
        station_id: STATION,
        holder: Some("Ada Moreno".to_owned()),
        fan_contact: Some(Contact { email: Some("ada@example.com".to_owned()), phone: None }),
        payment: PurchasePayment {
            method: "cash".to_owned(),
            received: Money::new(60_000, Currency::USD).into(),
            change: Money::new(200, Currency::USD).into(),
        },
    }
}

fn admission(outcome: &str) -> Admission {
    let ticket_id = TicketId::from_bytes([4; 16]);
    let entry = outcome == "entry";
    Admission {
        scan_id: ScanId::from_bytes([7; 16]),
        admission_id: entry.then(|| admission_id(STATION, ticket_id)),
        station_name: "North gate".to_owned(),
        event_id: Some(EVENT),
        ticket_id: Some(ticket_id),
        outcome: outcome.to_owned(),
        reason: (!entry).then(|| "already_admitted".to_owned()),
        gate: Some("North".to_owned()),
        scanned_at: "2026-11-20T19:00:00Z".parse().unwrap(),
        by_hand: false,
        out_of_hours: None,
        by: None,
        annuls: None,
        annulled: Vec::new(),
    }
}

/// The entry of `admission` is undone.
fn annulment() -> Admission {
    let entry = admission("entry");
    Admission {
        scan_id: ScanId::from_bytes([8; 16]),
        outcome: "annulment".to_owned(),
        annuls: Some(entry.scan_id),
        by: Some("Bo".to_owned()),
        ..entry
    }
}

/// The same ticket, let in afterwards: by hand, hours before its doors open.
fn entry_by_hand() -> Admission {
    let entry = admission("entry");
    let ticket_id = TicketId::from_bytes([4; 16]);
    Admission {
        scan_id: ScanId::from_bytes([6; 16]),
        admission_id: Some(admission_id_after(STATION, ticket_id, 1)),
        by_hand: true,
        out_of_hours: Some("not_yet_valid".to_owned()),
        by: Some("Ada".to_owned()),
        annulled: annulled_admissions(STATION, ticket_id, 1),
        ..entry
    }
}

#[test]
fn what_a_station_writes_is_signed_by_it() {
    let public_key = key_text(&key().verifying_key());
    let written = serde_json::to_string(&envelope(MessageKind::Purchase, 41, purchase())).unwrap();
    let sealed = SealedEnvelope::read(&written).unwrap();
    assert!(audience().has_signed_message(&public_key, &sealed));
}

#[test]
fn a_sale_is_what_the_pipeline_reads() {
    assert_golden("purchase", &envelope(MessageKind::Purchase, 41, purchase()));
    let (stamp, message) = StationMessage::parse(&golden("purchase")).unwrap();
    let StationMessage::Purchase(sale) = message else { panic!("not a sale") };
    assert_eq!((stamp.station_id, stamp.sequence, stamp.clock_offset_ms), (STATION, 41, -1_500));
    assert_eq!(sale.order_id, ORDER.to_string());
    assert_eq!(sale.total_amount, Money::new(59_800, Currency::USD));
    assert_eq!(sale.payment_status, PaymentStatus::Completed);
    assert_eq!(sale.tickets[0].label(), "Stalls B-14");
    assert_eq!(sale.standing().into_iter().collect::<Vec<_>>(), [("Floor", 1)]);
    assert_eq!(
        fan_club::points_by_member(&sale).into_iter().collect::<Vec<_>>(),
        [("FCID1001".to_owned(), 299)]
    );
    assert_eq!(
        TopicMessage::parse(&sale.text().unwrap()),
        Ok(*sale),
        "what goes on to the topic says the same"
    );
}

#[test]
fn a_scan_is_what_the_pipeline_reads() {
    assert_golden("admission", &envelope(MessageKind::Admission, 42, admission("entry")));
    assert_golden("refusal", &envelope(MessageKind::Admission, 43, admission("refusal")));
    assert_golden("annulment", &envelope(MessageKind::Admission, 45, annulment()));
    assert_golden("admission-by-hand", &envelope(MessageKind::Admission, 46, entry_by_hand()));
    for (name, sent) in [
        ("admission", admission("entry")),
        ("refusal", admission("refusal")),
        ("annulment", annulment()),
        ("admission-by-hand", entry_by_hand()),
    ] {
        let (stamp, message) = StationMessage::parse(&golden(name)).unwrap();
        let StationMessage::Admission(scan) = message else { panic!("not a scan") };
        assert_eq!(*scan, sent);
        let cloud_time = scan.scanned_at.as_millisecond() + 1_500;
        assert_eq!(stamp.corrected(scan.scanned_at), cloud_time, "a clock that is behind reads too early");
    }
}

#[test]
fn a_reprint_is_what_the_pipeline_reads() {
    assert_golden("reprint", &envelope(MessageKind::Reprint, 44, Reprint { order_id: ORDER, times: 2 }));
    let (_, message) = StationMessage::parse(&golden("reprint")).unwrap();
    assert_eq!(message, StationMessage::Reprint { order_id: ORDER.to_string(), times: 2 });
}

#[test]
fn the_sources_own_message_is_a_topic_message() {
    let message = TopicMessage::parse(&golden("topic-message")).unwrap();
    assert_eq!(message.order_id, "ORD987654321");
    assert_eq!(message.concert_date, ConcertDate::At("2024-07-10T20:00:00Z".parse().unwrap()));
    assert_eq!(message.payment_status, PaymentStatus::Pending);
    assert_eq!(message.tickets[0].seat_id.as_str(), "VIP-B15", "derived from section and number");
    assert_eq!(message.tickets[0].label(), "VIP B15");
    assert!(message.is_fan_club());
    assert_eq!(fan_club::points_by_member(&message)["FCID1001"], 500, "both tickets of one member together");
    assert_eq!(message.customer_id().as_deref(), Some("FAN123456789"));
    let again = TopicMessage::parse(&message.text().unwrap()).unwrap();
    assert_eq!(again, message);
    assert_eq!(again.digest().unwrap(), message.digest().unwrap());
}

#[test]
fn records_say_what_the_message_said() {
    let message = TopicMessage::parse(&golden("topic-message")).unwrap();
    let order = OrderRecord::of(&message, message.digest().unwrap(), 5);
    let text = serde_json::to_string(&order).unwrap();
    assert!(text.len() < 1_024, "{} bytes are more than one write unit", text.len());
    assert_eq!(serde_json::from_str::<OrderRecord>(&text).unwrap(), order);
    let payment = PaymentRecord::of(&message, 5);
    assert_eq!((payment.payment_id.as_str(), payment.amount), ("pay-ORD987654321", 50_000));
    let member: FanClubMemberRecord = serde_json::from_value(json!({"fanClubId": "F1"})).unwrap();
    assert_eq!((member.points, member.tier), (0, fan_club::Tier::Bronze), "a new member has nothing yet");
}

fn refused(name: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut value: Value = serde_json::from_str(&golden(name)).unwrap();
    change(&mut value);
    let faults = StationMessage::parse(&value.to_string()).expect_err("this should be refused");
    faults.fields().iter().map(|fault| fault.field.clone()).collect()
}

#[test]
fn a_fault_names_its_field() {
    assert_eq!(refused("purchase", |m| m["kind"] = json!("refund")), ["kind"]);
    assert_eq!(refused("purchase", |m| m["messageId"] = json!("1")), ["messageId"]);
    assert_eq!(refused("purchase", |m| m["epoch"] = json!(-1)), ["epoch"]);
    assert_eq!(refused("purchase", |m| m["sequence"] = json!("41")), ["sequence"]);
    assert_eq!(refused("purchase", |m| m["body"] = json!(null)), ["body"]);
    let other = json!("00000000-0000-0000-0000-000000000005");
    assert_eq!(refused("purchase", |m| m["body"]["stationId"] = other), ["body.stationId"]);
    assert_eq!(refused("purchase", |m| m["body"]["totalAmount"] = json!(1)), ["body.totalAmount"]);
    let price = |m: &mut Value| m["body"]["tickets"][1]["price"] = json!("299.00");
    assert_eq!(refused("purchase", price), ["body.tickets[1].price"]);
    let twice = |m: &mut Value| m["body"]["tickets"][1] = m["body"]["tickets"][0].clone();
    assert_eq!(refused("purchase", twice), ["body.tickets[1].seatId", "body.tickets[1].ticketId"]);
    assert_eq!(refused("purchase", |m| m["body"]["paymentStatus"] = json!("Paid")), ["body.paymentStatus"]);
    assert_eq!(refused("admission", |m| m["body"]["ticketId"] = json!(null)), ["body.ticketId"]);
    assert_eq!(refused("admission", |m| m["body"]["outcome"] = json!("exit")), ["body.outcome"]);
    assert_eq!(refused("annulment", |m| m["body"]["admissionId"] = json!(null)), ["body.admissionId"]);
    assert_eq!(refused("annulment", |m| m["body"]["ticketId"] = json!(null)), ["body.ticketId"]);
    let by_hand = |field: &str, value: Value| refused("admission-by-hand", |m| m["body"][field] = value);
    assert_eq!(by_hand("byHand", json!("yes")), ["body.byHand"]);
    assert_eq!(by_hand("annulled", json!(["1"])), ["body.annulled[0]"]);
    assert_eq!(by_hand("annulled", json!("1")), ["body.annulled"]);
    assert_eq!(by_hand("annulled", json!(vec![ScanId::from_bytes([1; 16]); 51])), ["body.annulled"]);
    assert_eq!(refused("reprint", |m| m["body"]["times"] = json!(1.5)), ["body.times"]);
    assert_eq!(refused("reprint", |m| m["body"]["orderId"] = json!("../..")), ["body.orderId"]);
}

/// The seats differ, and nothing says so but what cannot be read.
#[test]
fn a_place_that_cannot_be_read_is_not_in_the_order_twice() {
    let mut message: Value = serde_json::from_str(&golden("topic-message")).unwrap();
    let mut ticket = message["tickets"][0].clone();
    for name in ["seatId", "ticketId"] {
        ticket.as_object_mut().unwrap().remove(name);
    }
    message["totalAmount"] = json!(ticket["price"].as_f64().unwrap() * 2.0);
    message["tickets"] = json!([ticket.clone(), ticket]);
    for (number, seat) in [(0, 22), (1, 23)] {
        message["tickets"][number]["seatNumber"] = json!(seat);
    }
    let faults = TopicMessage::parse(&message.to_string()).unwrap_err();
    let fields: Vec<&str> = faults.fields().iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["tickets[0].seatNumber", "tickets[1].seatNumber"]);
}

#[test]
fn faults_never_repeat_what_stood_there() {
    let mut value: Value = serde_json::from_str(&golden("purchase")).unwrap();
    for field in ["holder", "orderCode", "channel"] {
        value["body"][field] = json!("Zebulon\u{7}".repeat(40));
    }
    value["body"]["fanContact"] = json!({"email": "zebulon", "phone": "zebulon"});
    let faults = StationMessage::parse(&value.to_string()).unwrap_err();
    assert!(!faults.to_string().to_lowercase().contains("zebulon"), "{faults}");
}

#[test]
fn the_largest_order_is_one_message() {
    let name = "\u{1F600}".repeat(120);
    let tickets: Vec<Value> = (0..TICKETS_MAX)
        .map(|n| {
            let discount = json!({"kind": "d".repeat(32), "amount": 1});
            json!({
                "ticketId": format!("{n}{}", "t".repeat(125)), "seatId": format!("{n}{}", "s".repeat(197)),
                "section": name, "row": "r".repeat(40), "seatNumber": "n".repeat(40), "seatClass": name,
                "price": 1, "isFanClubMember": true, "fanClubId": "f".repeat(128), "token": "0".repeat(148),
                "discounts": vec![discount; 4],
            })
        })
        .collect();
    let message = json!({
        "orderId": "o".repeat(128), "concertId": "c".repeat(128), "concertName": name, "concertDate": "2026-12-05",
        "tickets": tickets, "totalAmount": 100, "paymentStatus": "Pending", "holder": name,
        "purchaseTimestamp": "2026-11-20T18:02:03Z",
    });
    let message = TopicMessage::parse(&message.to_string()).unwrap();
    let length = message.text().unwrap().len();
    assert!(length < MESSAGE_MAX, "{length} bytes do not fit one message");
}

proptest! {
    #[test]
    fn whatever_comes_is_taken_or_refused_with_reasons(text in "\\PC{0,200}") {
        if let Err(faults) = StationMessage::parse(&text) {
            prop_assert!(!faults.fields().is_empty());
        }
    }

    #[test]
    fn a_broken_message_is_taken_or_refused_with_reasons(no in 0_usize..6, from in 0_usize..1500, cut in 0_usize..12, put in "[\\[\\]{}\":,0-9a-z-]{0,6}") {
        let mut text = golden(["purchase", "admission", "refusal", "reprint", "annulment", "admission-by-hand"][no]);
        let from = from.min(text.len());
        let to = (from + cut).min(text.len());
        text.replace_range(from..to, &put);
        match StationMessage::parse(&text) {
            Err(faults) => prop_assert!(!faults.fields().is_empty()),
            Ok((_, StationMessage::Purchase(sale))) => {
                prop_assert_eq!(TopicMessage::parse(&sale.text().unwrap()), Ok(*sale));
            }
            Ok(_) => {}
        }
    }

    #[test]
    fn points_do_not_depend_on_the_order_of_tickets(prices in prop::collection::vec(0_i64..1_000_000, 1..12), turn in 0_usize..12) {
        let mut message = TopicMessage::parse(&golden("topic-message")).unwrap();
        let sample = message.tickets[0].clone();
        message.tickets = prices.iter().enumerate().map(|(no, &minor)| {
            let mut ticket = sample.clone();
            ticket.price = Money::new(minor, Currency::USD);
            ticket.fan_club_id = Some(format!("F{}", no % 3));
            ticket
        }).collect();
        let points = fan_club::points_by_member(&message);
        let turn = turn % message.tickets.len();
        message.tickets.rotate_left(turn);
        prop_assert_eq!(&points, &fan_club::points_by_member(&message));
        let together: i64 = prices.iter().sum::<i64>() / 100;
        let credited: u64 = points.values().sum();
        prop_assert!(credited <= u64::try_from(together).unwrap(), "rounding never gives points away");
    }
}
