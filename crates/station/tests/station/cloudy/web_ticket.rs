//! Tickets of the web shop at a real gate, and its seats at a real window.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde_json::{Value, json};
use wicket_domain::cloud::{Approval, CloudSeatState, StationKind, code_digest, plan_key};
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::judge::Refusal;
use wicket_domain::seat::{SeatId, SeatState};
use wicket_domain::table::Table;
use wicket_domain::token::TokenPayload;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::issuer::key_of;
use wicket_pipeline::memory::{Memory, PAY_FOR};
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::web::WebOrderKeeper;
use wicket_pipeline::world::{File, Parameter, Secret};
use wicket_pipeline::{Call, Function};
use wicket_station::actor::Actor;
use wicket_station::view::{SaleOutcome, VerdictWord};

use super::pretend::World;
use super::together::{Post, seen, two};
use crate::support::{NOON, scan, wants};

const SECRET: &str = "the secret of the cloud's own key, drawn once";
const BY: Actor = Actor::CommandLine;

/// The cloud's functions on the world as it stands, at this many milliseconds after noon.
fn functions(world: &World, event: EventId, after: i64) -> Memory {
    let memory = Memory::new(Timestamp::from_millisecond(NOON + after).unwrap());
    memory.keep(Secret::IssuingKey, SECRET);
    memory.choose(Parameter::FulfilmentEndpoint, "none");
    world.lay_out(&memory, &json!({ "eventId": event, "stationId": "every seat" }));
    let record = &world.events[&event.to_string()];
    let key = plan_key(&record.venue, &record.plan_digest);
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    packing.write_all(world.plans[&key].as_bytes()).unwrap();
    let bytes = packing.finish().unwrap();
    memory.run(memory.world().files.put(File { key, media_type: "", name: "", bytes })).unwrap();
    memory
}

fn call<F: Function>(memory: &Memory, event: Value) -> Value {
    let call = Call { request_id: "r".to_owned(), until: Duration::from_mins(1) };
    let event = serde_json::from_value(event).unwrap();
    serde_json::to_value(memory.run(F::new(memory.world()).handle(event, &call)).unwrap()).unwrap()
}

fn order(memory: &Memory, event: EventId, number: &str, status: &str) -> u64 {
    let body = json!({
        "concertId": event, "concertName": "Evening", "concertDate": "2027-01-01", "totalAmount": 50,
        "paymentStatus": status,
        "tickets": [{"seatClass": "Near", "seatSection": "Stalls", "seatRow": "A", "seatNumber": number, "isFanClubMember": false}],
    });
    let key = json!({"idempotency-key": format!("{number}-{status}")});
    let answer = call::<TicketPurchaseHandler>(memory, json!({"headers": key, "body": body.to_string()}));
    answer["statusCode"].as_u64().unwrap()
}

/// The text of the code that the cloud makes of an order's one ticket, by the key of a secret.
fn code(memory: &Memory, event: EventId, secret: &str) -> String {
    let ticket = memory.items(Table::Tickets).pop().unwrap();
    let key = key_of(secret).unwrap();
    let id: TicketId = ticket.text("ticketId").unwrap().parse().unwrap();
    TokenPayload::new(&key.verifying_key(), 0, event, id).sign(&key)
}

fn verdict(gate: &Post, code: &str, event: EventId) -> (VerdictWord, Option<Refusal>) {
    let verdict = gate.station.admit(&BY, &scan(code, Some("North"), Some(event))).unwrap();
    (verdict.verdict, verdict.reason)
}

