//! Seats and standing areas as they are sold: what a place is called and what state it is in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A seat's id within its event: the plan's `seat_guid`, or `ga#AREA` for a place in a standing area
/// (`docs/contract.md`, table `SeatInventory`). Bounded to 200 bytes by the plan's import.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(transparent)]
pub struct SeatId(String);

/// How a standing area's counter is marked among seat ids.
const STANDING_PREFIX: &str = "ga#";

impl SeatId {
    /// Takes a seat's id as the plan gives it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id of a place in the standing area `area`.
    pub fn standing(area: &str) -> Self {
        Self(format!("{STANDING_PREFIX}{area}"))
    }

    /// Names the standing area, if this is a place in one.
    pub fn standing_area(&self) -> Option<&str> {
        self.0.strip_prefix(STANDING_PREFIX)
    }

    /// Gives the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What can happen to a seat next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum SeatState {
    /// Anybody may have it.
    Free,
    /// In somebody's cart, until its time runs out.
    Held,
    /// In an order.
    Sold,
    /// Kept out of sale.
    Blocked,
}

impl SeatState {
    /// The word scripts and the database use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Held => "held",
            Self::Sold => "sold",
            Self::Blocked => "blocked",
        }
    }

    /// The small number that stands in the database and in a hall's state string.
    pub const fn code(self) -> u8 {
        match self {
            Self::Free => 0,
            Self::Held => 1,
            Self::Sold => 2,
            Self::Blocked => 3,
        }
    }

    /// Reads [`SeatState::code`] back.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Free),
            1 => Some(Self::Held),
            2 => Some(Self::Sold),
            3 => Some(Self::Blocked),
            _ => None,
        }
    }
}

/// Where a ticket lets its holder sit or stand, in the words printed on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The zone of the hall, or the standing area's name.
    pub zone: String,
    /// The row's name; none in a standing area.
    pub row: Option<String>,
    /// The seat's number in its row; none in a standing area.
    pub number: Option<String>,
}

impl Place {
    /// The short label for lists: "Stalls B-14", or the standing area's name.
    pub fn label(&self) -> String {
        let seat = match (&self.row, &self.number) {
            (Some(row), Some(number)) if !row.is_empty() => format!("{row}-{number}"),
            (_, Some(number)) => number.clone(),
            _ => return self.zone.clone(),
        };
        if self.zone.is_empty() { seat } else { format!("{} {seat}", self.zone) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_reads_as_people_say_it() {
        let place = |zone: &str, row: Option<&str>, number: Option<&str>| Place {
            zone: zone.into(),
            row: row.map(Into::into),
            number: number.map(Into::into),
        };
        assert_eq!(place("Stalls", Some("B"), Some("14")).label(), "Stalls B-14");
        assert_eq!(place("", Some("B"), Some("14")).label(), "B-14");
        assert_eq!(place("Floor", None, None).label(), "Floor");
        assert_eq!(place("Box 3", Some(""), Some("2")).label(), "Box 3 2");
    }

    #[test]
    fn a_standing_place_is_told_from_a_seat() {
        assert_eq!(SeatId::standing("Floor").standing_area(), Some("Floor"));
        assert_eq!(SeatId::new("A-1").standing_area(), None);
    }

    #[test]
    fn states_read_back_from_their_codes() {
        for state in [SeatState::Free, SeatState::Held, SeatState::Sold, SeatState::Blocked] {
            assert_eq!(SeatState::from_code(state.code()), Some(state), "{}", state.as_str());
        }
        assert_eq!(SeatState::from_code(9), None);
    }
}
