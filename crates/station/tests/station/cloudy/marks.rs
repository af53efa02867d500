//! The high-water mark at a station with a cloud: what it bars, and what the cloud still judges.

use std::sync::Arc;

use wicket_station::actor::Actor;
use wicket_station::cloud::Cloud;
use wicket_station::fault::Code;
use wicket_station::view::{SaleOutcome, Trouble};

use super::pretend::Weather;
use super::together::{Post, two};
use crate::support::{add_event, sold, wants};

const BY: Actor = Actor::CommandLine;

/// The post with an older copy of its file in the file's place, on the same computer.
fn put_back(post: Post, copy: &std::path::Path, weather: Weather) -> Post {
    let Post { house, station, line } = post;
    drop(station);
    house.put_back(copy);
    line.set(weather);
    let station = house.window();
    station.connect(Some(Arc::clone(&line) as Arc<dyn Cloud>)).unwrap();
    Post { house, station, line }
}

#[test]
fn an_older_file_without_a_network_sells_nothing_that_others_may_have() {
    let (world, north, south, event) = two();
    let alone = add_event(&south.station, "Of its own");
    south.station.allot(&BY, event, 2).unwrap();
    let kept = south.station.seat_lines(event, true).unwrap()[0].seat_id.to_string();
    let copy = south.house.copy("copy.sqlite");
    south.station.give_back_allotted(&BY, event).unwrap();
    south.sync();
    north.sync();
    sold(&north.station, &wants(event, &[&kept]));
    let asked = world.lock().unwrap().messages.len();

    let south = put_back(south, &copy, Weather::Cut);
    assert_eq!(south.station.cloud_status().unwrap().trouble, Some(Trouble::Copied), "without a network");
    let sale = |event, seat: &str| south.station.sell(&BY, &wants(event, &[seat]));
    assert_eq!(
        sale(event, &kept).unwrap_err().code,
        Code::NotAllowed,
        "the file says that the seat is its own"
    );
    assert_eq!(sale(alone, "A-1").unwrap_err().code, Code::NotAllowed);
    let round = south.station.sync_round().unwrap();
    assert!(round.barred && round.fault.is_none(), "it asks for nothing: {round:?}");
    assert_eq!(south.station.publish_event(&BY, alone, &mut |_| ()).unwrap_err().code, Code::NotAllowed);

    south.station.resume(&BY).unwrap();
    assert_eq!(south.station.cloud_status().unwrap().trouble, Some(Trouble::Unreachable));
    let outcome = sale(event, &kept).unwrap();
    assert!(matches!(outcome, SaleOutcome::Offline { .. }), "it owns nothing of it any more: {outcome:?}");
    assert!(matches!(sale(alone, "A-1").unwrap(), SaleOutcome::Sold { .. }), "what nobody else can sell");

    // The cloud has had requests of higher numbers, and judges for itself.
    south.line.set(Weather::Fine);
    south.station.probe().unwrap();
    assert_eq!(south.station.cloud_status().unwrap().trouble, Some(Trouble::Copied));
    assert_eq!(sale(alone, "A-2").unwrap_err().code, Code::NotAllowed);
    assert_eq!(world.lock().unwrap().messages.len(), asked, "nothing went out meanwhile");
    south.station.resume(&BY).unwrap();
    south.sync();
    assert!(matches!(sale(alone, "A-2").unwrap(), SaleOutcome::Sold { .. }));
    let outcome = sale(event, &kept).unwrap();
    assert!(matches!(outcome, SaleOutcome::Taken { .. }), "{outcome:?}");
}

#[test]
fn an_older_file_that_hears_the_cloud_goes_on_at_once() {
    let (world, _north, south, event) = two();
    let copy = south.house.copy("copy.sqlite");
    sold(&south.station, &wants(event, &["A-1"]));
    south.sync();
    world.lock().unwrap().work();
    let south = put_back(south, &copy, Weather::Fine);
    assert!(south.station.sync_round().unwrap().barred);
    south.station.resume(&BY).unwrap();
    for _ in 0..3 {
        south.sync();
    }
    assert_eq!(south.station.cloud_status().unwrap().trouble, None);
    let outcome = south.station.sell(&BY, &wants(event, &["A-1"])).unwrap();
    assert!(matches!(outcome, SaleOutcome::Taken { .. }), "{outcome:?}");
    assert!(matches!(south.station.sell(&BY, &wants(event, &["A-2"])).unwrap(), SaleOutcome::Sold { .. }));
}

#[test]
fn a_copy_that_the_cloud_has_found_cannot_go_on_without_it() {
    let (_, _north, south, event) = two();
    let copy = south.house.copy("copy.sqlite");
    sold(&south.station, &wants(event, &["A-1"]));
    south.sync();
    let Post { mut house, station, line } = south;
    drop(station);
    // Another computer, which has no mark.
    house.computer = Arc::default();
    house.put_back(&copy);
    let station = house.window();
    station.connect(Some(Arc::clone(&line) as Arc<dyn Cloud>)).unwrap();
    let south = Post { house, station, line };
    assert_eq!(south.station.cloud_status().unwrap().trouble, None);
    south.station.probe().unwrap();
    assert_eq!(south.station.cloud_status().unwrap().trouble, Some(Trouble::Copied));
    south.line.set(Weather::Cut);
    assert_eq!(south.station.resume(&BY).unwrap_err().code, Code::Cloud);
    assert_eq!(south.station.sell(&BY, &wants(event, &["A-1"])).unwrap_err().code, Code::NotAllowed);
}
