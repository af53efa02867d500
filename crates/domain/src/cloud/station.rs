//! Stations as the cloud knows them.

use serde::{Deserialize, Serialize};

use crate::id::StationId;

/// A station that has been paired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StationRecord {
    /// The station.
    pub station_id: StationId,
    /// Its name.
    pub name: String,
    /// Its Ed25519 public key in hexadecimal, 64 characters.
    pub public_key: String,
    /// Its fence: a claim of an older epoch is refused.
    pub epoch: u32,
    /// The highest sequence number of its messages that has been applied.
    #[serde(default)]
    pub last_sequence: u64,
    /// When it was last heard of, in milliseconds.
    #[serde(default)]
    pub last_seen: i64,
}
