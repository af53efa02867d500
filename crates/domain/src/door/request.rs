//! Doors, requests at them, and why one is refused (`docs/contract.md`, "Doors").

use serde::{Deserialize, Serialize};

use crate::cloud::{StationKind, VenueId};
use crate::id::{MessageId, StationId};

/// A door: a route of the API under the house's own path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Door {
    /// Enrols a station, and hears that it is still there.
    Hello,
    /// Claims seats and standing places, and gives them back.
    Claims,
    /// Asks whether an admission is a ticket's first.
    Admissions,
    /// A desk asks for every station of its house.
    Stations,
    /// A desk lets a station in.
    Approve,
    /// A desk shuts a station out.
    Revoke,
    /// A desk ends what a station that will not come back owns.
    Fence,
    /// A desk gives back what a fenced station had.
    Reclaim,
    /// A desk publishes an event.
    Events,
    /// A desk puts down an event's plan.
    Plans,
    /// Somebody has settled a conflict.
    Settle,
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 11] = [
        Self::Hello,
        Self::Claims,
        Self::Admissions,
        Self::Stations,
        Self::Approve,
        Self::Revoke,
        Self::Fence,
        Self::Reclaim,
        Self::Events,
        Self::Plans,
        Self::Settle,
    ];

    /// The last part of its path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Claims => "claims",
            Self::Admissions => "admissions",
            Self::Stations => "stations",
            Self::Approve => "approve",
            Self::Revoke => "revoke",
            Self::Fence => "fence",
            Self::Reclaim => "reclaim",
            Self::Events => "events",
            Self::Plans => "plans",
            Self::Settle => "settle",
        }
    }

    /// Its path at the API's address.
    pub fn path(self, venue: &VenueId) -> String {
        format!("/venues/{venue}/{}", self.as_str())
    }

    /// The door that a route (`POST /venues/{venue}/hello`) leads to.
    pub fn of_route(route: &str) -> Option<Self> {
        let last = route.rsplit('/').next()?;
        Self::ALL.into_iter().find(|door| door.as_str() == last)
    }

    /// Whether it is open to a station of this kind, once that has been let in.
    pub const fn is_open_to(self, kind: StationKind) -> bool {
        match self {
            Self::Hello => true,
            Self::Claims => kind.issues_tickets(),
            Self::Admissions => kind.admits(),
            Self::Settle => matches!(kind, StationKind::Till | StationKind::Desk),
            Self::Stations
            | Self::Approve
            | Self::Revoke
            | Self::Fence
            | Self::Reclaim
            | Self::Events
            | Self::Plans => matches!(kind, StationKind::Desk),
        }
    }

    /// A request at it is this long at most, in bytes.
    pub const fn body_max(self) -> usize {
        match self {
            Self::Plans => 5 * 1024 * 1024,
            Self::Events => 512 * 1024,
            _ => 64 * 1024,
        }
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
    /// The house has no such event.
    Event,
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
        for door in Door::ALL {
            assert_eq!(Door::of_route(&format!("POST {}", door.path(&venue))), Some(door));
        }
        assert_eq!(Door::of_route("POST /orders"), None);
    }

    #[test]
    fn a_gate_claims_no_seat_and_a_kiosk_admits_nobody() {
        let open = |kind| Door::ALL.into_iter().filter(move |door| door.is_open_to(kind)).collect::<Vec<_>>();
        assert_eq!(open(StationKind::Gate), [Door::Hello, Door::Admissions]);
        assert_eq!(open(StationKind::Kiosk), [Door::Hello, Door::Claims]);
        assert_eq!(open(StationKind::Till), [Door::Hello, Door::Claims, Door::Admissions, Door::Settle]);
        assert_eq!(open(StationKind::Desk), Door::ALL);
    }
}
