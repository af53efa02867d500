//! What an order gets before it is accepted, and what it does not.

use serde_json::{Value, json};
use wicket_domain::id::EventId;
use wicket_domain::table::Table;

use crate::shop::{EVENT, Shop, wants};

fn empty(shop: &Shop, table: Table) -> bool {
    shop.memory.items(table).is_empty()
}

#[test]
fn an_order_owns_its_seats_before_it_is_accepted_and_nothing_else_happens() {
    let shop = Shop::new();
    let (status, answer) = shop.order("k1", &wants(&["A-1", "A-2", "floor"]));
    assert_eq!((status, answer["payUntil"].as_str()), (202, Some("2026-11-20T18:35:00Z")), "{answer}");
    assert_eq!(answer["concertId"], EVENT.to_string());
    for seat in ["s1", "s2"] {
        let item = shop.seat(seat);
        let told = (item.text("state"), item.text("orderId"), item.number("version"));
        assert_eq!(told, (Some("owned"), answer["orderId"].as_str(), Some(2)));
    }
    assert_eq!(shop.remaining(), 2);
    let order = &shop.memory.items(Table::Orders)[0];
    assert_eq!(order.text("status"), Some("reserved"));
    assert!(shop.published().is_empty(), "nobody gets a letter, points or a ticket before it is paid");
    assert!(empty(&shop, Table::Tickets) && empty(&shop, Table::Payments));
}

#[test]
fn of_two_orders_for_one_seat_one_gets_it_and_the_other_is_told_which_it_lacks() {
    let shop = Shop::new();
    shop.ordered("k1", &wants(&["A-1"]));
    let (status, answer) = shop.order("k2", &wants(&["A-2", "A-1"]));
    assert_eq!(status, 409);
    let lost = json!([{"ticket": 1, "seatId": "s1", "seat": "Stalls A-1", "reason": "taken"}]);
    assert_eq!(answer["tickets"], lost);
    assert_eq!(shop.state("s2"), "available", "all or none");
    assert_eq!(shop.memory.items(Table::Orders).len(), 1);
    assert!(shop.published().is_empty() && shop.memory.items(Table::Customers).len() == 1);
    shop.ordered("k2", &wants(&["A-2", "A-3"]));
}

#[test]
fn a_seat_that_the_event_does_not_have_is_named() {
    let shop = Shop::new();
    let mut body = wants(&["A-1", "A-9"]);
    let (status, answer) = shop.order("k1", &body);
    let lost = json!([{"ticket": 1, "seatId": "stalls-A-9", "seat": "stalls A-9", "reason": "unknown"}]);
    assert_eq!((status, &answer["tickets"]), (409, &lost));
    body["tickets"][1]["seatId"] = json!("s1");
    let (_, answer) = shop.order("k1", &body);
    assert_eq!(answer["tickets"][0]["reason"], "twice", "A-1 is s1");
    body["tickets"][1]["seatId"] = json!("s2");
    shop.ordered("k1", &body);
    assert_eq!((shop.state("s1"), shop.state("s2")), ("owned".to_owned(), "owned".to_owned()));
}

#[test]
fn a_floor_has_so_many_places_and_no_more() {
    let shop = Shop::new();
    shop.ordered("k1", &wants(&["floor", "floor"]));
    let (status, answer) = shop.order("k2", &wants(&["A-1", "floor", "floor"]));
    assert_eq!((status, answer["tickets"].as_array().unwrap().len()), (409, 2), "{answer}");
    assert_eq!((shop.remaining(), shop.state("s1").as_str()), (1, "available"));
    shop.ordered("k2", &wants(&["floor"]));
    assert_eq!(shop.remaining(), 0);
}

#[test]
fn a_request_that_comes_again_gets_the_same_answer() {
    let shop = Shop::new();
    let first = shop.order("k1", &wants(&["A-1"]));
    shop.pass(10);
    assert_eq!(shop.order("k1", &wants(&["A-1"])), first);
    assert_eq!((shop.seat("s1").number("version"), shop.memory.items(Table::Orders).len()), (Some(2), 1));
    let (status, answer) = shop.order("k1", &wants(&["A-2"]));
    assert_eq!((status, answer["message"].as_str().unwrap().contains("Idempotency-Key")), (409, true));
    assert_eq!(shop.state("s2"), "available");
}

#[test]
fn an_event_is_found_by_its_name_and_date_where_that_is_clear() {
    let shop = Shop::new();
    let mut body = wants(&["A-1"]);
    body.as_object_mut().unwrap().remove("concertId");
    let (status, answer) = shop.order("k1", &body);
    assert_eq!((status, &answer["concertId"]), (202, &json!(EVENT)));
    shop.name_event(&[EVENT, EventId::from_bytes([3; 16])]);
    let (status, answer) = shop.order("k2", &body);
    assert_eq!((status, &answer["errors"][0]["field"]), (400, &json!("concertId")), "{answer}");
}

#[test]
fn what_is_not_on_sale_is_not_ordered() {
    let shop = Shop::new();
    for status in ["publishing", "cancelled"] {
        shop.put_event(status, &[]);
        let (refused, answer) = shop.order("k1", &wants(&["A-1"]));
        assert_eq!((refused, &answer["tickets"]), (409, &json!([])), "{answer}");
    }
    assert!(empty(&shop, Table::Orders) && shop.state("s1") == "available");
}

#[test]
fn an_event_that_nobody_published_is_sold_as_it_comes() {
    let shop = Shop::new();
    let mut body = wants(&["A-1"]);
    body["concertId"] = json!("elsewhere");
    shop.ordered("k1", &body);
    assert_eq!(shop.published().len(), 1, "ADR 17");
    assert_eq!(shop.memory.items(Table::Orders)[0].text("status"), Some("pending"));
}

#[test]
fn an_order_from_before_the_event_was_published_stays_what_it_was() {
    let shop = Shop::new();
    let event = shop.memory.items(Table::Events);
    let body = wants(&["A-1"]);
    let elsewhere = Shop::new();
    elsewhere.put_event("live", &[]);
    let mut early = body.clone();
    early["concertId"] = json!("later");
    let first = shop.order("k1", &early);
    // The event appears under the id that the order named.
    let mut published = event.into_iter().find(|item| item.has("status")).unwrap();
    published.put("eventId", "later");
    shop.memory.put(Table::Events, published);
    assert_eq!(shop.order("k1", &early), first);
    assert_eq!(shop.memory.items(Table::Orders).len(), 1);
}

#[test]
fn more_places_than_one_transaction_takes_are_refused() {
    let shop = Shop::new();
    let tickets: Vec<Value> = vec![wants(&["floor"])["tickets"][0].clone(); 101];
    let mut body = wants(&["floor"]);
    body["tickets"] = json!(tickets);
    assert_eq!(shop.order("k1", &body).0, 400);
    assert_eq!(shop.remaining(), 3);
}
