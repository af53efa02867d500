//! Something to sell on a first start: an arena and ten events, one within the hour and the others in the coming weeks.
//! They are offered, and removable, and go through the same [`plan::import`](crate::plan::import) as everybody's own.

mod arena;
mod events;

use jiff::Timestamp;

pub use arena::{FLOOR, MIDDLE_CATEGORY, arena, arena_json};
pub use events::events;

use crate::money::Money;
use crate::plan::StandingArea;

/// An event to try Wicket with; it takes place in the [`arena`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleEvent {
    /// What it is called.
    pub name: String,
    /// The kind of event: "Conference".
    pub kind: String,
    /// One sentence about it.
    pub description: String,
    /// When it begins.
    pub starts: Timestamp,
    /// The venue's IANA time zone.
    pub time_zone: String,
    /// The venue.
    pub venue_name: String,
    /// Where the venue is.
    pub venue_address: String,
    /// The price of each category of the plan, standing areas included.
    pub prices: Vec<(String, Money)>,
    /// The plan's standing areas.
    pub standing: Vec<StandingArea>,
}

#[cfg(test)]
mod tests;
