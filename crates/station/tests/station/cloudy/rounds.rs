//! Delivering, loading and following: one that is stuck keeps none of the others back, and the words say which it is.

use jiff::SignedDuration;
use wicket_domain::seat::SeatState;
use wicket_station::actor::Actor;
use wicket_station::cloud::CloudTrouble;
use wicket_station::view::{ClaimOutcome, SaleOutcome, Trouble};

use super::pretend::{Barred, Weather};
use super::together::{Post, two};
use crate::support::{add_event, sold, wants};

const BY: Actor = Actor::CommandLine;

fn sees(post: &Post, event: wicket_domain::id::EventId, id: &str) -> SeatState {
    let lines = post.station.seat_lines(event, false).unwrap();
    lines.iter().find(|line| line.seat_id.as_str() == id).unwrap().state
}

#[test]
fn pages_that_do_not_come_keep_no_sale_back() {
    let (world, north, south, event) = two();
    *south.line.pages_stuck.lock().unwrap() = Some(CloudTrouble::Slow);
    let stuck = south.station.follow_round().unwrap();
    assert!(stuck.fault.is_some());
    let again = south.station.follow_round().unwrap();
    assert!(again.pause > std::time::Duration::from_secs(1), "it is asked for less and less often");

    let status = south.station.cloud_status().unwrap();
    assert_eq!((status.online, status.following), (true, Some(Trouble::Slow)));
    assert_eq!((status.delivering, status.trouble), (None, Some(Trouble::Slow)), "{:?}", status.words);
    // Seats are claimed, sold and reported all the same.
    assert!(matches!(south.sells(&wants(event, &["A-1"])), SaleOutcome::Sold { .. }));
    let delivered = south.station.deliver_round().unwrap();
    assert_eq!((delivered.sent, delivered.waiting, delivered.fault), (1, 0, None));
    assert!(south.station.cloud_status().unwrap().following.is_some(), "a delivery mends nothing of it");

    *south.line.pages_stuck.lock().unwrap() = None;
    sold(&north.station, &wants(event, &["A-2"]));
    north.sync();
    world.lock().unwrap().work();
    south.station.follow_round().unwrap();
    assert_eq!(sees(&south, event, "A-2"), SeatState::Sold);
    let status = south.station.cloud_status().unwrap();
    assert_eq!((status.following, status.trouble), (None, None));
}

#[test]
fn a_plan_that_does_not_come_stops_no_following() {
    let (world, north, south, event) = two();
    let second = add_event(&north.station, "Matinee");
    north.station.publish_event(&BY, second, &mut |_| ()).unwrap();
    *south.line.plans_stuck.lock().unwrap() = Some(CloudTrouble::Slow);
    assert!(south.station.load_round().unwrap().fault.is_some());
    sold(&north.station, &wants(event, &["A-1"]));
    north.sync();
    world.lock().unwrap().work();
    assert_eq!(south.station.follow_round().unwrap().fault, None);
    assert_eq!(sees(&south, event, "A-1"), SeatState::Sold);
    let status = south.station.cloud_status().unwrap();
    assert_eq!((status.online, status.following), (true, Some(Trouble::Slow)));
    *south.line.plans_stuck.lock().unwrap() = None;
    south.station.load_round().unwrap();
    assert_eq!(south.station.events().unwrap().len(), 2);
    assert_eq!(south.station.cloud_status().unwrap().following, None);
}

#[test]
fn sales_that_cannot_be_sent_are_told_apart_from_the_rest() {
    let (_, north, _, event) = two();
    sold(&north.station, &wants(event, &["A-1"]));
    north.line.bar(&[Barred::Sales]);
    assert!(north.station.deliver_round().unwrap().barred);
    assert_eq!(north.station.follow_round().unwrap().fault, None);
    let status = north.station.cloud_status().unwrap();
    assert_eq!((status.online, status.waiting, status.trouble), (true, 1, Some(Trouble::Refused)));
    north.line.bar(&[]);
    assert_eq!(north.station.deliver_round().unwrap().sent, 1);
    assert_eq!(north.station.cloud_status().unwrap().trouble, None);
}

#[test]
fn a_line_that_is_gone_is_gone_for_all() {
    let (_, north, _, event) = two();
    north.line.set(Weather::Cut);
    assert!(north.station.follow_round().unwrap().fault.is_some());
    let status = north.station.cloud_status().unwrap();
    assert_eq!((status.online, status.trouble), (false, Some(Trouble::Unreachable)));
    let offline = north.station.claim_places(&BY, &wants(event, &["A-1"])).unwrap();
    assert!(matches!(offline, ClaimOutcome::Offline { .. }), "{offline:?}");
}

#[test]
fn an_event_that_is_days_ahead_is_asked_for_less_often_until_somebody_here_looks_at_it() {
    let (world, north, south, event) = two();
    let sells = |seat| {
        sold(&north.station, &wants(event, &[seat]));
        north.sync();
        world.lock().unwrap().work();
    };
    let heard = || {
        south.station.follow_round().unwrap();
        south.house.number("SELECT count(*) FROM cloud_ticket")
    };
    let pass = |seconds: i64| south.house.clock.pass(SignedDuration::from_secs(seconds));
    // Ten days before; nobody has looked at it for long.
    pass(-10 * 24 * 3_600);
    assert_eq!(heard(), 0);
    sells("A-1");
    pass(5);
    assert_eq!(heard(), 0, "not in every round");
    pass(6);
    assert_eq!(heard(), 1);
    south.station.hall(event).unwrap();
    for (seat, known) in [("A-2", 2), ("A-3", 3)] {
        sells(seat);
        pass(2);
        assert_eq!(heard(), known, "somebody has it on the screen");
    }
    pass(601);
    heard();
    sells("A-4");
    pass(2);
    assert_eq!(heard(), 3, "and has gone on to another");
    assert_eq!(south.station.sync_round().unwrap().fault, None);
    assert_eq!(
        south.house.number("SELECT count(*) FROM cloud_ticket"),
        4,
        "asked for by hand, all of it comes"
    );
}
