//! Events and plans.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use wicket_domain::cloud::{
    Change, EventMark, EventRecord, EventStatus, Folded, SealedManifest, StandingRecord,
};
use wicket_domain::event::{Event, Venue};
use wicket_domain::money::Currency;
use wicket_station::cloud::{Cloud, CloudFault, CloudTrouble};

use crate::stage::{EVENT, Stage, TILL};

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
fn an_event_is_read_as_it_stands() {
    let stage = Stage::new();
    assert_eq!(stage.cloud.event(EVENT), Ok(None));
    for record in [event(1, EventStatus::Publishing), event(2, EventStatus::Live)] {
        stage.put_record("Events", &record);
        assert_eq!(stage.cloud.event(EVENT), Ok(Some(record)));
    }
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

#[test]
fn a_feed_begins_with_its_file_where_there_is_one() {
    let stage = Stage::new();
    let begun = |feed: &str| -> Result<_, CloudFault> {
        let found = stage.cloud.beginning(feed)?;
        Ok(found.map(|found| (found.number, found.parts.collect::<Result<Vec<_>, _>>())))
    };
    assert_eq!(begun("house#events"), Ok(None));
    let mark = |event: u32| {
        let event_id = format!("event-{event}");
        Change::Event(EventMark { event_id, version: 1, status: EventStatus::Live, until: 9 })
    };
    let mut folded = Folded::default();
    folded.add((0..1_500).map(mark).collect());
    let bytes = packed(&folded.text("house#events", 300));
    stage.put_file("snapshots/house/events.gz", bytes.clone());
    let (number, parts) = begun("house#events").unwrap().unwrap();
    let parts = parts.unwrap();
    assert_eq!((number, parts.len() > 1), (300, true), "in parts");
    assert_eq!(parts.iter().map(|part| part.changes.len()).sum::<usize>(), 1_500);
    // One that was cut, one that is another feed's, and one that is none.
    stage.put_file("snapshots/house/events.gz", bytes[..bytes.len() / 2].to_vec());
    let (_, parts) = begun("house#events").unwrap().unwrap();
    assert_eq!(parts.unwrap_err().trouble, CloudTrouble::Unreadable);
    stage.put_file("snapshots/club/events.gz", bytes);
    stage.put_file("snapshots/house/e.gz", b"<html>".to_vec());
    for feed in ["club#events", "house#e"] {
        let fault = begun(feed);
        assert_eq!(fault.unwrap_err().trouble, CloudTrouble::Unreadable, "{feed}");
    }
}

fn packed(document: &str) -> Vec<u8> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    packing.write_all(document.as_bytes()).unwrap();
    packing.finish().unwrap()
}
