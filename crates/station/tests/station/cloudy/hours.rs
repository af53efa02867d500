//! The hours of a published event: who changes them, whom they reach, and for how long the event is followed.

use jiff::Timestamp;
use wicket_domain::seat::SeatState;
use wicket_station::actor::Actor;
use wicket_station::events::HoursDraft;
use wicket_station::fault::Code;
use wicket_station::view::SaleRequest;

use super::pretend::Weather;
use super::together::{Post, seen, two};
use crate::support::{NOON, sold, wants};

fn moment(minutes: i64) -> Timestamp {
    Timestamp::from_millisecond(NOON + minutes * 60_000).unwrap()
}

#[test]
fn the_hours_that_the_organizer_changes_reach_every_station_and_nobody_else_changes_them() {
    let (world, north, south, event) = two();
    let draft = HoursDraft { doors_until: Some(moment(20 * 60)), ..HoursDraft::default() };
    let hours = |post: &Post| post.station.hall(event).unwrap().hours;
    let by = Actor::CommandLine;

    let refused = south.station.change_hours(&by, event, draft).unwrap_err();
    assert_eq!(refused.code, Code::NotAllowed);
    north.line.set(Weather::Cut);
    let before = hours(&north);
    let offline = north.station.change_hours(&by, event, draft).unwrap_err();
    assert!(offline.message.contains("cannot be reached"), "{}", offline.message);
    assert_eq!(hours(&north), before, "nothing is changed here alone");
    north.line.set(Weather::Fine);

    north.station.change_hours(&by, event, draft).unwrap();
    assert_eq!(hours(&north).doors_until, moment(20 * 60));
    south.sync();
    assert_eq!(hours(&south), hours(&north));
    assert_eq!(world.lock().unwrap().events[&event.to_string()].event.doors_until, Some(moment(20 * 60)));
    let version = world.lock().unwrap().events[&event.to_string()].version;
    north.sync();
    assert_eq!(world.lock().unwrap().events[&event.to_string()].version, version, "and stays as it is");
}

#[test]
fn an_event_is_followed_for_a_month_after_its_doors_close_and_mostly_not_in_every_round() {
    let (world, north, south, event) = two();
    let (day, sold_there) = (24 * 60, |post: &Post, id: &str| seen(&post.station, event, id));
    let open = HoursDraft { doors_until: Some(moment(20 * day)), ..HoursDraft::default() };
    north.station.change_hours(&Actor::CommandLine, event, open).unwrap();
    south.sync();
    let sell_and_tell = |days: i64, id: &str| {
        for post in [&north, &south] {
            post.house.pass(days * day);
        }
        world.lock().unwrap().pass(days * day);
        sold(&north.station, &SaleRequest { any_time: true, ..wants(event, &[id]) });
        north.sync();
        world.lock().unwrap().work();
        south.sync();
    };
    sell_and_tell(20, "A-1");
    assert_eq!(sold_there(&south, "A-1"), SeatState::Sold, "within the day after");
    sell_and_tell(2, "A-2");
    assert_eq!(sold_there(&south, "A-2"), SeatState::Sold, "somebody settles its conflicts in these weeks");
    sell_and_tell(0, "A-3");
    assert_ne!(sold_there(&south, "A-3"), SeatState::Sold, "though not in every round");
    sell_and_tell(29, "A-4");
    assert_ne!(sold_there(&south, "A-4"), SeatState::Sold, "and then no more");
}
