//! Taking an admission back: for a moment, at the station that made it, by whoever made it or a supervisor.

use wicket_domain::cloud::{ANNULMENTS_MAX, CloudTicketStatus, admission_id_after};
use wicket_domain::id::{ScanId, TicketId};
use wicket_domain::message::Admission;
use wicket_store::{CloudTicketRow, NewScan, ScanRow, Write};

use super::lines::scanned_ticket;
use super::{UNDONE_WITHIN, supervises, undo_until};
use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::ports::draw;
use crate::post::signature;
use crate::view::UndoOutcome;

impl Station {
    /// Takes the admission of a scan back, so that its ticket can be admitted again. It is recorded like a scan, and
    /// the cloud hears of it. Asked again, it gives the same annulment.
    pub fn undo_admission(&self, by: &Actor, scan_id: ScanId) -> Result<UndoOutcome, Fault> {
        let own = self.own()?;
        // What a scan says never changes, and an unknown one is looked for in the whole list: nobody waits for that.
        let scan = self.store.read(|read| read.scan(scan_id)?.ok_or_else(unknown))?;
        let outcome = self.write(|tx| {
            let (Some(ticket_id), Some(event_no), None, None) =
                (scan.ticket_id, scan.event_no, scan.reason, scan.annuls)
            else {
                return Err(Fault::new(Code::BadInput, "This scan let nobody in. There is nothing to undo."));
            };
            if scan.actor != by.text() && !supervises(tx, by)? {
                let message = "Somebody else has let this ticket in. They or a supervisor can undo it.";
                return Err(Fault::new(Code::NotAllowed, message));
            }
            let ticket = scanned_ticket(tx, ticket_id, Some(event_no))?.map(|(ticket, _)| ticket);
            if let Some(before) = tx.annulment_of(scan_id)? {
                return Ok(UndoOutcome::Undone { scan_id: before.scan_id, at: before.at, ticket });
            }
            let (at, until) = (self.clock.now(), undo_until(scan.at));
            // A clock that was set back gives no more time.
            if at > until || scan.at.duration_since(at) > UNDONE_WITHIN {
                return Ok(UndoOutcome::TooLate { until });
            }
            let annulments = tx.annulments(ticket_id)?;
            if annulments >= ANNULMENTS_MAX {
                let message = "This ticket was let in and undone too often. Leave it as it is.";
                return Err(Fault::new(Code::BadInput, message));
            }
            let id = ScanId::new(at, draw(self.random.as_ref())?);
            let actor = by.text();
            let annulment = NewScan {
                scan_id: id,
                event_no: Some(event_no),
                ticket_id: Some(ticket_id),
                at,
                gate: scan.gate.as_deref(),
                reason: None,
                actor: &actor,
                by_hand: false,
                out_of_hours: None,
            };
            tx.insert_annulment(&annulment, scan_id)?;
            let undone = admission_id_after(own.station_id, ticket_id, annulments);
            if !stays_inside(tx, event_no, ticket_id, undone)? {
                tx.count_annulment(event_no)?;
            }
            let message = annulment_message(tx, &own, by, &scan, &annulment, undone)?;
            self.tell_of_scan(tx, &own, &actor, "annulment", &message)?;
            Ok(UndoOutcome::Undone { scan_id: id, at, ticket })
        })?;
        self.tell_news();
        Ok(outcome)
    }
}

/// Whether the ticket's holder is inside all the same, since another station has let them in. What the cloud has told
/// of the undone admission is taken back here, too.
fn stays_inside(tx: &Write<'_>, event_no: i64, ticket_id: TicketId, undone: ScanId) -> Result<bool, Fault> {
    let Some(told) = tx.cloud_ticket(ticket_id)? else { return Ok(false) };
    let used = told.status == CloudTicketStatus::Used.as_str();
    if told.admission_id == Some(undone) {
        tx.put_cloud_ticket(event_no, &without_admission(told))?;
        return Ok(false);
    }
    Ok(used)
}

/// A ticket as the cloud tells it once its admission is undone.
pub(crate) fn without_admission(told: CloudTicketRow) -> CloudTicketRow {
    let used = told.status == CloudTicketStatus::Used.as_str();
    let mut annulled = told.annulled;
    annulled.extend(told.admission_id);
    annulled.sort_unstable();
    annulled.dedup();
    CloudTicketRow {
        status: if used { CloudTicketStatus::Valid.as_str().to_owned() } else { told.status },
        admission_id: None,
        admitted_at: None,
        gate: None,
        station: None,
        annulled,
        ..told
    }
}

fn annulment_message(
    tx: &Write<'_>,
    own: &Own,
    by: &Actor,
    scan: &ScanRow,
    annulment: &NewScan<'_>,
    undone: ScanId,
) -> Result<Admission, Fault> {
    let event = scan.event_no.map(|event_no| tx.event_by_no(event_no)).transpose()?;
    Ok(Admission {
        scan_id: annulment.scan_id,
        admission_id: Some(undone),
        station_name: own.name.clone(),
        event_id: event.map(|row| row.event.event_id),
        ticket_id: annulment.ticket_id,
        outcome: "annulment".to_owned(),
        reason: None,
        gate: scan.gate.clone(),
        scanned_at: annulment.at,
        by_hand: false,
        out_of_hours: None,
        by: signature(tx, by)?,
        annuls: Some(scan.scan_id),
        annulled: Vec::new(),
    })
}

fn unknown() -> Fault {
    Fault::new(
        Code::NotFound,
        "There is no such scan at this station. Only the station that let somebody in can undo it.",
    )
}
