//! The register of stations: who gets in, who lets whom in, and who speaks for a copied file.

use std::time::Duration;

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use serde_json::{Value, json};
use wicket_domain::cloud::{StationKind, key_text};
use wicket_domain::door::{Approve, Door, Fence, Hello, Revoke, StationsAsk};
use wicket_domain::id::MessageId;
use wicket_domain::table::Table;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::world::{Parameter, Secret};
use wicket_pipeline::{Call, Function as _};

use crate::house::{NOW, Register, Station, refused, signed};

#[test]
fn a_new_station_waits_until_a_desk_lets_it_in() {
    let (register, desk) = Register::founded();
    let till = Station::new(2, StationKind::Till);
    let welcome = register.hello(&till);
    assert_eq!((&welcome["approval"], &welcome["founded"]), (&json!("pending"), &json!(true)));
    assert_eq!(welcome["standing"], "known");
    assert!(register.row(&till).number("expiresAt").is_some(), "nobody lets it in, and it is forgotten");
    let (status, line) = register.approve(&desk, &till, StationKind::Till);
    assert_eq!((status, &line["approval"], &line["decidedBy"]), (200, &json!("approved"), &json!("Ada")));
    assert_eq!(register.hello(&till)["approval"], "approved");
    assert_eq!(register.row(&till).number("expiresAt"), None);
    let (_, all) = register.ask(&desk.event(Door::Stations, &StationsAsk {}));
    assert_eq!(all["stations"].as_array().unwrap().len(), 2);
}

#[test]
fn the_first_desk_lets_itself_in_and_nobody_does_after_it() {
    let (register, _) = Register::founded();
    let second = Station::new(2, StationKind::Desk);
    register.hello(&second);
    assert_eq!(refused(&register.approve(&second, &second, StationKind::Desk)), "pending");
    assert_eq!(refused(&register.ask(&second.event(Door::Stations, &StationsAsk {}))), "pending");
    let fresh = Register::new();
    let till = Station::new(3, StationKind::Till);
    fresh.hello(&till);
    assert_eq!(refused(&fresh.approve(&till, &till, StationKind::Till)), "pending", "only as a desk");
    let other = Station::new(4, StationKind::Desk);
    fresh.hello(&other);
    assert_eq!(refused(&fresh.approve(&till, &other, StationKind::Desk)), "pending", "only itself");
}

#[test]
fn only_a_desk_decides() {
    let (register, desk) = Register::founded();
    let (till, gate) = (Station::new(2, StationKind::Till), Station::new(3, StationKind::Gate));
    for station in [&till, &gate] {
        register.hello(station);
        register.approve(&desk, station, station.kind);
    }
    let stranger = Station::new(4, StationKind::Till);
    register.hello(&stranger);
    for station in [&till, &gate] {
        assert_eq!(refused(&register.approve(station, &stranger, StationKind::Till)), "kind");
        assert_eq!(refused(&register.revoke(station, &desk)), "kind");
        assert_eq!(refused(&register.ask(&station.event(Door::Stations, &StationsAsk {}))), "kind");
    }
    assert_eq!(register.row(&stranger).text("approval"), Some("pending"));
}

#[test]
fn the_desk_decides_what_a_station_is_for() {
    let (register, desk) = Register::founded();
    let mut station = Station::new(2, StationKind::Desk);
    register.hello(&station);
    register.approve(&desk, &station, StationKind::Gate);
    station.kind = StationKind::Desk;
    assert_eq!(register.hello(&station)["kind"], "gate", "whatever it says itself");
    assert_eq!(refused(&register.approve(&station, &station, StationKind::Desk)), "kind");
}

#[test]
fn what_was_shut_out_stays_out() {
    let (register, desk) = Register::founded();
    let till = Station::new(2, StationKind::Till);
    register.hello(&till);
    register.approve(&desk, &till, StationKind::Till);
    assert_eq!(register.revoke(&desk, &till).0, 200);
    let welcome = register.hello(&till);
    assert_eq!((&welcome["approval"], &welcome["epoch"]), (&json!("revoked"), &json!(2)));
    assert_eq!(register.revoke(&desk, &till).0, 200, "asked again after a lost answer");
    assert_eq!(register.row(&till).number("epoch"), Some(2), "the epoch is raised once");
    assert_eq!(refused(&register.approve(&desk, &till, StationKind::Till)), "revoked");
    assert_eq!(refused(&register.revoke(&desk, &desk)), "itself");
    assert_eq!(refused(&register.revoke(&desk, &Station::new(9, StationKind::Till))), "unknown");
}

