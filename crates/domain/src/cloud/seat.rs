//! The seat inventory: who may sell what (`docs/contract.md`, "Seat ownership").

use serde::{Deserialize, Serialize};

use crate::id::StationId;
use crate::seat::SeatId;

/// How far a seat is on its way: `available -> held -> owned -> sold`, and back by release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloudSeatState {
    /// Anybody may claim it.
    Available,
    /// In somebody's cart; the hold ends by time and may never be sold from.
    Held,
    /// A station's alone, for as long as it does not give it back, whatever the time. Or an order's of the web, until its
    /// time to pay is over.
    Owned,
    /// In an order.
    Sold,
    /// Kept out of sale.
    Blocked,
}

impl CloudSeatState {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Held => "held",
            Self::Owned => "owned",
            Self::Sold => "sold",
            Self::Blocked => "blocked",
        }
    }
}

/// A numbered seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatRecord {
    /// The event.
    pub concert_id: String,
    /// The seat.
    pub seat_id: SeatId,
    /// Its state.
    pub state: CloudSeatState,
    /// Whose it is, while it is held or owned; whose it was, once it is sold.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<StationId>,
    /// In which of the station's epochs it became the station's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub epoch: Option<u32>,
    /// When a hold ends, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hold_until: Option<i64>,
    /// The order it was sold in, or the order of the web that owns it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_id: Option<String>,
    /// Until when the order of the web that owns it may pay, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pay_until: Option<i64>,
    /// One more with every write.
    pub version: u64,
    /// By the cloud's clock, in milliseconds.
    pub updated_at: i64,
}

/// The places of a standing area that no station has been granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CounterRecord {
    /// The event.
    pub concert_id: String,
    /// `ga#AREA`.
    pub seat_id: SeatId,
    /// Places altogether.
    pub capacity: u32,
    /// Places nobody has been granted.
    pub remaining: u32,
    /// One more with every write.
    pub version: u64,
    /// By the cloud's clock, in milliseconds.
    pub updated_at: i64,
}

/// The places of a standing area that one station may sell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantRecord {
    /// The event.
    pub concert_id: String,
    /// `grant#STATION#AREA`, see [`grant_id`].
    pub seat_id: SeatId,
    /// Whose it is.
    pub station: StationId,
    /// In which of the station's epochs it changed last.
    #[serde(default)]
    pub epoch: u32,
    /// Places granted, those it has sold among them.
    pub granted: u32,
    /// Places of it that the pipeline has seen sold.
    #[serde(default)]
    pub sold: u32,
    /// One more with every claim or release; a sale leaves it.
    pub version: u64,
    /// By the cloud's clock, in milliseconds.
    pub updated_at: i64,
}

/// The key of a station's grant from a standing area.
pub fn grant_id(station: StationId, area: &str) -> SeatId {
    SeatId::new(format!("grant#{station}#{area}"))
}

/// Any item of the inventory that a station follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InventoryRecord {
    /// A numbered seat.
    Seat(SeatRecord),
    /// What is left of a standing area.
    Counter(CounterRecord),
    /// What a station may sell of one.
    Grant(GrantRecord),
}

impl InventoryRecord {
    /// The event.
    pub fn concert_id(&self) -> &str {
        match self {
            Self::Seat(seat) => &seat.concert_id,
            Self::Counter(counter) => &counter.concert_id,
            Self::Grant(grant) => &grant.concert_id,
        }
    }

    /// One more with every write.
    pub const fn version(&self) -> u64 {
        match self {
            Self::Seat(seat) => seat.version,
            Self::Counter(counter) => counter.version,
            Self::Grant(grant) => grant.version,
        }
    }

    /// The seat's id, `ga#AREA` or `grant#STATION#AREA`.
    pub const fn seat_id(&self) -> &SeatId {
        match self {
            Self::Seat(seat) => &seat.seat_id,
            Self::Counter(counter) => &counter.seat_id,
            Self::Grant(grant) => &grant.seat_id,
        }
    }
}
