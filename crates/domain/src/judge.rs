//! The judgement at the gate: whether a ticket lets its holder in, and if not, why.
//!
//! The order of the checks is the rule (`docs/guarantees.md`, "The one admission path"): a ticket that is both invalid
//! and used says invalid.

mod testimony;

use ed25519_dalek::VerifyingKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::id::{EventId, StationId};
use crate::order::TicketStatus;
use crate::token::{KeyId, Token, event_prefix};

pub use testimony::{Testimony, Weighed, Witness, weigh};

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
    /// Its station's key may issue no more tickets, and the cloud has no sale of it from before.
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

/// The key of a station that issues, or has issued, tickets for one event. A ticket of it is genuine, whether or not it
/// is still trusted: that is [`voucher`]'s to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKey {
    /// The event.
    pub event_id: EventId,
    /// Its short id, as tokens name it.
    pub key_id: KeyId,
    /// The key.
    pub public_key: VerifyingKey,
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
    Ok((token, key.event_id))
}

/// How the key that signed a ticket stands in the event's manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStanding {
    /// It may issue tickets.
    MayIssue,
    /// It may issue no more. The manifest lists it as revoked, or lists it no longer.
    Revoked {
        /// Whose it was, where that is known.
        station: Option<StationId>,
    },
}

/// The sale of a ticket, as the cloud has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloudSale {
    /// The event it was sold for.
    pub event_id: EventId,
    /// The station that sold it; none where the web did.
    pub sold_by: Option<StationId>,
}

/// What vouches for a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voucher {
    /// Its key, which may issue tickets: everything in its code is believed.
    Key,
    /// Its sale, which the cloud has from before the key was revoked. Of its code, the ticket's id alone is believed.
    Sale,
    /// Nothing.
    Nothing,
}

/// Says what vouches for a ticket of an event. The cloud takes no sale of a station that was revoked, so a sale that it
/// has is from before (`docs/contract.md`, "Revoking a key"). It has to be this key's own station's sale, for this very
/// event: whoever holds the key can write any ticket's id and any event into a code. The time in the id proves nothing.
pub fn voucher(event_id: EventId, key: KeyStanding, sale: Option<CloudSale>) -> Voucher {
    match (key, sale) {
        (KeyStanding::MayIssue, _) => Voucher::Key,
        (KeyStanding::Revoked { station: Some(station) }, Some(sale))
            if sale.sold_by == Some(station) && sale.event_id == event_id =>
        {
            Voucher::Sale
        }
        (KeyStanding::Revoked { .. }, _) => Voucher::Nothing,
    }
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
    /// What vouches for it.
    pub voucher: Voucher,
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
    if ticket.voucher == Voucher::Nothing {
        return Err(Refusal::KeyRevoked);
    }
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
        TicketFacts {
            event_id: event(1),
            voucher: Voucher::Key,
            status: TicketStatus::Valid,
            paid: true,
            rules,
            admitted: false,
        }
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
        let mut ticket = TicketFacts {
            voucher: Voucher::Nothing,
            status: TicketStatus::Refunded,
            paid: false,
            admitted: true,
            ..good()
        };
        let mut here = AtGate { event_id: Some(event(2)), gate: Some("South".into()), ..north(50) };
        assert_eq!(judge(&ticket, &here), Err(Refusal::KeyRevoked));
        ticket.voucher = Voucher::Sale;
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
    fn no_hour_lets_in_a_ticket_that_nothing_vouches_for() {
        let forged = TicketFacts { voucher: Voucher::Nothing, ..good() };
        let here = AtGate { any_time: true, ..north(50) };
        assert_eq!(judge(&forged, &here), Err(Refusal::KeyRevoked));
    }

    #[test]
    fn a_revoked_keys_ticket_needs_its_own_stations_sale_for_its_own_event() {
        let station = |n: u8| StationId::from_bytes([n; 16]);
        let sold = |event_no: u8, by: Option<u8>| {
            Some(CloudSale { event_id: event(event_no), sold_by: by.map(station) })
        };
        let revoked = KeyStanding::Revoked { station: Some(station(1)) };
        let vouched = |key, sale| voucher(event(1), key, sale);
        assert_eq!(vouched(revoked, sold(1, Some(1))), Voucher::Sale);
        for (sale, why) in [
            (None, "nobody has sold it"),
            (sold(1, Some(2)), "another station has sold it"),
            (sold(1, None), "the web has sold it"),
            (sold(2, Some(1)), "it was sold for another event"),
        ] {
            assert_eq!(vouched(revoked, sale), Voucher::Nothing, "{why}");
            assert_eq!(vouched(KeyStanding::MayIssue, sale), Voucher::Key, "{why}");
        }
        let unknown = KeyStanding::Revoked { station: None };
        for sale in [None, sold(1, Some(1)), sold(1, None)] {
            assert_eq!(vouched(unknown, sale), Voucher::Nothing, "nobody knows whose key it was");
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
