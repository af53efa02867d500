//! What a desk puts into the cloud.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use sha2::{Digest, Sha256};
use wicket_domain::cloud::{
    CloudSeatState, EventRecord, EventStatus, Manifest, ManifestKey, SealedManifest, StationKind, hex,
    plan_key,
};
use wicket_domain::door::{Door, EventAnswer, EventAsk, NewArea, NewSeat, Noted, PlanAsk, Settle};
use wicket_domain::event::Event;
use wicket_domain::id::EventId;
use wicket_domain::pipeline::concert_id_for;
use wicket_domain::seat::SeatId;
use wicket_domain::table::{Item, Table};

use crate::house::{Register, Station};

/// The event's id.
pub(crate) fn event_id() -> EventId {
    EventId::from_bytes([7; 16])
}

/// An event of a desk, in which these stations may sell.
pub(crate) fn record(desk: &Station, sellers: &[&Station], status: EventStatus, version: u64) -> EventRecord {
    let key = |station: &&Station| ManifestKey {
        station_id: station.id(),
        public_key: station.public_key(),
        revoked_from: None,
    };
    let edition = u32::try_from(version).unwrap();
    let keys = sellers.iter().map(key).collect();
    let manifest = Manifest { event_id: event_id(), edition, keys, classes: Vec::new() };
    let event: Event = serde_json::from_value(json!({
        "eventId": event_id(), "name": "Fidelio", "kind": "opera", "startsAt": "2026-12-05T19:00:00Z",
        "currency": "EUR", "organizer": "House", "sample": false,
        "venue": {"name": "House", "address": "", "timeZone": "Europe/Berlin"},
    }))
    .unwrap();
    let digest = "ab".repeat(32);
    EventRecord {
        event_id: event_id().to_string(),
        venue: "house".parse().unwrap(),
        organizer_id: desk.id().to_string(),
        status,
        category: "opera".to_owned(),
        starts_at: 0,
        starts_on: "2026-12-05".to_owned(),
        event,
        seats: 4,
        standing: Vec::new(),
        plan_key: plan_key(&"house".parse().unwrap(), &digest),
        plan_digest: digest,
        manifest: manifest.seal(&desk.key()).unwrap(),
        version,
        updated_at: 0,
    }
}

pub(crate) fn put(event: EventRecord, expected: Option<u64>) -> EventAsk {
    EventAsk::Event { event: Box::new(event), expected }
}

/// Seats, and a floor of ten places.
pub(crate) fn on_sale(register: &Register, desk: &Station, sellers: &[&Station]) {
    let begun = record(desk, &[desk], EventStatus::Publishing, 1);
    let done = |ask: &EventAsk| register.asked::<EventAnswer>(desk, Door::Events, ask);
    assert!(done(&put(begun, None)).done);
    let area = NewArea { area_id: "floor".to_owned(), capacity: 10, granted: 0 };
    assert!(done(&EventAsk::Areas { event_id: event_id(), areas: vec![area] }).done);
    let seats = ["A-1", "A-2", "A-3", "A-4"].map(free).to_vec();
    assert!(done(&EventAsk::Seats { event_id: event_id(), seats }).done);
    assert!(done(&put(record(desk, sellers, EventStatus::Live, 2), Some(1))).done);
}

fn free(seat: &str) -> NewSeat {
    NewSeat { seat_id: SeatId::new(seat), state: CloudSeatState::Available, order_id: None }
}

#[test]
fn an_event_is_published_step_by_step_and_each_may_come_again() {
    let (register, desk) = Register::founded();
    let begun = put(record(&desk, &[&desk], EventStatus::Publishing, 1), None);
    for _ in 0..2 {
        assert!(register.asked::<EventAnswer>(&desk, Door::Events, &begun).done);
    }
    let sold = NewSeat { state: CloudSeatState::Sold, order_id: Some("o1".to_owned()), ..free("A-1") };
    let owned = NewSeat { state: CloudSeatState::Owned, ..free("A-2") };
    let seats = EventAsk::Seats { event_id: event_id(), seats: vec![sold, owned, free("A-3")] };
    assert_eq!(register.asked::<EventAnswer>(&desk, Door::Events, &seats).there, []);
    let again = register.asked::<EventAnswer>(&desk, Door::Events, &seats).there;
    let stand: Vec<_> = again.iter().map(|seat| (seat.seat_id.as_str(), seat.state, seat.epoch)).collect();
    assert_eq!(
        stand,
        [
            ("A-1", CloudSeatState::Sold, None),
            ("A-2", CloudSeatState::Owned, Some(1)),
            ("A-3", CloudSeatState::Available, None)
        ]
    );
    let live = put(record(&desk, &[&desk], EventStatus::Live, 2), Some(1));
    for _ in 0..2 {
        assert!(register.asked::<EventAnswer>(&desk, Door::Events, &live).done);
    }
    let stale = put(record(&desk, &[&desk], EventStatus::Live, 3), Some(1));
    assert!(!register.asked::<EventAnswer>(&desk, Door::Events, &stale).done);
    assert_eq!(register.refused(&desk, Door::Events, &seats), "event", "on sale, it gets no seats any more");
}

