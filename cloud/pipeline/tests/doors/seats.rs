//! Claims: who may sell what.

use wicket_domain::cloud::{CloudSeatState, SeatRecord, StationKind, grant_id};
use wicket_domain::door::{Claim, ClaimAnswer, ClaimAsk, Door, Fence, Goal, Reclaim, Reclaimed};
use wicket_domain::id::EventId;
use wicket_domain::seat::SeatId;
use wicket_domain::table::{Item, Table};

use crate::desk::{event_id, on_sale};
use crate::house::{Register, Station};

struct Night {
    register: Register,
    desk: Station,
    north: Station,
    south: Station,
}

/// A desk and two tills, with an event on sale.
fn night() -> Night {
    let (register, desk) = Register::founded();
    let north = register.let_in(&desk, 2, StationKind::Till);
    let south = register.let_in(&desk, 3, StationKind::Till);
    on_sale(&register, &desk, &[&desk, &north, &south]);
    Night { register, desk, north, south }
}

fn seats(goal: Goal, seats: &[(&str, u64)]) -> ClaimAsk {
    let seats = seats.iter().map(|(seat, version)| (SeatId::new(*seat), *version)).collect();
    ClaimAsk { event_id: event_id(), epoch: 1, claim: Claim::Seats { goal, seats } }
}

fn places(change: i64, version: u64) -> ClaimAsk {
    let claim = Claim::Places { area_id: "floor".to_owned(), change, version };
    ClaimAsk { event_id: event_id(), epoch: 1, claim }
}

const HOLD: Goal = Goal::Hold { for_ms: 600_000 };
const DONE: ClaimAnswer = ClaimAnswer::Done { until: None, granted: None };

const fn granted(places: u32) -> ClaimAnswer {
    ClaimAnswer::Done { until: None, granted: Some(places) }
}

impl Night {
    fn claim(&self, station: &Station, ask: &ClaimAsk) -> ClaimAnswer {
        self.register.asked(station, Door::Claims, ask)
    }

    fn item(&self, id: &str) -> Item {
        let items = self.register.0.items(Table::SeatInventory);
        items.into_iter().find(|item| item.text("seatId") == Some(id)).unwrap()
    }

    fn seat(&self, id: &str) -> SeatRecord {
        self.item(id).read().unwrap()
    }

