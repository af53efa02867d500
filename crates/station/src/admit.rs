//! The admission: verify, judge, record. One transaction, and the verdict is a value, never an error.

use jiff::{SignedDuration, Timestamp};
use wicket_domain::id::{EventId, MessageId, ScanId, TicketId};
use wicket_domain::judge::{AtGate, ClassRules, Refusal, TicketFacts, authenticate, judge};
use wicket_domain::message::{Admission, MessageKind};
use wicket_domain::order::TicketStatus;
use wicket_domain::token::Token;
use wicket_store::{AdmissionRow, EventRow, NewScan, Read, ScanRow, Write};

use crate::Station;
use crate::actor::Actor;
use crate::events::gone;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::ports::draw;
use crate::setup::checked_name;
use crate::view::{AdmissionView, GateCount, ScanLine, ScanRequest, ScannedTicket, Verdict, VerdictWord};

/// A scanned text longer than this is no ticket and is not looked at further.
const TEXT_MAX: usize = 512;

/// What is known once the code has been read: a genuine ticket, or why not.
type Genuine = Result<(Token, EventId), Refusal>;

/// A scan being judged.
struct Scan<'a> {
    own: &'a Own,
    actor: String,
    at: Timestamp,
    id: ScanId,
    gate: Option<&'a str>,
    here: Option<EventRow>,
}

/// What the file says of a genuine ticket.
struct Known {
    event: EventRow,
    ticket_id: TicketId,
    facts: TicketFacts,
    shown: ScannedTicket,
    admission: Option<AdmissionRow>,
}

impl Station {
    /// Judges a scanned text and records the scan; an admission is on disk when this returns.
    pub fn admit(&self, by: &Actor, request: &ScanRequest) -> Result<Verdict, Fault> {
        let own = self.own()?;
        let gate = request.gate.as_deref().map(|gate| checked_name("The gate", gate)).transpose()?;
        let genuine = self.authenticated(&request.text)?;
        self.store.write(|tx| {
            let at = self.clock.now();
            let id = ScanId::new(at, draw(self.random.as_ref())?);
            let gate = gate.as_deref();
            let here = request.event_id.map(|id| tx.event(id)?.ok_or_else(gone)).transpose()?;
            let scan = Scan { own: &own, actor: by.text(), at, id, gate, here };
            let (known, reason) = match &genuine {
                Err(reason) => (None, Some(*reason)),
                Ok((token, event_id)) => match known(tx, token, *event_id)? {
                    // Another process has removed the event since the keys were read.
                    None => (None, Some(Refusal::UnknownIssuer)),
                    Some(known) => {
                        let event_id = scan.here.as_ref().map(|row| row.event.event_id);
                        let here = AtGate { event_id, gate: gate.map(str::to_owned), at };
                        let reason = judge(&known.facts, &here).err();
                        (Some(known), reason)
                    }
                },
            };
            self.record_scan(tx, &scan, known.as_ref(), reason)?;
            Ok(scan.verdict(known, reason))
        })
    }

    fn authenticated(&self, text: &str) -> Result<Genuine, Fault> {
        let text = text.trim();
        if text.len() > TEXT_MAX {
            return Ok(Err(Refusal::NotATicket));
        }
        match authenticate(text, &self.issuers(false)?) {
            // Another process may have added an event since the keys were read.
            Err(Refusal::UnknownIssuer) => Ok(authenticate(text, &self.issuers(true)?)),
            known => Ok(known),
        }
    }

    fn record_scan(
        &self,
        tx: &Write<'_>,
        scan: &Scan<'_>,
        known: Option<&Known>,
        reason: Option<Refusal>,
    ) -> Result<(), Fault> {
        let ticket_id = known.map(|known| known.ticket_id);
        let event = scan.here.as_ref().or(known.map(|known| &known.event));
        tx.insert_scan(&NewScan {
            scan_id: scan.id,
            event_no: event.map(|row| row.event_no),
            ticket_id,
            at: scan.at,
            gate: scan.gate,
            reason,
            actor: &scan.actor,
        })?;
        if let (Some(event), None) = (event, reason) {
            tx.add_to_counts(event.event_no, 0, 1)?;
        }
        let message = Admission {
            scan_id: scan.id,
            admission_id: None,
            station_name: scan.own.name.clone(),
            event_id: event.map(|row| row.event.event_id),
            ticket_id,
            outcome: if reason.is_none() { "entry" } else { "refusal" }.to_owned(),
            reason: reason.map(|reason| reason.as_str().to_owned()),
            gate: scan.gate.map(str::to_owned),
            scanned_at: scan.at,
        };
        let body =
            serde_json::to_string(&message).map_err(|error| Fault::new(Code::Internal, error.to_string()))?;
        let kind = if reason.is_none() { "admission" } else { "refusal" };
        tx.append_audit(scan.at, &scan.actor, kind, &body)?;
        let message_id = MessageId::new(scan.at, draw(self.random.as_ref())?);
        let kind = MessageKind::Admission.as_str();
        Ok(tx.append_outbox(message_id, scan.own.epoch, kind, scan.at, &body)?)
    }

