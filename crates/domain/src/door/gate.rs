//! The gate's one question at the door (`docs/contract.md`, "Admission in the cloud").

use serde::{Deserialize, Serialize};

use crate::cloud::CloudTicketStatus;
use crate::id::{EventId, ScanId, TicketId};

/// An admission that a gate wants to be the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdmissionAsk {
    /// The event.
    pub event_id: EventId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The admission ([`crate::cloud::admission_id_after`]).
    pub admission_id: ScanId,
    /// Earlier admissions of this station with this ticket that were undone: the cloud may not have heard of that yet.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub annulled: Vec<ScanId>,
    /// When, in milliseconds, by the cloud's clock as the station estimates it.
    pub at: i64,
    /// At which gate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gate: Option<String>,
}

/// What the cloud says of an admission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "admission", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum GateAnswer {
    /// It is the first, or the same one again.
    First,
    /// Somebody was admitted with it before.
    Already {
        /// When, in milliseconds.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        at: Option<i64>,
        /// At which gate.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        gate: Option<String>,
        /// By which station.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        station: Option<String>,
    },
    /// The ticket does not stand any more.
    Fallen {
        /// Why.
        status: CloudTicketStatus,
    },
}
