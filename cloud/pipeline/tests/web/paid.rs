//! Orders that are paid, and orders whose money is given back.

use serde_json::json;
use wicket_domain::cloud::code_digest;
use wicket_domain::id::TicketId;
use wicket_domain::table::{Item, Table};
use wicket_domain::token::{Token, TokenPayload};
use wicket_pipeline::issuer::key_of;

use crate::shop::{EVENT, SECRET, Shop, wants};

fn tickets(shop: &Shop, name: &str) -> Vec<String> {
    let items = shop.memory.items(Table::Tickets);
    items.iter().map(|item| item.text(name).unwrap_or("-").to_owned()).collect()
}

fn points(shop: &Shop) -> i64 {
    let members = shop.memory.items(Table::FanClubMembers);
    let member = members.iter().find(|item| item.text("fanClubId") == Some("F1")).unwrap();
    member.number("points").unwrap_or(0)
}

/// The code that the web shop's key makes of a ticket.
fn code(ticket: &Item, class: u16) -> String {
    let key = key_of(SECRET).unwrap();
    let id: TicketId = ticket.text("ticketId").unwrap().parse().unwrap();
    TokenPayload::new(&key.verifying_key(), class, EVENT, id).sign(&key)
}

#[test]
fn a_paid_order_has_its_seats_tickets_points_and_letter_however_often_it_is_told() {
    let shop = Shop::new();
    let order = shop.ordered("k1", &wants(&["A-1", "floor"]));
    for kind in ["payment_intent.payment_failed", "invoice.created"] {
        assert_eq!(shop.stripe(kind, &order, json!({})), 200);
    }
    assert_eq!((shop.status(&order), shop.state("s1")), ("reserved".to_owned(), "owned".to_owned()));
    assert_eq!(shop.pay(&order, 2_000), 200);
    assert_eq!(shop.pay(&order, 2_000), 200);
    assert_eq!((shop.status(&order), shop.state("s1")), ("paid".to_owned(), "sold".to_owned()));
    assert!(!shop.seat("s1").has("payUntil") && shop.remaining() == 2);
    let topic = shop.published();
    assert_eq!(topic.len(), 1);
    let letters = shop.hear(&topic);
    assert_eq!((letters.len(), points(&shop)), (1, 10), "the member's ticket is ten euros");
    assert_eq!(tickets(&shop, "status"), ["valid", "valid"]);
    assert!(shop.memory.items(Table::Conflicts).is_empty());
    assert_eq!(shop.memory.items(Table::Payments)[0].text("status"), Some("completed"));
    assert_eq!(shop.keep(), 0);
    shop.pass(60);
    assert_eq!((shop.keep(), shop.state("s1").as_str()), (0, "sold"), "what is paid stays");
}

#[test]
fn the_codes_are_the_clouds_and_stand_in_no_table() {
    let shop = Shop::new();
    let order = shop.ordered("k1", &wants(&["A-2", "floor"]));
    shop.pay(&order, 2_000);
    let topic = shop.published();
    shop.hear(&topic);
    let key = key_of(SECRET).unwrap();
    for ticket in shop.memory.items(Table::Tickets) {
        let class = u16::from(ticket.text("seatId") == Some("ga#floor"));
        let code = code(&ticket, class);
        assert_eq!(ticket.text("codeDigest"), Some(code_digest(&code).as_str()));
        assert!(Token::decode(&code).unwrap().verify(&key.verifying_key()), "a gate can read it");
    }
    let pdf = shop.memory.files().into_iter().find(|file| file.media_type == "application/pdf").unwrap();
    assert!(pdf.bytes.len() > 10_000, "two tickets, and no letter that sends to the box office");
    for table in Table::ALL {
        assert!(!format!("{:?}", shop.memory.items(table)).contains("WK1:"), "{table:?}");
    }
    assert!(topic.iter().all(|text| !text.contains("WK1:")));
}

