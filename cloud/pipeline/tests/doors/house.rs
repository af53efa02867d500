//! A house whose stations ask at the doors, in memory.

use std::cell::Cell;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wicket_domain::cloud::{StationKind, key_text};
use wicket_domain::door::{Approve, Audience, Door, Hello, Request, Revoke};
use wicket_domain::id::{MessageId, StationId};
use wicket_domain::table::{Item, Table};
use wicket_pipeline::desk_clerk::DeskClerk;
use wicket_pipeline::gate_clerk::GateClerk;
use wicket_pipeline::http::HttpEvent;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::registrar::StationRegistrar;
use wicket_pipeline::seat_clerk::SeatClerk;
use wicket_pipeline::{Call, Function};

pub(crate) const NOW: &str = "2026-11-20T18:00:00Z";

/// A station with its key and its count.
#[derive(Clone)]
pub(crate) struct Station {
    pub(crate) no: u8,
    pub(crate) kind: StationKind,
    pub(crate) counter: Cell<u64>,
    /// The newest message of its file.
    pub(crate) sequence: u64,
}

impl Station {
    pub(crate) fn new(no: u8, kind: StationKind) -> Self {
        Self { no, kind, counter: Cell::new(0), sequence: 0 }
    }

    pub(crate) fn id(&self) -> StationId {
        StationId::from_bytes([self.no; 16])
    }

    pub(crate) fn key(&self) -> SigningKey {
        SigningKey::from_bytes(&[self.no; 32])
    }

    pub(crate) fn public_key(&self) -> String {
        key_text(&self.key().verifying_key())
    }

    pub(crate) fn hello(&self) -> Hello {
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
    pub(crate) fn event(&self, door: Door, ask: &impl Serialize) -> Value {
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
pub(crate) fn rand() -> u8 {
    thread_local!(static NEXT: Cell<u8> = const { Cell::new(0) });
    NEXT.set(NEXT.get().wrapping_add(1));
    NEXT.get()
}

pub(crate) fn signed(key: &SigningKey, door: Door, venue: &str, body: &str) -> Value {
    let audience = Audience { environment: "dev".to_owned(), venue: venue.parse().unwrap() };
    json!({
        "routeKey": format!("POST /venues/{{venue}}/{}", door.as_str()),
        "pathParameters": {"venue": venue},
        "headers": {"Wicket-Signature": audience.sign_request(key, door, body)},
        "body": body,
    })
}

pub(crate) struct Register(pub(crate) Memory);

impl Register {
    pub(crate) fn new() -> Self {
        Self(Memory::new(NOW.parse().unwrap()))
    }

    pub(crate) fn ask(&self, event: &Value) -> (u16, Value) {
        let event: HttpEvent = serde_json::from_value(event.clone()).unwrap();
        let call = Call { request_id: "r".to_owned(), until: Duration::from_mins(1) };
        let world = self.0.world();
        let answer = match Door::of_route(event.route_key.as_deref().unwrap()).unwrap() {
            Door::Claims | Door::Reclaim => self.0.run(SeatClerk::new(world).handle(event, &call)),
            Door::Admissions => self.0.run(GateClerk::new(world).handle(event, &call)),
            Door::Events | Door::Plans | Door::Settle => {
                self.0.run(DeskClerk::new(world).handle(event, &call))
            }
            _ => self.0.run(StationRegistrar::new(world).handle(event, &call)),
        };
        let answer = answer.unwrap();
        (answer.status_code, serde_json::from_str(&answer.body).unwrap())
    }

    pub(crate) fn hello(&self, station: &Station) -> Value {
        let (status, body) = self.ask(&station.event(Door::Hello, &station.hello()));
        assert_eq!(status, 200, "{body}");
        body
    }

    pub(crate) fn approve(&self, desk: &Station, other: &Station, kind: StationKind) -> (u16, Value) {
        let ask =
            Approve { station_id: other.id(), public_key: other.public_key(), kind, by: "Ada".to_owned() };
        self.ask(&desk.event(Door::Approve, &ask))
    }

    pub(crate) fn revoke(&self, desk: &Station, other: &Station) -> (u16, Value) {
        let ask = Revoke { station_id: other.id(), by: "Ada".to_owned() };
        self.ask(&desk.event(Door::Revoke, &ask))
    }

    pub(crate) fn row(&self, station: &Station) -> Item {
        let id = station.id().to_string();
        self.0.items(Table::Stations).into_iter().find(|item| item.text("stationId") == Some(&id)).unwrap()
    }

    /// Asks at a door, and reads what a 200 says.
    pub(crate) fn asked<Answer: DeserializeOwned>(
        &self,
        station: &Station,
        door: Door,
        ask: &impl Serialize,
    ) -> Answer {
        let (status, body) = self.ask(&station.event(door, ask));
        assert_eq!(status, 200, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// Asks at a door that does not open; why not.
    pub(crate) fn refused(&self, station: &Station, door: Door, ask: &impl Serialize) -> String {
        refused(&self.ask(&station.event(door, ask))).to_owned()
    }

    /// A station that the desk has let in.
    pub(crate) fn let_in(&self, desk: &Station, no: u8, kind: StationKind) -> Station {
        let station = Station::new(no, kind);
        self.hello(&station);
        assert_eq!(self.approve(desk, &station, kind).0, 200);
        station
    }

    /// A house with its first desk.
    pub(crate) fn founded() -> (Self, Station) {
        let (register, desk) = (Self::new(), Station::new(1, StationKind::Desk));
        register.hello(&desk);
        assert_eq!(register.approve(&desk, &desk, StationKind::Desk).0, 200);
        (register, desk)
    }
}

pub(crate) fn refused(answer: &(u16, Value)) -> &str {
    assert!(answer.0 >= 400, "{answer:?}");
    answer.1["refusal"].as_str().unwrap()
}
