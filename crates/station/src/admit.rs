//! The admission: verify, judge, ask the cloud within a short budget, record. One transaction, and the verdict is a
//! value, never an error.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use wicket_domain::cloud::{CloudTicketStatus, admission_id};
use wicket_domain::id::{EventId, MessageId, ScanId, TicketId};
use wicket_domain::judge::{AtGate, ClassRules, Refusal, TicketFacts, authenticate, issued_before, judge};
use wicket_domain::message::{Admission, MessageKind};
use wicket_domain::order::TicketStatus;
use wicket_domain::token::{Token, scanned};
use wicket_store::{AdmissionRow, CloudTicketRow, EventRow, NewScan, Read, ScanRow, Write};

use crate::Station;
use crate::actor::Actor;
use crate::cloud::{AdmissionClaim, GateAnswer};
use crate::events::gone;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::ports::draw;
use crate::setup::checked_name;
use crate::view::{AdmissionView, GateCount, ScanLine, ScanRequest, ScannedTicket, Verdict, VerdictWord};

/// A scanned text longer than this is no ticket and is not looked at further.
const TEXT_MAX: usize = 1024;

/// So long may the cloud keep somebody waiting at the gate.
const BUDGET: Duration = Duration::from_millis(400);

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

/// What the cloud said of an admission, if it was asked.
#[derive(Default)]
struct Asked {
    answer: Option<GateAnswer>,
    /// It should have been asked, and did not answer in time.
    offline: bool,
}

/// What the file, and the cloud where it was asked, say of a genuine ticket.
struct Known {
    event: EventRow,
    ticket_id: TicketId,
    facts: TicketFacts,
    shown: ScannedTicket,
    /// The first admission, wherever it was.
    admission: Option<AdmissionView>,
    /// Whether the counts have it already, since the cloud told of it.
    counted: bool,
}

impl Station {
    /// Judges a scanned text and records the scan; an admission is on disk when this returns.
    pub fn admit(&self, by: &Actor, request: &ScanRequest) -> Result<Verdict, Fault> {
        let own = self.own()?;
        let gate = request.gate.as_deref().map(|gate| checked_name("The gate", gate)).transpose()?;
        let genuine = self.authenticated(&request.text)?;
        let asked = self.ask(&own, gate.as_deref(), request.event_id, &genuine)?;
        let verdict = self.store.write::<_, Fault>(|tx| {
            let at = self.clock.now();
            let id = ScanId::new(at, draw(self.random.as_ref())?);
            let gate = gate.as_deref();
            let here = request.event_id.map(|id| tx.event(id)?.ok_or_else(gone)).transpose()?;
            let scan = Scan { own: &own, actor: by.text(), at, id, gate, here };
            let (known, reason) = match &genuine {
                Err(reason) => (None, Some(*reason)),
                Ok((token, event_id)) => match known(tx, &own, token, *event_id, asked.answer.as_ref())? {
                    // Another process has removed the event since the keys were read.
                    None => (None, Some(Refusal::UnknownIssuer)),
                    // Or it has taken a manifest that revokes the key.
                    Some(_) if revoked(tx, token, *event_id)? => (None, Some(Refusal::KeyRevoked)),
                    Some(known) => {
                        let event_id = scan.here.as_ref().map(|row| row.event.event_id);
                        let here = AtGate { event_id, gate: gate.map(str::to_owned), at };
                        let reason = judge(&known.facts, &here).err();
                        (Some(known), reason)
                    }
                },
            };
            self.record_scan(tx, &scan, known.as_ref(), reason)?;
            Ok(scan.verdict(known, reason, asked.offline))
        })?;
        self.tell_news();
        Ok(verdict)
    }

    /// Asks the cloud whether this is the first admission, when nothing here speaks against it.
    fn ask(
        &self,
        own: &Own,
        gate: Option<&str>,
        here: Option<EventId>,
        genuine: &Genuine,
    ) -> Result<Asked, Fault> {
        let (Some(cloud), Ok((token, event_id))) = (self.cloud(), genuine) else {
            return Ok(Asked::default());
        };
        let at = self.clock.now();
        let would = self.store.read::<_, Fault>(|read| {
            if revoked(read, token, *event_id)? {
                return Ok(false);
            }
            let known = known(read, own, token, *event_id, None)?;
            let place = AtGate { event_id: here, gate: gate.map(str::to_owned), at };
            let shared = |known: &Known| known.event.cloud_version.is_some_and(|version| version > 0);
            Ok(known.is_some_and(|known| shared(&known) && judge(&known.facts, &place).is_ok()))
        })?;
        if !would {
            return Ok(Asked::default());
        }
        if !self.online() {
            return Ok(Asked { answer: None, offline: true });
        }
        let ticket_id = token.payload.ticket;
        let offset = self.clock_offset();
        let claim = AdmissionClaim {
            event_id: *event_id,
            ticket_id,
            admission_id: admission_id(own.station_id, ticket_id),
            at: at.as_millisecond().saturating_sub(offset),
            gate: gate.map(str::to_owned),
            station_name: own.name.clone(),
            now: self.cloud_now(),
        };
        match cloud.admit(&claim, BUDGET) {
            Ok(answer) => {
                self.note_answer()?;
                Ok(Asked { answer: Some(answer), offline: false })
            }
            Err(fault) => {
                self.note_fault_of_one(&fault)?;
                Ok(Asked { answer: None, offline: true })
            }
        }
    }

