//! The admission: verify, judge, ask the cloud within a short budget, record. One transaction, and the verdict is a
//! value, never an error.
//!
//! A code that was read, a ticket that was chosen from its order, and a holder who is let in whatever the hour all come
//! this one way.

mod by_hand;
mod known;
mod lines;
mod record;
mod undo;

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use wicket_domain::cloud::{admission_id_after, annulled_admissions};
use wicket_domain::door::{AdmissionAsk, Door, GateAnswer};
use wicket_domain::id::{EventId, ScanId, TicketId};
use wicket_domain::judge::{AtGate, Refusal, authenticate, judge};
use wicket_domain::staff::Role;
use wicket_domain::token::{KeyId, scanned};
use wicket_store::{EventRow, Read};

use self::known::{Known, known};
pub(crate) use self::lines::admission_view;
pub(crate) use self::undo::without_admission;
use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::lookup::gone;
use crate::ports::draw;
use crate::setup::checked_name;
use crate::sync::StepError;
use crate::view::{AdmissionView, GateCount, HandRequest, ScanRequest, Verdict, VerdictWord};

/// A scanned text longer than this is no ticket and is not looked at further.
const TEXT_MAX: usize = 1024;

/// So long may the cloud keep somebody waiting at the gate.
const BUDGET: Duration = Duration::from_millis(400);

/// An admission can be undone for so long.
pub(crate) const UNDONE_WITHIN: SignedDuration = SignedDuration::from_secs(30);

/// So many scans that were refused for the hour are remembered: a gate shows fewer.
const REMEMBERED: usize = 64;

/// The last scans that were refused for the hour, so that a supervisor can let their holders in all the same. Whatever
/// they showed is judged again, so nothing is lost when the program has been restarted but another scan.
#[derive(Default)]
pub(crate) struct OutOfHours(VecDeque<(ScanId, Showing)>);

impl OutOfHours {
    fn remember(&mut self, scan_id: ScanId, showing: Showing) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((scan_id, showing));
    }

    fn find(&self, scan_id: ScanId) -> Option<Showing> {
        self.0.iter().find(|(id, _)| *id == scan_id).map(|(_, showing)| showing.clone())
    }
}

/// What somebody shows at a gate, and where.
#[derive(Clone)]
struct Showing {
    what: Shown,
    gate: Option<String>,
    event_id: Option<EventId>,
    /// Whether the hour is not asked about.
    any_time: bool,
}

/// A ticket, in one of two ways.
#[derive(Clone)]
enum Shown {
    /// The text of a code.
    Code(String),
    /// A steward has chosen it from its order.
    Chosen(TicketId),
}

impl Shown {
    /// Whether the text is a ticket's, written through another keyboard layout and not to be restored.
    fn other_keyboard(&self) -> bool {
        matches!(self, Self::Code(text) if text.len() <= TEXT_MAX && scanned(text).other_keyboard)
    }
}

/// A ticket of one of the events here, before anything else is known of it.
struct Presented {
    ticket_id: TicketId,
    event_id: EventId,
    /// Its class, where its token says it.
    class: Option<u16>,
    /// The key that signed it, where that is known.
    key_id: Option<KeyId>,
}

/// A genuine ticket, or why it is none.
type Genuine = Result<Presented, Refusal>;

/// A scan being judged.
struct Scan<'a> {
    own: &'a Own,
    by: &'a Actor,
    at: Timestamp,
    id: ScanId,
    gate: Option<&'a str>,
    here: Option<EventRow>,
    by_hand: bool,
}

/// How a scan was judged.
#[derive(Clone, Copy)]
struct Judged {
    /// Why not; none is an admission.
    reason: Option<Refusal>,
    /// The reason of the hour against which the holder is let in all the same.
    out_of_hours: Option<Refusal>,
}

impl Judged {
    const fn refused(reason: Refusal) -> Self {
        Self { reason: Some(reason), out_of_hours: None }
    }
}

/// What the cloud said of an admission, if it was asked.
#[derive(Default)]
struct Asked {
    answer: Option<GateAnswer>,
    /// It should have been asked, and did not answer in time.
    offline: bool,
}

