//! What two places did that cannot both be right, written down once for whoever settles it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use wicket_domain::cloud::{ConflictKind, ConflictRecord};
use wicket_domain::pipeline::TopicMessage;
use wicket_domain::table::{Condition, Key, Table, Write};

use crate::fault::Fault;
use crate::world::World;

/// What one side did.
pub(crate) type Facts = BTreeMap<String, String>;

/// Facts from pairs; what is not known is left out.
pub(crate) fn facts<const N: usize>(pairs: [(&str, Option<String>); N]) -> Facts {
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Milliseconds as people and programs read them.
pub(crate) fn moment(millis: i64) -> Option<String> {
    Timestamp::from_millisecond(millis).ok().map(|at| at.to_string())
}

/// What the seller of an order did.
pub(crate) fn sale_facts(message: &TopicMessage) -> Facts {
    facts([
        ("orderId", Some(message.order_id.clone())),
        ("orderCode", message.order_code.clone()),
        ("station", message.station_id.map(|id| id.to_string())),
        ("channel", Some(message.channel.clone())),
        ("at", Some(message.purchase_timestamp.to_string())),
    ])
}

/// A conflict of an event, found now.
pub(crate) fn conflict(
    kind: ConflictKind,
    event_id: &str,
    conflict_id: String,
    now: i64,
    sides: (Facts, Facts),
) -> ConflictRecord {
    ConflictRecord {
        event_id: event_id.to_owned(),
        conflict_id,
        kind,
        at: now,
        first: sides.0,
        second: sides.1,
        seat_id: None,
        ticket_id: None,
        order_id: None,
        resolved_at: None,
        resolved_by: None,
        updated_at: now,
    }
}

/// Writes a conflict unless it is there already, settled or not.
pub(crate) async fn report(world: &World, record: &ConflictRecord) -> Result<(), Fault> {
    tracing::warn!(kind = record.kind.as_str(), conflict = %record.conflict_id, event = %record.event_id,
        order = record.order_id.as_deref(), "conflict");
    let write = Write::to(Key::pair(Table::Conflicts, &record.event_id, &record.conflict_id))
        .set_record(record)?
        .only_if(Condition::lacks("conflictId"));
    world.write(write).await.map(|_| ())
}
