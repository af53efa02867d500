//! The main job from end to end: sell, print, admit once.

use std::process::Command;

use serde_json::{Value, json};

use crate::desk::{Desk, has_keys, list};

/// The sample event whose doors are open.
const EVENT: &str = "Stand-Up Comedy Night";

#[test]
fn a_ticket_is_sold_printed_read_and_admitted_once() {
    let desk = Desk::with_samples();
    events_are_listed(&desk);
    let pair = two_free_seats(&desk);
    let sale = sold(&desk, &pair);
    let pages = printed(&desk, sale["code"].as_str().unwrap());

    let tickets = list(&sale["tickets"]);
    let (first, second) = (tickets[0]["token"].as_str().unwrap(), tickets[1]["token"].as_str().unwrap());
    admitted_by_token_once(&desk, first, &tickets[0]);
    both_codes_are_read(&desk, &pages, [first, second]);

    let whole = desk.ask(&["admit", "--image", &pages[1], "--gate", "South", "--event", EVENT]);
    assert_eq!(whole["verdict"], "admitted");
    assert_eq!(whole["ticket"]["ticketId"], tickets[1]["ticketId"]);
    the_order_is_found(&desk, &sale);
    assert_eq!(desk.ask(&["audit", "verify"])["sound"], true);
}

fn events_are_listed(desk: &Desk) {
    let events = desk.ask(&["events"]);
    assert_eq!(list(&events).len(), 10, "the samples");
    for event in list(&events) {
        has_keys(event, &["eventId", "name", "startsAt", "seatsFree"]);
        assert!(event["seatsFree"].as_u64().unwrap() > 1_000, "{event}");
    }
}

/// Two free seats of the category that the sample prices are given for.
fn two_free_seats(desk: &Desk) -> Vec<Value> {
    let seats = desk.ask(&["seats", EVENT, "--free"]);
    for seat in list(&seats) {
        has_keys(seat, &["seatId", "label", "category", "price", "state"]);
        assert_eq!(seat["state"], "free", "{seat}");
    }
    let pair: Vec<_> = list(&seats).iter().filter(|seat| seat["category"] == "Stalls").take(2).collect();
    assert_eq!(pair[0]["price"], "45.00", "a decimal string");
    pair.into_iter().cloned().collect()
}

fn sold(desk: &Desk, pair: &[Value]) -> Value {
    let seat = |number: usize| pair[number]["seatId"].as_str().unwrap();
    let holder = ["--holder", "Zoë Ångström"];
    let words = ["sell", EVENT, "--seat", seat(0), seat(1), "--cash", "112.50"];
    let sale = desk.ask(&[&words[..], &holder[..]].concat());
    has_keys(&sale, &["orderId", "code", "total", "change", "tickets"]);
    assert_eq!((&sale["total"], &sale["change"]), (&json!("90.00"), &json!("22.50")), "decimal strings");
    let tickets = list(&sale["tickets"]);
    assert_eq!(tickets.len(), 2);
    for (ticket, seat) in tickets.iter().zip(pair) {
        has_keys(ticket, &["ticketId", "seatId", "label", "token"]);
        assert_eq!((&ticket["seatId"], &ticket["label"]), (&seat["seatId"], &seat["label"]));
        let token = ticket["token"].as_str().unwrap();
        assert!(token.starts_with("WK1:") && token.len() == 148, "{token}");
    }
    let all = desk.ask(&["seats", EVENT]);
    let now: Vec<_> = list(&all).iter().filter(|seat| seat["state"] == "sold").collect();
    let ids: Vec<_> = now.iter().map(|seat| &seat["seatId"]).collect();
    assert_eq!(ids, [&pair[0]["seatId"], &pair[1]["seatId"]]);
    sale
}

