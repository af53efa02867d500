//! What a gate knows of a ticket: from its own file, from what the cloud has told, and from the cloud's answer.

use jiff::Timestamp;
use wicket_domain::cloud::{CloudTicketStatus, admission_id_after};
use wicket_domain::door::GateAnswer;
use wicket_domain::id::{ScanId, StationId, TicketId};
use wicket_domain::judge::{ClassRules, Testimony, TicketFacts, Voucher, Weighed, Witness, voucher, weigh};
use wicket_domain::order::TicketStatus;
use wicket_domain::pipeline::wire;
use wicket_domain::seat::SeatId;
use wicket_store::{CategoryRow, CloudTicketRow, EventRow, Read};

use super::Presented;
use super::lines::{admission_view, complete};
use crate::fault::Fault;
use crate::keys::Own;
use crate::view::{AdmissionView, ScannedTicket};

/// What the file, and the cloud where it was asked, say of a ticket.
pub(super) struct Known {
    pub(super) event: EventRow,
    pub(super) ticket_id: TicketId,
    pub(super) facts: TicketFacts,
    pub(super) shown: ScannedTicket,
    pub(super) seat_id: Option<SeatId>,
    /// The first admission, wherever it was.
    pub(super) admission: Option<AdmissionView>,
    /// Whether the counts have it already, since the cloud told of it.
    pub(super) counted: bool,
    /// How many admissions with it were undone at this station.
    pub(super) annulments: u32,
}

impl Known {
    /// The id of this station's next admission with the ticket.
    pub(super) fn admission_id(&self, station: StationId) -> ScanId {
        admission_id_after(station, self.ticket_id, self.annulments)
    }
}

/// What vouches for a ticket by what the file says now.
fn vouches(read: &Read<'_>, own: &Own, event: &EventRow, ticket: &Presented) -> Result<Voucher, Fault> {
    // A ticket whose code nobody has read was chosen because its sale is known.
    let Some(key_id) = ticket.key_id else { return Ok(Voucher::Sale) };
    let key = own.standing_of(read, event.event_no, key_id)?;
    Ok(voucher(event.event.event_id, key, read.cloud_sale(ticket.ticket_id)?))
}

/// Gathers what the file says, and the cloud where it was asked. A genuine ticket without a row was sold by a station we
/// have not heard from (or before a copy of the file was restored): its signature is enough. Without the event nothing
/// is known.
pub(super) fn known(
    read: &Read<'_>,
    own: &Own,
    presented: &Presented,
    answer: Option<&GateAnswer>,
) -> Result<Option<Known>, Fault> {
    let (ticket_id, event_id) = (presented.ticket_id, presented.event_id);
    let Some(event) = read.event(event_id)? else { return Ok(None) };
    let row = read.ticket(ticket_id)?;
    let told = read.cloud_ticket(ticket_id)?;
    let voucher = vouches(read, own, &event, presented)?;
    // Whoever holds a revoked key writes any class into a code; what the cloud has sold is another matter.
    let in_code = presented.class.filter(|_| voucher == Voucher::Key);
    let class = row.as_ref().map(|row| row.category_no).or(in_code);
    let category = category(read, &event, class, told.as_ref())?;
    let order = row.as_ref().map(|row| read.order(row.order_id)).transpose()?.flatten();
    let annulments = read.annulments(ticket_id)?;
    let own_id = admission_id_after(own.station_id, ticket_id, annulments);
    let here = Testimony {
        witness: Witness::File,
        status: row.as_ref().map(|row| row.status),
        admission: read.admission(ticket_id)?.map(|row| admission_view(&row, &own.name)),
    };
    let copy = told.as_ref().map(|told| copied(told, own_id));
    let Weighed { status, admission } = weigh([Some(here), copy, answer.map(answered)].into_iter().flatten());
    let rules = category.as_ref().map_or_else(ClassRules::default, |category| ClassRules {
        valid_from: category.valid_from,
        valid_until: category.valid_until,
        gates: category.gates.clone(),
    });
    let facts = TicketFacts {
        event_id,
        voucher,
        status,
        // Every sale here is paid in its own transaction.
        paid: true,
        rules: rules.within(&event.event),
        admitted: admission.is_some(),
    };
    let counted = told.as_ref().is_some_and(is_used);
    let told_seat = || Some(SeatId::new(told.as_ref()?.seat_id.clone()?));
    let seat_id = row.as_ref().map(|row| row.seat_id.clone()).or_else(told_seat);
    let mut shown = ScannedTicket {
        ticket_id,
        event: event.event.name.clone(),
        time_zone: event.event.venue.time_zone.clone(),
        code: order.as_ref().map(|order| order.code.clone()),
        holder: order.and_then(|order| order.holder),
        label: row.map(|row| row.place.label()),
        category: category.map(|category| category.name),
    };
    if let Some(told) = told {
        complete(&mut shown, told);
    }
    Ok(Some(Known { event, ticket_id, facts, shown, seat_id, admission, counted, annulments }))
}

