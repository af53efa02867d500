//! `PrintNotification`: writes to the audit log what the topics carried: each order, and each letter that went out to
//! the subscriber who sends it on to the fan. Ids only; the messages themselves name people.

use std::collections::HashMap;

use serde::Deserialize;

use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::world::World;

/// The function.
pub struct PrintNotification;

/// Notifications of a topic.
#[derive(Debug, Clone, Deserialize)]
pub struct SnsEvent {
    /// One each.
    #[serde(rename = "Records", default)]
    pub records: Vec<SnsRecord>,
}

/// One notification.
#[derive(Debug, Clone, Deserialize)]
pub struct SnsRecord {
    /// What was published.
    #[serde(rename = "Sns")]
    pub sns: SnsNotification,
}

/// What was published. Only what the log says is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SnsNotification {
    /// The topic's id for it.
    #[serde(default)]
    pub message_id: String,
    /// When, as the topic says it.
    #[serde(default)]
    pub timestamp: String,
    /// The text: an order, or what a letter's other subscribers get.
    #[serde(default)]
    pub message: String,
    /// `eventType`; of a letter also `orderId`, `concertId`, `channel`.
    #[serde(default)]
    pub message_attributes: HashMap<String, SnsAttribute>,
}

/// A message attribute.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SnsAttribute {
    /// Its value.
    #[serde(default)]
    pub value: String,
}

/// What the log says of a message.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Ids {
    order_id: String,
    concert_id: String,
    channel: String,
}

impl SnsNotification {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.message_attributes.get(name).map(|attribute| attribute.value.as_str())
    }

    /// From the attributes, or else from the message.
    fn ids(&self) -> Ids {
        let said: Ids = serde_json::from_str(&self.message).unwrap_or_default();
        let id = |name, said| self.attribute(name).map_or(said, str::to_owned);
        Ids {
            order_id: id("orderId", said.order_id),
            concert_id: id("concertId", said.concert_id),
            channel: id("channel", said.channel),
        }
    }

    /// What happened, in a word and in a sentence.
    fn event(&self) -> (&'static str, &'static str) {
        match self.attribute("eventType") {
            Some("purchase") => ("sold", "an order was published"),
            Some("tickets_ready") | None => ("notified", "a letter to a fan was handed on"),
            Some(_) => ("published", "something was published"),
        }
    }
}

impl Function for PrintNotification {
    type Event = SnsEvent;
    type Answer = ();

    const NEEDS: &'static [Need] = &[];

    fn new(_: World) -> Self {
        Self
    }

    async fn handle(&self, event: SnsEvent, _: &Call) -> Result<(), Fault> {
        for SnsRecord { sns } in &event.records {
            let (Ids { order_id, concert_id, channel }, (audit, what)) = (sns.ids(), sns.event());
            tracing::info!(
                audit,
                notification = %sns.message_id,
                order = order_id,
                event = concert_id,
                channel,
                at = %sns.timestamp,
                "{what}"
            );
        }
        Ok(())
    }
}
