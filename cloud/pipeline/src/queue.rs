//! What a queue calls a function with, and what it is answered.

use serde::{Deserialize, Serialize};

/// A batch of messages.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Batch {
    /// The messages.
    #[serde(rename = "Records", default)]
    pub records: Vec<Record>,
}

/// One message.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The queue's id for it.
    #[serde(default)]
    pub message_id: String,
    /// Its text.
    #[serde(default)]
    pub body: String,
    /// What the queue says of it.
    #[serde(default)]
    pub attributes: Attributes,
}

/// What a queue says of a message.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attributes {
    /// How often it has been handed out, this time too: a number, as a text.
    #[serde(default)]
    pub approximate_receive_count: String,
}

impl Record {
    /// How often it has been tried, this time too.
    pub(crate) fn tries(&self) -> u32 {
        self.attributes.approximate_receive_count.parse().unwrap_or(1)
    }
}

/// Which messages are to come again; all others are done with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failures {
    /// One each.
    pub batch_item_failures: Vec<Failure>,
}

/// A message that is to come again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The queue's id for it.
    pub item_identifier: String,
    /// Why, for whoever is told of it.
    #[serde(skip)]
    pub why: String,
}

impl Failures {
    pub(crate) fn add(&mut self, item_identifier: String, why: String) {
        self.batch_item_failures.push(Failure { item_identifier, why });
    }
}
