//! What a desk puts into the cloud: events with their seats and plans, and what became of conflicts.

use serde::{Deserialize, Serialize};

use crate::cloud::{CloudSeatState, EventRecord, SeatRecord};
use crate::id::EventId;
use crate::seat::SeatId;

/// So many seats are put down at once.
pub const SEATS_AT_ONCE: usize = 500;

/// A desk publishes an event step by step: each may be asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "put", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum EventAsk {
    /// The event itself, where it still is of version `expected` (none: where it is not there).
    Event {
        /// The event.
        event: Box<EventRecord>,
        /// The version that is there.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        expected: Option<u64>,
    },
    /// Standing areas of an event that is not on sale yet, with what the desk has of each.
    Areas {
        /// The event.
        event_id: EventId,
        /// The areas.
        areas: Vec<NewArea>,
    },
    /// Up to [`SEATS_AT_ONCE`] seats of an event that is not on sale yet.
    Seats {
        /// The event.
        event_id: EventId,
        /// The seats.
        seats: Vec<NewSeat>,
    },
}

/// A standing area as it is put down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewArea {
    /// The area.
    pub area_id: String,
    /// Places altogether.
    pub capacity: u32,
    /// How many of them are the desk's, those it has sold among them.
    pub granted: u32,
}

/// A seat as it is put down. What is owned or sold is the desk's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewSeat {
    /// The seat.
    pub seat_id: SeatId,
    /// Its state.
    pub state: CloudSeatState,
    /// The order it was sold in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_id: Option<String>,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventAnswer {
    /// Whether it was done; an event of another version was not written.
    pub done: bool,
    /// Seats that were there already, as they stand: the web shop may have sold them a moment ago.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub there: Vec<SeatRecord>,
}

/// A desk puts down a plan's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanAsk {
    /// SHA-256 of the document, hexadecimal.
    pub digest: String,
    /// The document, compressed with gzip, in base64.
    pub packed: String,
}

/// Somebody has settled a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settle {
    /// The event.
    pub event_id: EventId,
    /// The conflict.
    pub conflict_id: String,
    /// Who: a name.
    pub by: String,
}

/// It was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {}
