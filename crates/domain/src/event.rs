//! Events and where they take place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::EventId;
use crate::money::Currency;

/// Where an event takes place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Venue {
    /// As printed on the ticket.
    pub name: String,
    /// Street and town, if known.
    pub address: Option<String>,
    /// IANA time zone in which its times are written: `America/Los_Angeles`.
    pub time_zone: String,
}

/// Something tickets are sold for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its id.
    pub event_id: EventId,
    /// As printed on the ticket.
    pub name: String,
    /// What sort of event: "music", "conference"; free text.
    pub kind: String,
    /// Where.
    pub venue: Venue,
    /// When it starts.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// The currency all its prices are in.
    pub currency: Currency,
    /// Whether it came with the sample data and goes with it.
    pub sample: bool,
}
