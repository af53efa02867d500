//! `AdmissionRecorder`: the first admission of a ticket wins (`docs/contract.md`, "Admission in the cloud").
//!
//! The gate makes the same write by itself when it is online; whichever comes first, both end the same. A second
//! admission, or one with a ticket that no longer stood, is a conflict with both sides' facts.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
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

/// Somebody was let in.
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
        let (mut entries, mut refusals) = (0, 0);
        let response = batch::each(&event, call, async |body: &str| {
            let (stamp, message) = StationMessage::parse(body)?;
            let StationMessage::Admission(scan) = message else {
                return Err(Faults::one("kind", "Sales and reprints go to the station queue.").into());
            };
            match entry(&stamp, &scan) {
                Some(entry) => {
                    self.record(&stamp, &entry).await?;
                    entries += 1;
                }
                None => refusals += 1,
            }
            Ok(())
        })
        .await;
        let counts = [("Admissions", entries), ("Refusals", refusals)];
        metrics::count(&self.cloud, &self.environment, &counts);
        Ok(response)
    }
}

/// The entry that a scan is; none for a refusal, which changes nothing here.
fn entry<'a>(stamp: &Stamp, scan: &'a Admission) -> Option<Entry<'a>> {
    let (ticket_id, event_id) = (scan.ticket_id?, scan.event_id?);
    (scan.outcome == "entry").then(|| Entry {
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
        if text_of(&item, "admissionId") == Some(&entry.admission_id) {
            return Ok(());
        }
        self.report(stamp, entry, &item, now).await
    }

    fn used(&self, stamp: &Stamp, entry: &Entry<'_>, now: i64) -> Change {
        Change::of(&self.tickets, [("ticketId", text(entry.ticket_id.to_string()))])
            .set("status", text(CloudTicketStatus::Used.as_str()))
            .set("admissionId", text(&entry.admission_id))
            .set("validatedAt", number(entry.at))
            .set_once("eventId", text(entry.event_id.to_string()))
            .set_some("gate", entry.scan.gate.as_deref().map(text))
            .set("station", text(station(stamp, entry)))
            .set("updatedAt", number(now))
            .with("valid", text(CloudTicketStatus::Valid.as_str()))
            .only_if(
                "attribute_not_exists(#admissionId) AND (attribute_not_exists(#status) OR #status = :valid)",
            )
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

/// The admitting station's name, or its id while it has none.
fn station(stamp: &Stamp, entry: &Entry<'_>) -> String {
    let name = &entry.scan.station_name;
    if name.is_empty() { stamp.station_id.to_string() } else { name.clone() }
}
