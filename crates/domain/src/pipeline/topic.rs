//! The topic message: what is published for every sale, whoever made it (`docs/contract.md`, "Messages").
//!
//! It is the sources' message and our fields. Ids are opaque bounded texts here, since not every writer is a station;
//! what a writer left out (a ticket's id, its seat's id) is derived, so that the same message always means the same.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::derive::{customer_id, payment_id};
use super::fan_club::DISCOUNT_KIND;
use super::fields::{Faults, Object, Reading, plausible};
use super::incoming::MESSAGE_MAX;
use super::status::PaymentStatus;
use crate::id::StationId;
use crate::message::{Contact, WireAmount};
use crate::money::{Currency, Money};
use crate::seat::{Place, SeatId};

/// Tickets of one order.
pub const TICKETS_MAX: usize = 100;
/// A name of a concert, a section, a class, a holder.
pub const NAME_MAX: usize = 120;
/// A row's or a seat's name.
pub(super) const ROW_MAX: usize = 40;

/// When a concert is: a moment, or the day alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConcertDate {
    /// A day: `2026-12-05`.
    Day(Date),
    /// A moment: `2026-07-10T20:00:00Z`.
    At(Timestamp),
}

/// A text that is neither a day nor a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither a day nor a moment")]
pub struct NotAConcertDate;

impl FromStr for ConcertDate {
    type Err = NotAConcertDate;

    fn from_str(text: &str) -> Result<Self, NotAConcertDate> {
        const DAY_LENGTH: usize = "2026-12-05".len();
        if text.len() == DAY_LENGTH {
            let day: Date = text.parse().map_err(|_| NotAConcertDate)?;
            return if (2000..2200).contains(&day.year()) {
                Ok(Self::Day(day))
            } else {
                Err(NotAConcertDate)
            };
        }
        text.parse().ok().filter(plausible).map(Self::At).ok_or(NotAConcertDate)
    }
}

impl fmt::Display for ConcertDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::At(at) => at.fmt(f),
        }
    }
}

/// Something taken off a ticket's list price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Discount {
    /// `fan_club`, or another reason.
    pub kind: String,
    /// How much.
    #[serde(serialize_with = "wire")]
    pub amount: Money,
}

/// How a sale was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentTaken {
    /// `cash`, `card`.
    pub method: String,
    /// What was handed over.
    #[serde(serialize_with = "maybe_wire", skip_serializing_if = "Option::is_none")]
    pub received: Option<Money>,
    /// What went back.
    #[serde(serialize_with = "maybe_wire", skip_serializing_if = "Option::is_none")]
    pub change: Option<Money>,
}

/// One ticket of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicTicket {
    /// The ticket; derived from the order where the writer gave none.
    pub ticket_id: String,
    /// The seat, or `ga#AREA`; section, row and number joined by hyphens where the writer gave none.
    pub seat_id: SeatId,
    /// The zone or standing area.
    pub section: String,
    /// The row's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The number in the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_number: Option<String>,
    /// What it is priced by; the section where the writer gave none.
    pub seat_class: String,
    /// The class in the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_no: Option<u16>,
    /// What was paid for it, discounts taken off.
    #[serde(serialize_with = "wire")]
    pub price: Money,
    /// Whether a fan-club member bought it.
    pub is_fan_club_member: bool,
    /// The member's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fan_club_id: Option<String>,
    /// What was taken off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<Discount>,
    /// The text of its QR code, where a station has signed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicMessage {
    /// The order.
    pub order_id: String,
    /// Its short code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_code: Option<String>,
    /// The fan's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fan_id: Option<String>,
    /// The event, named as the sources name it.
    pub concert_id: String,
    /// Its name.
    pub concert_name: String,
    /// When it is.
    #[serde(serialize_with = "as_text")]
    pub concert_date: ConcertDate,
    /// What was sold: 1 to [`TICKETS_MAX`], no numbered seat twice.
    pub tickets: Vec<TopicTicket>,
    /// The sum of the tickets' prices.
    #[serde(serialize_with = "wire")]
    pub total_amount: Money,
    /// ISO 4217; US dollars where the writer gave none.
    pub currency: Currency,
    /// How far its payment is.
    #[serde(serialize_with = "status_word")]
    pub payment_status: PaymentStatus,
    /// When it was sold.
    pub purchase_timestamp: Timestamp,
    /// `box_office`, `kiosk`, `command_line` or `web`.
    pub channel: String,
    /// The station that sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub station_id: Option<StationId>,
    /// Who it was sold to, if they said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Where to reach them, if they said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fan_contact: Option<Contact>,
    /// How it was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentTaken>,
    /// Whether its places became its own together with the order, so that the inventory has nothing left to do. Only an
    /// order of the web for a published event says so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub settled: bool,
}