#[test]
fn nobody_speaks_with_another_stations_name() {
    let (register, desk) = Register::founded();
    let thief = Station { no: 1, ..Station::new(7, StationKind::Desk) };
    let own = SigningKey::from_bytes(&[7; 32]);
    let body = |ask: Value| {
        let sent_at = NOW.parse::<Timestamp>().unwrap().as_millisecond();
        json!({"stationId": thief.id(), "requestId": MessageId::from_bytes([8; 16]), "counter": 99, "sentAt": sent_at, "ask": ask})
            .to_string()
    };
    let key = key_text(&own.verifying_key());
    let hello = json!({"name": "Window", "kind": "desk", "publicKey": key, "epoch": 1, "sequence": 0, "software": "x"});
    let answer = register.ask(&signed(&own, Door::Hello, "house", &body(hello)));
    assert_eq!(refused(&answer), "key", "the id was met with another key");
    let answer = register.ask(&signed(&own, Door::Stations, "house", &body(json!({}))));
    assert_eq!(refused(&answer), "signature");
    let genuine = desk.event(Door::Stations, &StationsAsk {});
    for (name, value) in [
        ("routeKey", json!("POST /venues/{venue}/hello")),
        ("pathParameters", json!({"venue": "club"})),
        ("headers", json!({})),
        ("headers", json!({"wicket-signature": "00"})),
        ("body", json!(genuine["body"].as_str().unwrap().replace("\"ask\":{}", "\"ask\":{ }"))),
        ("body", json!("not a request")),
        ("body", json!("x".repeat(70_000))),
    ] {
        let mut altered = genuine.clone();
        altered[name] = value.clone();
        let answer = register.ask(&altered);
        assert!((400..500).contains(&answer.0), "{name} {value}: {answer:?}");
    }
    assert_eq!(register.ask(&genuine).0, 200, "unaltered, it is taken");
}

#[test]
fn a_request_of_yesterday_is_not_taken() {
    let (register, desk) = Register::founded();
    let event = desk.event(Door::Stations, &StationsAsk {});
    let later = Register(Memory::new("2026-11-20T18:06:00Z".parse().unwrap()));
    for item in register.0.items(Table::Stations) {
        later.0.put(Table::Stations, item);
    }
    assert_eq!(refused(&later.ask(&event)), "time");
}

#[test]
fn a_request_that_comes_again_changes_nothing() {
    let (register, desk) = Register::founded();
    let till = Station::new(2, StationKind::Till);
    let hello = till.event(Door::Hello, &till.hello());
    assert_eq!(register.ask(&hello), register.ask(&hello));
    let counted = register.row(&till).number("counter");
    let ask = Revoke { station_id: till.id(), by: "Ada".to_owned() };
    let revoke = desk.event(Door::Revoke, &ask);
    assert_eq!(register.ask(&revoke).0, 200);
    assert_eq!(register.ask(&revoke).0, 200);
    assert_eq!(register.row(&till).number("epoch"), Some(2));
    assert_eq!(register.row(&till).number("counter"), counted);
}

#[test]
fn a_copied_file_is_told_and_decides_nothing() {
    let (register, desk) = Register::founded();
    let copy = desk.clone();
    assert_eq!(register.hello(&desk)["standing"], "known");
    assert_eq!(register.hello(&copy)["standing"], "copy", "its number was the other's");
    assert_eq!(register.hello(&desk)["standing"], "known");
    let till = Station::new(2, StationKind::Till);
    register.hello(&till);
    copy.counter.set(desk.counter.get() - 1);
    assert_eq!(refused(&register.approve(&copy, &till, StationKind::Till)), "copy");
    copy.counter.set(desk.counter.get() - 1);
    assert_eq!(refused(&register.revoke(&copy, &till)), "copy");

    // Somebody decides that the copy goes on: from then on the other one is told.
    copy.counter.set(desk.counter.get() - 1);
    let (_, welcome) = register.ask(&copy.event(Door::Hello, &Hello { resume: true, ..copy.hello() }));
    assert_eq!(welcome["standing"], "known");
    copy.counter.set(welcome["counter"].as_u64().unwrap());
    assert_eq!(register.hello(&copy)["standing"], "known");
    assert_eq!(register.hello(&desk)["standing"], "copy");
}

