//! Writing down what happened at a gate: the scan, the admission, the audit entry and the message to the cloud.

use wicket_domain::cloud::{admission_id_after, annulled_admissions};
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::message::{Admission, MessageKind};
use wicket_domain::pipeline::wire;
use wicket_store::{NewScan, Write};

use super::known::Known;
use super::{Judged, Scan};
use crate::Station;
use crate::clock::note_impossible;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::lookup::seller_of;
use crate::post::signature;

impl Station {
    /// Records a scan and how it was judged.
    pub(super) fn record_scan(
        &self,
        tx: &Write<'_>,
        scan: &Scan<'_>,
        known: Option<&Known>,
        judged: Judged,
    ) -> Result<(), Fault> {
        let Judged { reason, out_of_hours } = judged;
        let ticket_id = known.map(|known| known.ticket_id);
        let event = scan.here.as_ref().or(known.map(|known| &known.event));
        let actor = scan.by.text();
        tx.insert_scan(&NewScan {
            scan_id: scan.id,
            event_no: event.map(|row| row.event_no),
            ticket_id,
            at: scan.at,
            gate: scan.gate,
            reason,
            actor: &actor,
            by_hand: scan.by_hand,
            out_of_hours,
        })?;
        let counted = known.is_some_and(|known| known.counted);
        if let (Some(event), None, false) = (event, reason, counted) {
            tx.add_to_counts(event.event_no, 0, 1)?;
        }
        let entry = known.filter(|_| reason.is_none());
        let station_id = scan.own.station_id;
        let told_by = scan.by_hand || out_of_hours.is_some();
        let message = Admission {
            scan_id: scan.id,
            admission_id: entry.map(|known| known.admission_id(station_id)),
            station_name: scan.own.name.clone(),
            event_id: event.map(|row| row.event.event_id),
            ticket_id,
            outcome: if reason.is_none() { "entry" } else { "refusal" }.to_owned(),
            reason: reason.map(|reason| reason.as_str().to_owned()),
            gate: scan.gate.map(str::to_owned),
            scanned_at: scan.at,
            by_hand: scan.by_hand,
            out_of_hours: out_of_hours.map(|reason| reason.as_str().to_owned()),
            by: if told_by { signature(tx, scan.by)? } else { None },
            annuls: None,
            annulled: entry.map_or_else(Vec::new, |known| {
                annulled_admissions(station_id, known.ticket_id, known.annulments)
            }),
        };
        let kind = if reason.is_none() { "admission" } else { "refusal" };
        self.tell_of_scan(tx, scan.own, &actor, kind, &message)
    }

    /// Writes a scan into the audit log and the outbox, in the same words. A clock that is wrong by centuries holds nobody
    /// up: the message then has the nearest time that it can carry.
    pub(super) fn tell_of_scan(
        &self,
        tx: &Write<'_>,
        own: &Own,
        actor: &str,
        kind: &str,
        message: &Admission,
    ) -> Result<(), Fault> {
        let at = message.scanned_at;
        let text = |message: &Admission| {
            serde_json::to_string(message).map_err(|error| Fault::new(Code::Internal, error.to_string()))
        };
        note_impossible(tx, at)?;
        let told = text(message)?;
        self.books(tx).enter(at, actor, kind, &told)?;
        let sent = if wire::is_clock_time(at) {
            told
        } else {
            text(&Admission { scanned_at: wire::clock_time(at), ..message.clone() })?
        };
        self.books(tx).send(own, MessageKind::Admission, at, &sent).map(drop)
    }

    /// Tells the cloud once more that this station has let somebody in. The cloud keeps the first admission with a ticket
    /// alone: when that one is undone, the ticket would be good for another holder.
    pub(crate) fn tell_again(
        &self,
        tx: &Write<'_>,
        own: &Own,
        event_id: EventId,
        ticket_id: TicketId,
    ) -> Result<(), Fault> {
        let Some(entry) = tx.admission(ticket_id)? else { return Ok(()) };
        let Some(scan) = tx.scan(entry.scan_id)? else { return Ok(()) };
        let annulments = tx.annulments(ticket_id)?;
        let by = if scan.by_hand || scan.out_of_hours.is_some() {
            Some(wire::name(&seller_of(tx, &scan.actor)?)).filter(|name| !name.is_empty())
        } else {
            None
        };
        let message = Admission {
            scan_id: scan.scan_id,
            admission_id: Some(admission_id_after(own.station_id, ticket_id, annulments)),
            station_name: own.name.clone(),
            event_id: Some(event_id),
            ticket_id: Some(ticket_id),
            outcome: "entry".to_owned(),
            reason: None,
            gate: scan.gate,
            scanned_at: wire::clock_time(scan.at),
            by_hand: scan.by_hand,
            out_of_hours: scan.out_of_hours.map(|reason| reason.as_str().to_owned()),
            by,
            annuls: None,
            annulled: annulled_admissions(own.station_id, ticket_id, annulments),
        };
        let body =
            serde_json::to_string(&message).map_err(|error| Fault::new(Code::Internal, error.to_string()))?;
        self.books(tx).send(own, MessageKind::Admission, self.clock.now(), &body).map(drop)
    }
}
