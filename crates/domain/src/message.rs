//! What leaves a station: the envelope and its bodies (`docs/contract.md`, "Messages").
//!
//! Money on the wire is a JSON number with the currency's decimals, written and read as text, never through a float.

use jiff::Timestamp;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::cloud::VenueId;
use crate::id::{EventId, MessageId, OrderId, ScanId, StationId, TicketId};
use crate::money::{Currency, Money};
use crate::seat::SeatId;

/// An amount as it stands on the wire: the digits, without a currency, which stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireAmount(String);

impl WireAmount {
    /// Reads the amount in the currency that stands beside it.
    pub fn money(&self, currency: Currency) -> Result<Money, crate::money::MoneyError> {
        Money::parse(&self.0, currency)
    }
}

impl From<Money> for WireAmount {
    fn from(money: Money) -> Self {
        Self(money.decimal())
    }
}

impl Serialize for WireAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WireAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        let plain =
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
        if plain { Ok(Self(text.to_owned())) } else { Err(D::Error::custom("not a plain decimal number")) }
    }
}

/// What sort of message an envelope carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A sale.
    Purchase,
    /// A scan at a gate: entry, refusal, or the annulment of an entry.
    Admission,
    /// Tickets printed again.
    Reprint,
}

impl MessageKind {
    /// The word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Admission => "admission",
            Self::Reprint => "reprint",
        }
    }
}

/// What wraps everything that leaves a station's outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<Body> {
    /// The idempotency key.
    pub message_id: MessageId,
    /// The house it is of.
    pub venue: VenueId,
    /// Who sends it.
    pub station_id: StationId,
    /// The station's fence.
    pub epoch: u32,
    /// Gapless within the station.
    pub sequence: u64,
    /// What the body is.
    pub kind: MessageKind,
    /// By the station's clock.
    pub occurred_at: Timestamp,
    /// How far that clock was measured to be off, in milliseconds.
    pub clock_offset_ms: i64,
    /// The message.
    pub body: Body,
    /// Over all of it, by the station's key (`door::Audience`): hexadecimal, 128 characters.
    pub signature: String,
}

/// A sale: the topic message of the sources, and our fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// The order.
    pub order_id: OrderId,
    /// Its short code.
    pub order_code: String,
    /// The event, named as the sources name it.
    pub concert_id: EventId,
    /// The event's name.
    pub concert_name: String,
    /// When it starts.
    pub concert_date: Timestamp,
    /// What was sold.
    pub tickets: Vec<PurchasedTicket>,
    /// The sum of the tickets' prices.
    pub total_amount: WireAmount,
    /// ISO 4217.
    pub currency: Currency,
    /// `Completed` for a sale that is paid.
    pub payment_status: String,
    /// When it was sold.
    pub purchase_timestamp: Timestamp,
    /// `box_office`, `kiosk` or `command_line`.
    pub channel: String,
    /// The station that sold.
    pub station_id: StationId,
    /// Who it was sold to, if they said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub holder: Option<String>,
    /// Where to reach them, if they said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fan_contact: Option<Contact>,
    /// How it was paid.
    pub payment: PurchasePayment,
}

/// Where a buyer wants to hear of their tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// An e-mail address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// A telephone number, international: `+49…`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
}

/// How a sale was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PurchasePayment {
    /// `cash`.
    pub method: String,
    /// What was handed over.
    pub received: WireAmount,
    /// What went back.
    pub change: WireAmount,
}

/// One ticket of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PurchasedTicket {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The seat, or `ga#AREA`.
    pub seat_id: SeatId,
    /// The row's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<String>,
    /// The number in the row.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seat_number: Option<String>,
    /// The zone or standing area.
    pub section: String,
    /// The category it is priced by.
    pub seat_class: String,
    /// What it cost.
    pub price: WireAmount,
    /// The class in the token.
    pub category_no: u16,
    /// Whether a fan-club member bought it.
    pub is_fan_club_member: bool,
    /// The member's number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fan_club_id: Option<String>,
    /// The text of its QR code, for whoever prints or sends it on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<String>,
}

/// A scan at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Admission {
    /// The scan's own id: the same scan reported twice is one.
    pub scan_id: ScanId,
    /// The admission's id (`cloud::admission_id`); none for a refusal. An annulment names the admission that it undoes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub admission_id: Option<ScanId>,
    /// The name of the station, for whoever is told of a first admission.
    #[serde(default)]
    pub station_name: String,
    /// The event, where the ticket or the gate says it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event_id: Option<EventId>,
    /// The ticket, where the code was one of ours.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ticket_id: Option<TicketId>,
    /// `entry`, `refusal` or `annulment`.
    pub outcome: String,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// At which gate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gate: Option<String>,
    /// When.
    pub scanned_at: Timestamp,
    /// Whether the ticket was chosen from its order, not read from a code.
    #[serde(skip_serializing_if = "is_false", default)]
    pub by_hand: bool,
    /// Why the hour alone would have refused an entry: `not_yet_valid` or `no_longer_valid`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub out_of_hours: Option<String>,
    /// Who let somebody in by hand or out of hours, or undid an entry: a name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
    /// The scan whose entry an annulment undoes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub annuls: Option<ScanId>,
    /// Earlier admissions of this station with this ticket that were undone: an entry stands in their place.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub annulled: Vec<ScanId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Tickets printed again after their first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reprint {
    /// Whose tickets.
    pub order_id: OrderId,
    /// How many times the order has been printed now.
    pub times: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_digit_on_the_wire() {
        let amount = WireAmount::from(Money::new(25_000, Currency::USD));
        let text = serde_json::to_string(&amount).unwrap();
        assert_eq!(text, "250.00", "a number with the currency's decimals");
        let big = Money::new(i64::MAX, Currency::USD);
        let text = serde_json::to_string(&WireAmount::from(big)).unwrap();
        let back: WireAmount = serde_json::from_str(&text).unwrap();
        assert_eq!(back.money(Currency::USD), Ok(big), "not through a float");
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in ["\"250.00\"", "2.5e2", "null", "true", "[1]"] {
            assert!(serde_json::from_str::<WireAmount>(text).is_err(), "{text} was taken");
        }
    }
}