/// A ticket's category: by its class, or, where only the cloud has told of it, by its name. A message has less room for
/// a name than a plan: then the seat tells it, or what was left of the name.
pub(super) fn category(
    read: &Read<'_>,
    event: &EventRow,
    class: Option<u16>,
    told: Option<&CloudTicketRow>,
) -> Result<Option<CategoryRow>, Fault> {
    let categories = read.categories(event.event_no)?;
    let numbered = |class| categories.iter().find(|category| category.category_no == class);
    let found = match (class, told) {
        (Some(class), _) => numbered(class),
        (None, Some(told)) => {
            let name = told.category.as_deref();
            let exactly = categories.iter().find(|category| Some(category.name.as_str()) == name);
            let cut = || categories.iter().find(|category| Some(wire::name(&category.name).as_str()) == name);
            let by_seat = class_of_seat(read, event, told)?.and_then(numbered);
            exactly.or(by_seat).or_else(cut)
        }
        (None, None) => None,
    };
    Ok(found.cloned())
}

/// The class that the plan gives to the place of a ticket that the cloud has told of.
fn class_of_seat(read: &Read<'_>, event: &EventRow, told: &CloudTicketRow) -> Result<Option<u16>, Fault> {
    let Some(seat_id) = told.seat_id.clone().map(SeatId::new) else { return Ok(None) };
    let Some(area) = seat_id.standing_area() else {
        return Ok(read.category_of_seat(event.event_no, seat_id.as_str())?);
    };
    let areas = read.standing(event.event_no)?;
    Ok(areas.iter().find(|one| one.area_id == area).map(|one| one.category_no))
}

/// What the cloud's answer says.
fn answered(answer: &GateAnswer) -> Testimony<AdmissionView> {
    Testimony { witness: Witness::Answer, status: fallen(answer), admission: first(answer) }
}

/// What this station has followed from the cloud. Its own admission comes back, too, perhaps before the file has it: then it
/// is no other's.
fn copied(told: &CloudTicketRow, own_id: ScanId) -> Testimony<AdmissionView> {
    let elsewhere = is_used(told) && told.admission_id != Some(own_id);
    Testimony {
        witness: Witness::Copy,
        status: standing(told),
        admission: elsewhere.then(|| told_admission(told)),
    }
}

fn is_used(told: &CloudTicketRow) -> bool {
    told.status == CloudTicketStatus::Used.as_str()
}

fn first(answer: &GateAnswer) -> Option<AdmissionView> {
    let GateAnswer::Already { at, gate, station } = answer else { return None };
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    Some(AdmissionView { at, gate: gate.clone(), station: station.clone().unwrap_or_default() })
}

fn fallen(answer: &GateAnswer) -> Option<TicketStatus> {
    let GateAnswer::Fallen { status } = answer else { return None };
    Some(status.standing())
}

fn told_admission(told: &CloudTicketRow) -> AdmissionView {
    AdmissionView {
        at: told.admitted_at.unwrap_or(Timestamp::UNIX_EPOCH),
        gate: told.gate.clone(),
        station: told.station.clone().unwrap_or_default(),
    }
}

fn standing(told: &CloudTicketRow) -> Option<TicketStatus> {
    CloudTicketStatus::from_word(&told.status).map(CloudTicketStatus::standing)
}
