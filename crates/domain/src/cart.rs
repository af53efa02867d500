//! The cart: what somebody is about to buy, before it is anybody's.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::seat::SeatId;

/// One order has at most so many tickets: a group is claimed all or none (`docs/contract.md`, "Seat ownership").
pub const TICKETS_MAX: usize = 100;

/// A cart keeps its places for so long after it was last touched.
pub const HOLD: SignedDuration = SignedDuration::from_mins(10);

/// No hold lasts longer than [`HOLD`]; one that seems to last longer than this was made while the clock was ahead. The
/// room between the two is for carts that live while the clock is set right by a few minutes.
pub const HOLD_LONGEST: SignedDuration = SignedDuration::from_mins(20);

/// Whether a hold `until` then is nobody's any more.
pub fn hold_is_over(until: Timestamp, now: Timestamp) -> bool {
    until <= now || until.duration_since(now) > HOLD_LONGEST
}

/// So many places in a standing area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct StandingLine {
    /// Which area.
    pub area_id: String,
    /// How many places.
    pub count: u32,
}

/// Why a cart cannot become an order, whatever is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACart {
    /// No place in it.
    #[error("Nothing is chosen. Choose at least one seat.")]
    Empty,
    /// More than [`TICKETS_MAX`].
    #[error("One order has at most {TICKETS_MAX} tickets. Sell the rest in another order.")]
    TooLarge,
    /// A seat or an area stands in it twice.
    #[error("A seat is named twice. Name each seat once.")]
    Twice,
    /// An area with no places.
    #[error("A standing area is named with no places. Say how many.")]
    NoPlaces,
}

/// Checks seats and standing places that are to become one order.
pub fn check(seats: &[SeatId], standing: &[StandingLine]) -> Result<(), NotACart> {
    let places = standing.iter().fold(seats.len(), |places, line| {
        places.saturating_add(usize::try_from(line.count).unwrap_or(usize::MAX))
    });
    let distinct: HashSet<_> = seats.iter().collect();
    let areas: HashSet<_> = standing.iter().map(|line| &line.area_id).collect();
    if standing.iter().any(|line| line.count == 0) {
        Err(NotACart::NoPlaces)
    } else if places == 0 {
        Err(NotACart::Empty)
    } else if places > TICKETS_MAX {
        Err(NotACart::TooLarge)
    } else if distinct.len() < seats.len() || areas.len() < standing.len() {
        Err(NotACart::Twice)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(count: usize) -> Vec<SeatId> {
        (0..count).map(|number| SeatId::new(format!("A-{number}"))).collect()
    }

    fn floor(count: u32) -> StandingLine {
        StandingLine { area_id: "Floor".into(), count }
    }

    #[test]
    fn a_hold_lasts_ten_minutes_and_none_lasts_for_hours() {
        let noon = Timestamp::from_second(1_798_804_800).unwrap();
        let after = |minutes| noon + SignedDuration::from_mins(minutes);
        assert!(!hold_is_over(noon + HOLD, noon));
        assert!(
            !hold_is_over(after(15), noon),
            "the clock was set back by five minutes while the cart was open"
        );
        assert!(hold_is_over(noon, noon));
        assert!(hold_is_over(after(-1), noon));
        assert!(hold_is_over(after(61), noon), "made while the clock was an hour ahead");
        assert!(hold_is_over(Timestamp::MAX, Timestamp::MIN));
    }

    #[test]
    fn a_cart_has_one_to_a_hundred_places() {
        assert_eq!(check(&[], &[]), Err(NotACart::Empty));
        assert_eq!(check(&seats(1), &[]), Ok(()));
        assert_eq!(check(&seats(60), &[floor(40)]), Ok(()));
        assert_eq!(check(&seats(60), &[floor(41)]), Err(NotACart::TooLarge));
        assert_eq!(check(&[], &[floor(u32::MAX)]), Err(NotACart::TooLarge));
    }

    #[test]
    fn nothing_stands_in_it_twice_or_for_nothing() {
        let mut twice = seats(2);
        twice.extend(seats(1));
        assert_eq!(check(&twice, &[]), Err(NotACart::Twice));
        assert_eq!(check(&[], &[floor(1), floor(2)]), Err(NotACart::Twice));
        assert_eq!(check(&seats(1), &[floor(0)]), Err(NotACart::NoPlaces));
    }
}
