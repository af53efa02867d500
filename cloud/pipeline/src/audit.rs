//! `PrintNotification`: writes to the audit log which letters went out to the topic's subscriber, who sends them on to
//! the fans. Ids only; the text itself names people.

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
    /// `orderId`, `concertId`, `channel`.
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

impl SnsNotification {
    fn attribute(&self, name: &str) -> &str {
        self.message_attributes.get(name).map_or("", |attribute| attribute.value.as_str())
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
            tracing::info!(
                audit = "notified",
                notification = %sns.message_id,
                order = sns.attribute("orderId"),
                event = sns.attribute("concertId"),
                channel = sns.attribute("channel"),
                at = %sns.timestamp,
                "a letter to a fan was handed on"
            );
        }
        Ok(())
    }
}