impl Station {
    /// Judges a scanned text and records the scan; an admission is on disk when this returns.
    pub fn admit(&self, by: &Actor, request: &ScanRequest) -> Result<Verdict, Fault> {
        let ScanRequest { text, gate, event_id, any_time } = request;
        let what = Shown::Code(text.clone());
        self.judge_showing(by, Showing { what, gate: gate.clone(), event_id: *event_id, any_time: *any_time })
    }

    /// Judges and records a ticket that was chosen from its order, as [`Station::admit`] does.
    pub fn admit_by_hand(&self, by: &Actor, request: &HandRequest) -> Result<Verdict, Fault> {
        let HandRequest { ticket_id, gate, event_id, any_time } = request;
        let what = Shown::Chosen(*ticket_id);
        self.judge_showing(by, Showing { what, gate: gate.clone(), event_id: *event_id, any_time: *any_time })
    }

    /// Lets in all the same whom the hour alone kept out: judges what that scan showed once more, whatever the hour.
    pub fn let_in(&self, by: &Actor, scan_id: ScanId) -> Result<Verdict, Fault> {
        let showing = self.out_of_hours().find(scan_id).ok_or_else(|| {
            let message = "This scan was not refused for the hour, or it is no longer remembered. Scan the ticket again.";
            Fault::new(Code::NotFound, message)
        })?;
        self.judge_showing(by, Showing { any_time: true, ..showing })
    }

    fn judge_showing(&self, by: &Actor, showing: Showing) -> Result<Verdict, Fault> {
        let own = self.own()?;
        self.check_only_copy()?;
        let gate = showing.gate.as_deref().map(|gate| checked_name("The gate", gate)).transpose()?;
        if showing.any_time && !self.store.read(|read| supervises(read, by))? {
            let message = "Only a supervisor lets somebody in outside the hours. Ask one to sign in.";
            return Err(Fault::new(Code::NotAllowed, message));
        }
        let genuine = match &showing.what {
            Shown::Code(text) => self.authenticated(text)?,
            Shown::Chosen(ticket_id) => Ok(self.chosen(&own, *ticket_id)?),
        };
        let asked = self.ask(&own, gate.as_deref(), &showing, &genuine)?;
        let by_hand = matches!(showing.what, Shown::Chosen(_));
        let verdict = self.write(|tx| {
            let at = self.clock.now();
            let id = ScanId::new(at, draw(self.random.as_ref())?);
            let gate = gate.as_deref();
            let here = showing.event_id.map(|id| tx.event(id)?.ok_or_else(gone)).transpose()?;
            let scan = Scan { own: &own, by, at, id, gate, here, by_hand };
            let (known, judged) = match &genuine {
                Err(reason) => (None, Judged::refused(*reason)),
                Ok(presented) => match known(tx, &own, presented, asked.answer.as_ref())? {
                    // Another process has removed the event since the keys were read.
                    None => (None, Judged::refused(Refusal::UnknownIssuer)),
                    Some(known) => {
                        let event_id = scan.here.as_ref().map(|row| row.event.event_id);
                        let here = AtGate { event_id, gate: gate.map(str::to_owned), at, any_time: false };
                        let judged = judged(&known, &here, showing.any_time);
                        // A code that nothing vouches for may name anybody's ticket: whose, is not shown.
                        (Some(known).filter(|_| judged.reason != Some(Refusal::KeyRevoked)), judged)
                    }
                },
            };
            self.record_scan(tx, &scan, known.as_ref(), judged)?;
            let other_keyboard = judged.reason == Some(Refusal::NotATicket) && showing.what.other_keyboard();
            Ok(Verdict { other_keyboard, ..scan.verdict(known, judged, asked.offline) })
        })?;
        if verdict.reason.is_some_and(Refusal::is_out_of_hours) {
            self.out_of_hours().remember(verdict.scan_id, showing);
        }
        self.tell_news();
        Ok(verdict)
    }