    fn authenticated(&self, text: &str) -> Result<Genuine, Fault> {
        if text.len() > TEXT_MAX {
            return Ok(Err(Refusal::NotATicket));
        }
        let text = &scanned(text).text;
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
        let counted = known.is_some_and(|known| known.counted);
        if let (Some(event), None, false) = (event, reason, counted) {
            tx.add_to_counts(event.event_no, 0, 1)?;
        }
        let message = Admission {
            scan_id: scan.id,
            admission_id: ticket_id
                .filter(|_| reason.is_none())
                .map(|ticket| admission_id(scan.own.station_id, ticket)),
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
        let sold = row.sold.saturating_add(row.sold_elsewhere);
        Ok(GateCount { admitted: row.admitted, sold, last_minute })
    }
}

/// Whether the file says, by now, that the key was revoked before the ticket was issued.
fn revoked(read: &Read<'_>, token: &Token, event_id: EventId) -> Result<bool, Fault> {
    let from = read.revoked_from(event_id, token.payload.key_id.value())?;
    Ok(from.is_some_and(|from| !issued_before(&token.payload, from)))
}

/// Gathers what the file says, and the cloud where it was asked. A genuine ticket without a row was sold by a station we
/// have not heard from (or before a copy of the file was restored): its signature is enough. Without the event nothing
/// is known.
fn known(
    read: &Read<'_>,
    own: &Own,
    token: &Token,
    event_id: EventId,
    answer: Option<&GateAnswer>,
) -> Result<Option<Known>, Fault> {
    let ticket_id = token.payload.ticket;
    let Some(event) = read.event(event_id)? else { return Ok(None) };
    let row = read.ticket(ticket_id)?;
    let told = read.cloud_ticket(ticket_id)?;
    let class = row.as_ref().map_or(token.payload.class, |row| row.category_no);
    let category =
        read.categories(event.event_no)?.into_iter().find(|category| category.category_no == class);
    let order = row.as_ref().map(|row| read.order(row.order_id)).transpose()?.flatten();
    // This station's own admission comes back from the cloud, perhaps before the file has it: then it is no other's.
    let own_id = admission_id(own.station_id, ticket_id);
    let used = told.as_ref().filter(|told| told.status == CloudTicketStatus::Used.as_str());
    let elsewhere = used.filter(|told| told.admission_id != Some(own_id));
    let admission = match read.admission(ticket_id)? {
        Some(row) => Some(admission_view(&row, &own.name)),
        None => answer.and_then(first).or_else(|| elsewhere.map(told_admission)),
    };
    let here = row.as_ref().map_or(TicketStatus::Valid, |row| row.status);
    let status = [answer.and_then(fallen), told.as_ref().and_then(standing), Some(here)];
    let facts = TicketFacts {
        event_id,
        // Whoever says that it does not stand is believed.
        status: status.into_iter().flatten().find(|status| *status != TicketStatus::Valid).unwrap_or(here),
        // Every sale here is paid in its own transaction.
        paid: true,
        rules: category.as_ref().map_or_else(ClassRules::default, |category| ClassRules {
            valid_from: category.valid_from,
            valid_until: category.valid_until,
            gates: category.gates.clone(),
        }),
        admitted: admission.is_some(),
    };
    let counted = used.is_some();
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
    Ok(Some(Known { event, ticket_id, facts, shown, admission, counted }))
}

/// Fills in what only the station that sold the ticket knew.
fn complete(shown: &mut ScannedTicket, told: CloudTicketRow) {
    shown.code = shown.code.take().or_else(|| told.order_code.and_then(|code| code.parse().ok()));
    shown.holder = shown.holder.take().or(told.holder);
    shown.label = shown.label.take().or(told.label);
}

fn first(answer: &GateAnswer) -> Option<AdmissionView> {
    let GateAnswer::Already { at, gate, station } = answer else { return None };
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    Some(AdmissionView { at, gate: gate.clone(), station: station.clone().unwrap_or_default() })
}

fn fallen(answer: &GateAnswer) -> Option<TicketStatus> {
    let GateAnswer::Fallen(status) = answer else { return None };
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

impl Scan<'_> {
    fn verdict(&self, known: Option<Known>, reason: Option<Refusal>, offline: bool) -> Verdict {
        let station = self.own.name.clone();
        let first_admission = match (&known, reason) {
            (_, None) => Some(AdmissionView { at: self.at, gate: self.gate.map(str::to_owned), station }),
            (Some(known), _) => known.admission.clone(),
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
            offline,
        }
    }
}

pub(crate) fn admission_view(row: &AdmissionRow, station: &str) -> AdmissionView {
    AdmissionView { at: row.at, gate: row.gate.clone(), station: station.to_owned() }
}

fn scan_line(read: &Read<'_>, scan: ScanRow, station: &str) -> Result<ScanLine, Fault> {
    let ticket_id = scan.ticket_id;
    let row = ticket_id.map(|id| read.ticket(id)).transpose()?.flatten();
    let told = ticket_id.map(|id| read.cloud_ticket(id)).transpose()?.flatten();
    let ticket = match row {
        None => match (told, scan.event_no) {
            (Some(told), Some(event_no)) => Some(ticket_of_others(read, told, event_no)?),
            _ => None,
        },
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

/// A ticket that another station sold, as a line of the last scans.
fn ticket_of_others(read: &Read<'_>, told: CloudTicketRow, event_no: i64) -> Result<ScannedTicket, Fault> {
    let event = read.event_by_no(event_no)?;
    let mut shown = ScannedTicket {
        ticket_id: told.ticket_id,
        event: event.event.name,
        time_zone: event.event.venue.time_zone,
        code: None,
        holder: None,
        label: None,
        category: told.category.clone(),
    };
    complete(&mut shown, told);
    Ok(shown)
}
