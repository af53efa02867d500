//! Messages as they go out: wrapped, and signed with the station's key.

use serde_json::value::RawValue;
use wicket_domain::message::{Envelope, MessageKind};
use wicket_domain::pipeline::wire;
use wicket_store::OutboxRow;

use crate::fault::{Code, Fault};
use crate::keys::Own;

/// A message as it goes out, signed.
pub(crate) fn envelope(own: &Own, row: &OutboxRow, clock_offset_ms: i64) -> Result<String, Fault> {
    let mut envelope = unsigned(own, row, clock_offset_ms)?;
    envelope.signature = own.audience.sign_message(&own.key, &envelope);
    written(row, &envelope)
}

/// The same for whoever reads it only here, and inside a sale: signing takes longer than the reading.
pub(crate) fn draft(own: &Own, row: &OutboxRow, clock_offset_ms: i64) -> Result<String, Fault> {
    let mut envelope = unsigned(own, row, clock_offset_ms)?;
    // As long as a signature, so that the whole is as long as what goes out.
    envelope.signature = "0".repeat(128);
    written(row, &envelope)
}

fn written(row: &OutboxRow, envelope: &Envelope<Box<RawValue>>) -> Result<String, Fault> {
    serde_json::to_string(envelope).map_err(|_| unreadable(row, "it cannot be written as JSON"))
}

fn unreadable(row: &OutboxRow, what: &str) -> Fault {
    Fault::new(Code::Internal, format!("Message {} cannot be sent: {what}.", row.sequence))
}

fn unsigned(own: &Own, row: &OutboxRow, clock_offset_ms: i64) -> Result<Envelope<Box<RawValue>>, Fault> {
    let kinds = [MessageKind::Purchase, MessageKind::Admission, MessageKind::Reprint];
    let kind = kinds.into_iter().find(|kind| kind.as_str() == row.kind);
    let body =
        RawValue::from_string(row.body.clone()).map_err(|_| unreadable(row, "its body is not JSON"))?;
    Ok(Envelope {
        message_id: row.message_id,
        venue: own.audience.venue.clone(),
        station_id: own.station_id,
        epoch: row.epoch,
        sequence: row.sequence,
        kind: kind.ok_or_else(|| unreadable(row, "its kind is unknown"))?,
        occurred_at: wire::clock_time(row.occurred_at),
        clock_offset_ms,
        body,
        signature: String::new(),
    })
}