    /// The last scans of an event, newest first.
    pub fn recent_scans(&self, event_id: Option<EventId>, limit: u32) -> Result<Vec<ScanLine>, Fault> {
        let own = self.own()?;
        let event = event_id.map(|id| self.event_row(id)).transpose()?;
        self.store.read(|read| {
            let scans = read.recent_scans(event.map(|row| row.event_no), limit.min(100))?;
            scans.into_iter().map(|scan| scan_line(read, scan, &own.name)).collect()
        })
    }

    /// How the evening stands at the gate.
    pub fn gate_count(&self, event_id: EventId) -> Result<GateCount, Fault> {
        let row = self.event_row(event_id)?;
        let minute_ago = self.clock.now().checked_sub(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MIN);
        let last_minute =
            self.store.read::<_, Fault>(|read| Ok(read.admitted_since(row.event_no, minute_ago)?))?;
        Ok(GateCount { admitted: row.admitted, sold: row.sold, last_minute })
    }
}

/// Gathers what the file says. A genuine ticket without a row was sold by a station we have not heard from (or before
/// a copy of the file was restored): its signature is enough. Without the event nothing is known.
fn known(read: &Read<'_>, token: &Token, event_id: EventId) -> Result<Option<Known>, Fault> {
    let ticket_id = token.payload.ticket;
    let Some(event) = read.event(event_id)? else { return Ok(None) };
    let row = read.ticket(ticket_id)?;
    let class = row.as_ref().map_or(token.payload.class, |row| row.category_no);
    let category =
        read.categories(event.event_no)?.into_iter().find(|category| category.category_no == class);
    let order = row.as_ref().map(|row| read.order(row.order_id)).transpose()?.flatten();
    let admission = read.admission(ticket_id)?;
    let facts = TicketFacts {
        event_id,
        status: row.as_ref().map_or(TicketStatus::Valid, |row| row.status),
        // Every sale here is paid in its own transaction.
        paid: true,
        rules: category.as_ref().map_or_else(ClassRules::default, |category| ClassRules {
            valid_from: category.valid_from,
            valid_until: category.valid_until,
            gates: category.gates.clone(),
        }),
        admitted: admission.is_some(),
    };
    let shown = ScannedTicket {
        ticket_id,
        event: event.event.name.clone(),
        time_zone: event.event.venue.time_zone.clone(),
        code: order.as_ref().map(|order| order.code.clone()),
        holder: order.and_then(|order| order.holder),
        label: row.map(|row| row.place.label()),
        category: category.map(|category| category.name),
    };
    Ok(Some(Known { event, ticket_id, facts, shown, admission }))
}

impl Scan<'_> {
    fn verdict(&self, known: Option<Known>, reason: Option<Refusal>) -> Verdict {
        let station = self.own.name.clone();
        let first_admission = match (&known, reason) {
            (_, None) => Some(AdmissionView { at: self.at, gate: self.gate.map(str::to_owned), station }),
            (Some(known), _) => known.admission.as_ref().map(|row| admission_view(row, &station)),
            (None, _) => None,
        };
        let rules = known.as_ref().map(|known| known.facts.rules.clone()).unwrap_or_default();
        Verdict {
            scan_id: self.id,
            at: self.at,
            verdict: if reason.is_none() { VerdictWord::Admitted } else { VerdictWord::Refused },
            reason,
            ticket: known.map(|known| known.shown),
            first_admission,
            valid_from: rules.valid_from,
            valid_until: rules.valid_until,
            gates: rules.gates,
            offline: false,
        }
    }
}

pub(crate) fn admission_view(row: &AdmissionRow, station: &str) -> AdmissionView {
    AdmissionView { at: row.at, gate: row.gate.clone(), station: station.to_owned() }
}

fn scan_line(read: &Read<'_>, scan: ScanRow, station: &str) -> Result<ScanLine, Fault> {
    let ticket_id = scan.ticket_id;
    let row = ticket_id.map(|id| read.ticket(id)).transpose()?.flatten();
    let ticket = match row {
        None => None,
        Some(row) => {
            let event = read.event_by_no(row.event_no)?;
            let order = read.order(row.order_id)?;
            let categories = read.categories(row.event_no)?;
            let category = categories.into_iter().find(|category| category.category_no == row.category_no);
            Some(ScannedTicket {
                ticket_id: row.ticket_id,
                event: event.event.name,
                time_zone: event.event.venue.time_zone,
                code: order.as_ref().map(|order| order.code.clone()),
                holder: order.and_then(|order| order.holder),
                label: Some(row.place.label()),
                category: category.map(|category| category.name),
            })
        }
    };
    let admission = ticket_id.map(|id| read.admission(id)).transpose()?.flatten();
    Ok(ScanLine {
        scan_id: scan.scan_id,
        at: scan.at,
        gate: scan.gate,
        verdict: if scan.reason.is_none() { VerdictWord::Admitted } else { VerdictWord::Refused },
        reason: scan.reason,
        ticket,
        first_admission: admission.as_ref().map(|row| admission_view(row, station)),
    })
}
