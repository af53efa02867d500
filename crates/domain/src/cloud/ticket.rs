//! Tickets in the cloud, and the id of an admission.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::id::{ScanId, StationId, TicketId};
use crate::order::TicketStatus;

/// Whether a ticket still lets its holder in. It moves away from `Valid`, and back only when an admission is annulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloudTicketStatus {
    /// Nobody has used it.
    Valid,
    /// Somebody was admitted with it.
    Used,
    /// Its order or event was cancelled.
    Void,
    /// Its price was given back.
    Refunded,
    /// Another ticket took its place.
    Replaced,
    /// Somebody has stopped it.
    Blocked,
}

impl CloudTicketStatus {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Used => "used",
            Self::Void => "void",
            Self::Refunded => "refunded",
            Self::Replaced => "replaced",
            Self::Blocked => "blocked",
        }
    }

    const ALL: [Self; 6] =
        [Self::Valid, Self::Used, Self::Void, Self::Refunded, Self::Replaced, Self::Blocked];

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// What a gate makes of it, the admission apart.
    pub const fn standing(self) -> TicketStatus {
        match self {
            Self::Valid | Self::Used => TicketStatus::Valid,
            Self::Void => TicketStatus::Void,
            Self::Refunded => TicketStatus::Refunded,
            Self::Replaced => TicketStatus::Replaced,
            Self::Blocked => TicketStatus::Blocked,
        }
    }
}

/// A ticket: one holder on one event. A sale and an admission may write it in either order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketRecord {
    /// The ticket.
    pub ticket_id: String,
    /// The event.
    pub event_id: String,
    /// The order, once its sale has arrived.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_id: Option<String>,
    /// The station that sold it; none where the web did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sold_by: Option<StationId>,
    /// The order's short code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_code: Option<String>,
    /// The seat, or `ga#AREA`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seat_id: Option<String>,
    /// The seat as people say it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    /// What it is priced by.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub category: Option<String>,
    /// Who it was sold to, if they said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub holder: Option<String>,
    /// Whether it lets its holder in.
    pub status: CloudTicketStatus,
    /// The admission that used it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub admission_id: Option<String>,
    /// Admissions that were undone: their ids, in any order. A late message about one of them changes nothing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub annulled: Vec<String>,
    /// When, in milliseconds, by the admitting station's clock as corrected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub validated_at: Option<i64>,
    /// At which gate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gate: Option<String>,
    /// The name of the station that admitted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<String>,
    /// Where its PDF lies.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pdf_url: Option<String>,
    /// The digest of its QR code's text ([`code_digest`]). The code itself stands in no table.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code_digest: Option<String>,
    /// By the cloud's clock, in milliseconds.
    pub updated_at: i64,
}

/// By what a ticket is found from its code: SHA-256 of the code's text, hexadecimal.
pub fn code_digest(code: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(code.as_bytes()).into();
    super::hex(&digest)
}

/// A ticket's admission at one station is undone so many times at most: every later message names each of them.
pub const ANNULMENTS_MAX: u32 = 50;

/// The id of a station's first admission with a single-entry ticket. It follows from both, so that a gate that stopped
/// between the cloud's yes and its own file asks for the same admission again and is told yes again.
pub fn admission_id(station: StationId, ticket: TicketId) -> ScanId {
    admission_id_after(station, ticket, 0)
}

/// The id of a station's admission with a ticket after `annulments` of its admissions there were undone. The next one
/// has another id, so that a late message about an undone admission is told from it.
pub fn admission_id_after(station: StationId, ticket: TicketId, annulments: u32) -> ScanId {
    let mut hash = Sha256::new();
    hash.update(b"wicket admission v1");
    hash.update(station.as_bytes());
    hash.update(ticket.as_bytes());
    if annulments > 0 {
        hash.update(annulments.to_be_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let (first, _) = digest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    ScanId::from_uuid(uuid::Builder::from_custom_bytes(*first).into_uuid())
}

/// The ids of a station's admissions with a ticket that were undone, when so many were.
pub fn annulled_admissions(station: StationId, ticket: TicketId, annulments: u32) -> Vec<ScanId> {
    (0..annulments.min(ANNULMENTS_MAX)).map(|before| admission_id_after(station, ticket, before)).collect()
}

impl TicketRecord {
    /// The id as a station knows it; none where another writer made it up.
    pub fn known_id(&self) -> Option<TicketId> {
        Uuid::parse_str(&self.ticket_id).ok().map(TicketId::from_uuid)
    }

    /// What is known of the ticket once this has been told after `known`, as a station takes it: no admission that was
    /// undone comes back, and a ticket falls from valid whatever the times say.
    pub(crate) fn told_after(mut self, known: Option<Self>) -> Self {
        self.annulled.extend(known.iter().flat_map(|known| known.annulled.iter().cloned()));
        self.annulled.sort_unstable();
        self.annulled.dedup();
        if self.admission_id.as_ref().is_some_and(|admission| self.annulled.contains(admission)) {
            self = self.without_admission();
        }
        let Some(known) = known else { return self };
        let (before, after) =
            ((known.status.as_str(), known.updated_at), (self.status.as_str(), self.updated_at));
        if takes_its_place(before, after) { self } else { known }
    }

    fn without_admission(self) -> Self {
        let used = self.status == CloudTicketStatus::Used;
        Self {
            status: if used { CloudTicketStatus::Valid } else { self.status },
            admission_id: None,
            validated_at: None,
            gate: None,
            station: None,
            ..self
        }
    }
}

/// Whether what is told of a ticket takes the place of what is known: status and time of each, in milliseconds. A ticket
/// falls from valid whatever the times say: an admission counts even if its gate's clock dated it before the sale.
pub fn takes_its_place(known: (&str, i64), told: (&str, i64)) -> bool {
    let valid = CloudTicketStatus::Valid.as_str();
    let falls = known.0 == valid && told.0 != valid;
    known.1 <= told.1 || falls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_gate_asks_for_the_same_admission() {
        let (north, south) = (StationId::from_bytes([1; 16]), StationId::from_bytes([2; 16]));
        let ticket = TicketId::from_bytes([3; 16]);
        assert_eq!(admission_id(north, ticket), admission_id(north, ticket));
        assert_ne!(admission_id(north, ticket), admission_id(south, ticket));
        assert_eq!(admission_id(north, ticket).uuid().get_version_num(), 8, "RFC 9562: custom");
    }

    #[test]
    fn an_admission_after_an_undone_one_is_another() {
        let (north, ticket) = (StationId::from_bytes([1; 16]), TicketId::from_bytes([3; 16]));
        let ids: Vec<_> = (0..4).map(|undone| admission_id_after(north, ticket, undone)).collect();
        assert_eq!(ids[0], admission_id(north, ticket), "as every earlier Wicket made it");
        let different: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(different.len(), 4);
        assert_eq!(annulled_admissions(north, ticket, 3), ids[..3]);
        assert_eq!(annulled_admissions(north, ticket, 0), []);
        assert_eq!(annulled_admissions(north, ticket, u32::MAX).len(), 50, "as many as one message names");
    }
}
