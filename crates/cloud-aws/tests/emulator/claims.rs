//! Claims of numbered seats.

use wicket_domain::cloud::CloudSeatState;
use wicket_domain::id::StationId;
use wicket_station::cloud::{Claim, ClaimAnswer, Cloud, CloudTrouble, Goal};

use crate::stage::{EVENT, OTHER_TILL, Stage, TILL, number, seat_id, text};

fn claim(station_id: StationId, goal: Goal, seats: &[(usize, u64)]) -> Claim {
    let seats = seats.iter().map(|(at, version)| (seat_id(*at), *version)).collect();
    Claim { event_id: EVENT, station_id, epoch: 1, goal, seats, now: 5_000 }
}

const HOLD: Goal = Goal::Hold { until: 9_000 };

#[test]
fn a_seat_goes_from_hold_to_ownership_and_back() {
    let stage = Stage::with_seats(1);
    let done = |goal, version| {
        assert_eq!(stage.cloud.claim(&claim(TILL, goal, &[(0, version)])), Ok(ClaimAnswer::Done));
    };
    let now = || {
        let event = EVENT.to_string();
        stage.item("SeatInventory", &[("concertId", &event), ("seatId", "S-0")]).unwrap()
    };
    done(HOLD, 1);
    assert_eq!(now().get("state"), Some(&text("held")));
    assert_eq!(now().get("holdUntil"), Some(&number(9_000)));
    assert_eq!(now().get("station"), Some(&text(&TILL.to_string())));
    done(HOLD, 2);
    done(Goal::Own, 3);
    assert_eq!(now().get("state"), Some(&text("owned")));
    assert_eq!(now().get("holdUntil"), None, "ownership never ends by time");
    done(Goal::Release, 4);
    assert_eq!(now().get("state"), Some(&text("available")));
    assert_eq!(now().get("station"), None);
    assert_eq!(now().get("version"), Some(&number(5)));
    assert_eq!(now().get("updatedAt"), Some(&number(5_000)));
}

#[test]
fn of_two_tills_one_wins_and_the_other_is_told() {
    let stage = Stage::with_seats(3);
    assert_eq!(stage.cloud.claim(&claim(TILL, HOLD, &[(1, 1)])), Ok(ClaimAnswer::Done));
    let asked = claim(OTHER_TILL, Goal::Own, &[(0, 1), (1, 1), (2, 1)]);
    let Ok(ClaimAnswer::Refused(mut seats)) = stage.cloud.claim(&asked) else { panic!("all or none") };
    seats.sort_by(|a, b| a.seat_id.cmp(&b.seat_id));
    assert_eq!(seats.len(), 3, "each seat that was asked for");
    assert_eq!((seats[0].state, seats[0].version), (CloudSeatState::Available, 1), "nothing was changed");
    assert_eq!((seats[1].state, seats[1].station), (CloudSeatState::Held, Some(TILL)));
    let known = claim(OTHER_TILL, Goal::Own, &[(1, 2)]);
    assert!(matches!(stage.cloud.claim(&known), Ok(ClaimAnswer::Refused(_))), "held by another");
    let later = Claim { now: 9_001, ..known };
    assert_eq!(stage.cloud.claim(&later), Ok(ClaimAnswer::Done), "that hold has ended");
    let late = claim(TILL, Goal::Release, &[(1, 3)]);
    assert!(matches!(stage.cloud.claim(&late), Ok(ClaimAnswer::Refused(_))), "it is another's");
}

#[test]
fn a_seat_that_is_sold_or_blocked_or_not_there_is_refused() {
    let stage = Stage::with_seats(1);
    for (at, state) in [(1, "sold"), (2, "blocked")] {
        let event = EVENT.to_string();
        stage.put(
            "SeatInventory",
            &[
                ("concertId", text(&event)),
                ("seatId", text(seat_id(at).as_str())),
                ("state", text(state)),
                ("version", number(1)),
                ("updatedAt", number(1)),
            ],
        );
        for goal in [HOLD, Goal::Own, Goal::Release] {
            let answer = stage.cloud.claim(&claim(TILL, goal, &[(at, 1)]));
            assert!(matches!(answer, Ok(ClaimAnswer::Refused(_))), "{state} {goal:?} {answer:?}");
        }
    }
    let nowhere = stage.cloud.claim(&claim(TILL, HOLD, &[(0, 1), (9, 1)]));
    let Ok(ClaimAnswer::Refused(seats)) = nowhere else { panic!("{nowhere:?}") };
    assert_eq!(seats.len(), 1, "one that is not there is left out");
}

#[test]
fn a_fenced_or_unknown_station_changes_nothing() {
    let stage = Stage::with_seats(1);
    stage.let_in(TILL);
    let old = Claim { epoch: 0, ..claim(TILL, HOLD, &[(0, 1)]) };
    assert_eq!(stage.cloud.claim(&old), Ok(ClaimAnswer::Fenced));
    let stranger = claim(StationId::from_bytes([9; 16]), HOLD, &[(0, 1)]);
    assert_eq!(stage.cloud.claim(&stranger), Ok(ClaimAnswer::Fenced));
    let both = Claim { epoch: 0, ..claim(TILL, HOLD, &[(0, 7)]) };
    assert_eq!(stage.cloud.claim(&both), Ok(ClaimAnswer::Fenced), "the fence comes first");
    assert_eq!(stage.cloud.claim(&claim(TILL, HOLD, &[(0, 1)])), Ok(ClaimAnswer::Done));
}

#[test]
fn ninety_nine_seats_go_at_once_and_no_more() {
    let stage = Stage::with_seats(100);
    let many: Vec<(usize, u64)> = (0..99).map(|at| (at, 1)).collect();
    assert_eq!(stage.cloud.claim(&claim(TILL, Goal::Own, &many)), Ok(ClaimAnswer::Done));
    let again = stage.cloud.claim(&claim(TILL, Goal::Own, &many));
    let Ok(ClaimAnswer::Refused(seats)) = again else { panic!("{again:?}") };
    assert_eq!(seats.len(), 99);
    assert!(
        seats.iter().all(|seat| seat.state == CloudSeatState::Owned
            && seat.station == Some(TILL)
            && seat.version == 2),
        "asked again, its own earlier success shows in the records"
    );
    let too_many: Vec<(usize, u64)> = (0..100).map(|at| (at, 1)).collect();
    let fault = stage.cloud.claim(&claim(TILL, Goal::Own, &too_many)).unwrap_err();
    assert_eq!(fault.trouble, CloudTrouble::Rejected);
}

#[test]
fn many_tills_at_once_sell_a_seat_once() {
    let stage = Stage::with_seats(1);
    let stations: Vec<StationId> = (10..22).map(|byte| StationId::from_bytes([byte; 16])).collect();
    for station in &stations {
        stage.let_in(*station);
    }
    let done: usize = std::thread::scope(|scope| {
        let tills: Vec<_> = stations
            .iter()
            .map(|station| scope.spawn(|| stage.cloud.claim(&claim(*station, Goal::Own, &[(0, 1)]))))
            .collect();
        tills.into_iter().map(|till| usize::from(till.join().unwrap() == Ok(ClaimAnswer::Done))).sum()
    });
    assert_eq!(done, 1);
}
