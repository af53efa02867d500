//! A published event, from where every paired station takes it.

use serde::{Deserialize, Serialize};

use super::VenueId;
use super::manifest::SealedManifest;
use crate::event::Event;

/// How far an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStatus {
    /// Its seats are being written; nobody takes it yet.
    Publishing,
    /// On sale.
    Live,
    /// Called off.
    Cancelled,
}

/// A standing area of a published event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingRecord {
    /// The area's id in the plan.
    pub area_id: String,
    /// What it is priced by.
    pub category_no: u16,
    /// Places.
    pub capacity: u32,
}

/// An event in the cloud. Its plan lies beside the tables, under [`EventRecord::plan_key`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRecord {
    /// The event.
    pub event_id: String,
    /// The house whose event it is.
    pub venue: VenueId,
    /// The station that published it.
    pub organizer_id: String,
    /// How far it is.
    pub status: EventStatus,
    /// What sort of event.
    pub category: String,
    /// When it starts, in milliseconds.
    pub starts_at: i64,
    /// The day it starts on, in the venue's time zone: `2026-11-20`.
    pub starts_on: String,
    /// The event's own facts.
    pub event: Event,
    /// How many numbered seats its plan has.
    pub seats: u32,
    /// Where people stand.
    #[serde(default)]
    pub standing: Vec<StandingRecord>,
    /// Where its plan's document lies, compressed with gzip.
    pub plan_key: String,
    /// SHA-256 of the document, hexadecimal.
    pub plan_digest: String,
    /// Who may issue its tickets and what they cost, signed.
    pub manifest: SealedManifest,
    /// One more with every write.
    pub version: u64,
    /// By the cloud's clock, in milliseconds.
    pub updated_at: i64,
}

/// Where a house's plan with this digest lies in the bucket.
pub fn plan_key(venue: &VenueId, digest: &str) -> String {
    format!("plans/{venue}/{digest}.json.gz")
}
