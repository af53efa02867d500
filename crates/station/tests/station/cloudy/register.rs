//! The register of stations, as a station meets it: it waits to be let in, is shut out, and is told that it is a copy.

use std::sync::{Arc, Mutex};

use wicket_domain::cloud::{Approval, StationKind};
use wicket_station::actor::Actor;
use wicket_station::cloud::Cloud;
use wicket_station::fault::Code;
use wicket_station::view::{ClaimOutcome, SaleOutcome, Trouble, VerdictWord};

use super::pretend::{Line, World};
use super::together::{Post, two};
use crate::support::{add_event, scan, sold, wants};

const BY: Actor = Actor::CommandLine;

fn strict() -> Arc<Mutex<World>> {
    let mut world = World::default();
    world.strict = true;
    Arc::new(Mutex::new(world))
}

/// A world with one desk that has let itself in, and a station that waits.
fn waiting() -> (Arc<Mutex<World>>, Post, Post) {
    let world = strict();
    let desk = Post::new(&world, "Office", 11);
    let own = desk.station.register().unwrap();
    assert_eq!((own.approval, own.founded), (Some(Approval::Pending), false));
    desk.station.approve_station(&BY, own.station_id, None).unwrap();
    let other = Post::new(&world, "Window", 22);
    (world, desk, other)
}

fn notices(post: &Post) -> Vec<String> {
    post.station.start(None).unwrap().notices.into_iter().map(|notice| notice.code).collect()
}

#[test]
fn a_station_that_nobody_let_in_sends_and_takes_nothing() {
    let (world, desk, window) = waiting();
    let event = add_event(&desk.station, "Evening");
    desk.station.publish_event(&BY, event, &mut |_| ()).unwrap();
    let alone = add_event(&window.station, "Of its own");
    sold(&window.station, &wants(alone, &["A-1"]));
    let round = window.station.sync_round().unwrap();
    assert!(round.barred && round.fault.is_none() && round.waiting == 1, "{round:?}");
    assert!(world.lock().unwrap().messages.is_empty());
    assert_eq!(window.station.events().unwrap().len(), 1, "it takes no event either");
    assert_eq!(window.station.cloud_status().unwrap().trouble, Some(Trouble::Pending));
    assert_eq!(window.station.stations().unwrap_err().code, Code::NotAllowed);

    let own = window.station.register().unwrap();
    let listed = desk.station.stations().unwrap();
    let line = listed.iter().find(|line| line.station_id == own.station_id).unwrap();
    assert_eq!(line.fingerprint, own.fingerprint, "people compare these two");
    assert!(!line.this_one && listed.iter().any(|line| line.this_one));
    let done = desk.station.approve_station(&BY, own.station_id, Some(StationKind::Till)).unwrap();
    assert_eq!((done.approval, done.kind), (Approval::Approved, StationKind::Till));
    window.station.probe().unwrap();
    window.sync();
    assert_eq!(window.station.cloud_status().unwrap().trouble, None);
    assert_eq!(window.station.register().unwrap().kind, StationKind::Till, "as the desk decided");
    assert_eq!((world.lock().unwrap().messages.len(), window.station.events().unwrap().len()), (1, 2));
    let refused = window.station.publish_event(&BY, alone, &mut |_| ()).unwrap_err();
    assert_eq!(refused.code, Code::NotAllowed, "a till publishes nothing: {refused:?}");
}

#[test]
fn only_stations_that_were_let_in_to_sell_stand_in_a_manifest() {
    let (world, desk, window) = waiting();
    let event = add_event(&desk.station, "Evening");
    desk.station.publish_event(&BY, event, &mut |_| ()).unwrap();
    let named = || {
        desk.sync();
        world.lock().unwrap().events[&event.to_string()].manifest.text.matches("publicKey").count()
    };
    assert_eq!(named(), 1);
    let id = window.station.register().unwrap().station_id;
    desk.station.approve_station(&BY, id, Some(StationKind::Gate)).unwrap();
    assert_eq!(named(), 1, "a gate sells nothing");
    desk.station.approve_station(&BY, id, Some(StationKind::Till)).unwrap();
    assert_eq!(named(), 2);
}

