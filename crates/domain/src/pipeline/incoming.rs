//! What a station sends: the envelope and its three kinds of body, read strictly (`docs/contract.md`, "Messages").

use jiff::Timestamp;

use super::fields::{Faults, Object, Reading};
use super::topic::{NAME_MAX, TopicMessage};
use crate::cloud::{ANNULMENTS_MAX, VenueId};
use crate::id::{MessageId, StationId};
use crate::message::{Admission, Reprint};

/// A message in bytes: what one SNS message may have.
pub const MESSAGE_MAX: usize = 256 * 1024;
/// An entry names at most so many undone ones; a condition of the Tickets table holds as many.
const ANNULLED_MAX: usize = ANNULMENTS_MAX as usize;
const VENUE_HINT: &str = "Write the venue's short name.";
const UUID_HINT: &str = "Write a UUID.";

/// The envelope's own facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The idempotency key.
    pub message_id: MessageId,
    /// The house it is of.
    pub venue: VenueId,
    /// Who sent it.
    pub station_id: StationId,
    /// The station's fence when it was written.
    pub epoch: u32,
    /// Gapless within the station.
    pub sequence: u64,
    /// By the station's clock.
    pub occurred_at: Timestamp,
    /// How far that clock was ahead of the cloud's, in milliseconds.
    pub clock_offset_ms: i64,
}

impl Stamp {
    /// A time of this station's clock by the cloud's, in milliseconds.
    pub fn corrected(&self, at: Timestamp) -> i64 {
        at.as_millisecond().saturating_sub(self.clock_offset_ms)
    }
}

/// What was in the envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StationMessage {
    /// A sale.
    Purchase(Box<TopicMessage>),
    /// A scan at a gate.
    Admission(Box<Admission>),
    /// Tickets printed again.
    Reprint {
        /// Whose.
        order_id: String,
        /// How many times by now.
        times: u32,
    },
}

impl StationMessage {
    /// Reads an envelope of at most [`MESSAGE_MAX`] bytes.
    ///
    /// # Errors
    /// Names every field that is wrong; a kind that is not known is one.
    pub fn parse(text: &str) -> Result<(Stamp, Self), Faults> {
        let mut reading = Reading::default();
        let object = Object::document(text, MESSAGE_MAX)?;
        let stamp = stamp(&object, &mut reading);
        let message = body(&object, &mut reading, stamp.as_ref());
        reading.finish(stamp.zip(message))
    }
}

fn stamp(object: &Object<'_>, reading: &mut Reading) -> Option<Stamp> {
    let message_id = object.parsed(reading, "messageId", UUID_HINT);
    let venue = object.parsed(reading, "venue", VENUE_HINT);
    let station_id = object.parsed(reading, "stationId", UUID_HINT);
    let epoch = object.number(reading, "epoch");
    let sequence = object.number(reading, "sequence");
    let occurred_at = object.timestamp(reading, "occurredAt");
    let clock_offset_ms = object.number(reading, "clockOffsetMs");
    Some(Stamp {
        message_id: message_id?,
        venue: venue?,
        station_id: station_id?,
        epoch: epoch?,
        sequence: sequence?,
        occurred_at: occurred_at?,
        clock_offset_ms: clock_offset_ms?,
    })
}

fn body(object: &Object<'_>, reading: &mut Reading, stamp: Option<&Stamp>) -> Option<StationMessage> {
    let kind = object.text(reading, "kind", 32);
    let body = object.object(reading, "body");
    let (kind, body) = (kind?, body?);
    match kind.as_str() {
        "purchase" => {
            let purchase = TopicMessage::read(&body, reading)?;
            if stamp.is_some_and(|stamp| purchase.station_id.is_some_and(|id| id != stamp.station_id)) {
                reading.fault(body.at("stationId"), "This is not the station that sent the message.");
            }
            // A station cannot say that of its own sale: the inventory looks at each of its seats.
            Some(StationMessage::Purchase(Box::new(TopicMessage { settled: false, ..purchase })))
        }
        "admission" => {
            admission(&body, reading).map(|admission| StationMessage::Admission(Box::new(admission)))
        }
        "reprint" => {
            let (order_id, times) = (body.id(reading, "orderId"), body.number(reading, "times"));
            Some(StationMessage::Reprint { order_id: order_id?, times: times? })
        }
        _ => {
            reading.fault(object.at("kind"), "Write purchase, admission or reprint.");
            None
        }
    }
}

fn admission(body: &Object<'_>, reading: &mut Reading) -> Option<Admission> {
    let scan_id = body.parsed(reading, "scanId", UUID_HINT);
    let admission_id = body.maybe_parsed(reading, "admissionId", UUID_HINT);
    let event_id = body.maybe_parsed(reading, "eventId", UUID_HINT);
    let ticket_id = body.maybe_parsed(reading, "ticketId", UUID_HINT);
    let outcome = body.text(reading, "outcome", 32);
    match outcome.as_deref() {
        Some("entry") => {
            let needed = [("eventId", event_id.is_none()), ("ticketId", ticket_id.is_none())];
            need(body, reading, &needed, "This is missing: somebody was let in.");
        }
        Some("annulment") => {
            let needed = [
                ("eventId", event_id.is_none()),
                ("ticketId", ticket_id.is_none()),
                ("admissionId", admission_id.is_none()),
            ];
            need(body, reading, &needed, "This is missing: an entry was undone.");
        }
        Some("refusal") | None => {}
        Some(_) => reading.fault(body.at("outcome"), "Write entry, refusal or annulment."),
    }
    let reason = body.maybe_text(reading, "reason", 64);
    let gate = body.maybe_text(reading, "gate", NAME_MAX);
    let station_name = body.maybe_text(reading, "stationName", NAME_MAX).unwrap_or_default();
    let scanned_at = body.timestamp(reading, "scannedAt");
    let by_hand = body.flag(reading, "byHand");
    let out_of_hours = body.maybe_text(reading, "outOfHours", 64);
    let by = body.maybe_text(reading, "by", NAME_MAX);
    let annuls = body.maybe_parsed(reading, "annuls", UUID_HINT);
    let annulled = body.maybe_all_parsed(reading, "annulled", ANNULLED_MAX, UUID_HINT);
    Some(Admission {
        scan_id: scan_id?,
        admission_id,
        station_name,
        event_id,
        ticket_id,
        outcome: outcome?,
        reason,
        gate,
        scanned_at: scanned_at?,
        by_hand,
        out_of_hours,
        by,
        annuls,
        annulled,
    })
}

/// Faults each field that has to be there and is not; one that is there and cannot be read has its fault already.
fn need(body: &Object<'_>, reading: &mut Reading, fields: &[(&str, bool)], message: &str) {
    for (name, _) in fields.iter().filter(|(name, missing)| *missing && !body.has(name)) {
        reading.fault(body.at(name), message);
    }
}

impl From<Reprint> for StationMessage {
    fn from(reprint: Reprint) -> Self {
        Self::Reprint { order_id: reprint.order_id.to_string(), times: reprint.times }
    }
}
