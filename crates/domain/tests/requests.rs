//! Orders from the web: the seven sample payloads of the sources, and what can be wrong with one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail here, too"
)]

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use wicket_domain::pipeline::{OrderRequest, TICKETS_MAX, TopicMessage, order_id_for};

fn seed(name: &str) -> String {
    let path = format!("{}/tests/fixtures/requests/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let event: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    event["body"].as_str().unwrap().to_owned()
}

fn at() -> Timestamp {
    "2026-05-01T14:30:00Z".parse().unwrap()
}

fn fields(body: &str) -> BTreeSet<String> {
    let faults = OrderRequest::parse(body).expect_err("this should be refused");
    let fields: BTreeSet<String> = faults.fields().iter().map(|fault| fault.field.clone()).collect();
    assert_eq!(fields.len(), faults.fields().len(), "one message a field: {faults}");
    fields
}

fn refused_with(change: impl FnOnce(&mut Value)) -> BTreeSet<String> {
    let mut body: Value = serde_json::from_str(&seed("3-mixed")).unwrap();
    change(&mut body);
    fields(&body.to_string())
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_four_sound_payloads_are_taken() {
    for (name, tickets, fan_club) in
        [("1-basic", 1, false), ("2-fan-club", 1, true), ("3-mixed", 2, true), ("4-vip", 1, true)]
    {
        let request = OrderRequest::parse(&seed(name)).unwrap();
        let message = request.into_message(order_id_for("request-id", name), at());
        assert_eq!((message.tickets.len(), message.is_fan_club()), (tickets, fan_club), "{name}");
        let read = TopicMessage::parse(&message.text().unwrap());
        assert_eq!(read.as_ref(), Ok(&message), "{name}: what is published can be read");
    }
}

#[test]
fn the_three_unsound_payloads_are_refused_field_by_field() {
    assert_eq!(fields(&seed("5-malformed")), set(&["tickets", "totalAmount"]));
    assert_eq!(fields(&seed("6-missing-fields")), set(&["concertName", "concertDate"]));
    assert_eq!(fields(&seed("7-invalid-types")), set(&["tickets[0].isFanClubMember", "totalAmount"]));
}

#[test]
fn a_total_without_prices_is_shared_out_to_the_cent() {
    let mut body: Value = serde_json::from_str(&seed("3-mixed")).unwrap();
    body["totalAmount"] = serde_json::from_str("250.01").unwrap();
    let message = OrderRequest::parse(&body.to_string()).unwrap().into_message("o".to_owned(), at());
    let prices: Vec<i64> = message.tickets.iter().map(|ticket| ticket.price.minor).collect();
    assert_eq!(prices, [12_501, 12_500]);
}

#[test]
fn the_same_request_is_the_same_order() {
    let one = OrderRequest::parse(&seed("4-vip")).unwrap().into_message(order_id_for("k", "1"), at());
    let again = OrderRequest::parse(&seed("4-vip")).unwrap().into_message(order_id_for("k", "1"), at());
    assert_eq!(one, again);
    assert_eq!(one.tickets[0].seat_id.as_str(), "A-1-1", "section, row and number");
    assert_eq!(one.tickets[0].label(), "A 1-1");
}

#[test]
fn each_wrong_field_is_named() {
    let long = "x".repeat(121);
    let cases: Vec<(&str, Value)> = vec![
        ("concertName", json!(long)),
        ("concertName", json!("")),
        ("concertName", json!("two\nlines")),
        ("concertName", json!(7)),
        ("concertDate", json!("2026-02-30")),
        ("concertDate", json!("05.12.2026")),
        ("concertDate", json!("9999-12-05")),
        ("concertDate", json!("2026-12-05T19:30:00")),
        ("tickets", json!([])),
        ("tickets", json!({})),
        ("tickets", json!(null)),
        ("totalAmount", json!(-1)),
        ("totalAmount", json!("250.00")),
        ("totalAmount", json!(250.001)),
        ("totalAmount", json!(1e300)),
        ("totalAmount", json!([250])),
        ("currency", json!("dollars")),
        ("concertId", json!("a/b")),
        ("concertId", json!("../x")),
        ("fanId", json!("x".repeat(129))),
        ("fanContact", json!("fan@example.com")),
    ];
    for (field, value) in cases {
        let wrong = refused_with(|body| body[field] = value.clone());
        assert_eq!(wrong, set(&[field]), "{value}");
    }
    let inner: Vec<(&str, Value)> = vec![
        ("seatClass", json!(long)),
        ("seatSection", json!(" ")),
        ("seatRow", json!(10)),
        ("seatNumber", json!(null)),
        ("isFanClubMember", json!("yes")),
        ("isFanClubMember", json!(1)),
        ("fanClubId", json!("#1")),
        ("seatId", json!("order#x")),
        ("seatId", json!("grant#x#y")),
        ("seatId", json!("x".repeat(201))),
    ];
    for (field, value) in inner {
        let wrong = refused_with(|body| body["tickets"][1][field] = value.clone());
        assert_eq!(wrong, set(&[&format!("tickets[1].{field}")]), "{value}");
    }
    let contact = refused_with(|body| body["fanContact"] = json!({"email": "nobody", "phone": "12"}));
    assert_eq!(contact, set(&["fanContact.email", "fanContact.phone"]));
}

#[test]
fn prices_are_for_all_or_none_and_add_up() {
    let half = refused_with(|body| body["tickets"][0]["price"] = json!(100));
    assert_eq!(half, set(&["tickets"]));
    let wrong_sum = refused_with(|body| {
        body["tickets"][0]["price"] = json!(100);
        body["tickets"][1]["price"] = json!(100);
    });
    assert_eq!(wrong_sum, set(&["totalAmount"]));
    let negative = refused_with(|body| {
        body["tickets"][0]["price"] = json!(-100);
        body["tickets"][1]["price"] = json!(350);
    });
    assert_eq!(negative, set(&["tickets[0].price"]), "whether the others have one is not the matter");
}

#[test]
fn a_seat_twice_and_too_many_tickets_are_refused() {
    let twice = refused_with(|body| body["tickets"][1] = body["tickets"][0].clone());
    assert_eq!(twice, set(&["tickets[1].seatNumber"]));
    let many =
        refused_with(|body| body["tickets"] = vec![body["tickets"][0].clone(); TICKETS_MAX + 1].into());
    assert_eq!(many, set(&["tickets"]));
    let mut standing: Value = serde_json::from_str(&seed("1-basic")).unwrap();
    standing["tickets"][0]["seatId"] = json!("ga#Floor");
    standing["tickets"] = vec![standing["tickets"][0].clone(); TICKETS_MAX].into();
    let message = OrderRequest::parse(&standing.to_string()).unwrap().into_message("o".to_owned(), at());
    assert_eq!(message.standing()["Floor"], 100, "standing places are alike");
}

/// Two seats of one row that differ in their numbers, or two rows: what is wrong there says nothing of the seats.
#[test]
fn a_place_that_cannot_be_read_is_not_in_the_order_twice() {
    for (field, one, other) in [
        ("seatNumber", json!(15), json!(16)),
        ("seatNumber", json!("1\n5"), json!(null)),
        ("seatRow", json!(10), json!(11)),
    ] {
        let wrong = refused_with(|body| {
            body["tickets"][1] = body["tickets"][0].clone();
            body["tickets"][0][field] = one.clone();
            body["tickets"][1][field] = other.clone();
        });
        let expected = set(&[&format!("tickets[0].{field}"), &format!("tickets[1].{field}")]);
        assert_eq!(wrong, expected, "{one} and {other}");
    }
    let by_id = refused_with(|body| {
        body["tickets"][1] = body["tickets"][0].clone();
        for number in 0..2 {
            body["tickets"][number]["seatId"] = json!("D-12-22");
        }
        body["tickets"][1]["seatNumber"] = json!(22);
    });
    assert_eq!(by_id, set(&["tickets[1].seatNumber", "tickets[1].seatId"]), "each its own message");
    let no_id = refused_with(|body| {
        for number in 0..2 {
            body["tickets"][number]["seatId"] = json!(number);
        }
    });
    assert_eq!(no_id, set(&["tickets[0].seatId", "tickets[1].seatId"]));
}

#[test]
fn what_is_not_a_document_is_refused_whole() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in ["", "null", "[]", "{", "true", "{\"a\":1}x", &deep, &" ".repeat(300_000)] {
        assert_eq!(fields(body), set(&["body"]), "{body:.20}");
    }
}

#[test]
fn unknown_fields_are_passed_over_however_deep() {
    let mut body: Value = serde_json::from_str(&seed("1-basic")).unwrap();
    body["utm"] = json!({"source": [1, 2, {"x": null}]});
    assert!(OrderRequest::parse(&body.to_string()).is_ok());
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let text = seed("1-basic").replacen('{', &format!("{{\"deep\": {deep},"), 1);
    assert!(OrderRequest::parse(&text).is_ok(), "skipped, not descended into");
}

proptest! {
    #[test]
    fn whatever_comes_is_taken_or_refused_with_reasons(body in "\\PC{0,200}") {
        if let Err(faults) = OrderRequest::parse(&body) {
            prop_assert!(!faults.fields().is_empty());
        }
    }

    #[test]
    fn a_broken_payload_never_gives_nothing_to_correct(seed_no in 0_usize..4, from in 0_usize..400, cut in 0_usize..20, put in "[\\[\\]{}\":,0-9a-z-]{0,6}") {
        let name = ["1-basic", "2-fan-club", "3-mixed", "4-vip"][seed_no];
        let mut body = seed(name);
        let from = from.min(body.len());
        let to = (from + cut).min(body.len());
        body.replace_range(from..to, &put);
        match OrderRequest::parse(&body) {
            Err(faults) => prop_assert!(!faults.fields().is_empty()),
            Ok(request) => {
                let message = request.into_message("o".to_owned(), at());
                let text = message.text().unwrap();
                prop_assert_eq!(TopicMessage::parse(&text), Ok(message), "what is published can be read");
            }
        }
    }

    #[test]
    fn no_mutation_of_an_unsound_payload_is_taken(seed_no in 0_usize..3, from in 0_usize..400, cut in 0_usize..20, put in "[\\[\\]{}\":,0-9a-z-]{0,6}") {
        let mut body = seed(["5-malformed", "6-missing-fields", "7-invalid-types"][seed_no]);
        let from = from.min(body.len());
        let to = (from + cut).min(body.len());
        body.replace_range(from..to, &put);
        let faults = OrderRequest::parse(&body).expect_err("nothing of it can be published");
        let fields: BTreeSet<&str> = faults.fields().iter().map(|fault| fault.field.as_str()).collect();
        prop_assert!(!fields.is_empty());
        prop_assert_eq!(fields.len(), faults.fields().len(), "one message a field: {}", faults);
        prop_assert!(faults.fields().iter().all(|fault| !fault.message.is_empty()));
    }

    #[test]
    fn shares_always_add_up_to_the_total(cents in 0_i64..10_000_000, count in 1_usize..=100) {
        let tickets: Vec<Value> = (0..count)
            .map(|n| json!({"seatClass": "S", "seatSection": "A", "seatRow": "1", "seatNumber": n.to_string(), "isFanClubMember": false}))
            .collect();
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let tickets = Value::from(tickets);
        let body = format!("{{\"concertName\":\"x\",\"concertDate\":\"2026-12-05\",\"totalAmount\":{amount},\"tickets\":{tickets}}}");
        let message = OrderRequest::parse(&body).unwrap().into_message("o".to_owned(), at());
        prop_assert_eq!(message.tickets.iter().map(|ticket| ticket.price.minor).sum::<i64>(), cents);
    }
}
