//! Presenting oneself, and deciding about stations (`docs/contract.md`, "Doors").

use serde::{Deserialize, Serialize};

use crate::cloud::{Approval, StationKind, StationRecord};
use crate::id::StationId;

/// A station presents itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// Its name.
    pub name: String,
    /// What it is for. A station that has been approved stays what it was approved as.
    pub kind: StationKind,
    /// Its Ed25519 public key in hexadecimal, 64 characters.
    pub public_key: String,
    /// Its fence, as its file has it.
    pub epoch: u32,
    /// The number of the newest message in its file. One behind what the cloud has had is an older file's.
    pub sequence: u64,
    /// Which Wicket it runs.
    pub software: String,
    /// Somebody has decided that this file goes on as the station; another copy of it stops.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub resume: bool,
}

/// What the cloud makes of a station that presents itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// All is well.
    Known,
    /// Another copy of its file speaks for the same station.
    Copy,
    /// Its file is older than what the cloud has had of it.
    Old,
}

/// The answer to a hello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// Whether this file is the station's one and newest.
    pub standing: Standing,
    /// Whether a desk has let it in.
    pub approval: Approval,
    /// What it is for, as the desk approved it.
    pub kind: StationKind,
    /// Its fence: raised when somebody gives its unsold places back.
    pub epoch: u32,
    /// Whether its house has a desk that lets stations in. The first one lets itself in.
    pub founded: bool,
    /// From where this file counts its requests on.
    pub counter: u64,
    /// The highest number of its messages that the cloud has had; this file numbers its own beyond it.
    pub last_sequence: u64,
}

/// A desk asks for its house's stations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationsAsk {}

/// Every station of a house, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationsAnswer {
    /// The stations.
    pub stations: Vec<StationRecord>,
}

/// A desk lets a station in. The first desk of a house lets itself in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Approve {
    /// Which station.
    pub station_id: StationId,
    /// The key that the person has seen the fingerprint of.
    pub public_key: String,
    /// What it may do from now on.
    pub kind: StationKind,
    /// Who decides: a name.
    pub by: String,
}

/// A desk shuts a station out: its tickets sold from now on are not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revoke {
    /// Which station.
    pub station_id: StationId,
    /// Who decides: a name.
    pub by: String,
}