/// The pages of the order's PDF as pictures.
fn printed(desk: &Desk, code: &str) -> Vec<String> {
    for format in ["letter", "80mm"] {
        let file = desk.file(&format!("{format}.pdf"));
        let told = desk.ask(&["print", code, "--out", &file, "--format", format]);
        assert_eq!(told["file"], file);
    }
    let pdf = desk.file("tickets.pdf");
    let told = desk.ask(&["print", code, "--out", &pdf]);
    has_keys(&told, &["orderId", "file", "bytes", "times"]);
    assert_eq!(told["times"], 3, "printed again is counted");
    let read = Command::new("pdftotext").args([&pdf, "-"]).output().expect("pdftotext runs");
    let text = String::from_utf8_lossy(&read.stdout).into_owned();
    assert!(text.contains("Zoë Ångström") && text.contains(code), "{text}");
    let stem = desk.file("page");
    let done = Command::new("pdftoppm").args(["-r", "110", "-png", &pdf, &stem]).status();
    assert!(done.expect("pdftoppm runs; `cargo xtask test` installs it").success());
    let pages = [1, 2].map(|page| desk.file(&format!("page-{page}.png")));
    assert!(pages.iter().all(|page| std::path::Path::new(page).is_file()), "a page a ticket");
    pages.into()
}

fn admitted_by_token_once(desk: &Desk, token: &str, ticket: &Value) {
    let admit = ["admit", "--token", token, "--gate", "North", "--event", EVENT];
    let first = desk.ask(&admit);
    has_keys(&first, &["verdict", "reason", "ticket", "firstAdmission"]);
    assert_eq!((&first["verdict"], &first["reason"]), (&json!("admitted"), &Value::Null));
    assert_eq!(first["ticket"]["ticketId"], ticket["ticketId"]);
    assert_eq!(first["ticket"]["label"], ticket["label"]);

    let again = desk.run(&admit);
    assert_eq!((again.exit(), again.complaint().as_str()), (1, ""), "{again}");
    let again = again.result();
    assert_eq!((&again["verdict"], &again["reason"]), (&json!("refused"), &json!("already_admitted")));
    let before = &again["firstAdmission"];
    assert_eq!((&before["gate"], &before["station"]), (&json!("North"), &json!("Window 1")));
    assert_eq!(before["at"], first["at"], "the moment of the first one");

    let forged = desk.run(&["admit", "--token", &token.replace("WK1:", "WK1:0")]);
    assert_eq!((forged.exit(), &forged.result()["verdict"]), (1, &json!("refused")), "{forged}");
}

fn both_codes_are_read(desk: &Desk, pages: &[String], tokens: [&str; 2]) {
    let read = desk.ask(&["decode", &pages[0], &pages[1]]);
    for ((picture, page), token) in list(&read).iter().zip(pages).zip(tokens) {
        has_keys(picture, &["image", "texts", "ms"]);
        assert_eq!((&picture["image"], &picture["texts"]), (&json!(page), &json!([token])));
        assert!(picture["ms"].is_number(), "{picture}");
    }
    let missing = desk.file("missing.png");
    let half = desk.run(&["decode", &pages[0], &missing]);
    assert_eq!(half.exit(), 2, "{half}");
    assert_eq!(half.result()[0]["texts"], json!([tokens[0]]), "what can be read is read: {half}");
    assert!(half.error().1.contains(&missing), "{half}");
}

fn the_order_is_found(desk: &Desk, sale: &Value) {
    let label = sale["tickets"][0]["label"].as_str().unwrap();
    for query in [sale["code"].as_str().unwrap(), sale["orderId"].as_str().unwrap(), "zoë", label] {
        let found = desk.ask(&["orders", query]);
        assert_eq!(list(&found).len(), 1, "{query}");
        assert_eq!(found[0]["orderId"], sale["orderId"], "{query}");
        assert_eq!(found[0]["admitted"], 2, "{query}");
    }
    assert_eq!(list(&desk.ask(&["orders"])).len(), 1);
    assert_eq!(desk.ask(&["orders", "nobody"]), json!([]));
}