#[test]
fn an_edition_names_nobody_whom_no_desk_has_let_in_to_sell() {
    let (register, desk) = Register::founded();
    on_sale(&register, &desk, &[&desk]);
    let stranger = Station::new(5, StationKind::Till);
    register.hello(&stranger);
    let gate = register.let_in(&desk, 6, StationKind::Gate);
    for other in [&stranger, &gate] {
        let edition = put(record(&desk, &[&desk, other], EventStatus::Live, 3), Some(2));
        assert_eq!(register.refused(&desk, Door::Events, &edition), "pending");
    }
    let till = register.let_in(&desk, 7, StationKind::Till);
    let edition = put(record(&desk, &[&desk, &till], EventStatus::Live, 3), Some(2));
    assert!(register.asked::<EventAnswer>(&desk, Door::Events, &edition).done);
    register.revoke(&desk, &till);
    let next = put(record(&desk, &[&desk, &till], EventStatus::Live, 4), Some(3));
    assert!(register.asked::<EventAnswer>(&desk, Door::Events, &next).done, "its earlier tickets stay good");
}

#[test]
fn only_the_desk_that_published_it_writes_an_event() {
    let (register, desk) = Register::founded();
    on_sale(&register, &desk, &[&desk]);
    let other = register.let_in(&desk, 5, StationKind::Desk);
    let till = register.let_in(&desk, 6, StationKind::Till);
    let genuine = record(&desk, &[&desk], EventStatus::Live, 3);
    assert_eq!(register.refused(&till, Door::Events, &put(genuine.clone(), Some(2))), "kind");
    assert_eq!(register.refused(&other, Door::Events, &put(genuine.clone(), Some(2))), "form");
    let taken_over = record(&other, &[&other], EventStatus::Live, 3);
    assert!(!register.asked::<EventAnswer>(&other, Door::Events, &put(taken_over, Some(2))).done);
    let seats = EventAsk::Seats { event_id: event_id(), seats: vec![free("B-1")] };
    assert_eq!(register.refused(&other, Door::Events, &seats), "event");
    for broken in [
        EventRecord { venue: "club".parse().unwrap(), ..genuine.clone() },
        EventRecord { event_id: EventId::from_bytes([8; 16]).to_string(), ..genuine.clone() },
        EventRecord { plan_key: "plans/house/../secrets".to_owned(), ..genuine.clone() },
        EventRecord { plan_digest: "AB".repeat(32), ..genuine.clone() },
        EventRecord {
            manifest: SealedManifest {
                text: genuine.manifest.text.replace("\"edition\":3", "\"edition\":4"),
                ..genuine.manifest.clone()
            },
            ..genuine.clone()
        },
    ] {
        assert_eq!(register.refused(&desk, Door::Events, &put(broken, Some(2))), "form");
    }
    assert!(register.asked::<EventAnswer>(&desk, Door::Events, &put(genuine, Some(2))).done);
}

#[test]
fn no_seat_has_a_name_that_means_something_else() {
    let (register, desk) = Register::founded();
    let begun = put(record(&desk, &[&desk], EventStatus::Publishing, 1), None);
    register.asked::<EventAnswer>(&desk, Door::Events, &begun);
    for odd in ["", "ga#floor", "order#1", "grant#x#floor", "a\nb"] {
        let seats = EventAsk::Seats { event_id: event_id(), seats: vec![free(odd)] };
        assert_eq!(register.refused(&desk, Door::Events, &seats), "form", "{odd:?}");
    }
    let held = NewSeat { state: CloudSeatState::Held, ..free("A-1") };
    let many = (0..501).map(|no| free(&format!("A-{no}"))).collect();
    for seats in [vec![held], many] {
        let ask = EventAsk::Seats { event_id: event_id(), seats };
        assert_eq!(register.refused(&desk, Door::Events, &ask), "form");
    }
    let crowded = NewArea { area_id: "floor".to_owned(), capacity: 3, granted: 4 };
    let areas = EventAsk::Areas { event_id: event_id(), areas: vec![crowded] };
    assert_eq!(register.refused(&desk, Door::Events, &areas), "form");
}