#[test]
fn where_no_desk_let_the_web_shop_in_the_fan_gets_an_order_and_no_code() {
    let shop = Shop::new();
    shop.put_event("live", &[]);
    let order = shop.ordered("k1", &wants(&["A-1"]));
    shop.pay(&order, 1_000);
    let topic = shop.published();
    shop.hear(&topic);
    assert_eq!(
        (tickets(&shop, "codeDigest"), tickets(&shop, "status")),
        (vec!["-".to_owned()], vec!["valid".to_owned()])
    );
    assert!(shop.memory.items(Table::Tickets)[0].has("pdfUrl"));
}

#[test]
fn an_order_that_the_shop_has_taken_money_for_is_paid_at_once() {
    let shop = Shop::new();
    let mut body = wants(&["A-1"]);
    body["paymentStatus"] = json!("Completed");
    let first = shop.order("k1", &body);
    assert_eq!((first.0, shop.state("s1").as_str()), (202, "sold"));
    assert_eq!(shop.order("k1", &body), first);
    assert_eq!(shop.published().len(), 1);
    body["paymentStatus"] = json!("Refunded");
    assert_eq!(shop.order("k2", &body).0, 400);
}

#[test]
fn money_given_back_takes_tickets_seats_and_points_with_it() {
    let shop = Shop::new();
    let order = shop.ordered("k1", &wants(&["A-1", "floor"]));
    shop.pay(&order, 2_000);
    let topic = shop.published();
    shop.hear(&topic);
    assert_eq!(shop.refund(&order, 500, false), 200);
    assert_eq!(
        (shop.status(&order), tickets(&shop, "status")),
        ("paid".to_owned(), vec!["valid".to_owned(); 2])
    );
    assert_eq!(shop.memory.items(Table::Payments)[0].number("refunded"), Some(500), "noted, and that is all");
    for _ in 0..2 {
        assert_eq!(shop.refund(&order, 2_000, true), 200);
        assert_eq!((shop.status(&order), shop.state("s1")), ("refunded".to_owned(), "available".to_owned()));
        assert_eq!(tickets(&shop, "status"), ["refunded", "refunded"]);
        assert_eq!((points(&shop), shop.remaining()), (0, 3));
    }
    shop.hear(&topic);
    assert_eq!(
        (points(&shop), shop.state("s1").as_str()),
        (0, "available"),
        "late news of the sale changes nothing"
    );
    assert_eq!(shop.pay(&order, 2_000), 200);
    assert_eq!((shop.status(&order), shop.published().len()), ("refunded".to_owned(), 0));
    shop.ordered("k2", &wants(&["A-1", "floor", "floor", "floor"]));
}

#[test]
fn a_refund_that_is_heard_of_before_its_sale_brings_no_points() {
    let shop = Shop::new();
    let order = shop.ordered("k1", &wants(&["A-1"]));
    shop.pay(&order, 1_000);
    let topic = shop.published();
    shop.refund(&order, 1_000, true);
    shop.hear(&topic);
    assert_eq!((points(&shop), shop.state("s1").as_str()), (0, "available"));
    assert_eq!(tickets(&shop, "status"), ["refunded"]);
}

#[test]
fn an_order_of_an_unpublished_event_gives_its_seats_back_too() {
    let shop = Shop::new();
    let mut body = wants(&["A-1"]);
    body["concertId"] = json!("elsewhere");
    let order = shop.ordered("k1", &body);
    let topic = shop.published();
    shop.hear(&topic);
    assert_eq!((shop.state("stalls-A-1").as_str(), points(&shop)), ("sold", 10));
    shop.pay(&order, 1_000);
    shop.refund(&order, 1_000, true);
    assert_eq!((shop.state("stalls-A-1").as_str(), points(&shop)), ("available", 0));
    assert_eq!(
        (tickets(&shop, "status"), shop.status(&order)),
        (vec!["refunded".to_owned()], "refunded".to_owned())
    );
}
