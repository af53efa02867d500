//! Events, plans and conflicts.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use wicket_domain::cloud::{EventRecord, EventStatus, SealedManifest, StandingRecord};
use wicket_domain::event::{Event, Venue};
use wicket_domain::id::EventId;
use wicket_domain::money::Currency;
use wicket_station::cloud::{Cloud, CloudTrouble, EventMark};

use crate::stage::{EVENT, Stage, TILL, number, text};

fn event(version: u64, status: EventStatus) -> EventRecord {
    let starts_at: Timestamp = "2100-01-01T20:00:00Z".parse().unwrap();
    let venue = Venue { name: "Hall".into(), address: None, time_zone: "Europe/Vienna".into() };
    EventRecord {
        event_id: EVENT.to_string(),
        venue: "house".parse().unwrap(),
        organizer_id: TILL.to_string(),
        status,
        category: "music".into(),
        starts_at: starts_at.as_millisecond(),
        starts_on: "2100-01-01".into(),
        event: Event {
            event_id: EVENT,
            name: "Opening".into(),
            kind: "music".into(),
            venue,
            starts_at,
            currency: Currency::USD,
            sample: false,
            doors_from: None,
            doors_until: None,
            sells_until: None,
        },
        seats: 60,
        standing: vec![StandingRecord { area_id: "floor".into(), category_no: 2, capacity: 100 }],
        plan_key: "plans/abc.json.gz".into(),
        plan_digest: "abc".into(),
        manifest: SealedManifest { text: "{}".into(), signature: "s".into(), signer_key: "k".into() },
        version,
        updated_at: 1_000,
    }
}

#[test]
fn an_event_is_read_once_it_is_on_sale_in_this_house() {
    let stage = Stage::new();
    assert_eq!(stage.cloud.event(EVENT), Ok(None));
    stage.put_record("Events", &event(1, EventStatus::Publishing));
    assert_eq!(stage.cloud.events(), Ok(Vec::new()), "not on sale yet");
    stage.put_record("Events", &event(2, EventStatus::Live));
    assert_eq!(stage.cloud.event(EVENT), Ok(Some(event(2, EventStatus::Live))));
    let mark = EventMark { event_id: EVENT.to_string(), version: 2 };
    assert_eq!(stage.cloud.events(), Ok(vec![mark]));
    stage
        .put_record("Events", &EventRecord { venue: "club".parse().unwrap(), ..event(3, EventStatus::Live) });
    assert_eq!(stage.cloud.events(), Ok(Vec::new()), "another house's");
}

#[test]
fn an_event_of_last_week_is_not_read_any_more() {
    let stage = Stage::new();
    let began = |hours_ago: i64, no: u8| {
        let id = EventId::from_bytes([no; 16]);
        let starts_at = Timestamp::now().as_millisecond() - hours_ago * 3_600_000;
        let record = event(1, EventStatus::Live);
        EventRecord {
            event_id: id.to_string(),
            starts_at,
            event: Event { event_id: id, ..record.event.clone() },
            ..record
        }
    };
    for record in [began(71, 1), began(73, 2), began(24 * 7, 3), began(-24, 4)] {
        stage.put_record("Events", &record);
    }
    let found: Vec<_> = stage.cloud.events().unwrap().into_iter().map(|mark| mark.event_id).collect();
    assert_eq!(found, [1, 4].map(|no| EventId::from_bytes([no; 16]).to_string()));
}

#[test]
fn an_event_whose_doors_are_open_for_weeks_is_read_until_they_are_closed() {
    let stage = Stage::new();
    let hour = jiff::SignedDuration::from_hours;
    let began = |hours_ago: i64, doors_for: i64, no: u8| {
        let id = EventId::from_bytes([no; 16]);
        let starts_at = Timestamp::now() - hour(hours_ago);
        let record = event(1, EventStatus::Live);
        let doors_until = Some(Timestamp::now() + hour(doors_for));
        EventRecord {
            event_id: id.to_string(),
            starts_at: starts_at.as_millisecond(),
            event: Event { event_id: id, starts_at, doors_until, ..record.event.clone() },
            ..record
        }
    };
    for record in [began(24 * 20, 24, 1), began(24 * 89, -23, 2), began(24 * 20, -25, 3)] {
        stage.put_record("Events", &record);
    }
    let found: Vec<_> = stage.cloud.events().unwrap().into_iter().map(|mark| mark.event_id).collect();
    assert_eq!(found, [2, 1].map(|no| EventId::from_bytes([no; 16]).to_string()));
    let again: usize = (0..15).map(|_| stage.cloud.events().unwrap().len()).sum();
    assert_eq!(again, 2, "not in every round, since it is paid for");
}

#[test]
fn a_plan_comes_back_and_one_that_is_not_there_is_told() {
    let stage = Stage::new();
    let document = "{\"name\":\"Großes Haus\"}".repeat(5_000);
    stage.put_file("plans/a.json.gz", packed(&document));
    assert_eq!(stage.cloud.plan("plans/a.json.gz", 200_000), Ok(document));
    assert_eq!(stage.cloud.plan("plans/a.json.gz", 50_000).unwrap_err().trouble, CloudTrouble::Unreadable);
    assert_eq!(stage.cloud.plan("plans/b.json.gz", 50_000).unwrap_err().trouble, CloudTrouble::NotThere);
}

fn packed(document: &str) -> Vec<u8> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    packing.write_all(document.as_bytes()).unwrap();
    packing.finish().unwrap()
}

#[test]
fn conflicts_are_read_with_who_settled_them() {
    let stage = Stage::new();
    let id = EVENT.to_string();
    stage.put(
        "Conflicts",
        &[
            ("eventId", text(&id)),
            ("conflictId", text("c1")),
            ("kind", text("seat_sold_twice")),
            ("at", number(1_000)),
            ("resolvedAt", number(2_000)),
            ("resolvedBy", text("Ada")),
            ("updatedAt", number(2_000)),
        ],
    );
    let conflicts = stage.cloud.conflicts(EVENT).unwrap();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].resolved_by.as_deref(), Some("Ada"));
    assert_eq!(conflicts[0].resolved_at, Some(2_000));
}
