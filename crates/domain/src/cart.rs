//! The cart: what somebody is about to buy, before it is anybody's.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::seat::SeatId;

/// One order has at most so many tickets: a group is claimed all or none (`CONTRACT.md`, "Seat ownership").
pub const TICKETS_MAX: usize = 100;

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
