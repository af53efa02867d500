//! The register of stations in memory: who gets in, who lets whom in, and who speaks for a copied file.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends there"
)]

use std::cell::Cell;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use wicket_domain::cloud::{StationKind, key_text};
use wicket_domain::door::{Approve, Audience, Door, Hello, Request, Revoke, StationsAsk};
use wicket_domain::id::{MessageId, StationId};
use wicket_domain::table::{Item, Table};
use wicket_pipeline::http::HttpEvent;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::registrar::StationRegistrar;
use wicket_pipeline::{Call, Function};

const NOW: &str = "2026-11-20T18:00:00Z";

/// A station with its key and its count.
#[derive(Clone)]
struct Station {
    no: u8,
    kind: StationKind,
    counter: Cell<u64>,
    /// The newest message of its file.
    sequence: u64,
}

impl Station {
    fn new(no: u8, kind: StationKind) -> Self {
        Self { no, kind, counter: Cell::new(0), sequence: 0 }
    }

    fn id(&self) -> StationId {
        StationId::from_bytes([self.no; 16])
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_bytes(&[self.no; 32])
    }

    fn public_key(&self) -> String {
        key_text(&self.key().verifying_key())
    }

    fn hello(&self) -> Hello {
        Hello {
            name: format!("Station {}", self.no),
            kind: self.kind,
            public_key: self.public_key(),
            epoch: 1,
            sequence: self.sequence,
            software: "0.1.0".to_owned(),
            resume: false,
        }
    }

    /// The next request, as it goes over the wire.
    fn event(&self, door: Door, ask: &impl Serialize) -> Value {
        self.counter.set(self.counter.get() + 1);
        let request = Request {
            station_id: self.id(),
            request_id: MessageId::new(
                NOW.parse().unwrap(),
                [self.no, rand(), 3, 4, 5, 6, 7, rand(), rand(), rand()],
            ),
            counter: self.counter.get(),
            sent_at: NOW.parse::<Timestamp>().unwrap().as_millisecond(),
            ask,
        };
        signed(&self.key(), door, "house", &serde_json::to_string(&request).unwrap())
    }
}

/// Another number each time.
fn rand() -> u8 {
    thread_local!(static NEXT: Cell<u8> = const { Cell::new(0) });
    NEXT.set(NEXT.get().wrapping_add(1));
    NEXT.get()
}

fn signed(key: &SigningKey, door: Door, venue: &str, body: &str) -> Value {
    let audience = Audience { environment: "dev".to_owned(), venue: venue.parse().unwrap() };
    json!({
        "routeKey": format!("POST /venues/{{venue}}/{}", door.as_str()),
        "pathParameters": {"venue": venue},
        "headers": {"Wicket-Signature": audience.sign_request(key, door, body)},
        "body": body,
    })
}

struct Register(Memory);

impl Register {
    fn new() -> Self {
        Self(Memory::new(NOW.parse().unwrap()))
    }

    fn ask(&self, event: &Value) -> (u16, Value) {
        let event: HttpEvent = serde_json::from_value(event.clone()).unwrap();
        let call = Call { request_id: "r".to_owned(), until: Duration::from_mins(1) };
        let answer = self.0.run(StationRegistrar::new(self.0.world()).handle(event, &call)).unwrap();
        (answer.status_code, serde_json::from_str(&answer.body).unwrap())
    }

    fn hello(&self, station: &Station) -> Value {
        let (status, body) = self.ask(&station.event(Door::Hello, &station.hello()));
        assert_eq!(status, 200, "{body}");
        body
    }

    fn approve(&self, desk: &Station, other: &Station, kind: StationKind) -> (u16, Value) {
        let ask =
            Approve { station_id: other.id(), public_key: other.public_key(), kind, by: "Ada".to_owned() };
        self.ask(&desk.event(Door::Approve, &ask))
    }

    fn revoke(&self, desk: &Station, other: &Station) -> (u16, Value) {
        let ask = Revoke { station_id: other.id(), by: "Ada".to_owned() };
        self.ask(&desk.event(Door::Revoke, &ask))
    }

    fn row(&self, station: &Station) -> Item {
        let id = station.id().to_string();
        self.0.items(Table::Stations).into_iter().find(|item| item.text("stationId") == Some(&id)).unwrap()
    }

    /// A house with its first desk.
    fn founded() -> (Self, Station) {
        let (register, desk) = (Self::new(), Station::new(1, StationKind::Desk));
        register.hello(&desk);
        assert_eq!(register.approve(&desk, &desk, StationKind::Desk).0, 200);
        (register, desk)
    }
}

fn refused(answer: &(u16, Value)) -> &str {
    assert!(answer.0 >= 400, "{answer:?}");
    answer.1["refusal"].as_str().unwrap()
}

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
