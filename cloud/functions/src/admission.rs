//! `AdmissionRecorder`: the first admission of a ticket wins (`docs/contract.md`, "Admission in the cloud").
//!
//! The gate makes the same write by itself when it is online; whichever comes first, both end the same. A second
//! admission, or one with a ticket that no longer stood, is a conflict with both sides' facts.
//!
//! An annulment takes back the admission with its id and no other. The ticket remembers that id, and each entry names
//! the undone ones before it: so entries and annulments of one station end the same in any order, however often they
//! come (`docs/adr/0013-an-admissions-id-follows-from-station-and-ticket.md`).

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_sdk_dynamodb::types::AttributeValue;
use wicket_domain::cloud::{CloudTicketStatus, ConflictKind};
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::message::Admission;
use wicket_domain::pipeline::{Faults, Stamp, StationMessage, conflict};

use crate::batch;
use crate::cloud::{Call, Cloud, Function, MissingSetting, Settings};
use crate::conflicts::{self, facts, moment};
use crate::fault::Fault;
use crate::metrics;
use crate::table::{Change, Item, Written, number, number_of, text, text_of};

/// The function.
pub struct AdmissionRecorder {
    cloud: Cloud,
    dynamo: aws_sdk_dynamodb::Client,
    tickets: String,
    conflicts: String,
    environment: String,
}

/// A stale read of the ticket lets an annulment be tried again so often; then its message comes again.
const TRIES: usize = 5;

/// Somebody was let in, or that was undone.
struct Entry<'a> {
    scan: &'a Admission,
    admission_id: String,
    ticket_id: TicketId,
    event_id: EventId,
    /// By the cloud's clock, in milliseconds.
    at: i64,
}

impl Function for AdmissionRecorder {
    type Event = SqsEvent;
    type Answer = SqsBatchResponse;

    fn new(cloud: &Cloud, settings: &Settings) -> Result<Self, MissingSetting> {
        Ok(Self {
            cloud: cloud.clone(),
            dynamo: cloud.dynamo(),
            tickets: settings.get("TICKETS_TABLE")?,
            conflicts: settings.get("CONFLICTS_TABLE")?,
            environment: settings.environment(),
        })
    }

