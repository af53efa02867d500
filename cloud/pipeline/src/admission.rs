//! `AdmissionRecorder`: the first admission of a ticket wins (`docs/contract.md`, "Admission in the cloud").
//!
//! The gate makes the same write by itself when it is online; whichever comes first, both end the same. A second
//! admission, or one with a ticket that no longer stood, is a conflict with both sides' facts.
//!
//! An annulment takes back the admission with its id and no other. The ticket remembers that id, and each entry names
//! the undone ones before it: so entries and annulments of one station end the same in any order, however often they
//! come (`docs/adr/0013-an-admissions-id-follows-from-station-and-ticket.md`).

use wicket_domain::cloud::rules::{self, FirstAdmission, was_annulled};
use wicket_domain::cloud::{CloudTicketStatus, ConflictKind};
use wicket_domain::message::Admission;
use wicket_domain::pipeline::{Faults, Stamp, StationMessage, conflict};
use wicket_domain::table::{Item, Table};

use crate::batch;
use crate::conflicts::{self, facts, moment};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::given_up;
use crate::houses::Houses;
use crate::queue::{Batch, Failures};
use crate::senders::{Senders, Sends};
use crate::world::{World, Written};

/// The function.
pub struct AdmissionRecorder {
    world: World,
    houses: Houses,
}

/// A stale read of the ticket lets an annulment be tried again so often; then its message comes again.
const TRIES: usize = 5;

impl Function for AdmissionRecorder {
    type Event = Batch;
    type Answer = Failures;

    const NEEDS: &'static [Need] = &[
        Need::Table(Table::Tickets),
        Need::Table(Table::Conflicts),
        Need::Table(Table::Stations),
        Need::Table(Table::Events),
        Need::Tries,
    ];

    fn new(world: World) -> Self {
        Self { world, houses: Houses::default() }
    }

    async fn handle(&self, batch: Batch, call: &Call) -> Result<Failures, Fault> {
        let (mut entries, mut annulments, mut refusals) = (0, 0, 0);
        let mut senders = Senders::default();
        let failures = batch::each(&self.world, &batch, call, async |body: &str| {
            let (stamp, message) = senders.open(&self.world, body, Sends::Scans).await?;
            let StationMessage::Admission(scan) = message else {
                return Err(Faults::one("kind", "Sales and reprints go to the station queue.").into());
            };
            if let Some(event_id) = scan.event_id {
                self.houses.check_message(&self.world, &stamp.venue, &event_id.to_string()).await?;
            }
            match (scan.outcome.as_str(), entry(&stamp, &scan)) {
                ("entry", Some(entry)) => {
                    self.record(&entry).await?;
                    entries += 1;
                }
                ("annulment", Some(entry)) => {
                    self.annul(&entry).await?;
                    annulments += 1;
                }
                _ => refusals += 1,
            }
            Ok(())
        })
        .await;
        given_up::tell(&self.world, &mut senders, &self.houses, &batch, &failures).await;
        self.world.count(&[("Admissions", entries), ("Annulments", annulments), ("Refusals", refusals)]);
        Ok(failures)
    }
}

/// The entry that a scan is or undoes; none for a refusal, which changes nothing here.
fn entry(stamp: &Stamp, scan: &Admission) -> Option<FirstAdmission> {
    let (ticket_id, event_id) = (scan.ticket_id?, scan.event_id?);
    // A station is named by its id while it has no name.
    let named = Some(scan.station_name.clone()).filter(|name| !name.is_empty());
    Some(FirstAdmission {
        ticket_id: ticket_id.to_string(),
        event_id: event_id.to_string(),
        admission_id: scan.admission_id.unwrap_or(scan.scan_id).to_string(),
        undone: scan.annulled.iter().map(ToString::to_string).collect(),
        at: stamp.corrected(scan.scanned_at),
        gate: scan.gate.clone(),
        station: named.unwrap_or_else(|| stamp.station_id.to_string()),
    })
}

/// Refuses a scan of a ticket that the cloud knows as another event's.
fn check_event(ticket: &Item, event_id: &str) -> Result<(), Faults> {
    if ticket.text("eventId").is_some_and(|event| event != event_id) {
        return Err(Faults::one("eventId", "The ticket is another event's."));
    }
    Ok(())
}

impl AdmissionRecorder {
    async fn record(&self, entry: &FirstAdmission) -> Result<(), Fault> {
        let now = self.world.millis();
        let Written::No(item) = self.world.write(rules::admit(entry, now)).await? else {
            tracing::info!(ticket = %entry.ticket_id, admission = %entry.admission_id, "admitted");
            return Ok(());
        };
        let item = item.unwrap_or_default();
        check_event(&item, &entry.event_id)?;
        let known = item.text("admissionId") == Some(&entry.admission_id);
        if known || was_annulled(&item, &entry.admission_id) {
            return Ok(());
        }
        self.report(entry, &item, now).await
    }

    /// Takes an entry back: the ticket is valid again where that entry is the one that used it, and the entry's id is
    /// remembered in any case.
    async fn annul(&self, entry: &FirstAdmission) -> Result<(), Fault> {
        let FirstAdmission { ticket_id, event_id, admission_id, .. } = entry;
        let mut now = self.world.millis();
        let mut status = CloudTicketStatus::Used.as_str().to_owned();
        for _ in 0..TRIES {
            let given_back = rules::annul(ticket_id, event_id, admission_id, &status, now);
            let Written::No(item) = self.world.write(given_back).await? else {
                tracing::info!(ticket = %ticket_id, admission = %admission_id, "annulled");
                return Ok(());
            };
            let item = item.unwrap_or_default();
            check_event(&item, event_id)?;
            if item.text("admissionId") == Some(admission_id) {
                // Stations take nothing that is older: a gate's clock may be ahead of this one.
                now = item.number("updatedAt").map_or(now, |before| now.max(before));
                item.text("status").unwrap_or_default().clone_into(&mut status);
                continue;
            }
            if was_annulled(&item, admission_id) {
                return Ok(());
            }
            let remembered = rules::remember_undone(ticket_id, event_id, admission_id, now);
            if let Written::Yes(_) = self.world.write(remembered).await? {
                return Ok(());
            }
        }
        Err(Fault::Broken("the ticket changed under each try to annul its admission".to_owned()))
    }

    async fn report(&self, entry: &FirstAdmission, item: &Item, now: i64) -> Result<(), Fault> {
        let word = |name: &str| item.text(name).map(str::to_owned);
        let first = facts([
            ("admissionId", word("admissionId")),
            ("station", word("station")),
            ("gate", word("gate")),
            ("status", word("status")),
            ("at", item.number("validatedAt").and_then(moment)),
        ]);
        let second = facts([
            ("admissionId", Some(entry.admission_id.clone())),
            ("station", Some(entry.station.clone())),
            ("gate", entry.gate.clone()),
            ("at", moment(entry.at)),
        ]);
        let other = word("admissionId").or_else(|| word("status")).unwrap_or_default();
        let id = conflict::admission(&entry.ticket_id, &entry.admission_id, &other);
        let kind = ConflictKind::TicketAdmittedTwice;
        let mut record = conflicts::conflict(kind, &entry.event_id, id, now, (first, second));
        record.ticket_id = Some(entry.ticket_id.clone());
        record.order_id = word("orderId");
        record.seat_id = word("seatId");
        conflicts::report(&self.world, &record).await
    }
}
