//! Reads a topic message field by field, and what it has in common with an order from the web.

use std::collections::BTreeSet;

use super::buyer::{contact, holder};
use super::derive::ticket_id_for;
use super::fields::{Object, Reading};
use super::status::PaymentStatus;
use super::topic::{
    ConcertDate, Discount, NAME_MAX, PaymentTaken, ROW_MAX, TICKETS_MAX, TopicMessage, TopicTicket,
};
use super::wire::{self, SEAT_ID_MAX};
use crate::money::{Currency, Money};
use crate::seat::SeatId;
use crate::token::TOKEN_LENGTH;

const DISCOUNTS_MAX: usize = 4;

impl TopicMessage {
    pub(super) fn read(object: &Object<'_>, reading: &mut Reading) -> Option<Self> {
        let currency = object
            .maybe_parsed(reading, "currency", "Write the three letters of ISO 4217, like USD.")
            .unwrap_or(Currency::USD);
        let order_id = object.id(reading, "orderId");
        let order_code = object.maybe_text(reading, "orderCode", 32);
        let fan_id = object.maybe_id(reading, "fanId");
        let concert_id = object.id(reading, "concertId");
        let concert_name = object.text(reading, "concertName", NAME_MAX);
        let concert_date = concert_date(object, reading);
        let tickets = tickets(object, reading, order_id.as_deref().unwrap_or_default(), currency);
        let total_amount = object.amount(reading, "totalAmount", currency);
        let payment_status = payment_status(object, reading);
        let purchase_timestamp = object.timestamp(reading, "purchaseTimestamp");
        let channel = object.maybe_text(reading, "channel", 32).unwrap_or_else(|| "web".to_owned());
        let station_id = object.maybe_parsed(reading, "stationId", "Write the station's id, a UUID.");
        let holder = holder(object, reading);
        let fan_contact = contact(object, reading);
        let payment = payment(object, reading, currency);
        let settled = object.flag(reading, "settled");
        let (tickets, total_amount) = (tickets?, total_amount?);
        check_total(object, reading, &tickets, total_amount);
        Some(Self {
            order_id: order_id?,
            order_code,
            fan_id,
            concert_id: concert_id?,
            concert_name: concert_name?,
            concert_date: concert_date?,
            tickets,
            total_amount,
            currency,
            payment_status: payment_status?,
            purchase_timestamp: purchase_timestamp?,
            channel,
            station_id,
            holder,
            fan_contact,
            payment,
            settled,
        })
    }
}

pub(super) fn concert_date(object: &Object<'_>, reading: &mut Reading) -> Option<ConcertDate> {
    const HINT: &str = "Write a date like 2026-12-05, or a time like 2026-12-05T19:30:00Z.";
    object.parsed(reading, "concertDate", HINT)
}

fn payment_status(object: &Object<'_>, reading: &mut Reading) -> Option<PaymentStatus> {
    object.parsed(reading, "paymentStatus", "Write Pending, Completed, Failed or Refunded.")
}

fn tickets(
    object: &Object<'_>,
    reading: &mut Reading,
    order_id: &str,
    currency: Currency,
) -> Option<Vec<TopicTicket>> {
    let objects = object.objects(reading, "tickets", TICKETS_MAX)?;
    let mut tickets = Vec::with_capacity(objects.len());
    let (mut seats, mut ids) = (BTreeSet::new(), BTreeSet::new());
    let wanted = objects.len();
    for (index, object) in objects.iter().enumerate() {
        let Some(mut ticket) = ticket(object, reading, currency) else { continue };
        if ticket.ticket_id.is_empty() {
            ticket.ticket_id = ticket_id_for(order_id, index);
        }
        if ticket.seat_id.standing_area().is_none() && !seats.insert(ticket.seat_id.clone()) {
            reading.fault(object.at("seatId"), "This seat is in the order twice.");
        }
        if !ids.insert(ticket.ticket_id.clone()) {
            reading.fault(object.at("ticketId"), "This ticket is in the order twice.");
        }
        tickets.push(ticket);
    }
    (tickets.len() == wanted).then_some(tickets)
}

fn ticket(object: &Object<'_>, reading: &mut Reading, currency: Currency) -> Option<TopicTicket> {
    let ticket_id = object.maybe_id(reading, "ticketId").unwrap_or_default();
    let before = reading.count();
    let section = object.maybe_text(reading, "section", NAME_MAX).unwrap_or_default();
    let row = object.maybe_text(reading, "row", ROW_MAX);
    let seat_number = object.maybe_text(reading, "seatNumber", ROW_MAX);
    let sound = reading.count() == before;
    let seat_class = object.maybe_text(reading, "seatClass", NAME_MAX).unwrap_or_else(|| section.clone());
    let place = sound.then_some([Some(section.as_str()), row.as_deref(), seat_number.as_deref()]);
    let seat_id = seat_id(object, reading, place);
    let category_no = object.maybe_number(reading, "categoryNo");
    let price = object.amount(reading, "price", currency);
    let is_fan_club_member = object.flag(reading, "isFanClubMember");
    let fan_club_id = object.maybe_id(reading, "fanClubId");
    let discounts = discounts(object, reading, currency);
    let token = object.maybe_text(reading, "token", TOKEN_LENGTH);
    Some(TopicTicket {
        ticket_id,
        seat_id: seat_id?,
        section,
        row,
        seat_number,
        seat_class,
        category_no,
        price: price?,
        is_fan_club_member,
        fan_club_id,
        discounts,
        token,
    })
}

/// The seat's id, or its place (section, row and number) joined by hyphens. None where the id could not be read, or
/// would have to be made of a place that could not.
pub(super) fn seat_id(
    object: &Object<'_>,
    reading: &mut Reading,
    place: Option<[Option<&str>; 3]>,
) -> Option<SeatId> {
    let before = reading.count();
    let given = object.maybe_text(reading, "seatId", SEAT_ID_MAX);
    if reading.count() > before {
        return None;
    }
    let text = if let Some(given) = given {
        given
    } else {
        let parts = place?.into_iter().flatten().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("-")
    };
    if text.is_empty() {
        reading.fault(object.at("seatId"), "Say which seat: its id, or its section, row and number.");
        return None;
    }
    if !wire::is_seat_id(&text) {
        reading.fault(object.at("seatId"), "No seat can be called so.");
        return None;
    }
    Some(SeatId::new(text))
}

fn discounts(object: &Object<'_>, reading: &mut Reading, currency: Currency) -> Vec<Discount> {
    let objects = object.maybe_objects(reading, "discounts", DISCOUNTS_MAX).unwrap_or_default();
    let mut discounts = Vec::with_capacity(objects.len());
    for object in objects {
        let kind = object.text(reading, "kind", 32);
        let amount = object.amount(reading, "amount", currency);
        discounts.extend(kind.zip(amount).map(|(kind, amount)| Discount { kind, amount }));
    }
    discounts
}

fn payment(object: &Object<'_>, reading: &mut Reading, currency: Currency) -> Option<PaymentTaken> {
    let object = object.maybe_object(reading, "payment")?;
    let method = object.text(reading, "method", 32);
    let received = object.maybe_amount(reading, "received", currency);
    let change = object.maybe_amount(reading, "change", currency);
    Some(PaymentTaken { method: method?, received, change })
}

fn check_total(object: &Object<'_>, reading: &mut Reading, tickets: &[TopicTicket], total: Money) {
    let sum = Money::sum(total.currency, tickets.iter().map(|ticket| ticket.price));
    if sum != Ok(total) {
        reading.fault(object.at("totalAmount"), "This is not the sum of the tickets' prices.");
    }
}
