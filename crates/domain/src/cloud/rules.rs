//! Who may take a seat, and what a first admission is: once, as writes whose conditions say what has to be true
//! (`docs/contract.md`, "Seat ownership" and "Admission in the cloud").

pub mod points;
pub mod web;

use self::web::has_run_out;
use super::{Approval, CloudSeatState, CloudTicketStatus, VenueId, grant_id};
use crate::id::StationId;
use crate::seat::SeatId;
use crate::table::{Condition, Item, Key, Table, Write};

/// A seat's item.
pub fn seat_key(concert_id: &str, seat_id: &SeatId) -> Key {
    Key::pair(Table::SeatInventory, concert_id, seat_id.as_str())
}

/// A station's item.
pub fn station_key(venue: &VenueId, station: StationId) -> Key {
    Key::pair(Table::Stations, venue.to_string(), station.to_string())
}

/// The station is let in and of this epoch; part of every transaction in which it claims something.
pub fn fence(venue: &VenueId, station: StationId, epoch: u32) -> Write {
    let stands = Condition::is("epoch", epoch).and(Condition::is("approval", Approval::Approved.as_str()));
    Write::to(station_key(venue, station)).only_if(stands)
}

/// A station, in one of its epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimant {
    /// Who.
    pub station: StationId,
    /// In which epoch.
    pub epoch: u32,
}

/// Whether a station may take a seat: it is free, in a cart whose hold is over, an order's of the web whose time to pay is
/// over, or the station's already.
pub fn is_within_reach(station: StationId, now: i64) -> Condition {
    let is = |state: CloudSeatState| Condition::is("state", state.as_str());
    let own = || Condition::is("station", station.to_string());
    is(CloudSeatState::Available)
        .or(is(CloudSeatState::Held).and(own().or(Condition::below("holdUntil", now))))
        .or(is(CloudSeatState::Owned).and(own()))
        .or(has_run_out(now))
}

/// A seat of this version is in the station's cart until then (milliseconds).
pub fn hold(seat: Key, who: Claimant, version: u64, until: i64, now: i64) -> Write {
    take(seat, who, CloudSeatState::Held, version, now)
        .set("holdUntil", until)
        .only_if(Condition::is("version", version).and(is_within_reach(who.station, now)))
}

/// A seat of this version is the station's.
pub fn own(seat: Key, who: Claimant, version: u64, now: i64) -> Write {
    take(seat, who, CloudSeatState::Owned, version, now)
        .remove("holdUntil")
        .only_if(Condition::is("version", version).and(is_within_reach(who.station, now)))
}

fn take(seat: Key, who: Claimant, state: CloudSeatState, version: u64, now: i64) -> Write {
    Write::to(seat)
        .set("state", state.as_str())
        .set("station", who.station.to_string())
        .set("epoch", who.epoch)
        .set("version", version.saturating_add(1))
        .set("updatedAt", now)
        .remove("orderId")
        .remove("payUntil")
}

/// A seat of this version that is in the station's cart, or its own, is anybody's again.
pub fn release(seat: Key, station: StationId, version: u64, now: i64) -> Write {
    Write::to(seat)
        .set("state", CloudSeatState::Available.as_str())
        .set("version", version.saturating_add(1))
        .set("updatedAt", now)
        .remove("station")
        .remove("epoch")
        .remove("holdUntil")
        .only_if(Condition::is("version", version).and(is_kept_by(station)))
}

/// Whether a seat is in the station's cart, or its own.
fn is_kept_by(station: StationId) -> Condition {
    let kept = [CloudSeatState::Held, CloudSeatState::Owned].map(CloudSeatState::as_str);
    Condition::is("station", station.to_string()).and(Condition::is_one_of("state", kept))
}

/// Whether a seat is in the station's cart, or its own, since an epoch that is over.
pub fn is_left_behind(station: StationId, epoch: u32) -> Condition {
    is_kept_by(station).and(Condition::below("epoch", epoch))
}

/// Whether a grant is the station's and has not changed since an epoch that is over.
pub fn is_grant_left_behind(station: StationId, epoch: u32) -> Condition {
    let left = Condition::is("station", station.to_string()).and(Condition::below("epoch", epoch));
    left.and(Condition::has("granted"))
}

/// A station's grant from a standing area as the station knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownGrant {
    /// Its version; 0 where there is none.
    pub version: u64,
    /// Places granted.
    pub granted: u32,
}

/// Places move between an area's counter and the station's grant; none where the grant would not be a number of places.
/// Given back, `change` is negative, and what the pipeline has seen sold cannot be given back.
pub fn move_places(
    concert_id: &str,
    area_id: &str,
    who: Claimant,
    known: KnownGrant,
    change: i64,
    now: i64,
) -> Option<[Write; 2]> {
    let granted = u32::try_from(i64::from(known.granted).checked_add(change)?).ok()?;
    let counter = Write::to(seat_key(concert_id, &SeatId::standing(area_id)))
        .add("remaining", change.checked_neg()?)
        .next_version()
        .set("updatedAt", now)
        .only_if(Condition::at_least("remaining", change));
    let grant = Write::to(seat_key(concert_id, &grant_id(who.station, area_id)))
        .set("station", who.station.to_string())
        .set("epoch", who.epoch)
        .set("granted", granted)
        .set_once("sold", 0)
        .set("version", known.version.saturating_add(1))
        .set("updatedAt", now)
        .only_if(if known.version == 0 {
            Condition::lacks("version")
        } else {
            let few_sold = Condition::lacks("sold").or(Condition::at_most("sold", granted));
            Condition::is("version", known.version).and(Condition::is("granted", known.granted)).and(few_sold)
        });
    Some([counter, grant])
}

/// A seat becomes an order's. It was free, in somebody's cart (a hold is no right), an order's of the web that did not pay in
/// time, not known, or owned by the very station that sold it. Without a station (an order of the web for an event that
/// nobody published) it was nobody's.
pub fn sell(key: Key, order_id: &str, station: Option<StationId>, now: i64) -> Write {
    let free = [CloudSeatState::Available, CloudSeatState::Held].map(CloudSeatState::as_str);
    let free = Condition::lacks("state").or(Condition::is_one_of("state", free)).or(has_run_out(now));
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
        .remove("payUntil")
        .remove("epoch")
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
    let fresh = is_of(&admission.event_id).and(!Condition::contains("annulled", &admission.admission_id));
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

/// Whether a ticket is of this event, or of none that is known yet.
fn is_of(event_id: &str) -> Condition {
    Condition::lacks("eventId").or(Condition::is("eventId", event_id))
}

/// Whether an admission of this ticket was undone.
pub fn was_annulled(ticket: &Item, admission_id: &str) -> bool {
    ticket.texts("annulled").any(|id| id == admission_id)
}

/// An admission is taken back where it is the one that used the ticket, which is then valid again. `status` is the
/// ticket's as it is known: one that has fallen since stays fallen. The admission's id is remembered.
pub fn annul(ticket_id: &str, event_id: &str, admission_id: &str, status: &str, now: i64) -> Write {
    let used = status == CloudTicketStatus::Used.as_str();
    let condition = Condition::is("admissionId", admission_id)
        .and(is_of(event_id))
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
        .only_if(is_of(event_id).and(!Condition::is("admissionId", admission_id)))
}
