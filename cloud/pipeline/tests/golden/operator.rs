//! What the operator sets and sees: switches, the third party's key, an order's status, and its lines in the log.

use std::cell::RefCell;
use std::io::Write;
use std::sync::Once;
use std::time::Duration;

use serde_json::{Value, json};
use wicket_domain::table::Table;
use wicket_pipeline::audit::PrintNotification;
use wicket_pipeline::awards::FanClubAwardProcessor;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::world::{Parameter, Secret};
use wicket_pipeline::{Call, Function};

use crate::{FULFILMENT_KEY, call, house, messages, only, purchase};

/// What was published of the golden sale.
fn sold(memory: &Memory) -> String {
    call::<TicketPurchaseHandler>(memory, messages("StationQueue", &purchase()));
    memory.published().remove(0).text
}

fn failed<F: Function>(memory: &Memory, body: &str) -> usize {
    call::<F>(memory, messages("Queue", body))["batchItemFailures"].as_array().unwrap().len()
}

#[test]
fn each_call_of_the_third_party_carries_its_key() {
    let memory = house();
    assert_eq!(failed::<OrderFulfilment>(&memory, &sold(&memory)), 0);
    let [post] = memory.posts().try_into().unwrap();
    assert_eq!(
        (post.endpoint.as_str(), post.bearer.as_str()),
        ("https://print.example/orders", FULFILMENT_KEY)
    );
    assert!(!post.body.contains(FULFILMENT_KEY), "it stays out of what is told");
}

#[test]
fn the_key_may_change_while_the_function_runs() {
    let memory = house();
    let world = memory.world();
    let function = OrderFulfilment::new(world.clone());
    for (order, key) in [(3_u8, "an older key"), (4, "a newer key")] {
        memory.keep(Secret::FulfilmentKey, key);
        let sale = sold(&memory).replace("03030303", &format!("0{order}030303"));
        let mut body: Value = serde_json::from_str(&sale).unwrap();
        for (ticket, no) in body["tickets"].as_array_mut().unwrap().iter_mut().zip(1..) {
            ticket["ticketId"] = json!(format!("{order}-{no}"));
        }
        let event = serde_json::from_value(messages("FulfilmentQueue", &body.to_string())).unwrap();
        let call = Call { request_id: "r".to_owned(), until: world.time.passed() + Duration::from_mins(1) };
        memory.run(function.handle(event, &call)).unwrap();
        memory.run(world.time.sleep(Duration::from_mins(6)));
    }
    let keys: Vec<_> = memory.posts().into_iter().map(|post| post.bearer).collect();
    assert_eq!(keys, ["an older key", "a newer key"]);
}

#[test]
fn the_third_party_can_be_switched_off() {
    let memory = house();
    memory.choose(Parameter::ThirdParty, "off");
    assert_eq!(failed::<OrderFulfilment>(&memory, &sold(&memory)), 0, "the order is fulfilled all the same");
    assert_eq!((memory.files().len(), memory.posts().len()), (1, 0));
}

#[test]
fn orders_from_the_web_can_be_switched_off() {
    let memory = house();
    let body = json!({
        "concertName": "Harbour Nights", "concertDate": "2026-12-05", "totalAmount": 100,
        "tickets": [{"seatClass": "S", "seatSection": "A", "seatRow": "1", "seatNumber": "1", "isFanClubMember": false}],
    });
    let post = || call::<TicketPurchaseHandler>(&memory, json!({"body": body.to_string()}));
    memory.choose(Parameter::WebOrders, "off");
    assert_eq!(post()["statusCode"], 403);
    assert!(memory.items(Table::Orders).is_empty() && memory.published().is_empty());
    assert_eq!(failed::<TicketPurchaseHandler>(&memory, &purchase()), 0, "windows go on selling");
    memory.choose(Parameter::WebOrders, "on");
    assert_ne!(post()["statusCode"], 403);
}

#[test]
fn an_order_follows_its_payment() {
    let memory = house();
    let sale = sold(&memory);
    let mut order = only(&memory, Table::Orders);
    order.put("status", "pending");
    memory.put(Table::Orders, order);
    assert_eq!(failed::<PaymentProcessor>(&memory, &sale), 0);
    assert_eq!(only(&memory, Table::Orders).text("status"), Some("paid"));
    let mut order = only(&memory, Table::Orders);
    order.put("status", "refunded");
    memory.put(Table::Orders, order);
    assert_eq!(failed::<PaymentProcessor>(&memory, &sale), 0);
    assert_eq!(only(&memory, Table::Orders).text("status"), Some("refunded"), "and never goes back");
}

thread_local! {
    /// What was logged in this thread.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the log of the thread that logs.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What is logged during some work. One reader serves all threads: several would hide lines from one another.
fn logged(work: impl FnOnce()) -> Vec<Value> {
    static READER: Once = Once::new();
    READER.call_once(|| tracing_subscriber::fmt().json().flatten_event(true).with_writer(|| Log).init());
    LOG.take();
    work();
    let text = String::from_utf8(LOG.take()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// With a conflict, an unknown time zone and a third party that cannot be told, so that those lines are there, too.
#[test]
fn each_line_of_an_orders_way_names_the_order() {
    let memory = house();
    let id = crate::event_id().to_string();
    let event = json!({
        "eventId": id, "venue": "house",
        "event": {
            "eventId": id, "name": "Harbour Nights", "kind": "music", "currency": "USD", "sample": false,
            "startsAt": "2026-12-05T03:30:00Z", "venue": {"name": "Harbour Arena", "timeZone": "Nowhere/At_All"},
        },
    });
    memory.put(Table::Events, wicket_domain::table::Item::of(&event).unwrap());
    let seat =
        json!({"concertId": id, "seatId": "seat-1", "state": "sold", "orderId": "another", "version": 1});
    memory.put(Table::SeatInventory, wicket_domain::table::Item::of(&seat).unwrap());
    let lines = logged(|| {
        let sale = sold(&memory);
        failed::<SeatInventoryUpdater>(&memory, &sale);
        failed::<PaymentProcessor>(&memory, &sale);
        failed::<FanClubAwardProcessor>(&memory, &sale);
        memory.choose(Parameter::FulfilmentEndpoint, "http://in.the.clear.example/");
        assert_eq!(failed::<OrderFulfilment>(&memory, &sale), 1);
        memory.choose(Parameter::FulfilmentEndpoint, "none");
        assert_eq!(failed::<OrderFulfilment>(&memory, &sale), 0);
        failed::<FanNotifier>(&memory, &sale);
        let sale = json!({"Records": [{"Sns": {"Message": sale, "MessageAttributes": {}}}]});
        call::<PrintNotification>(&memory, sale);
    });
    let order = only(&memory, Table::Orders).text("orderId").unwrap().to_owned();
    for line in &lines {
        assert_eq!(line["order"], order.as_str(), "{line}");
    }
    let said: Vec<_> = lines.iter().filter_map(|line| line["message"].as_str()).collect();
    for words in ["a sale", "sold", "conflict", "payment", "points", "goes back to its queue", "fulfilled"] {
        assert!(said.contains(&words), "{words} is missing from {said:?}");
    }
    assert!(said.iter().any(|words| words.contains("time zone")), "{said:?}");
    let text = format!("{lines:?}");
    for person in ["Ada", "example.com"] {
        assert!(!text.contains(person), "ids only");
    }
}