    fn in_the_way(&self, station: &Station, ask: &ClaimAsk) -> Vec<SeatRecord> {
        match self.claim(station, ask) {
            ClaimAnswer::Refused { seats, unknown, .. } if unknown.is_empty() => seats,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_claim_takes_all_of_its_seats_or_none() {
    let night = night();
    let held = night.claim(&night.north, &seats(HOLD, &[("A-1", 1), ("A-2", 1)]));
    assert!(matches!(held, ClaimAnswer::Done { until: Some(_), .. }), "{held:?}");
    let way = night.in_the_way(&night.south, &seats(Goal::Own, &[("A-2", 1), ("A-3", 1)]));
    assert_eq!(way, [night.seat("A-2")], "what was in the way, as it stands");
    assert_eq!(night.seat("A-3").state, CloudSeatState::Available);
    let way = night.in_the_way(&night.south, &seats(Goal::Own, &[("A-2", 2)]));
    assert_eq!(way.len(), 1, "knowing its version does not make it theirs");
    assert_eq!(night.claim(&night.north, &seats(Goal::Own, &[("A-1", 2), ("A-2", 2)])), DONE);
    let owned = night.seat("A-1");
    assert_eq!((owned.state, owned.epoch, owned.version), (CloudSeatState::Owned, Some(1), 3));
    assert_eq!(owned.hold_until, None);
    assert_eq!(night.in_the_way(&night.south, &seats(Goal::Release, &[("A-1", 3)])).len(), 1);
    assert_eq!(night.claim(&night.north, &seats(Goal::Release, &[("A-1", 3)])), DONE);
    assert_eq!(night.claim(&night.south, &seats(Goal::Own, &[("A-1", 4)])), DONE);
    let nowhere = night.claim(&night.north, &seats(Goal::Own, &[("A-3", 1), ("Z-9", 1)]));
    let unknown = vec![SeatId::new("Z-9")];
    assert_eq!(nowhere, ClaimAnswer::Refused { seats: vec![], unknown, grant: None, counter: None });
}

#[test]
fn a_claim_whose_answer_was_lost_is_refused_by_its_own_success() {
    let night = night();
    let ask = seats(Goal::Own, &[("A-1", 1)]);
    let event = night.north.event(Door::Claims, &ask);
    assert_eq!(night.register.ask(&event).1["claim"], "done");
    let again = night.register.ask(&event).1;
    assert_eq!((&again["claim"], &again["seats"][0]["state"]), (&"refused".into(), &"owned".into()));
    assert_eq!(again["seats"][0]["station"], night.north.id().to_string());
    assert_eq!(night.seat("A-1").version, 2);
}

#[test]
fn the_count_of_a_claim_is_noted_whether_it_is_made_or_refused() {
    let night = night();
    let (register, north) = (&night.register, &night.north);
    let asks = [
        seats(HOLD, &[("A-1", 1)]),
        seats(HOLD, &[("A-1", 1)]),
        seats(Goal::Own, &[("A-1", 2)]),
        seats(Goal::Own, &[("A-1", 2)]),
        seats(HOLD, &[("A-2", 1), ("A-3", 1)]),
        places(2, 0),
        places(2, 0),
        ClaimAsk { epoch: 2, ..seats(Goal::Own, &[("A-4", 1)]) },
    ];
    for (number, ask) in asks.iter().enumerate() {
        let copy = north.clone();
        let answer = night.claim(north, ask);
        let is_made = matches!(answer, ClaimAnswer::Done { .. });
        assert_eq!(
            is_made,
            [true, false, true, false, true, true, false, false][number],
            "{number}: {answer:?}"
        );
        let another = seats(HOLD, &[("A-4", 1)]);
        assert_eq!(register.refused(&copy, Door::Claims, &another), "copy", "{number}");
    }
    let nowhere = ClaimAsk { event_id: EventId::from_bytes([9; 16]), ..asks[0].clone() };
    let copy = north.clone();
    assert_eq!(register.refused(north, Door::Claims, &nowhere), "event");
    assert_eq!(register.refused(&copy, Door::Claims, &asks[0]), "copy");
    assert_eq!(night.seat("A-4").state, CloudSeatState::Available);
}

#[test]
fn a_hold_ends_by_the_clouds_time() {
    let night = night();
    night.claim(&night.north, &seats(Goal::Hold { for_ms: u32::MAX }, &[("A-1", 1)]));
    let mut item = night.item("A-1");
    let until = item.number("holdUntil").unwrap();
    assert_eq!(until - item.number("updatedAt").unwrap(), 900_000, "however long was asked for");
    item.put("holdUntil", item.number("updatedAt").unwrap() - 1);
    night.register.0.put(Table::SeatInventory, item);
    assert_eq!(night.claim(&night.south, &seats(Goal::Own, &[("A-1", 2)])), DONE);
}

#[test]
fn what_is_sold_is_nobodys_to_claim() {
    let night = night();
    let mut item = night.item("A-1");
    item.put("state", "sold");
    night.register.0.put(Table::SeatInventory, item);
    for goal in [HOLD, Goal::Own, Goal::Release] {
        assert_eq!(night.in_the_way(&night.north, &seats(goal, &[("A-1", 1)])).len(), 1);
    }
}

#[test]
fn who_may_not_sell_claims_nothing() {
    let night = night();
    let (register, desk) = (&night.register, &night.desk);
    let gate = register.let_in(desk, 4, StationKind::Gate);
    let ask = seats(Goal::Own, &[("A-1", 1)]);
    assert_eq!(register.refused(&gate, Door::Claims, &ask), "kind");
    let stranger = Station::new(5, StationKind::Till);
    register.hello(&stranger);
    assert_eq!(register.refused(&stranger, Door::Claims, &ask), "pending");
    register.revoke(desk, &night.south);
    assert_eq!(register.refused(&night.south, Door::Claims, &ask), "revoked");
    let copy = night.north.clone();
    register.hello(&night.north);
    assert_eq!(register.refused(&copy, Door::Claims, &ask), "copy");
    let elsewhere = ClaimAsk { event_id: EventId::from_bytes([9; 16]), ..ask };
    assert_eq!(register.refused(&night.north, Door::Claims, &elsewhere), "event");
    for odd in ["order#1", "ga#floor", ""] {
        assert_eq!(register.refused(&night.north, Door::Claims, &seats(Goal::Own, &[(odd, 1)])), "form");
    }
    let twice = seats(Goal::Own, &[("A-1", 1), ("A-1", 1)]);
    assert_eq!(register.refused(&night.north, Door::Claims, &twice), "form");
    let names: Vec<_> = (0..100).map(|no| format!("A-{no}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), 1)).collect();
    assert_eq!(register.refused(&night.north, Door::Claims, &seats(Goal::Own, &many)), "form");
    assert_eq!(night.seat("A-1").version, 1);
}

#[test]
fn another_house_reaches_nothing_of_this_one() {
    let night = night();
    let id = event_id().to_string();
    let mut event = night.register.0.items(Table::Events).into_iter().find(|item| item.has("venue")).unwrap();
    event.put("venue", "club");
    night.register.0.put(Table::Events, event);
    assert_eq!(night.register.refused(&night.north, Door::Claims, &seats(Goal::Own, &[("A-1", 1)])), "event");
    let reclaim = Reclaim { station_id: night.north.id(), event_id: id.parse().unwrap(), after: None };
    assert_eq!(night.register.refused(&night.desk, Door::Reclaim, &reclaim), "event");
}

#[test]
fn places_move_between_the_area_and_the_station() {
    let night = night();
    assert_eq!(night.claim(&night.north, &places(4, 0)), granted(4));
    assert_eq!(night.claim(&night.south, &places(6, 0)), granted(6));
    let ClaimAnswer::Refused { grant, counter, .. } = night.claim(&night.north, &places(1, 1)) else {
        panic!("none is left");
    };
    assert_eq!((grant.unwrap().granted, counter.unwrap().remaining), (4, 0));
    assert_eq!(night.claim(&night.south, &places(-2, 1)), granted(4));
    assert_eq!(night.claim(&night.north, &places(2, 1)), granted(6));
    let ClaimAnswer::Refused { grant, .. } = night.claim(&night.north, &places(2, 1)) else {
        panic!("the answer was lost, and the grant says what came of it");
    };
    assert_eq!(grant.map(|grant| (grant.granted, grant.version)), Some((6, 2)));
    let mut grant = night.item(grant_id(night.north.id(), "floor").as_str());
    grant.put("sold", 5);
    night.register.0.put(Table::SeatInventory, grant);
    let refused = night.claim(&night.north, &places(-2, 2));
    assert!(matches!(refused, ClaimAnswer::Refused { .. }), "what was sold stays: {refused:?}");
    for change in [-7, i64::MIN, i64::MAX] {
        assert_eq!(night.register.refused(&night.north, Door::Claims, &places(change, 2)), "form");
    }
}

#[test]
fn what_a_fenced_station_had_goes_back_and_what_it_owns_since_stays() {
    let night = night();
    assert_eq!(night.claim(&night.north, &seats(Goal::Own, &[("A-1", 1), ("A-3", 1)])), DONE);
    assert_eq!(night.claim(&night.south, &seats(Goal::Own, &[("A-2", 1)])), DONE);
    assert_eq!(night.claim(&night.north, &places(4, 0)), granted(4));
    let mut grant = night.item(grant_id(night.north.id(), "floor").as_str());
    grant.put("sold", 1);
    night.register.0.put(Table::SeatInventory, grant);
    let reclaim = |after| Reclaim { station_id: night.north.id(), event_id: event_id(), after };
    let all = || {
        let (mut places, mut after) = (0, None);
        loop {
            let back: Reclaimed = night.register.asked(&night.desk, Door::Reclaim, &reclaim(after));
            places += back.places;
            after = back.next;
            if after.is_none() {
                return places;
            }
        }
    };
    assert_eq!(all(), 0, "nobody has fenced it");
    assert_eq!(night.register.refused(&night.south, Door::Reclaim, &reclaim(None)), "kind");
    let fence = Fence { station_id: night.north.id(), epoch: 1, by: "Ada".to_owned() };
    assert_eq!(night.register.ask(&night.desk.event(Door::Fence, &fence)).0, 200);
    assert_eq!(night.claim(&night.north, &seats(Goal::Own, &[("A-4", 1)])), ClaimAnswer::Fenced);
    assert_eq!(night.claim(&night.north, &seats(Goal::Release, &[("A-1", 2)])), ClaimAnswer::Fenced);
    assert_eq!(night.claim(&night.north, &seats(HOLD, &[("A-4", 1)])), ClaimAnswer::Fenced);
    // It has heard of that, and goes on.
    let since = ClaimAsk { epoch: 2, ..seats(Goal::Own, &[("A-4", 1)]) };
    assert_eq!(night.claim(&night.north, &since), DONE);
    assert_eq!(all(), 2 + 3, "two seats, and the places that nobody has bought");
    assert_eq!(all(), 0, "once");
    let states = ["A-1", "A-2", "A-3", "A-4"].map(|id| night.seat(id).state);
    let (free, owned) = (CloudSeatState::Available, CloudSeatState::Owned);
    assert_eq!(states, [free, owned, free, owned]);
    assert_eq!(night.item("ga#floor").number("remaining"), Some(9));
    assert_eq!(night.item(grant_id(night.north.id(), "floor").as_str()).number("granted"), Some(1));
    assert_eq!(night.claim(&night.south, &seats(Goal::Own, &[("A-1", 3)])), DONE, "others may sell it");
}
