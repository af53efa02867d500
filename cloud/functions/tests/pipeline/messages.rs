//! What stations send, as they send it.

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use wicket_domain::cloud::{VenueId, admission_id, admission_id_after, annulled_admissions};
use wicket_domain::door::Audience;
use wicket_domain::id::{EventId, MessageId, OrderId, ScanId, StationId, TicketId};
use wicket_domain::message::{
    Admission, Contact, Envelope, MessageKind, Purchase, PurchasePayment, PurchasedTicket, Reprint,
};
use wicket_domain::money::{Currency, Money};
use wicket_domain::seat::SeatId;

use crate::stage::NOW;

pub(crate) const TILL: StationId = StationId::from_bytes([1; 16]);
pub(crate) const OTHER_TILL: StationId = StationId::from_bytes([2; 16]);
pub(crate) const NORTH_GATE: StationId = StationId::from_bytes([3; 16]);
pub(crate) const OFFICE: StationId = StationId::from_bytes([4; 16]);
pub(crate) const EVENT: EventId = EventId::from_bytes([7; 16]);
pub(crate) const PRICE: i64 = 25_000;

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap()
}

pub(crate) fn order_id(no: u8) -> OrderId {
    OrderId::from_bytes([no, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, no])
}

pub(crate) fn ticket_id(order: u8, index: u8) -> TicketId {
    TicketId::from_bytes([order, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, index])
}

fn envelope<Body: Serialize>(station: StationId, sequence: u64, kind: MessageKind, body: Body) -> String {
    let [a, b] = u16::try_from(sequence).unwrap().to_be_bytes();
    let message_id = MessageId::from_bytes([a, b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
    let occurred_at = at(NOW - 60_000);
    let envelope = Envelope {
        message_id,
        venue: venue(),
        station_id: station,
        epoch: 1,
        sequence,
        kind,
        occurred_at,
        clock_offset_ms: 250,
        body,
        signature: String::new(),
    };
    sealed(&serde_json::to_string(&envelope).unwrap())
}

/// The house that everything here is of.
pub(crate) fn venue() -> VenueId {
    "house".parse().unwrap()
}

/// A station's key: each has one of its own.
pub(crate) fn key(station: StationId) -> SigningKey {
    SigningKey::from_bytes(&[station.as_bytes()[0]; 32])
}

/// An envelope, signed by the station that it names.
pub(crate) fn sealed(envelope: &str) -> String {
    let mut envelope: Envelope<Box<RawValue>> = serde_json::from_str(envelope).unwrap();
    let audience = Audience { environment: "test".to_owned(), venue: envelope.venue.clone() };
    envelope.signature = audience.sign_message(&key(envelope.station_id), &envelope);
    serde_json::to_string(&envelope).unwrap()
}

/// A sale of one seat each, paid in cash.
pub(crate) fn sale(no: u8, station: StationId, seats: &[&str]) -> Purchase {
    let tickets: Vec<_> = seats
        .iter()
        .zip(0..)
        .map(|(seat, index)| PurchasedTicket {
            ticket_id: ticket_id(no, index),
            seat_id: SeatId::new(*seat),
            row: Some("B".to_owned()),
            seat_number: Some(seat.rsplit('-').next().unwrap().to_owned()),
            section: "Stalls".to_owned(),
            seat_class: "Gold".to_owned(),
            price: Money::new(PRICE, Currency::USD).into(),
            category_no: 1,
            is_fan_club_member: false,
            fan_club_id: None,
            token: Some(format!("WK1:{no:03}{index:03}{}", "7".repeat(138))),
        })
        .collect();
    let total = Money::new(PRICE * i64::try_from(seats.len()).unwrap(), Currency::USD);
    Purchase {
        order_id: order_id(no),
        order_code: "K7QF2M9".to_owned(),
        concert_id: EVENT,
        concert_name: "Harbour Nights".to_owned(),
        concert_date: at(NOW + 864_000_000),
        tickets,
        total_amount: total.into(),
        currency: Currency::USD,
        payment_status: "Completed".to_owned(),
        purchase_timestamp: at(NOW - 60_000 + i64::from(no)),
        channel: "box_office".to_owned(),
        station_id: station,
        holder: Some("Ada Moreno".to_owned()),
        fan_contact: None,
        payment: PurchasePayment {
            method: "cash".to_owned(),
            received: total.into(),
            change: Money::zero(Currency::USD).into(),
        },
    }
}

/// The same of fan-club members, with an address.
pub(crate) fn fan_sale(no: u8, station: StationId, seats: &[&str], member: &str) -> Purchase {
    let mut sale = sale(no, station, seats);
    for ticket in &mut sale.tickets {
        ticket.is_fan_club_member = true;
        ticket.fan_club_id = Some(member.to_owned());
    }
    sale.fan_contact = Some(Contact {
        email: Some(format!("{member}@example.com")),
        phone: Some("+4917012345678".to_owned()),
    });
    sale
}

pub(crate) fn purchase(sequence: u64, sale: &Purchase) -> String {
    envelope(sale.station_id, sequence, MessageKind::Purchase, sale)
}

pub(crate) fn reprint(sequence: u64, order: u8, times: u32) -> String {
    envelope(TILL, sequence, MessageKind::Reprint, Reprint { order_id: order_id(order), times })
}

pub(crate) fn entry(sequence: u64, gate: StationId, ticket: TicketId) -> String {
    let scan = Admission {
        scan_id: ScanId::from_bytes([u8::try_from(sequence % 256).unwrap(); 16]),
        admission_id: Some(admission_id(gate, ticket)),
        station_name: format!("Gate {}", gate.as_bytes()[0]),
        event_id: Some(EVENT),
        ticket_id: Some(ticket),
        outcome: "entry".to_owned(),
        reason: None,
        gate: Some("North".to_owned()),
        scanned_at: at(NOW - 30_000),
        by_hand: false,
        out_of_hours: None,
        by: None,
        annuls: None,
        annulled: Vec::new(),
    };
    envelope(gate, sequence, MessageKind::Admission, scan)
}

/// An entry after so many others with the same ticket at the same gate were undone.
pub(crate) fn entry_after(sequence: u64, gate: StationId, ticket: TicketId, annulments: u32) -> String {
    altered(&entry(sequence, gate, ticket), |body| {
        body["admissionId"] = json!(admission_id_after(gate, ticket, annulments));
        body["annulled"] = json!(annulled_admissions(gate, ticket, annulments));
    })
}

/// That entry is undone.
pub(crate) fn annulment(sequence: u64, gate: StationId, ticket: TicketId, annulments: u32) -> String {
    altered(&entry(sequence, gate, ticket), |body| {
        body["admissionId"] = json!(admission_id_after(gate, ticket, annulments));
        body["outcome"] = json!("annulment");
        body["annuls"] = body["scanId"].clone();
        body["by"] = json!("Bo");
    })
}

fn altered(envelope: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut envelope: Value = serde_json::from_str(envelope).unwrap();
    change(&mut envelope["body"]);
    sealed(&envelope.to_string())
}

pub(crate) fn refusal(sequence: u64, gate: StationId) -> String {
    let scan = Admission {
        scan_id: ScanId::from_bytes([8; 16]),
        admission_id: None,
        station_name: "North gate".to_owned(),
        event_id: None,
        ticket_id: None,
        outcome: "refusal".to_owned(),
        reason: Some("not_a_ticket".to_owned()),
        gate: None,
        scanned_at: at(NOW - 30_000),
        by_hand: false,
        out_of_hours: None,
        by: None,
        annuls: None,
        annulled: Vec::new(),
    };
    envelope(gate, sequence, MessageKind::Admission, scan)
}
