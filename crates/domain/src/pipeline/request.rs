//! An order from the web: the body of `POST /orders`, as the sources' seven sample payloads have it.
//!
//! It carries no ids and often no prices. Both are worked out here, so that the same request always makes the same
//! order. Which seats of a published event are meant, and whether they are free, is decided later.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::buyer::{contact, holder};
use super::derive::{concert_id_for, ticket_id_for};
use super::fields::{Faults, Object, Reading};
use super::incoming::MESSAGE_MAX;
use super::status::PaymentStatus;
use super::topic::{ConcertDate, NAME_MAX, ROW_MAX, TICKETS_MAX, TopicMessage, TopicTicket};
use super::topic_fields::{concert_date, seat_id};
use crate::message::Contact;
use crate::money::{Currency, Money};
use crate::seat::SeatId;

/// A ticket that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedTicket {
    /// What it is priced by.
    pub seat_class: String,
    /// The zone or standing area.
    pub section: String,
    /// The row's name; none in a standing area.
    pub row: Option<String>,
    /// The number in the row; none in a standing area.
    pub seat_number: Option<String>,
    /// The seat; section, row and number joined by hyphens where the request gave none.
    pub seat_id: SeatId,
    /// Whether the request gave the seat's id.
    pub has_seat_id: bool,
    /// Whether a fan-club member buys it.
    pub is_fan_club_member: bool,
    /// The member's number.
    pub fan_club_id: Option<String>,
    /// What it costs, if the request says it.
    pub price: Option<Money>,
}

/// An order that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRequest {
    /// The concert; worked out from name and date where the request gave none.
    pub concert_id: String,
    /// Whether the request gave the concert's id.
    pub has_concert_id: bool,
    /// Its name.
    pub concert_name: String,
    /// When it is.
    pub concert_date: ConcertDate,
    /// 1 to [`TICKETS_MAX`], no numbered seat twice.
    pub tickets: Vec<RequestedTicket>,
    /// The sum of the prices, where those are given.
    pub total_amount: Money,
    /// `Completed` where the shop has taken the money already; `Pending` where the request says nothing.
    pub payment_status: PaymentStatus,
    /// The fan's own id.
    pub fan_id: Option<String>,
    /// Where to reach the fan.
    pub fan_contact: Option<Contact>,
    /// Who it is for.
    pub holder: Option<String>,
}

impl OrderRequest {
    /// Reads a body of at most [`MESSAGE_MAX`] bytes.
    ///
    /// # Errors
    /// Names every field that is wrong, all at once. Unknown fields are passed over.
    pub fn parse(body: &str) -> Result<Self, Faults> {
        let mut reading = Reading::default();
        let object = Object::document(body, MESSAGE_MAX)?;
        let request = read(&object, &mut reading);
        reading.finish(request)
    }

    /// The order as it is published. `order_id` comes from [`super::order_id_for`].
    pub fn into_message(self, order_id: String, at: Timestamp) -> TopicMessage {
        let currency = self.total_amount.currency;
        let shares = shares(self.total_amount, self.tickets.len());
        let tickets = self.tickets.into_iter().zip(shares).enumerate();
        let tickets = tickets.map(|(index, (ticket, share))| TopicTicket {
            ticket_id: ticket_id_for(&order_id, index),
            seat_id: ticket.seat_id,
            section: ticket.section,
            row: ticket.row,
            seat_number: ticket.seat_number,
            seat_class: ticket.seat_class,
            category_no: None,
            price: ticket.price.unwrap_or(share),
            is_fan_club_member: ticket.is_fan_club_member,
            fan_club_id: ticket.fan_club_id,
            discounts: Vec::new(),
            token: None,
        });
        TopicMessage {
            tickets: tickets.collect(),
            order_id,
            order_code: None,
            fan_id: self.fan_id,
            concert_id: self.concert_id,
            concert_name: self.concert_name,
            concert_date: self.concert_date,
            total_amount: self.total_amount,
            currency,
            payment_status: self.payment_status,
            purchase_timestamp: at,
            channel: "web".to_owned(),
            station_id: None,
            holder: self.holder,
            fan_contact: self.fan_contact,
            payment: None,
            settled: false,
        }
    }
}

/// Splits a total evenly to the minor unit; the first ones carry what does not divide.
fn shares(total: Money, count: usize) -> impl Iterator<Item = Money> {
    let count = i64::try_from(count).unwrap_or(i64::MAX).max(1);
    let (share, rest) = (total.minor / count, total.minor % count);
    (0..count).map(move |index| Money::new(share + i64::from(index < rest), total.currency))
}