#[test]
fn a_file_behind_what_the_cloud_has_had_is_an_old_one() {
    let (register, _) = Register::founded();
    let mut till = Station::new(2, StationKind::Till);
    register.hello(&till);
    let mut row = register.row(&till);
    row.put("lastSequence", 40);
    register.0.put(Table::Stations, row);
    till.sequence = 39;
    let welcome = register.hello(&till);
    assert_eq!((&welcome["standing"], &welcome["lastSequence"]), (&json!("old"), &json!(40)));
    till.sequence = 40;
    assert_eq!(register.hello(&till)["standing"], "known");
}

#[test]
fn a_name_that_is_changed_is_the_new_one() {
    let (register, desk) = Register::founded();
    let (_, welcome) =
        register.ask(&desk.event(Door::Hello, &Hello { name: "Main office".to_owned(), ..desk.hello() }));
    assert_eq!(welcome["approval"], "approved");
    assert_eq!(register.row(&desk).text("name"), Some("Main office"));
    let nameless = register.ask(&desk.event(Door::Hello, &Hello { name: " ".to_owned(), ..desk.hello() }));
    assert_eq!(refused(&nameless), "form");
    assert_eq!(register.row(&desk).text("name"), Some("Main office"));
}

#[test]
fn a_fence_raises_the_epoch_once() {
    let (register, desk) = Register::founded();
    let till = register.let_in(&desk, 2, StationKind::Till);
    let fence = Fence { station_id: till.id(), epoch: 1, by: "Ada".to_owned() };
    for _ in 0..2 {
        let (status, line) = register.ask(&desk.event(Door::Fence, &fence));
        assert_eq!((status, &line["epoch"], &line["approval"]), (200, &json!(2), &json!("approved")));
    }
    assert_eq!(
        register.refused(&till, Door::Fence, &Fence { station_id: desk.id(), ..fence.clone() }),
        "kind"
    );
    assert_eq!(
        register.refused(&desk, Door::Fence, &Fence { station_id: desk.id(), ..fence.clone() }),
        "itself"
    );
    let nobody = Station::new(9, StationKind::Till).id();
    assert_eq!(register.refused(&desk, Door::Fence, &Fence { station_id: nobody, ..fence }), "unknown");
}

#[test]
fn a_desk_meets_the_web_shop_as_an_issuer_that_waits_to_be_let_in() {
    let (register, desk) = Register::founded();
    let listed = |register: &Register| {
        let (status, answer) = register.ask(&desk.event(Door::Stations, &StationsAsk {}));
        assert_eq!(status, 200, "{answer}");
        answer["stations"].as_array().unwrap().clone()
    };
    assert_eq!(listed(&register).len(), 1, "a cloud without a key of its own has no shop");
    register.0.keep(Secret::IssuingKey, "a secret of the cloud's own with 32 signs and more");
    register.0.choose(Parameter::FulfilmentEndpoint, "none");
    let call = Call { request_id: "r".to_owned(), until: Duration::from_mins(1) };
    let function = OrderFulfilment::new(register.0.world());
    register.0.run(function.handle(json!({"source": "aws.events"}), &call)).unwrap();
    let stations = listed(&register);
    assert_eq!(listed(&register), stations, "it is met once");
    let shop = stations.iter().find(|station| station["name"] == "Web shop").unwrap();
    assert_eq!((&shop["kind"], &shop["approval"]), (&json!("kiosk"), &json!("pending")));
    let ask = Approve {
        station_id: shop["stationId"].as_str().unwrap().parse().unwrap(),
        public_key: shop["publicKey"].as_str().unwrap().to_owned(),
        kind: StationKind::Kiosk,
        by: "Ada".to_owned(),
    };
    let (status, let_in) = register.ask(&desk.event(Door::Approve, &ask));
    assert_eq!((status, &let_in["approval"]), (200, &json!("approved")), "{let_in}");
    let rows = register.0.items(Table::Stations);
    let text = format!("{rows:?}");
    assert!(!text.contains("a secret of the cloud's own"), "the secret stays where it is");
}
