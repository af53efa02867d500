//! An order for a published event, with the event's real places in place of what the request calls them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use wicket_domain::pipeline::{OrderRequest, RequestedTicket, TopicMessage, issued_ticket_id};
use wicket_domain::seat::{Place, SeatId};

use super::halls::{OnSale, Spot};

/// An order with its places.
pub(crate) struct Placed {
    /// What is published once it is paid.
    pub(crate) message: TopicMessage,
    /// What tells it from another order of the same id: the digest of the order as the request put it.
    pub(crate) digest: String,
}

/// A ticket whose place cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lost {
    /// Its place in the request, from 0.
    pub(crate) ticket: usize,
    /// The seat as the event calls it, or as the request does where the event has no such seat.
    pub(crate) seat_id: String,
    /// The seat as people say it.
    pub(crate) seat: String,
    /// Why.
    pub(crate) reason: Reason,
}

/// Why a place cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// The event has no such place.
    Unknown,
    /// Another ticket of this order has it.
    Twice,
    /// Somebody else has it, or the standing area has too few left.
    Taken,
}

/// The order with the event's own places, or those that the event does not have.
pub(crate) fn placed(
    request: OrderRequest,
    event: &OnSale,
    order_id: &str,
    at: Timestamp,
) -> Result<TopicMessage, Vec<Lost>> {
    let (mut spots, mut lost) = (Vec::with_capacity(request.tickets.len()), Vec::new());
    let mut seats = BTreeSet::new();
    for (no, ticket) in request.tickets.iter().enumerate() {
        match find(event, ticket) {
            None => lost.push(Lost {
                ticket: no,
                seat_id: ticket.seat_id.to_string(),
                seat: label(&ticket.section, ticket.row.as_ref(), ticket.seat_number.as_ref()),
                reason: Reason::Unknown,
            }),
            Some(spot) if spot.seat_id.standing_area().is_none() && !seats.insert(spot.seat_id.clone()) => {
                lost.push(Lost {
                    ticket: no,
                    seat_id: spot.seat_id.to_string(),
                    seat: spot.place.label(),
                    reason: Reason::Twice,
                });
            }
            Some(spot) => spots.push(spot),
        }
    }
    if !lost.is_empty() {
        return Err(lost);
    }
    let mut message = request.into_message(order_id.to_owned(), at);
    message.concert_id.clone_from(&event.event_id);
    message.settled = true;
    for ((no, ticket), spot) in message.tickets.iter_mut().enumerate().zip(spots) {
        ticket.ticket_id = issued_ticket_id(order_id, no, at).to_string();
        ticket.seat_id = spot.seat_id;
        Place { zone: ticket.section, row: ticket.row, number: ticket.seat_number } = spot.place;
        ticket.category_no = Some(spot.category_no);
        ticket.seat_class = spot.seat_class;
    }
    Ok(message)
}

fn find(event: &OnSale, ticket: &RequestedTicket) -> Option<Spot> {
    if ticket.has_seat_id {
        return event.by_id(&ticket.seat_id);
    }
    event.by_place(&ticket.section, ticket.row.as_deref()?, ticket.seat_number.as_deref()?)
}

fn label(section: &str, row: Option<&String>, number: Option<&String>) -> String {
    Place { zone: section.to_owned(), row: row.cloned(), number: number.cloned() }.label()
}

/// The tickets of an order whose places others have.
pub(crate) fn lost_places(message: &TopicMessage, taken: &[SeatId]) -> Vec<Lost> {
    let of = |(no, ticket): (usize, &wicket_domain::pipeline::TopicTicket)| Lost {
        ticket: no,
        seat_id: ticket.seat_id.to_string(),
        seat: ticket.label(),
        reason: Reason::Taken,
    };
    let tickets = message.tickets.iter().enumerate();
    tickets.filter(|(_, ticket)| taken.contains(&ticket.seat_id)).map(of).collect()
}