fn read(object: &Object<'_>, reading: &mut Reading) -> Option<OrderRequest> {
    let currency = object
        .maybe_parsed(reading, "currency", "Write the three letters of ISO 4217, like USD.")
        .unwrap_or(Currency::USD);
    let concert_id = object.maybe_id(reading, "concertId");
    let concert_name = object.text(reading, "concertName", NAME_MAX);
    let concert_date = concert_date(object, reading);
    let tickets = tickets(object, reading, currency);
    let total_amount = object.amount(reading, "totalAmount", currency);
    let payment_status = payment_status(object, reading);
    let fan_id = object.maybe_id(reading, "fanId");
    let fan_contact = contact(object, reading);
    let holder = holder(object, reading);
    if let (Some(tickets), Some(total)) = (&tickets, total_amount) {
        check_prices(object, reading, tickets, total);
    }
    let (concert_name, concert_date) = (concert_name?, concert_date?);
    Some(OrderRequest {
        has_concert_id: concert_id.is_some(),
        concert_id: concert_id.unwrap_or_else(|| concert_id_for(&concert_name, &concert_date.to_string())),
        concert_name,
        concert_date,
        tickets: tickets?,
        total_amount: total_amount?,
        payment_status,
        fan_id,
        fan_contact,
        holder,
    })
}

/// A shop that has taken the money says so; every other order is paid later.
fn payment_status(object: &Object<'_>, reading: &mut Reading) -> PaymentStatus {
    const HINT: &str = "Write Pending or Completed.";
    let status = object.maybe_parsed(reading, "paymentStatus", HINT).unwrap_or(PaymentStatus::Pending);
    if !matches!(status, PaymentStatus::Pending | PaymentStatus::Completed) {
        reading.fault(object.at("paymentStatus"), HINT);
    }
    status
}

fn tickets(object: &Object<'_>, reading: &mut Reading, currency: Currency) -> Option<Vec<RequestedTicket>> {
    let objects = object.objects(reading, "tickets", TICKETS_MAX)?;
    let wanted = objects.len();
    let mut seats = BTreeSet::new();
    let mut tickets = Vec::with_capacity(wanted);
    for object in objects {
        let Some(ticket) = ticket(&object, reading, currency) else { continue };
        let numbered = ticket.seat_id.standing_area().is_none();
        if numbered && !seats.insert(ticket.seat_id.clone()) {
            let named_by = if object.has("seatId") { "seatId" } else { "seatNumber" };
            reading.fault(object.at(named_by), "This seat is in the order twice.");
        }
        tickets.push(ticket);
    }
    (tickets.len() == wanted).then_some(tickets)
}

fn ticket(object: &Object<'_>, reading: &mut Reading, currency: Currency) -> Option<RequestedTicket> {
    let seat_class = object.text(reading, "seatClass", NAME_MAX);
    let before = reading.count();
    let section = object.text(reading, "seatSection", NAME_MAX);
    let (row, number) = if object.has("seatId") {
        (object.maybe_text(reading, "seatRow", ROW_MAX), object.maybe_text(reading, "seatNumber", ROW_MAX))
    } else {
        (object.text(reading, "seatRow", ROW_MAX), object.text(reading, "seatNumber", ROW_MAX))
    };
    let sound = reading.count() == before;
    let is_fan_club_member = object.flag(reading, "isFanClubMember");
    let fan_club_id = object.maybe_id(reading, "fanClubId");
    let price = object.maybe_amount(reading, "price", currency);
    let place = sound.then_some([section.as_deref(), row.as_deref(), number.as_deref()]);
    let seat_id = seat_id(object, reading, place);
    if object.has("price") && price.is_none() {
        // Of the others' prices nothing can be said then.
        return None;
    }
    let (seat_class, section, seat_id) = (seat_class?, section?, seat_id?);
    Some(RequestedTicket {
        seat_class,
        section,
        row,
        seat_number: number,
        seat_id,
        has_seat_id: object.has("seatId"),
        is_fan_club_member,
        fan_club_id,
        price,
    })
}

/// Prices are given for all tickets or for none; where they are, the total is their sum.
fn check_prices(object: &Object<'_>, reading: &mut Reading, tickets: &[RequestedTicket], total: Money) {
    let priced = tickets.iter().filter_map(|ticket| ticket.price);
    let count = priced.clone().count();
    if count == 0 {
        return;
    }
    if count < tickets.len() {
        reading.fault(object.at("tickets"), "Give every ticket its price, or none.");
    } else if Money::sum(total.currency, priced) != Ok(total) {
        reading.fault(object.at("totalAmount"), "This is not the sum of the tickets' prices.");
    }
}
