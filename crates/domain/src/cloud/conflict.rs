//! What two places did that cannot both be right.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What sort of conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Two orders have one seat.
    SeatSoldTwice,
    /// Two people came in with one ticket.
    TicketAdmittedTwice,
    /// A message could not be taken.
    MessageRejected,
    /// Points for a fan-club number nobody has.
    UnknownFanClubMember,
    /// A discount the shared rule does not give.
    DiscountNotAllowed,
    /// Money for an order whose places were given back.
    PaidTooLate,
}

impl ConflictKind {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeatSoldTwice => "seat_sold_twice",
            Self::TicketAdmittedTwice => "ticket_admitted_twice",
            Self::MessageRejected => "message_rejected",
            Self::UnknownFanClubMember => "unknown_fan_club_member",
            Self::DiscountNotAllowed => "discount_not_allowed",
            Self::PaidTooLate => "paid_too_late",
        }
    }
}

/// A conflict with both sides' facts. Its id follows from its cause, so that a replay writes it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConflictRecord {
    /// The event.
    pub event_id: String,
    /// Follows from the cause.
    pub conflict_id: String,
    /// What sort.
    pub kind: ConflictKind,
    /// When it was found, in milliseconds.
    pub at: i64,
    /// What the side that was there first did: `orderId`, `station`, `gate`, `at` (RFC 3339) … as words.
    #[serde(default)]
    pub first: BTreeMap<String, String>,
    /// What the other side did.
    #[serde(default)]
    pub second: BTreeMap<String, String>,
    /// The seat it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seat_id: Option<String>,
    /// The ticket it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ticket_id: Option<String>,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_id: Option<String>,
    /// When somebody settled it, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resolved_at: Option<i64>,
    /// Who settled it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resolved_by: Option<String>,
    /// By the cloud's clock, in milliseconds.
    pub updated_at: i64,
}