#[test]
fn a_web_ticket_is_admitted_once_a_desk_has_let_the_web_shop_in() {
    let (world, north, south, event) = two();
    let memory = functions(&world.lock().unwrap(), event, 0);
    call::<OrderFulfilment>(&memory, json!({}));
    {
        let mut world = world.lock().unwrap();
        world.strict = true;
        world.take_up(&memory);
    }
    let stations = north.station.stations().unwrap();
    let shop = stations.iter().find(|line| line.name == "Web shop").unwrap();
    assert_eq!((shop.kind, shop.approval), (StationKind::Kiosk, Approval::Pending));

    // Sold while nobody has let the shop in: an order to pick up, and no code that a gate would take.
    let early = functions(&world.lock().unwrap(), event, 1);
    assert_eq!(order(&early, event, "1", "Completed"), 202);
    let sale = early.published().pop().unwrap().text;
    call::<OrderFulfilment>(&early, json!({"Records": [{"messageId": "m", "body": sale}]}));
    assert!(!early.items(Table::Tickets)[0].has("codeDigest"));
    assert_eq!(
        verdict(&south, &code(&early, event, SECRET), event),
        (VerdictWord::Refused, Some(Refusal::UnknownIssuer))
    );
    world.lock().unwrap().take_up(&early);

    north.station.approve_station(&BY, shop.station_id, None).unwrap();
    north.sync();
    south.sync();
    let memory = functions(&world.lock().unwrap(), event, 2);
    assert_eq!(order(&memory, event, "1", "Pending"), 409, "that seat is sold");
    assert_eq!(order(&memory, event, "2", "Completed"), 202);
    let sale = memory.published().pop().unwrap().text;
    call::<OrderFulfilment>(&memory, json!({"Records": [{"messageId": "m", "body": sale}]}));
    let genuine = code(&memory, event, SECRET);
    let ticket = memory.items(Table::Tickets).pop().unwrap();
    assert_eq!(ticket.text("codeDigest"), Some(code_digest(&genuine).as_str()), "the code in the PDF");
    world.lock().unwrap().take_up(&memory);
    north.sync();
    south.sync();
    assert_eq!(seen(&south.station, event, "A-2"), SeatState::Sold);

    let forged = code(&memory, event, "somebody else's secret, as long as one of ours");
    assert_eq!(verdict(&south, &forged, event), (VerdictWord::Refused, Some(Refusal::UnknownIssuer)));
    south.station.connect(None).unwrap();
    assert_eq!(verdict(&south, &genuine, event).0, VerdictWord::Admitted, "without a network, too");
    assert_eq!(verdict(&south, &genuine, event).1, Some(Refusal::AlreadyAdmitted));
}

#[test]
fn a_seat_that_the_web_did_not_pay_is_sold_at_the_window() {
    let (world, north, south, event) = two();
    let memory = functions(&world.lock().unwrap(), event, 0);
    assert_eq!(order(&memory, event, "3", "Pending"), 202);
    assert_eq!(order(&memory, event, "4", "Pending"), 202);
    world.lock().unwrap().take_up(&memory);
    north.sync();
    assert_eq!(seen(&north.station, event, "A-3"), SeatState::Held, "as in a cart elsewhere");
    let sell = |post: &Post, seat: &str| post.station.sell(&BY, &wants(event, &[seat])).unwrap();
    assert!(matches!(sell(&north, "A-3"), SaleOutcome::Taken { .. }));

    let minutes = i64::try_from(PAY_FOR.as_secs() / 60).unwrap() + 1;
    for post in [&north, &south] {
        post.house.pass(minutes);
    }
    world.lock().unwrap().pass(minutes);
    assert!(matches!(sell(&south, "A-3"), SaleOutcome::Sold { .. }), "nobody need give it back first");
    let memory = functions(&world.lock().unwrap(), event, minutes * 60_000);
    assert_eq!(order(&memory, event, "3", "Pending"), 409, "the window owns it");
    // The order itself stands in the first memory; a keeper of its own finds nothing to do here.
    assert_eq!(call::<WebOrderKeeper>(&memory, json!({}))["lapsed"], 0);
    let seat = world.lock().unwrap().seats[&(event.to_string(), SeatId::new("A-4"))].clone();
    assert_eq!((seat.state, seat.pay_until.is_some()), (CloudSeatState::Owned, true));
    assert!(matches!(sell(&north, "A-4"), SaleOutcome::Sold { .. }));
}
