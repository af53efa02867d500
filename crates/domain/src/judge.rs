//! The judgement at the gate: whether a ticket lets its holder in, and if not, why.
//!
//! The order of the checks is the rule (`docs/guarantees.md`, "The one admission path"): a ticket that is both invalid
//! and used says invalid.

use ed25519_dalek::VerifyingKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::id::{EventId, TicketId};
use crate::order::TicketStatus;
use crate::token::{KeyId, Token, event_prefix};

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The code is not one of ours at all.
    NotATicket,
    /// No station that may issue tickets for a known event has the key it names.
    UnknownIssuer,
    /// The signature is not that of the station it names: forged or altered.
    BadSignature,
    /// Its station's key was revoked before the ticket was issued.
    KeyRevoked,
    /// It is for another event.
    OtherEvent,
    /// Its order or event was cancelled.
    Cancelled,
    /// Its price was given back.
    Refunded,
    /// Another ticket took its place.
    Replaced,
    /// Somebody has stopped it.
    Blocked,
    /// Its doors open later.
    NotYetValid,
    /// Its doors have closed.
    NoLongerValid,
    /// It is good at another gate.
    WrongGate,
    /// Its order is not paid.
    Unpaid,
    /// It has been used.
    AlreadyAdmitted,
}

impl Refusal {
    /// Whether the hour alone is wrong: a supervisor may let the holder in all the same.
    pub const fn is_out_of_hours(self) -> bool {
        matches!(self, Self::NotYetValid | Self::NoLongerValid)
    }

    /// The word in the database, in scripts and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotATicket => "not_a_ticket",
            Self::UnknownIssuer => "unknown_issuer",
            Self::BadSignature => "bad_signature",
            Self::KeyRevoked => "key_revoked",
            Self::OtherEvent => "other_event",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Replaced => "replaced",
            Self::Blocked => "blocked",
            Self::NotYetValid => "not_yet_valid",
            Self::NoLongerValid => "no_longer_valid",
            Self::WrongGate => "wrong_gate",
            Self::Unpaid => "unpaid",
            Self::AlreadyAdmitted => "already_admitted",
        }
    }

    /// Every reason, for reading words back.
    pub const ALL: [Self; 14] = [
        Self::NotATicket,
        Self::UnknownIssuer,
        Self::BadSignature,
        Self::KeyRevoked,
        Self::OtherEvent,
        Self::Cancelled,
        Self::Refunded,
        Self::Replaced,
        Self::Blocked,
        Self::NotYetValid,
        Self::NoLongerValid,
        Self::WrongGate,
        Self::Unpaid,
        Self::AlreadyAdmitted,
    ];

    /// Reads the database's word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// A station's key that may issue tickets for one event (one line of the event's manifest).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKey {
    /// The event.
    pub event_id: EventId,
    /// Its short id, as tokens name it.
    pub key_id: KeyId,
    /// The key.
    pub public_key: VerifyingKey,
    /// From when on it may no longer issue; what it issued before stays good.
    pub revoked_from: Option<Timestamp>,
}

/// Decides whether a scanned text is a genuine ticket of one of the `keys`' events, and of which.
pub fn authenticate(text: &str, keys: &[IssuerKey]) -> Result<(Token, EventId), Refusal> {
    let token = Token::decode(text).map_err(|_| Refusal::NotATicket)?;
    let payload = &token.payload;
    let key = keys
        .iter()
        .find(|key| key.key_id == payload.key_id && event_prefix(key.event_id) == payload.event)
        .ok_or(Refusal::UnknownIssuer)?;
    if !token.verify(&key.public_key) {
        return Err(Refusal::BadSignature);
    }
    if key.revoked_from.is_some_and(|from| !issued_before(payload.ticket, from)) {
        return Err(Refusal::KeyRevoked);
    }
    Ok((token, key.event_id))
}

/// Whether a ticket was issued before a time, as its id tells. One that does not tell was not.
pub fn issued_before(ticket: TicketId, time: Timestamp) -> bool {
    let issued = ticket.uuid().get_timestamp().and_then(|issued| {
        let (seconds, nanos) = issued.to_unix();
        Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
    });
    issued.is_some_and(|issued| issued < time)
}

/// What a ticket class allows; empty lists and absent times allow everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassRules {
    /// Not before.
    pub valid_from: Option<Timestamp>,
    /// Not at or after.
    pub valid_until: Option<Timestamp>,
    /// At these gates only.
    pub gates: Vec<String>,
}

impl ClassRules {
    /// The rules within an event's hours: a class narrows what the event says and never widens it. The default hours
    /// hold only where neither the event nor the class says anything.
    #[must_use]
    pub fn within(self, event: &Event) -> Self {
        let default = event.hours();
        let from = self.valid_from.max(event.doors_from).unwrap_or(default.doors_from);
        let until =
            self.valid_until.into_iter().chain(event.doors_until).min().unwrap_or(default.doors_until);
        Self { valid_from: Some(from), valid_until: Some(until), ..self }
    }
}

/// What the gate knows about a genuine ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFacts {
    /// The event it is for.
    pub event_id: EventId,
    /// Whether it stands.
    pub status: TicketStatus,
    /// Whether its order is paid.
    pub paid: bool,
    /// What its class allows.
    pub rules: ClassRules,
    /// Whether somebody was admitted with it.
    pub admitted: bool,
}