fn wire<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    WireAmount::from(*money).serialize(serializer)
}

#[expect(clippy::ref_option, reason = "serde passes the field so")]
fn maybe_wire<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    money.map(WireAmount::from).serialize(serializer)
}

fn as_text<S: Serializer>(date: &ConcertDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field so")]
fn status_word<S: Serializer>(status: &PaymentStatus, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(status.wire())
}

impl TopicTicket {
    /// The seat as people say it.
    pub fn label(&self) -> String {
        let place =
            Place { zone: self.section.clone(), row: self.row.clone(), number: self.seat_number.clone() };
        place.label()
    }

    /// What it would have cost without discounts.
    pub fn list_price(&self) -> Money {
        let off = self.discounts.iter().map(|discount| discount.amount.minor);
        Money::new(off.fold(self.price.minor, i64::saturating_add), self.price.currency)
    }

    /// What was taken off for the fan club.
    pub fn fan_club_discount(&self) -> Money {
        let off = self.discounts.iter().filter(|discount| discount.kind == DISCOUNT_KIND);
        let minor = off.map(|discount| discount.amount.minor).fold(0, i64::saturating_add);
        Money::new(minor, self.price.currency)
    }
}

impl TopicMessage {
    /// Reads a message of at most [`MESSAGE_MAX`] bytes.
    ///
    /// # Errors
    /// Names every field that is missing, too long or not what it should be. Unknown fields are passed over.
    pub fn parse(text: &str) -> Result<Self, Faults> {
        let mut reading = Reading::default();
        let object = Object::document(text, MESSAGE_MAX)?;
        let message = Self::read(&object, &mut reading);
        reading.finish(message)
    }

    /// The message's text.
    ///
    /// # Errors
    /// Never for a message that was parsed or made by a request.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Whether any ticket is a fan-club member's: the topic's attribute `isFanClubMember`.
    pub fn is_fan_club(&self) -> bool {
        self.tickets.iter().any(|ticket| ticket.is_fan_club_member)
    }

    /// The numbered seats.
    pub fn numbered(&self) -> impl Iterator<Item = &TopicTicket> {
        self.tickets.iter().filter(|ticket| ticket.seat_id.standing_area().is_none())
    }

    /// Places by standing area.
    pub fn standing(&self) -> BTreeMap<&str, u32> {
        let mut areas = BTreeMap::new();
        for area in self.tickets.iter().filter_map(|ticket| ticket.seat_id.standing_area()) {
            *areas.entry(area).or_default() += 1;
        }
        areas
    }

    /// The customer behind it; none when nobody left a trace.
    pub fn customer_id(&self) -> Option<String> {
        let contact = self.fan_contact.as_ref();
        let email = contact.and_then(|contact| contact.email.as_deref());
        let phone = contact.and_then(|contact| contact.phone.as_deref());
        customer_id(self.fan_id.as_deref(), email, phone)
    }

    /// Its payment's id.
    pub fn payment_id(&self) -> String {
        payment_id(&self.order_id)
    }

    /// When it was sold, in milliseconds: the second half of its payment's key.
    pub fn created_at(&self) -> i64 {
        self.purchase_timestamp.as_millisecond()
    }

    /// What tells two orders apart that claim one id: SHA-256 over everything but the time, in hexadecimal. The time
    /// is left out because a request that comes again comes at another time.
    ///
    /// # Errors
    /// As [`TopicMessage::text`].
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        let timeless = Self { purchase_timestamp: Timestamp::UNIX_EPOCH, ..self.clone() };
        let hash: [u8; 32] = Sha256::digest(timeless.text()?).into();
        Ok(hash.iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}")))
    }
}
