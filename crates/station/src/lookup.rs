//! Looking up what use-cases are about: an event, its plan, a seat, a person; and the words for what is not there.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use wicket_domain::id::EventId;
use wicket_domain::plan::SeatingPlan;
use wicket_domain::seat::SeatId;
use wicket_store::{EventRow, Read, SeatRow, StandingRow};

use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::view::TakenSeat;

/// Plans that have been read from the file, by their numbers, and which event has which: neither ever changes.
#[derive(Default)]
pub(crate) struct Halls {
    plans: HashMap<i64, Arc<SeatingPlan>>,
    events: HashMap<EventId, i64>,
}

impl Station {
    /// The event, also when it has left the lists.
    pub(crate) fn event_row(&self, event_id: EventId) -> Result<EventRow, Fault> {
        let row = self.store.read::<_, Fault>(|read| Ok(read.event(event_id)?))?;
        row.ok_or_else(gone)
    }

    /// The event, if it is still in the lists: another window may have removed it while this one shows it. Somebody has to
    /// do with it now.
    pub(crate) fn on_sale(&self, event_id: EventId) -> Result<EventRow, Fault> {
        let row = self.event_row(event_id).and_then(still_on_sale)?;
        self.feeds().note_used(row.event_no, self.clock.now().as_millisecond());
        Ok(row)
    }

    /// An event that is in the cloud; a fault says how to get it there.
    pub(crate) fn in_cloud(&self, event_id: EventId) -> Result<EventRow, Fault> {
        let row = self.on_sale(event_id)?;
        if row.publication.is_live() {
            return Ok(row);
        }
        let message = format!("{} is not published: all its places are this station's own.", row.event.name);
        Err(Fault::new(Code::BadInput, message))
    }

    /// A plan, read from the file once.
    pub(crate) fn plan(&self, plan_no: i64) -> Result<Arc<SeatingPlan>, Fault> {
        if let Some(plan) = self.halls().plans.get(&plan_no) {
            return Ok(Arc::clone(plan));
        }
        let document = self.store.read::<_, Fault>(|read| Ok(read.plan(plan_no)?))?;
        let plan: SeatingPlan = serde_json::from_str(&document).map_err(|_| {
            let message =
                "The seating plan stored for this event cannot be read. Sell at another station, and call whoever looks after this one.";
            Fault::new(Code::DamagedFile, message)
        })?;
        let plan = Arc::new(plan);
        self.halls().plans.insert(plan_no, Arc::clone(&plan));
        Ok(plan)
    }

    /// The plan of an event's hall.
    pub(crate) fn plan_of(&self, event_id: EventId) -> Result<Arc<SeatingPlan>, Fault> {
        let known = self.halls().events.get(&event_id).copied();
        let plan_no = match known {
            Some(plan_no) => plan_no,
            None => self.event_row(event_id)?.plan_no,
        };
        let plan = self.plan(plan_no)?;
        self.halls().events.insert(event_id, plan_no);
        Ok(plan)
    }

    fn halls(&self) -> MutexGuard<'_, Halls> {
        self.halls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses an event that has left the lists.
pub(crate) fn still_on_sale(row: EventRow) -> Result<EventRow, Fault> {
    if row.removed { Err(gone()) } else { Ok(row) }
}

/// An event that is not in the lists, in words.
pub(crate) fn gone() -> Fault {
    Fault::new(Code::NotFound, "This event is no longer here. Go back to the list of events.")
}

/// Places of a standing area that can be sold here now. `claims` says whether more can be claimed.
pub(crate) fn places_left(area: &StandingRow, claims: bool) -> u32 {
    let own = area.claim.sellable(area.capacity, area.sold);
    let more = if claims && area.claim.granted.is_some() { area.claim.left_for_all } else { 0 };
    own.saturating_add(more)
}

/// Whether an event that other stations sell too is down to this station's own places. `claims` as for [`places_left`].
pub(crate) fn own_only(row: &EventRow, claims: bool) -> bool {
    row.publication.is_shared() && !claims
}

/// A seat that could not be had, as people are told.
pub(crate) fn taken_seat(plan: &SeatingPlan, seat: &SeatRow) -> TakenSeat {
    let place = usize::try_from(seat.seat_no).ok().and_then(|index| plan.place(index));
    let label = place.map_or_else(|| seat.seat_id.to_string(), |place| place.label());
    TakenSeat { seat_id: seat.seat_id.clone(), label, state: seat.state }
}

/// A seat that the event does not have, in words.
pub(crate) fn unknown_seat(seat_id: &SeatId) -> Fault {
    let shown: String = seat_id.as_str().chars().take(64).collect();
    let message = format!("This event has no seat {shown}. `wicket seats EVENT` lists its seats.");
    Fault::new(Code::NotFound, message)
}

/// A standing area that the event does not have, in words.
pub(crate) fn unknown_area(area_id: &str, standing: &[StandingRow]) -> Fault {
    let known: Vec<_> = standing.iter().map(|area| area.area_id.as_str()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let shown: String = area_id.chars().take(64).collect();
    Fault::new(Code::NotFound, format!("This event has no standing area {shown}. It has: {known}."))
}

/// Who sold: a name, or what stands for the command line.
pub(crate) fn seller_of(read: &Read<'_>, actor: &str) -> Result<String, Fault> {
    let seller = read.staff()?.into_iter().find(|staff| staff.staff_id.to_string() == actor);
    Ok(seller.map_or_else(|| actor.to_owned(), |staff| staff.name))
}

/// Who does something, by the name that people have here.
pub(crate) fn name_of(read: &Read<'_>, by: &Actor) -> Result<String, Fault> {
    let Actor::Staff(staff_id) = by else { return Ok("the command line".to_owned()) };
    let staff = read.staff()?;
    Ok(staff
        .iter()
        .find(|row| row.staff_id == *staff_id)
        .map_or_else(|| staff_id.to_string(), |row| row.name.clone()))
}