    async fn handle(&self, event: SqsEvent, call: &Call) -> Result<SqsBatchResponse, Fault> {
        let (mut entries, mut annulments, mut refusals) = (0, 0, 0);
        let response = batch::each(&event, call, async |body: &str| {
            let (stamp, message) = StationMessage::parse(body)?;
            let StationMessage::Admission(scan) = message else {
                return Err(Faults::one("kind", "Sales and reprints go to the station queue.").into());
            };
            match (scan.outcome.as_str(), entry(&stamp, &scan)) {
                ("entry", Some(entry)) => {
                    self.record(&stamp, &entry).await?;
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
        let counts = [("Admissions", entries), ("Annulments", annulments), ("Refusals", refusals)];
        metrics::count(&self.cloud, &self.environment, &counts);
        Ok(response)
    }
}

/// The entry that a scan is or undoes; none for a refusal, which changes nothing here.
fn entry<'a>(stamp: &Stamp, scan: &'a Admission) -> Option<Entry<'a>> {
    let (ticket_id, event_id) = (scan.ticket_id?, scan.event_id?);
    Some(Entry {
        scan,
        admission_id: scan.admission_id.unwrap_or(scan.scan_id).to_string(),
        ticket_id,
        event_id,
        at: stamp.corrected(scan.scanned_at),
    })
}

impl AdmissionRecorder {
    async fn record(&self, stamp: &Stamp, entry: &Entry<'_>) -> Result<(), Fault> {
        let now = self.cloud.millis();
        let Written::No(item) = self.used(stamp, entry, now).write(&self.dynamo).await? else {
            tracing::info!(ticket = %entry.ticket_id, admission = %entry.admission_id, "admitted");
            return Ok(());
        };
        let item = item.unwrap_or_default();
        let known = text_of(&item, "admissionId") == Some(&entry.admission_id);
        if known || was_annulled(&item, &entry.admission_id) {
            return Ok(());
        }
        self.report(stamp, entry, &item, now).await
    }

    fn used(&self, stamp: &Stamp, entry: &Entry<'_>, now: i64) -> Change {
        let change = Change::of(&self.tickets, [("ticketId", text(entry.ticket_id.to_string()))])
            .set("status", text(CloudTicketStatus::Used.as_str()))
            .set("admissionId", text(&entry.admission_id))
            .set("validatedAt", number(entry.at))
            .set_once("eventId", text(entry.event_id.to_string()))
            .set_some("gate", entry.scan.gate.as_deref().map(text))
            .set("station", text(station(stamp, entry)))
            .set("updatedAt", number(now))
            .with("valid", text(CloudTicketStatus::Valid.as_str()));
        let first =
            "attribute_not_exists(#admissionId) AND (attribute_not_exists(#status) OR #status = :valid)";
        let fresh = "NOT contains(#annulled, :admissionId)";
        let undone: Vec<_> = entry.scan.annulled.iter().map(ToString::to_string).collect();
        if undone.is_empty() {
            return change.only_if(format!("{fresh} AND {first}"));
        }
        // In place of an undone entry, whose annulment may still be on its way.
        let mut listed = Vec::with_capacity(undone.len());
        let mut change = if entry.scan.gate.is_none() { change.remove("gate") } else { change };
        for (index, id) in undone.iter().enumerate() {
            let name = format!("undone{index}");
            listed.push(format!(":{name}"));
            change = change.with(&name, text(id));
        }
        let listed = listed.join(", ");
        change
            .add("annulled", AttributeValue::Ss(undone))
            .only_if(format!("{fresh} AND ({first} OR #status = :status AND #admissionId IN ({listed}))"))
    }

    /// Takes an entry back: the ticket is valid again where that entry is the one that used it, and the entry's id is
    /// remembered in any case.
    async fn annul(&self, entry: &Entry<'_>) -> Result<(), Fault> {
        let mut now = self.cloud.millis();
        let mut status = CloudTicketStatus::Used.as_str().to_owned();
        for _ in 0..TRIES {
            let Written::No(item) = self.given_back(entry, &status, now).write(&self.dynamo).await? else {
                tracing::info!(ticket = %entry.ticket_id, admission = %entry.admission_id, "annulled");
                return Ok(());
            };
            let item = item.unwrap_or_default();
            if text_of(&item, "admissionId") == Some(&entry.admission_id) {
                // Stations take nothing that is older: a gate's clock may be ahead of this one.
                now = number_of(&item, "updatedAt").map_or(now, |before| now.max(before));
                status = text_of(&item, "status").unwrap_or_default().to_owned();
                continue;
            }
            if was_annulled(&item, &entry.admission_id) {
                return Ok(());
            }
            if let Written::Yes(_) = self.remembered(entry, now).write(&self.dynamo).await? {
                return Ok(());
            }
        }
        Err(Fault::Broken("the ticket changed under each try to annul its admission".to_owned()))
    }

    /// `status` is the ticket's as it is known: one that has fallen since stays fallen.
    fn given_back(&self, entry: &Entry<'_>, status: &str, now: i64) -> Change {
        let used = status == CloudTicketStatus::Used.as_str();
        Change::of(&self.tickets, [("ticketId", text(entry.ticket_id.to_string()))])
            .set("status", text(if used { CloudTicketStatus::Valid.as_str() } else { status }))
            .set("updatedAt", number(now))
            .remove("admissionId")
            .remove("validatedAt")
            .remove("gate")
            .remove("station")
            .add("annulled", AttributeValue::Ss(vec![entry.admission_id.clone()]))
            .with("known", text(status))
            .with("admissionId", text(&entry.admission_id))
            .only_if("#admissionId = :admissionId AND #status = :known AND #updatedAt <= :updatedAt")
    }

    /// The id of an entry that has not come, or that did not use the ticket: it never will.
    fn remembered(&self, entry: &Entry<'_>, now: i64) -> Change {
        Change::of(&self.tickets, [("ticketId", text(entry.ticket_id.to_string()))])
            .set_once("eventId", text(entry.event_id.to_string()))
            .set_once("status", text(CloudTicketStatus::Valid.as_str()))
            .set_once("updatedAt", number(now))
            .add("annulled", AttributeValue::Ss(vec![entry.admission_id.clone()]))
            .with("admissionId", text(&entry.admission_id))
            .only_if("attribute_not_exists(#admissionId) OR #admissionId <> :admissionId")
    }

    async fn report(&self, stamp: &Stamp, entry: &Entry<'_>, item: &Item, now: i64) -> Result<(), Fault> {
        let word = |name: &str| text_of(item, name).map(str::to_owned);
        let first = facts([
            ("admissionId", word("admissionId")),
            ("station", word("station")),
            ("gate", word("gate")),
            ("status", word("status")),
            ("at", number_of(item, "validatedAt").and_then(moment)),
        ]);
        let second = facts([
            ("admissionId", Some(entry.admission_id.clone())),
            ("station", Some(station(stamp, entry))),
            ("gate", entry.scan.gate.clone()),
            ("at", moment(entry.at)),
        ]);
        let other = word("admissionId").or_else(|| word("status")).unwrap_or_default();
        let ticket_id = entry.ticket_id.to_string();
        let id = conflict::admission(&ticket_id, &entry.admission_id, &other);
        let kind = ConflictKind::TicketAdmittedTwice;
        let event_id = entry.event_id.to_string();
        let mut record = conflicts::conflict(kind, &event_id, id, now, (first, second));
        record.ticket_id = Some(ticket_id);
        record.order_id = word("orderId");
        record.seat_id = word("seatId");
        conflicts::report(&self.dynamo, &self.conflicts, &record).await
    }
}

/// Whether an admission with this ticket was undone.
fn was_annulled(item: &Item, admission_id: &str) -> bool {
    let undone = item.get("annulled").and_then(|value| value.as_ss().ok());
    undone.is_some_and(|undone| undone.iter().any(|id| id == admission_id))
}

/// The admitting station's name, or its id while it has none.
fn station(stamp: &Stamp, entry: &Entry<'_>) -> String {
    let name = &entry.scan.station_name;
    if name.is_empty() { stamp.station_id.to_string() } else { name.clone() }
}
