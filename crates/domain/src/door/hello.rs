//! What is asked at the door, and how it is answered (`docs/contract.md`, "Doors").

use serde::{Deserialize, Serialize};

use crate::cloud::{Approval, StationKind, StationRecord, VenueId};
use crate::id::{MessageId, StationId};

/// A door: a route of the API under the house's own path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Door {
    /// Enrols a station, and hears that it is still there.
    Hello,
    /// A desk asks for every station of its house.
    Stations,
    /// A desk lets a station in.
    Approve,
    /// A desk shuts a station out.
    Revoke,
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 4] = [Self::Hello, Self::Stations, Self::Approve, Self::Revoke];

    /// The last part of its path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Stations => "stations",
            Self::Approve => "approve",
            Self::Revoke => "revoke",
        }
    }

    /// Its path at the API's address.
    pub fn path(self, venue: &VenueId) -> String {
        format!("/venues/{venue}/{}", self.as_str())
    }
}

/// A request's body: who asks, and what. The signature is in a header, over this very text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<Ask> {
    /// Who asks.
    pub station_id: StationId,
    /// The same when the request is sent again after an answer that was lost.
    pub request_id: MessageId,
    /// One more with every request of the station; it was written to the file before the request was sent.
    pub counter: u64,
    /// When, by the cloud's clock as the station knows it, in milliseconds.
    pub sent_at: i64,
    /// What is asked.
    pub ask: Ask,
}

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

/// Why the cloud does not do what was asked. It stands in the answer's body as `refusal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The request is not of its form.
    Form,
    /// The signature is not the station's.
    Signature,
    /// The request is too old, or from a clock too far ahead.
    Time,
    /// Nobody has met that station.
    Unknown,
    /// No desk has let it in yet.
    Pending,
    /// A desk has shut it out.
    Revoked,
    /// A station of its kind may not do that.
    Kind,
    /// Another copy of its file speaks for the same station.
    Copy,
    /// Its key is another than the one the station was met with.
    Key,
    /// Another approved station's tickets could not be told from its own.
    Collision,
    /// A desk cannot shut itself out.
    Itself,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doors_path_is_its_houses() {
        let venue: VenueId = "old-town-hall".parse().unwrap();
        assert_eq!(Door::Approve.path(&venue), "/venues/old-town-hall/approve");
        for (a, b) in Door::ALL.iter().zip(Door::ALL.iter().skip(1)) {
            assert_ne!(a.as_str(), b.as_str());
        }
    }
}