/// Where and when it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtGate {
    /// The event this gate admits to; none admits to any known event.
    pub event_id: Option<EventId>,
    /// The gate's name, if it has one.
    pub gate: Option<String>,
    /// Now.
    pub at: Timestamp,
    /// Whether the hour is not asked about: somebody lets the holder in all the same.
    pub any_time: bool,
}

/// Judges a genuine ticket. `Ok` means: let them in.
pub fn judge(ticket: &TicketFacts, here: &AtGate) -> Result<(), Refusal> {
    if here.event_id.is_some_and(|event| event != ticket.event_id) {
        return Err(Refusal::OtherEvent);
    }
    match ticket.status {
        TicketStatus::Void => return Err(Refusal::Cancelled),
        TicketStatus::Refunded => return Err(Refusal::Refunded),
        TicketStatus::Replaced => return Err(Refusal::Replaced),
        TicketStatus::Blocked => return Err(Refusal::Blocked),
        TicketStatus::Valid => {}
    }
    let rules = &ticket.rules;
    if !here.any_time && rules.valid_from.is_some_and(|from| here.at < from) {
        return Err(Refusal::NotYetValid);
    }
    if !here.any_time && rules.valid_until.is_some_and(|until| here.at >= until) {
        return Err(Refusal::NoLongerValid);
    }
    let gate_allowed = |gate: &String| rules.gates.contains(gate);
    if !rules.gates.is_empty() && !here.gate.as_ref().is_some_and(gate_allowed) {
        return Err(Refusal::WrongGate);
    }
    if !ticket.paid {
        return Err(Refusal::Unpaid);
    }
    if ticket.admitted {
        return Err(Refusal::AlreadyAdmitted);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(n: u8) -> EventId {
        EventId::from_bytes([n; 16])
    }

    fn good() -> TicketFacts {
        let rules = ClassRules {
            valid_from: Timestamp::from_second(100).ok(),
            valid_until: Timestamp::from_second(200).ok(),
            gates: vec!["North".into()],
        };
        TicketFacts { event_id: event(1), status: TicketStatus::Valid, paid: true, rules, admitted: false }
    }

    fn north(second: i64) -> AtGate {
        AtGate {
            event_id: Some(event(1)),
            gate: Some("North".into()),
            at: Timestamp::from_second(second).unwrap(),
            any_time: false,
        }
    }

    #[test]
    fn a_good_ticket_is_admitted() {
        assert_eq!(judge(&good(), &north(150)), Ok(()));
        let anywhere = AtGate { event_id: None, ..north(150) };
        assert_eq!(judge(&good(), &anywhere), Ok(()));
    }

    #[test]
    fn the_first_reason_that_applies_is_given() {
        // Everything is wrong at once; each step mends the reason just given.
        let mut ticket =
            TicketFacts { status: TicketStatus::Refunded, paid: false, admitted: true, ..good() };
        let mut here = AtGate { event_id: Some(event(2)), gate: Some("South".into()), ..north(50) };
        assert_eq!(judge(&ticket, &here), Err(Refusal::OtherEvent));
        here.event_id = Some(event(1));
        assert_eq!(judge(&ticket, &here), Err(Refusal::Refunded));
        ticket.status = TicketStatus::Blocked;
        assert_eq!(judge(&ticket, &here), Err(Refusal::Blocked));
        ticket.status = TicketStatus::Valid;
        assert_eq!(judge(&ticket, &here), Err(Refusal::NotYetValid));
        here.at = Timestamp::from_second(200).unwrap();
        assert_eq!(judge(&ticket, &here), Err(Refusal::NoLongerValid));
        here.at = Timestamp::from_second(199).unwrap();
        assert_eq!(judge(&ticket, &here), Err(Refusal::WrongGate));
        here.gate = Some("North".into());
        assert_eq!(judge(&ticket, &here), Err(Refusal::Unpaid));
        ticket.paid = true;
        assert_eq!(judge(&ticket, &here), Err(Refusal::AlreadyAdmitted));
        ticket.admitted = false;
        assert_eq!(judge(&ticket, &here), Ok(()));
    }

    #[test]
    fn whoever_is_let_in_all_the_same_is_let_in_against_the_hour_alone() {
        for second in [50, 200] {
            let here = AtGate { any_time: true, ..north(second) };
            assert_eq!(judge(&good(), &here), Ok(()));
            let used = TicketFacts { admitted: true, ..good() };
            assert_eq!(judge(&used, &here), Err(Refusal::AlreadyAdmitted));
            let blocked = TicketFacts { status: TicketStatus::Blocked, ..good() };
            assert_eq!(judge(&blocked, &here), Err(Refusal::Blocked));
            let elsewhere = AtGate { gate: None, ..here };
            assert_eq!(judge(&good(), &elsewhere), Err(Refusal::WrongGate));
        }
    }

    #[test]
    fn reasons_read_back_from_their_words() {
        for reason in Refusal::ALL {
            assert_eq!(Refusal::from_word(reason.as_str()), Some(reason));
        }
        assert_eq!(Refusal::from_word("sunshine"), None);
    }
}
