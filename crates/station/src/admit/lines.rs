//! The last scans of a gate, as lines.

use wicket_domain::id::{EventId, TicketId};
use wicket_domain::judge::ClassRules;
use wicket_store::{AdmissionRow, CloudTicketRow, Read, ScanRow};

use super::known::category;
use super::undo_until;
use crate::Station;
use crate::fault::Fault;
use crate::view::{AdmissionView, ScanLine, ScannedTicket, VerdictWord};

impl Station {
    /// The last scans of an event, newest first.
    pub fn recent_scans(&self, event_id: Option<EventId>, limit: u32) -> Result<Vec<ScanLine>, Fault> {
        let own = self.own()?;
        let event = event_id.map(|id| self.event_row(id)).transpose()?;
        self.store.read(|read| {
            let scans = read.recent_scans(event.map(|row| row.event_no), limit.min(100))?;
            scans.into_iter().map(|scan| scan_line(read, scan, &own.name)).collect()
        })
    }
}

pub(crate) fn admission_view(row: &AdmissionRow, station: &str) -> AdmissionView {
    AdmissionView { at: row.at, gate: row.gate.clone(), station: station.to_owned() }
}

fn scan_line(read: &Read<'_>, scan: ScanRow, station: &str) -> Result<ScanLine, Fault> {
    let found = scan.ticket_id.map(|id| scanned_ticket(read, id, scan.event_no)).transpose()?.flatten();
    let (ticket, valid_from, valid_until) = match found {
        None => (None, None, None),
        Some((ticket, rules)) => (Some(ticket), rules.valid_from, rules.valid_until),
    };
    let admission = scan.ticket_id.map(|id| read.admission(id)).transpose()?.flatten();
    let verdict = match (scan.reason, scan.annuls) {
        (_, Some(_)) => VerdictWord::Annulled,
        (None, None) => VerdictWord::Admitted,
        (Some(_), None) => VerdictWord::Refused,
    };
    let let_in = verdict == VerdictWord::Admitted;
    let undone = if let_in { read.annulment_of(scan.scan_id)? } else { None };
    Ok(ScanLine {
        scan_id: scan.scan_id,
        at: scan.at,
        gate: scan.gate,
        verdict,
        reason: scan.reason,
        ticket,
        first_admission: admission.as_ref().map(|row| admission_view(row, station)),
        valid_from,
        valid_until,
        by_hand: scan.by_hand,
        out_of_hours: scan.out_of_hours,
        undo_until: (let_in && undone.is_none()).then(|| undo_until(scan.at)),
        undone_at: undone.map(|row| row.at),
        annuls: scan.annuls,
    })
}

/// A ticket that was scanned, and when it is good. `event_no` is the scan's: of a ticket that another station sold, the
/// file knows no more.
pub(super) fn scanned_ticket(
    read: &Read<'_>,
    ticket_id: TicketId,
    event_no: Option<i64>,
) -> Result<Option<(ScannedTicket, ClassRules)>, Fault> {
    let row = read.ticket(ticket_id)?;
    let told = read.cloud_ticket(ticket_id)?;
    let event_no = match (&row, &told) {
        (Some(row), _) => row.event_no,
        (None, Some(_)) if event_no.is_some() => event_no.unwrap_or_default(),
        _ => return Ok(None),
    };
    let event = read.event_by_no(event_no)?;
    let class = row.as_ref().map(|row| row.category_no);
    let category = category(read, &event, class, told.as_ref())?;
    let order = row.as_ref().map(|row| read.order(row.order_id)).transpose()?.flatten();
    let rules = category.as_ref().map_or_else(ClassRules::default, |category| ClassRules {
        valid_from: category.valid_from,
        valid_until: category.valid_until,
        gates: Vec::new(),
    });
    let rules = rules.within(&event.event);
    let mut shown = ScannedTicket {
        ticket_id,
        event: event.event.name,
        time_zone: event.event.venue.time_zone,
        code: order.as_ref().map(|order| order.code.clone()),
        holder: order.and_then(|order| order.holder),
        label: row.map(|row| row.place.label()),
        category: category.map(|category| category.name),
    };
    if let Some(told) = told {
        shown.category = shown.category.take().or_else(|| told.category.clone());
        complete(&mut shown, told);
    }
    Ok(Some((shown, rules)))
}

/// Fills in what only the station that sold the ticket knew.
pub(super) fn complete(shown: &mut ScannedTicket, told: CloudTicketRow) {
    shown.code = shown.code.take().or_else(|| told.order_code.and_then(|code| code.parse().ok()));
    shown.holder = shown.holder.take().or(told.holder);
    shown.label = shown.label.take().or(told.label);
}