#[test]
fn a_plan_lies_where_its_digest_says_and_nowhere_else() {
    let (register, desk) = Register::founded();
    let packed = |document: &[u8]| {
        let mut packing = GzEncoder::new(Vec::new(), Compression::default());
        packing.write_all(document).unwrap();
        STANDARD.encode(packing.finish().unwrap())
    };
    let digest = |document: &[u8]| hex(&Sha256::digest(document));
    let plan = PlanAsk { digest: digest(b"{}"), packed: packed(b"{}") };
    let _: Noted = register.asked(&desk, Door::Plans, &plan);
    let files = register.0.files();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].key, format!("plans/house/{}.json.gz", plan.digest));
    for odd in [
        PlanAsk { digest: digest(b"[]"), ..plan.clone() },
        PlanAsk { packed: STANDARD.encode(b"no gzip"), ..plan.clone() },
        PlanAsk { packed: "no base64!".to_owned(), ..plan.clone() },
    ] {
        assert_eq!(register.refused(&desk, Door::Plans, &odd), "form");
    }
    let bomb = vec![b' '; 51_000_000];
    let bomb = PlanAsk { digest: digest(&bomb), packed: packed(&bomb) };
    assert_eq!(register.refused(&desk, Door::Plans, &bomb), "form", "longer than a plan may be");
}

#[test]
fn whoever_settled_a_conflict_first_stays_named() {
    let (register, desk) = Register::founded();
    on_sale(&register, &desk, &[&desk]);
    let (till, gate) =
        (register.let_in(&desk, 5, StationKind::Till), register.let_in(&desk, 6, StationKind::Gate));
    let id = event_id().to_string();
    let item: Item = [("eventId", id.as_str()), ("conflictId", "c1")].into_iter().collect();
    register.0.put(Table::Conflicts, item);
    let settle = |by: &str, conflict: &str| Settle {
        event_id: event_id(),
        conflict_id: conflict.to_owned(),
        by: by.to_owned(),
    };
    assert_eq!(register.refused(&gate, Door::Settle, &settle("Eve", "c1")), "kind");
    let _: Noted = register.asked(&till, Door::Settle, &settle("Ada", "c1"));
    let _: Noted = register.asked(&desk, Door::Settle, &settle("Bob", "c1"));
    assert_eq!(register.0.items(Table::Conflicts)[0].text("resolvedBy"), Some("Ada"));
    assert_eq!(register.refused(&till, Door::Settle, &settle("Ada", "c2")), "event");
    let elsewhere = Settle { event_id: EventId::from_bytes([9; 16]), ..settle("Ada", "c1") };
    assert_eq!(register.refused(&till, Door::Settle, &elsewhere), "event");
}

#[test]
fn an_event_on_sale_is_found_by_its_name_and_date() {
    let (register, desk) = Register::founded();
    let named = |date: &str| -> Vec<String> {
        let id = concert_id_for(" fidelio", date);
        let items = register.0.items(Table::Events);
        let names = items.into_iter().find(|item| item.text("eventId") == Some(&id)).unwrap_or_default();
        names.texts("names").map(str::to_owned).collect()
    };
    let begun = put(record(&desk, &[&desk], EventStatus::Publishing, 1), None);
    assert!(register.asked::<EventAnswer>(&desk, Door::Events, &begun).done);
    assert!(named("2026-12-05").is_empty(), "not before it is on sale");
    let live = put(record(&desk, &[&desk], EventStatus::Live, 2), Some(1));
    for _ in 0..2 {
        assert!(register.asked::<EventAnswer>(&desk, Door::Events, &live).done);
    }
    for date in ["2026-12-05", "2026-12-05T19:00:00Z"] {
        assert_eq!(named(date), [event_id().to_string()], "{date}");
    }
    assert!(named("2026-12-06").is_empty());
}
