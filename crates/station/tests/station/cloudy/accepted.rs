//! Whatever a till accepts, the pipeline takes: its own functions, one after the other, on what the station has sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use wicket_domain::message::Contact;
use wicket_domain::table::{Item, Table};
use wicket_pipeline::awards::FanClubAwardProcessor;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::world::{Parameter, Secret, Topic};
use wicket_pipeline::{Call, Function};
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::{SaleOutcome, SaleRequest};

use super::pretend::World;
use super::together::Post;
use crate::sending::{address, maybe, odd};
use crate::support::{NOON, draft, hall_json, wants};

const BY: Actor = Actor::CommandLine;

/// The cloud's own tables, with who is let in and what is on sale.
fn pipeline(world: &World) -> Memory {
    let memory = Memory::new(jiff::Timestamp::from_millisecond(NOON).unwrap());
    memory.choose(Parameter::FulfilmentEndpoint, "https://print.example/orders");
    memory.keep(Secret::FulfilmentKey, "a key");
    for station in &world.register {
        memory.put(Table::Stations, station.clone());
    }
    for event in world.events.values() {
        memory.put(Table::Events, Item::of(event).unwrap());
    }
    memory
}

/// Calls a function with these messages; says which it could not take.
fn refused<F: Function>(memory: &Memory, bodies: &[String]) -> Vec<String> {
    let record = |(number, body): (usize, &String)| json!({"messageId": number.to_string(), "body": body});
    let records: Vec<_> = bodies.iter().enumerate().map(record).collect();
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    let world = memory.world();
    let call = Call { request_id: "r".to_owned(), until: world.time.passed() + Duration::from_mins(1) };
    let answer = memory.run(F::new(world).handle(event, &call)).unwrap();
    let answer = serde_json::to_value(answer).unwrap();
    let failures = answer["batchItemFailures"].as_array().unwrap().iter();
    let number = |failure: &Value| failure["itemIdentifier"].as_str().unwrap().parse::<usize>().unwrap();
    failures.map(|failure| bodies[number(failure)].clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sold_goes_through_the_whole_pipeline(
        (zone, row, number, category, event_name) in (odd(), odd(), odd(), odd(), odd()),
        buyers in prop::collection::vec((maybe(odd()), maybe(address()), maybe(address()), maybe(odd())), 9),
    ) {
        let world = Arc::new(Mutex::new(World::default()));
        let office = Post::new(&world, "Office", 11);
        let mut hall: Value = serde_json::from_str(&hall_json()).unwrap();
        hall["zones"][0]["name"] = json!(zone);
        let first = &mut hall["zones"][0]["rows"][0];
        first["row_number"] = json!(row);
        first["seats"][0]["seat_number"] = json!(number);
        first["seats"][0]["category"] = json!(category);
        hall["categories"].as_array_mut().unwrap().push(json!({ "name": category }));
        let mut odd_draft = draft(&event_name);
        let mut price = odd_draft.prices[0].clone();
        price.category = category.replace(char::is_control, " ").trim().to_owned();
        odd_draft.prices.push(price);
        // A plan that is refused cannot be sold; the plain one is.
        let imported = office.station.import_event(&BY, hall.to_string().as_bytes(), &odd_draft);
        let (event, _) = imported
            .or_else(|_| office.station.import_event(&BY, hall_json().as_bytes(), &draft("Evening")))
            .unwrap();
        office.station.publish_event(&BY, event, &mut |_| ()).unwrap();
        office.sync();
        let seats = office.station.seat_lines(event, true).unwrap();
        let mut sold = 0;
        for ((holder, mail, phone, fan_club_id), seat) in buyers.into_iter().zip(seats) {
            let contact = Some(Contact { email: mail, phone });
            let request = SaleRequest {
                holder,
                contact,
                fan_club_id,
                ..wants(event, &[seat.seat_id.as_str()])
            };
            match office.station.sell(&BY, &request) {
                Ok(SaleOutcome::Sold { .. }) => sold += 1,
                Ok(other) => panic!("{other:?}"),
                Err(fault) => prop_assert_eq!(fault.code, Code::BadInput, "{}", fault),
            }
        }
        office.sync();
        let world = world.lock().unwrap();
        let memory = pipeline(&world);
        let sales: Vec<_> = world.sent().into_iter().filter(|text| text.contains("\"purchase\"")).collect();
        prop_assert_eq!(sales.len(), sold);
        prop_assert_eq!(refused::<TicketPurchaseHandler>(&memory, &sales), Vec::<String>::new());
        let told = memory.published().into_iter().filter(|notice| notice.topic == Topic::TourTicketing);
        let told: Vec<_> = told.map(|notice| notice.text).collect();
        for failures in [
            refused::<SeatInventoryUpdater>(&memory, &told),
            refused::<PaymentProcessor>(&memory, &told),
            refused::<FanClubAwardProcessor>(&memory, &told),
            refused::<OrderFulfilment>(&memory, &told),
            refused::<FanNotifier>(&memory, &told),
        ] {
            prop_assert_eq!(failures, Vec::<String>::new());
        }
        prop_assert_eq!(memory.items(Table::Orders).len(), sold);
        prop_assert_eq!(memory.items(Table::Tickets).len(), sold);
    }
}