#[test]
fn a_station_that_was_shut_out_lets_go_and_is_told() {
    let (_, north, south, event) = two();
    south.station.allot(&BY, event, 2).unwrap();
    let id = south.station.register().unwrap().station_id;
    assert_eq!(north.station.revoke_station(&BY, id).unwrap().station.approval, Approval::Revoked);
    south.station.probe().unwrap();
    assert_eq!(notices(&south), ["shut_out"]);
    assert_eq!(south.station.cloud_status().unwrap().trouble, Some(Trouble::ShutOut));
    let outcome = south.station.claim_places(&BY, &wants(event, &["A-1"])).unwrap();
    assert!(matches!(outcome, ClaimOutcome::Offline { .. }), "{outcome:?}");
    let own = north.station.register().unwrap().station_id;
    assert_eq!(north.station.revoke_station(&BY, own).unwrap_err().code, Code::NotAllowed);
    assert_eq!(north.station.approve_station(&BY, id, None).unwrap_err().code, Code::NotAllowed);
}

/// A second computer on a copy of the same folder.
fn cloned(of: &Post, world: &Arc<Mutex<World>>) -> (tempfile::TempDir, wicket_station::Station) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wicket.sqlite");
    of.house.sql().execute("VACUUM INTO ?1", [path.to_str().unwrap()]).unwrap();
    let station = of.house.window_on(&path, &Arc::default());
    let line: Arc<dyn Cloud> = Line::new(world, 77);
    station.connect(Some(line)).unwrap();
    (folder, station)
}

#[test]
fn a_copied_gate_admits_nobody_until_somebody_decides() {
    let (world, north, south, event) = two();
    let token = sold(&north.station, &wants(event, &["A-1"])).tickets[0].token.clone();
    north.sync();
    world.lock().unwrap().work();
    south.sync();
    let (_folder, clone) = cloned(&south, &world);
    south.station.probe().unwrap();
    clone.probe().unwrap();
    assert_eq!(clone.cloud_status().unwrap().trouble, Some(Trouble::Copied));
    let refused = clone.admit(&BY, &scan(&token, None, Some(event))).unwrap_err();
    assert_eq!(refused.code, Code::NotAllowed, "{refused:?}");
    let verdict = south.station.admit(&BY, &scan(&token, None, Some(event))).unwrap();
    assert_eq!(verdict.verdict, VerdictWord::Admitted, "the one that was there goes on");

    clone.resume(&BY).unwrap();
    assert_eq!(clone.cloud_status().unwrap().trouble, None);
    south.station.probe().unwrap();
    assert_eq!(south.station.cloud_status().unwrap().trouble, Some(Trouble::Copied), "now it is the other");
    assert!(notices(&south).contains(&"copied".to_owned()));
    assert!(south.station.admit(&BY, &scan(&token, None, Some(event))).is_err());
}

#[test]
fn a_file_that_was_put_back_sells_no_seat_again() {
    let (world, north, south, event) = two();
    south.station.allot(&BY, event, 2).unwrap();
    let (_folder, yesterday) = cloned(&south, &world);
    let kept: Vec<_> =
        south.station.seat_lines(event, true).unwrap().into_iter().map(|line| line.seat_id).collect();
    let seat = kept[0].to_string();
    sold(&south.station, &wants(event, &[&seat]));
    south.sync();
    world.lock().unwrap().work();
    north.sync();

    yesterday.probe().unwrap();
    let again = yesterday.sell(&BY, &wants(event, &[&seat]));
    assert_eq!(again.unwrap_err().code, Code::NotAllowed, "it believes that the seat is its own");
    yesterday.resume(&BY).unwrap();
    for _ in 0..3 {
        assert_eq!(yesterday.sync_round().unwrap().fault, None);
    }
    let again = yesterday.sell(&BY, &wants(event, &[&seat])).unwrap();
    assert!(matches!(again, SaleOutcome::Taken { .. }), "{again:?}");
}
