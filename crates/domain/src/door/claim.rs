//! Claims at the door (`docs/contract.md`, "Seat ownership").

use serde::{Deserialize, Serialize};

use crate::cloud::{CounterRecord, GrantRecord, SeatRecord};
use crate::id::{EventId, StationId};
use crate::seat::SeatId;

/// So many seats fit into one claim: a transaction of 100 items, one of which is the check of the fence.
pub const SEATS_IN_A_CLAIM: usize = 99;
/// A hold ends after so many milliseconds at the latest.
pub const HOLD_MAX_MS: u32 = 900_000;

/// A station claims something of an event, or gives it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimAsk {
    /// The event.
    pub event_id: EventId,
    /// The station's fence, which must still stand.
    pub epoch: u32,
    /// What it wants.
    pub claim: Claim,
}

/// What is claimed or given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Claim {
    /// Up to [`SEATS_IN_A_CLAIM`] seats, all or none.
    Seats {
        /// What they become.
        goal: Goal,
        /// The seats with the version each is known by: another version refuses the claim.
        seats: Vec<(SeatId, u64)>,
    },
    /// Places of a standing area, moved between the area's counter and the station's grant.
    Places {
        /// The area.
        area_id: String,
        /// How many more (or, negative, fewer) places.
        change: i64,
        /// The grant's version as known; 0 when there is none yet.
        version: u64,
    },
}

/// What a claim wants seats to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Goal {
    /// In the station's cart for a while.
    Hold {
        /// For so long, at most [`HOLD_MAX_MS`].
        for_ms: u32,
    },
    /// The station's, for as long as it wants.
    Own,
    /// Anybody's again.
    Release,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "claim", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ClaimAnswer {
    /// Everything is as wanted, one version on.
    Done {
        /// When a hold ends, in milliseconds, by the cloud's clock.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        until: Option<i64>,
        /// Places that the station's grant has now.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        granted: Option<u32>,
    },
    /// Nothing was changed. What was in the way stands like this.
    Refused {
        /// Seats.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        seats: Vec<SeatRecord>,
        /// Seats that the cloud does not have.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        unknown: Vec<SeatId>,
        /// The station's grant, if there is one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        grant: Option<GrantRecord>,
        /// What of the area is left for everybody.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        counter: Option<CounterRecord>,
    },
    /// The station was fenced: its epoch is over.
    Fenced,
}

/// A desk ends what a station owns: its claims are refused until it has heard of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fence {
    /// Which station.
    pub station_id: StationId,
    /// Its epoch as the desk knows it: asked again, it is raised no further.
    pub epoch: u32,
    /// Who decides: a name.
    pub by: String,
}

/// A desk gives back what a station had of an event in epochs that are over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reclaim {
    /// Which station.
    pub station_id: StationId,
    /// The event.
    pub event_id: EventId,
    /// Where the last answer ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<SeatId>,
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reclaimed {
    /// So many seats and standing places.
    pub places: u32,
    /// Where to go on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<SeatId>,
}
