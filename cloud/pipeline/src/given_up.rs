//! Messages that their queue gives up after this try. They are kept as dead letters, which an operator sees; the house
//! hears of them too: a conflict of the message's event, which its stations show.
//!
//! Only a message that a station of the house has signed is told, and only of an event of that house. Anything else could
//! have come from anybody.

use serde_json::Value;
use wicket_domain::cloud::{Approval, ConflictKind, ConflictRecord};
use wicket_domain::door::{Audience, SealedEnvelope};
use wicket_domain::pipeline::conflict;

use crate::conflicts::{self, facts};
use crate::fault::Fault;
use crate::houses::Houses;
use crate::queue::{Batch, Failures};
use crate::senders::Senders;
use crate::world::World;

/// A longer text is cut.
const WORDS_MAX: usize = 400;
/// A longer id is none.
const ID_MAX: usize = 64;

/// Tells the houses of those messages of a batch that have failed for the last time.
pub(crate) async fn tell(
    world: &World,
    senders: &mut Senders,
    houses: &Houses,
    batch: &Batch,
    failures: &Failures,
) {
    for failure in &failures.batch_item_failures {
        let message = batch.records.iter().find(|message| message.message_id == failure.item_identifier);
        let Some(message) = message.filter(|message| message.tries() >= world.tries) else { continue };
        let told = match of(world, senders, houses, &message.body, &failure.why).await {
            Ok(Some(record)) => conflicts::report(world, &record).await,
            Ok(None) => Ok(()),
            Err(fault) => Err(fault),
        };
        if let Err(fault) = told {
            tracing::warn!(item = %message.message_id, fault = %fault, "the house was not told of a dead letter");
        }
    }
}

async fn of(
    world: &World,
    senders: &mut Senders,
    houses: &Houses,
    body: &str,
    why: &str,
) -> Result<Option<ConflictRecord>, Fault> {
    let Some(envelope) = SealedEnvelope::read(body) else { return Ok(None) };
    let station = senders.station(world, &envelope.venue, envelope.station_id).await?;
    let audience = Audience { environment: world.environment.clone(), venue: envelope.venue.clone() };
    let signed = station.is_some_and(|station| {
        station.approval != Approval::Pending && audience.has_signed_message(&station.public_key, &envelope)
    });
    let content: Value = serde_json::from_str(envelope.body.get())?;
    let id = |name: &str| {
        let id = content.get(name).and_then(Value::as_str)?;
        let sound = id.len() <= ID_MAX && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        sound.then(|| id.to_owned())
    };
    let Some(event) = id("concertId").or_else(|| id("eventId")).filter(|_| signed) else { return Ok(None) };
    if houses.owner(world, &event).await? != Some(envelope.venue.to_string()) {
        return Ok(None);
    }
    let first = facts([("reason", Some(why.chars().take(WORDS_MAX).collect()))]);
    let second = facts([
        ("orderId", id("orderId")),
        ("orderCode", id("orderCode")),
        ("ticketId", id("ticketId")),
        ("station", Some(envelope.station_id.to_string())),
        ("at", moment_of(&envelope.occurred_at)),
    ]);
    let conflict_id = conflict::rejected(&envelope.message_id, "given up");
    let kind = ConflictKind::MessageRejected;
    let record = conflicts::conflict(kind, &event, conflict_id, world.millis(), (first, second));
    Ok(Some(ConflictRecord { order_id: id("orderId"), ticket_id: id("ticketId"), ..record }))
}

/// A time as it was sent, where it is one.
fn moment_of(text: &str) -> Option<String> {
    text.parse::<jiff::Timestamp>().ok().map(|at| at.to_string())
}
