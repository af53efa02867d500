//! Claims of standing places.

use wicket_domain::cloud::{CounterRecord, GrantRecord, grant_id};
use wicket_domain::seat::SeatId;
use wicket_station::cloud::{Cloud, CloudTrouble, GrantAnswer, GrantClaim};

use crate::stage::{EVENT, Stage, TILL};

fn claim(change: i64, version: u64, granted: u32) -> GrantClaim {
    GrantClaim {
        event_id: EVENT,
        station_id: TILL,
        epoch: 1,
        area_id: "floor".into(),
        change,
        version,
        granted,
        now: 5_000,
    }
}

fn counter(remaining: u32) -> CounterRecord {
    CounterRecord {
        concert_id: EVENT.to_string(),
        seat_id: SeatId::standing("floor"),
        capacity: 100,
        remaining,
        version: 1,
        updated_at: 1,
    }
}

#[test]
fn places_move_between_counter_and_grant() {
    let stage = Stage::with_seats(0);
    stage.cloud.put_standing(&counter(100), None).unwrap();
    stage.cloud.put_standing(&counter(7), None).unwrap();
    assert_eq!(stage.cloud.grant(&claim(30, 0, 0)), Ok(GrantAnswer::Done), "written once: 100 were left");
    let again = stage.cloud.grant(&claim(30, 0, 0));
    let Ok(GrantAnswer::Refused { grant: Some(grant), counter: Some(left) }) = again else {
        panic!("{again:?}")
    };
    assert_eq!((grant.granted, grant.sold, grant.version, grant.station), (30, 0, 1, TILL));
    assert_eq!((left.remaining, left.version), (70, 2), "a repeated claim takes nothing twice");
    assert_eq!(stage.cloud.grant(&claim(-10, 1, 30)), Ok(GrantAnswer::Done));
    let too_many = stage.cloud.grant(&claim(81, 2, 20));
    let Ok(GrantAnswer::Refused { counter: Some(left), .. }) = too_many else { panic!("{too_many:?}") };
    assert_eq!(left.remaining, 80);
    assert_eq!(stage.cloud.grant(&claim(80, 2, 20)), Ok(GrantAnswer::Done), "to the last place");
}

#[test]
fn what_is_sold_cannot_be_given_back() {
    let stage = Stage::with_seats(0);
    let grant = GrantRecord {
        concert_id: EVENT.to_string(),
        seat_id: grant_id(TILL, "floor"),
        station: TILL,
        granted: 20,
        sold: 15,
        version: 1,
        updated_at: 1,
    };
    stage.cloud.put_standing(&counter(80), Some(&grant)).unwrap();
    assert!(matches!(stage.cloud.grant(&claim(-6, 1, 20)), Ok(GrantAnswer::Refused { .. })));
    assert_eq!(stage.cloud.grant(&claim(-5, 1, 20)), Ok(GrantAnswer::Done));
    assert_eq!(stage.cloud.grant(&claim(-16, 2, 15)).unwrap_err().trouble, CloudTrouble::Rejected);
}

#[test]
fn a_fenced_station_gets_no_places_and_an_area_must_be_there() {
    let stage = Stage::with_seats(0);
    let nowhere = stage.cloud.grant(&claim(1, 0, 0));
    assert_eq!(nowhere, Ok(GrantAnswer::Refused { grant: None, counter: None }));
    stage.cloud.put_standing(&counter(100), None).unwrap();
    stage.is_registered(TILL, "approved", 2);
    assert_eq!(stage.cloud.grant(&claim(1, 0, 0)), Ok(GrantAnswer::Fenced));
    stage.is_registered(TILL, "pending", 1);
    assert_eq!(stage.cloud.grant(&claim(1, 0, 0)), Ok(GrantAnswer::Fenced), "no desk has let it in");
}
