//! Who may take a seat, and what a first admission is: once, as writes whose conditions say what has to be true
//! (`docs/contract.md`, "Seat ownership" and "Admission in the cloud").

use super::{CloudSeatState, CloudTicketStatus};
use crate::id::StationId;
use crate::seat::SeatId;
use crate::table::{Condition, Item, Key, Table, Write};

/// A seat's item.
pub fn seat_key(concert_id: &str, seat_id: &SeatId) -> Key {
    Key::pair(Table::SeatInventory, concert_id, seat_id.as_str())
}

/// A seat becomes an order's. It was free, in somebody's cart (a hold is no right), not known, or owned by the very
/// station that sold it; without a station (the web) it was nobody's.
pub fn sell(key: Key, order_id: &str, station: Option<StationId>, now: i64) -> Write {
    let free = [CloudSeatState::Available, CloudSeatState::Held].map(CloudSeatState::as_str);
    let free = Condition::lacks("state").or(Condition::is_one_of("state", free));
    let station = station.map(|station| station.to_string());
    let mine = |station: &String| {
        Condition::is("state", CloudSeatState::Owned.as_str()).and(Condition::is("station", station))
    };
    let condition = match &station {
        Some(station) => free.or(mine(station)),
        None => free,
    };
    Write::to(key)
        .set("state", CloudSeatState::Sold.as_str())
        .set("orderId", order_id)
        .set("updatedAt", now)
        .next_version()
        .remove("holdUntil")
        .set_or_remove("station", station)
        .only_if(condition)
}

/// An admission that somebody wants to be a ticket's first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAdmission {
    /// The ticket.
    pub ticket_id: String,
    /// The event.
    pub event_id: String,
    /// The admission.
    pub admission_id: String,
    /// Earlier admissions of the same station that were undone; the news of that may still be on its way.
    pub undone: Vec<String>,
    /// When, in milliseconds, by the cloud's clock.
    pub at: i64,
    /// At which gate.
    pub gate: Option<String>,
    /// The admitting station's name.
    pub station: String,
}

/// A ticket's item.
pub fn ticket_key(ticket_id: &str) -> Key {
    Key::of(Table::Tickets, ticket_id)
}

/// The ticket is used by this admission: it stands and has no admission yet, or has one that was undone, and this very
/// admission was not undone before. A ticket that is not known yet stands.
pub fn admit(admission: &FirstAdmission, now: i64) -> Write {
    let write = Write::to(ticket_key(&admission.ticket_id))
        .set("status", CloudTicketStatus::Used.as_str())
        .set("admissionId", &admission.admission_id)
        .set("validatedAt", admission.at)
        .set_once("eventId", &admission.event_id)
        .set("station", &admission.station)
        .set("updatedAt", now);
    let stands = Condition::lacks("status").or(Condition::is("status", CloudTicketStatus::Valid.as_str()));
    let first = Condition::lacks("admissionId").and(stands);
    let fresh = !Condition::contains("annulled", &admission.admission_id);
    if admission.undone.is_empty() {
        return write.set_some("gate", admission.gate.as_ref()).only_if(fresh.and(first));
    }
    let after_undone = Condition::is("status", CloudTicketStatus::Used.as_str())
        .and(Condition::is_one_of("admissionId", &admission.undone));
    write
        .set_or_remove("gate", admission.gate.as_ref())
        .insert("annulled", admission.undone.iter().cloned())
        .only_if(fresh.and(first.or(after_undone)))
}

/// Whether an admission of this ticket was undone.
pub fn was_annulled(ticket: &Item, admission_id: &str) -> bool {
    ticket.texts("annulled").any(|id| id == admission_id)
}

/// An admission is taken back where it is the one that used the ticket, which is then valid again. `status` is the
/// ticket's as it is known: one that has fallen since stays fallen. The admission's id is remembered.
pub fn annul(ticket_id: &str, admission_id: &str, status: &str, now: i64) -> Write {
    let used = status == CloudTicketStatus::Used.as_str();
    let condition = Condition::is("admissionId", admission_id)
        .and(Condition::is("status", status))
        .and(Condition::at_most("updatedAt", now));
    Write::to(ticket_key(ticket_id))
        .set("status", if used { CloudTicketStatus::Valid.as_str() } else { status })
        .set("updatedAt", now)
        .remove("admissionId")
        .remove("validatedAt")
        .remove("gate")
        .remove("station")
        .insert("annulled", [admission_id.to_owned()])
        .only_if(condition)
}

/// The id of an undone admission that has not come, or that did not use the ticket, is remembered: it never will.
pub fn remember_undone(ticket_id: &str, event_id: &str, admission_id: &str, now: i64) -> Write {
    Write::to(ticket_key(ticket_id))
        .set_once("eventId", event_id)
        .set_once("status", CloudTicketStatus::Valid.as_str())
        .set_once("updatedAt", now)
        .insert("annulled", [admission_id.to_owned()])
        .only_if(!Condition::is("admissionId", admission_id))
}