    /// Asks the cloud whether this is the first admission, when nothing here speaks against it.
    fn ask(
        &self,
        own: &Own,
        gate: Option<&str>,
        showing: &Showing,
        genuine: &Genuine,
    ) -> Result<Asked, Fault> {
        let (true, Ok(presented)) = (self.has_cloud(), genuine) else {
            return Ok(Asked::default());
        };
        let at = self.clock.now();
        let place = AtGate {
            event_id: showing.event_id,
            gate: gate.map(str::to_owned),
            at,
            any_time: showing.any_time,
        };
        let annulments = self.store.read::<_, Fault>(|read| {
            let known = known(read, own, presented, None)?;
            let shared = |known: &Known| known.event.publication.is_live();
            let would = known.filter(|known| shared(known) && judge(&known.facts, &place).is_ok());
            Ok(would.map(|known| known.annulments))
        })?;
        let Some(annulments) = annulments else { return Ok(Asked::default()) };
        if !self.online() {
            return Ok(Asked { answer: None, offline: true });
        }
        let ticket_id = presented.ticket_id;
        let ask = AdmissionAsk {
            event_id: presented.event_id,
            ticket_id,
            admission_id: admission_id_after(own.station_id, ticket_id, annulments),
            annulled: annulled_admissions(own.station_id, ticket_id, annulments),
            at: at.as_millisecond().saturating_sub(self.link.clock_offset()),
            gate: gate.map(str::to_owned),
        };
        match self.ask_within(Door::Admissions, &ask, Some(BUDGET)) {
            Ok(Ok(answer)) => Ok(Asked { answer: Some(answer), offline: false }),
            Ok(Err(refusal)) => {
                self.hear_of_itself(refusal)?;
                // A copy of the station's file admits nobody from now on.
                self.check_only_copy()?;
                Ok(Asked { answer: None, offline: true })
            }
            Err(StepError::Cloud(_)) => Ok(Asked { answer: None, offline: true }),
            Err(StepError::Here(fault)) => Err(fault),
        }
    }

    fn authenticated(&self, text: &str) -> Result<Genuine, Fault> {
        if text.len() > TEXT_MAX {
            return Ok(Err(Refusal::NotATicket));
        }
        let text = &scanned(text).text;
        let found = match authenticate(text, &self.issuers(false)?) {
            // Another process may have added an event since the keys were read.
            Err(Refusal::UnknownIssuer) => authenticate(text, &self.issuers(true)?),
            known => known,
        };
        Ok(found.map(|(token, event_id)| Presented {
            ticket_id: token.payload.ticket,
            event_id,
            class: Some(token.payload.class),
            key_id: Some(token.payload.key_id),
        }))
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

/// Judges a ticket; where the hour alone is wrong and is not asked about, whatever else is wrong.
fn judged(known: &Known, here: &AtGate, any_time: bool) -> Judged {
    match judge(&known.facts, here) {
        Ok(()) => Judged { reason: None, out_of_hours: None },
        Err(reason) if any_time && reason.is_out_of_hours() => {
            let other = judge(&known.facts, &AtGate { any_time, ..here.clone() }).err();
            Judged { reason: other, out_of_hours: other.is_none().then_some(reason) }
        }
        Err(reason) => Judged::refused(reason),
    }
}

/// Whether somebody may undo and override: a supervisor, or the technician at the command line.
fn supervises(read: &Read<'_>, by: &Actor) -> Result<bool, Fault> {
    let Actor::Staff(staff_id) = by else { return Ok(true) };
    let staff = read.staff()?;
    Ok(staff.iter().any(|row| row.staff_id == *staff_id && row.role >= Role::Supervisor))
}

/// Until when an admission can be undone.
fn undo_until(at: Timestamp) -> Timestamp {
    at.checked_add(UNDONE_WITHIN).unwrap_or(Timestamp::MAX)
}

impl Scan<'_> {
    fn verdict(&self, known: Option<Known>, judged: Judged, offline: bool) -> Verdict {
        let Judged { reason, out_of_hours } = judged;
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
            other_keyboard: false,
            by_hand: self.by_hand,
            out_of_hours,
            undo_until: reason.is_none().then(|| undo_until(self.at)),
        }
    }
}
