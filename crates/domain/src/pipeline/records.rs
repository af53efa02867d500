//! What the pipeline alone keeps in the cloud's tables (`docs/contract.md`, "Tables"): orders, payments, fan-club
//! members, customers. Amounts are minor units beside a currency, times milliseconds since 1970 UTC.

use serde::{Deserialize, Serialize};

use super::fan_club::Tier;
use super::status::{OrderStatus, PaymentStatus};
use super::topic::{TopicMessage, TopicTicket};
use crate::id::StationId;
use crate::money::Currency;

/// One ticket inside an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLineRecord {
    /// The ticket.
    pub ticket_id: String,
    /// The seat, or `ga#AREA`.
    pub seat_id: String,
    /// The seat as people say it.
    pub label: String,
    /// What it is priced by.
    pub category: String,
    /// In minor units.
    pub price: i64,
    /// The member it was bought by.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fan_club_id: Option<String>,
}

/// An order. Only `status`, `printedTimes`, `notifiedAt`, `updatedAt` and what an order of the web has beside them ever
/// change. An order of two seats stays below 1 KB, which is one write unit; while an order of the web waits for its money,
/// it is larger by `sale`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRecord {
    /// The order.
    pub order_id: String,
    /// Its short code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_code: Option<String>,
    /// Who bought it, if they left a trace.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer_id: Option<String>,
    /// The event.
    pub concert_id: String,
    /// Its name.
    pub concert_name: String,
    /// When it is: a day or a moment.
    pub concert_date: String,
    /// What was sold.
    pub tickets: Vec<OrderLineRecord>,
    /// In minor units.
    pub total_amount: i64,
    /// ISO 4217.
    pub currency: Currency,
    /// How far it is.
    pub status: OrderStatus,
    /// Where it was sold: `box_office`, `kiosk`, `command_line`, `web`.
    pub channel: String,
    /// The station that sold it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station_id: Option<StationId>,
    /// Who it was sold to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub holder: Option<String>,
    /// What tells it from another order of the same id ([`TopicMessage::digest`]).
    pub digest: String,
    /// When it was sold, by the seller's clock.
    pub created_at: i64,
    /// By the cloud's clock.
    pub updated_at: i64,
    /// How many times its tickets were printed, when more than once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub printed_times: Option<u32>,
    /// When the fan was told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notified_at: Option<i64>,
    /// Until when it may be paid. Only an order of the web for a published event has it, for good.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pay_until: Option<i64>,
    /// The message that is published once it is paid. It goes when it was published, or when the order lapsed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sale: Option<String>,
    /// When it gave its places back because nobody had paid.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lapsed_at: Option<i64>,
}

impl OrderRecord {
    /// The record of a sale, written at `now`.
    pub fn of(message: &TopicMessage, digest: String, now: i64) -> Self {
        let line = |ticket: &TopicTicket| OrderLineRecord {
            ticket_id: ticket.ticket_id.clone(),
            seat_id: ticket.seat_id.to_string(),
            label: ticket.label(),
            category: ticket.seat_class.clone(),
            price: ticket.price.minor,
            fan_club_id: ticket.fan_club_id.clone(),
        };
        Self {
            order_id: message.order_id.clone(),
            order_code: message.order_code.clone(),
            customer_id: message.customer_id(),
            concert_id: message.concert_id.clone(),
            concert_name: message.concert_name.clone(),
            concert_date: message.concert_date.to_string(),
            tickets: message.tickets.iter().map(line).collect(),
            total_amount: message.total_amount.minor,
            currency: message.currency,
            status: message.payment_status.into(),
            channel: message.channel.clone(),
            station_id: message.station_id,
            holder: message.holder.clone(),
            digest,
            created_at: message.created_at(),
            updated_at: now,
            printed_times: None,
            notified_at: None,
            pay_until: None,
            sale: None,
            lapsed_at: None,
        }
    }
}

/// A payment: one an order, key `paymentId` and `createdAt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRecord {
    /// `pay-` and the order's id.
    pub payment_id: String,
    /// When the order was sold.
    pub created_at: i64,
    /// The order.
    pub order_id: String,
    /// In minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: Currency,
    /// How far it is.
    pub status: PaymentStatus,
    /// `cash`, `card`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub method: Option<String>,
    /// What the payment's provider calls it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provider_id: Option<String>,
    /// What was given back so far, in minor units.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refunded: Option<i64>,
    /// What has to be given back, in minor units: it came after the order's places had been given back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refund_due: Option<i64>,
    /// By the cloud's clock.
    pub updated_at: i64,
}

impl PaymentRecord {
    /// The record of a sale's payment, written at `now`.
    pub fn of(message: &TopicMessage, now: i64) -> Self {
        Self {
            payment_id: message.payment_id(),
            created_at: message.created_at(),
            order_id: message.order_id.clone(),
            amount: message.total_amount.minor,
            currency: message.currency,
            status: message.payment_status,
            method: message.payment.as_ref().map(|payment| payment.method.clone()),
            provider_id: None,
            refunded: None,
            refund_due: None,
            updated_at: now,
        }
    }
}

/// A fan-club member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FanClubMemberRecord {
    /// The member's number.
    pub fan_club_id: String,
    /// Points gathered.
    #[serde(default)]
    pub points: u64,
    /// The tier they have reached.
    #[serde(default)]
    pub tier: Tier,
    /// By the cloud's clock.
    #[serde(default)]
    pub updated_at: i64,
}

/// Somebody who bought something and left a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerRecord {
    /// The fan's id, or one that follows from the address.
    pub customer_id: String,
    /// Where to write to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// Where to call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// When the newest of their orders was sold.
    pub last_order_at: i64,
    /// By the cloud's clock.
    pub updated_at: i64,
}
