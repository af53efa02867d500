//! The high-water mark of a computer: an older file and a copy are told without any network, and whatever else happens to
//! the mark harms nobody.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use wicket_domain::id::EventId;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::{CloudMode, SaleOutcome, Trouble};

use crate::support::{House, admit, scan, sold, wants};

const BY: Actor = Actor::CommandLine;

fn sells(station: &Station, event: EventId, seat: &str) -> bool {
    match station.sell(&BY, &wants(event, &[seat])) {
        Ok(outcome) => {
            assert!(matches!(outcome, SaleOutcome::Sold { .. }), "{outcome:?}");
            true
        }
        Err(fault) => {
            assert_eq!(fault.code, Code::NotAllowed, "{fault:?}");
            assert!(fault.message.contains("copied or put back"), "{fault:?}");
            false
        }
    }
}

fn told(station: &Station) -> Vec<String> {
    station.start(None).unwrap().notices.into_iter().map(|notice| notice.code).collect()
}

fn audited(house: &House, kind: &str) -> i64 {
    house.number(&format!("SELECT count(*) FROM audit WHERE kind = '{kind}'"))
}

#[test]
fn an_older_file_sells_and_admits_nothing_until_a_supervisor_decides() {
    let (house, window_a, event) = House::open();
    let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
    let copy = house.copy("this-morning.sqlite");
    assert!(sells(&window_a, event, "A-2"));
    drop(window_a);
    house.put_back(&copy);

    let window_a = house.window();
    assert_eq!(told(&window_a), ["copied"], "at once, and without a cloud");
    assert!(!sells(&window_a, event, "A-2"), "the seat was sold already");
    let refused = window_a.admit(&BY, &scan(&token, Some("North"), Some(event))).unwrap_err();
    assert_eq!(refused.code, Code::NotAllowed, "{refused:?}");
    let refused = window_a.claim_places(&BY, &wants(event, &["A-3"])).unwrap_err();
    assert_eq!(refused.code, Code::NotAllowed, "before money is taken: {refused:?}");
    let status = window_a.cloud_status().unwrap();
    assert_eq!((status.mode, status.trouble), (CloudMode::Standalone, Some(Trouble::Copied)));
    assert!(window_a.register().unwrap().copied);
    assert_eq!(window_a.find_orders("", 10).unwrap().len(), 1, "what it knows is shown");

    // A second window says no more than the first.
    drop(house.window());
    assert_eq!((told(&window_a).len(), audited(&house, "copied")), (1, 1));

    window_a.resume(&BY).unwrap();
    assert!(sells(&window_a, event, "A-2") && !window_a.register().unwrap().copied);
    assert_eq!(admit(&window_a, &token).reason, None);
    assert!(window_a.verify_audit().unwrap().sound);
    drop(window_a);
    assert!(sells(&house.window(), event, "A-3"), "the mark is this file's from now on");
    assert_eq!(house.window().resume(&BY).unwrap_err().code, Code::NotPaired, "there is nothing to decide");
}

#[test]
fn of_a_file_and_its_copy_on_one_computer_one_goes_on() {
    let (house, window_a, event) = House::open();
    let copy = house.copy("copy.sqlite");
    let twin = house.window_at(&copy);
    assert_eq!(told(&twin), [""; 0], "neither has gone ahead");
    assert!(sells(&twin, event, "A-1"));
    assert!(!sells(&window_a, event, "A-1"), "it was open all the while");
    assert!(sells(&twin, event, "A-2"));
    assert_eq!(told(&window_a), ["copied"]);

    window_a.resume(&BY).unwrap();
    assert!(sells(&window_a, event, "A-1"));
    assert!(!sells(&twin, event, "A-3") && !sells(&house.window_at(&copy), event, "A-3"));
    assert_eq!(told(&twin), ["copied"]);
    assert!(sells(&house.window(), event, "A-3"), "another window of the one that goes on");
}

#[test]
fn a_file_of_the_same_length_and_another_history_is_told() {
    let (house, window_a, event) = House::open();
    let copy = house.copy("elsewhere.sqlite");
    let elsewhere = house.window_on(&copy, &Arc::default());
    assert!(sells(&elsewhere, event, "B-1") && sells(&window_a, event, "A-1"));
    drop((window_a, elsewhere));
    house.put_back(&copy);
    let window_a = house.window();
    assert_eq!(told(&window_a), ["copied"]);
    assert!(!sells(&window_a, event, "A-1"));
}

#[test]
fn a_longer_file_of_another_history_is_told() {
    let (house, window_a, event) = House::open();
    let copy = house.copy("elsewhere.sqlite");
    let elsewhere = house.window_on(&copy, &Arc::default());
    assert!(["B-1", "B-2", "B-3"].iter().all(|seat| sells(&elsewhere, event, seat)));
    assert!(sells(&window_a, event, "A-1"));
    drop((window_a, elsewhere));
    house.put_back(&copy);
    assert!(!sells(&house.window(), event, "A-1"));
}

#[test]
fn a_station_that_moves_to_another_computer_goes_on() {
    let (house, window_a, event) = House::open();
    assert!(sells(&window_a, event, "A-1"));
    drop(window_a);
    let moved = house.window_on(&house.path(), &Arc::default());
    assert!(sells(&moved, event, "A-2"));
    drop(moved);
    assert!(sells(&house.window(), event, "A-3"), "and back again: the file is newer than the mark here");
}

#[test]
fn a_station_that_is_killed_before_its_mark_goes_on() {
    let (house, window_a, event) = House::open();
    house.computer.forgets.store(true, Ordering::SeqCst);
    assert!(sells(&window_a, event, "A-1"));
    drop(window_a);
    house.computer.forgets.store(false, Ordering::SeqCst);
    let copy = house.copy("copy.sqlite");
    let window_a = house.window();
    assert!(sells(&window_a, event, "A-2"));
    drop(window_a);
    house.put_back(&copy);
    assert!(!sells(&house.window(), event, "A-3"), "the mark has been raised since");
}

#[test]
fn a_computer_without_a_place_for_marks_is_logged_and_keeps_nobody_from_selling() {
    let (house, window_a, event) = House::open();
    house.computer.forgets.store(true, Ordering::SeqCst);
    assert!(sells(&window_a, event, "A-1") && sells(&window_a, event, "A-2"));
    assert!(sells(&house.window(), event, "A-3"), "each command is a process of its own");
    assert_eq!((audited(&house, "mark_not_kept"), told(&window_a).len()), (1, 0));
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn a_mark_that_cannot_be_changed_keeps_a_supervisor_from_going_on_and_says_so() {
    let (house, window_a, event) = House::open();
    let copy = house.copy("copy.sqlite");
    assert!(sells(&window_a, event, "A-1"));
    drop(window_a);
    house.put_back(&copy);
    let window_a = house.window();
    house.computer.forgets.store(true, Ordering::SeqCst);
    let refused = window_a.resume(&BY).unwrap_err();
    assert_eq!(refused.code, Code::Storage, "{refused:?}");
    assert!(!sells(&window_a, event, "A-1"));
    house.computer.forgets.store(false, Ordering::SeqCst);
    window_a.resume(&BY).unwrap();
    assert!(sells(&window_a, event, "A-1"));
}
