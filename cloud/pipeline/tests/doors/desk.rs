//! What a desk puts into the cloud.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use sha2::{Digest, Sha256};
use wicket_domain::cloud::{
    CloudSeatState, DeskGrant, EventRecord, EventStatus, Manifest, ManifestKey, SealedManifest, StationKind,
    StationRecord, hex, plan_key,
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

fn key(station: &Station) -> ManifestKey {
    let desk = station.kind == StationKind::Desk;
    ManifestKey { station_id: station.id(), public_key: station.public_key(), desk }
}

/// An edition that lists these stations, each desk among them by a grant of its organizer.
fn manifest(desk: &Station, edition: u32, keys: &[&Station], revoked: &[&Station]) -> Manifest {
    let others = keys.iter().filter(|other| other.kind == StationKind::Desk && other.no != desk.no);
    let granted = |other: &&Station| DeskGrant::new(&desk.key(), event_id(), edition, &other.public_key());
    Manifest {
        event_id: event_id(),
        edition,
        organizer_key: desk.public_key(),
        keys: keys.iter().map(|station| key(station)).collect(),
        revoked: revoked.iter().map(|station| key(station)).collect(),
        grants: others.filter_map(granted).collect(),
        classes: Vec::new(),
    }
}

/// The event as it stands.
fn stands(register: &Register) -> EventRecord {
    register.0.items(Table::Events).remove(0).read().unwrap()
}

/// The next edition for the register as it is, as a desk writes it.
fn next_edition(register: &Register, by: &Station) -> EventRecord {
    let stations = register.0.items(Table::Stations).into_iter().filter(|item| item.has("publicKey"));
    let stations: Vec<StationRecord> = stations.map(|item| item.read().unwrap()).collect();
    let before = stands(register);
    let next = before.manifest.read().unwrap().following(&stations, &by.key()).unwrap();
    EventRecord { manifest: next.seal(&by.key()).unwrap(), version: before.version + 1, ..before }
}

/// An event of a desk, in which these stations may sell.
pub(crate) fn record(desk: &Station, sellers: &[&Station], status: EventStatus, version: u64) -> EventRecord {
    let manifest = manifest(desk, u32::try_from(version).unwrap(), sellers, &[]);
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
    let later = EventRecord { seats: 5, ..record(&desk, &[&desk], EventStatus::Live, 2) };
    let stale = put(later, Some(1));
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
    assert_eq!(register.refused(&desk, Door::Events, &next), "pending", "it may issue no more");
}

#[test]
fn an_edition_forgets_no_key_and_leaves_no_number_out() {
    let (register, desk) = Register::founded();
    let till = register.let_in(&desk, 7, StationKind::Till);
    on_sale(&register, &desk, &[&desk, &till]);
    register.revoke(&desk, &till);
    let forgotten = put(record(&desk, &[&desk], EventStatus::Live, 3), Some(2));
    assert_eq!(register.refused(&desk, Door::Events, &forgotten), "form");
    let revoking = |edition: u32, version: u64| {
        let mut next = record(&desk, &[&desk], EventStatus::Live, version);
        next.manifest = manifest(&desk, edition, &[&desk], &[&till]).seal(&desk.key()).unwrap();
        put(next, Some(2))
    };
    for (edition, version) in [(2, 3), (4, 3), (3, 2), (3, 4)] {
        let odd = revoking(edition, version);
        assert_eq!(register.refused(&desk, Door::Events, &odd), "form", "{edition} {version}");
    }
    assert!(register.asked::<EventAnswer>(&desk, Door::Events, &revoking(3, 3)).done);
    let hours = EventRecord { starts_at: 7, version: 4, ..stands(&register) };
    assert!(register.asked::<EventAnswer>(&desk, Door::Events, &put(hours, Some(3))).done, "no new edition");
}

#[test]
fn any_desk_of_the_event_writes_its_next_edition_and_nothing_else() {
    let (register, desk) = Register::founded();
    let other = register.let_in(&desk, 5, StationKind::Desk);
    on_sale(&register, &desk, &[&desk, &other]);
    let late = register.let_in(&desk, 6, StationKind::Desk);
    let till = register.let_in(&other, 7, StationKind::Till);
    let done = |by: &Station, event: EventRecord| {
        let expected = event.version - 1;
        register.asked::<EventAnswer>(by, Door::Events, &put(event, Some(expected))).done
    };
    let refused = |by: &Station, event: EventRecord| {
        let expected = event.version - 1;
        register.refused(by, Door::Events, &put(event, Some(expected)))
    };
    for by in [&late, &till] {
        let why = refused(by, next_edition(&register, by));
        assert_eq!(why, if by.no == late.no { "form" } else { "kind" }, "no edition has named it a desk");
    }
    let next = next_edition(&register, &other);
    assert_eq!(refused(&desk, next.clone()), "form", "another desk has signed it");
    let cheaper = EventRecord { seats: 3, ..next.clone() };
    assert_eq!(refused(&other, cheaper), "event", "that is the organizer's to change");
    let taken_over = EventRecord { organizer_id: other.id().to_string(), ..next.clone() };
    assert_eq!(refused(&other, taken_over), "event");
    // The desk that published it is a moment late with the same.
    let own = next_edition(&register, &desk);
    assert!(done(&other, next.clone()) && done(&other, next), "asked again after a lost answer");
    assert!(!done(&desk, own), "it reads the other's");
    assert_eq!(stands(&register).manifest.signer_key, other.public_key());
    let named = stands(&register).manifest.read().unwrap();
    let desks: Vec<_> = named.keys.iter().filter(|key| key.desk).map(|key| key.station_id).collect();
    assert_eq!((named.keys.len(), desks), (4, vec![desk.id(), other.id(), late.id()]));

    // The desk that was made one by another revokes both.
    register.revoke(&late, &desk);
    register.revoke(&late, &other);
    assert_eq!(refused(&other, next_edition(&register, &other)), "revoked");
    assert!(done(&late, next_edition(&register, &late)));
    let named = stands(&register).manifest.read().unwrap();
    let out: Vec<_> = named.revoked.iter().map(|key| key.station_id).collect();
    assert_eq!(out, [desk.id(), other.id()]);
}

#[test]
fn an_edition_takes_nobody_for_a_desk_who_is_none() {
    let (register, desk) = Register::founded();
    let till = register.let_in(&desk, 7, StationKind::Till);
    on_sale(&register, &desk, &[&desk, &till]);
    let edition = |change: fn(&mut Manifest)| {
        let mut next = manifest(&desk, 3, &[&desk, &till], &[]);
        change(&mut next);
        let sealed = next.seal(&desk.key()).unwrap();
        put(EventRecord { manifest: sealed, version: 3, ..stands(&register) }, Some(2))
    };
    let promoted = edition(|next| next.keys.iter_mut().for_each(|key| key.desk = true));
    assert_eq!(register.refused(&desk, Door::Events, &promoted), "pending");
    let taken_over = edition(|next| next.organizer_key.clone_from(&next.keys[1].public_key));
    assert_eq!(register.refused(&desk, Door::Events, &taken_over), "form");
    let elsewhere = edition(|next| next.event_id = EventId::from_bytes([8; 16]));
    assert_eq!(register.refused(&desk, Door::Events, &elsewhere), "form");
    let sound = edition(|_| ());
    assert!(register.asked::<EventAnswer>(&desk, Door::Events, &sound).done);
}

#[test]
fn no_edition_forgets_how_a_desk_became_one() {
    let (register, desk) = Register::founded();
    let other = register.let_in(&desk, 5, StationKind::Desk);
    on_sale(&register, &desk, &[&desk, &other]);
    let mut next = manifest(&desk, 3, &[&desk, &other], &[]);
    next.grants.clear();
    let forgetful =
        EventRecord { manifest: next.seal(&desk.key()).unwrap(), version: 3, ..stands(&register) };
    assert_eq!(register.refused(&desk, Door::Events, &put(forgetful, Some(2))), "form");
}

#[test]
fn only_the_desk_that_published_it_changes_an_event() {
    let (register, desk) = Register::founded();
    on_sale(&register, &desk, &[&desk]);
    let other = register.let_in(&desk, 5, StationKind::Desk);
    let till = register.let_in(&desk, 6, StationKind::Till);
    let genuine = record(&desk, &[&desk], EventStatus::Live, 3);
    assert_eq!(register.refused(&till, Door::Events, &put(genuine.clone(), Some(2))), "kind");
    assert_eq!(register.refused(&other, Door::Events, &put(genuine.clone(), Some(2))), "form", "not its own");
    let taken_over = record(&other, &[&other], EventStatus::Live, 3);
    assert_eq!(register.refused(&other, Door::Events, &put(taken_over, Some(2))), "event");
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
