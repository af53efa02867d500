//! What a table's stream calls a function with.

use std::collections::BTreeMap;

use serde::Deserialize;
use wicket_domain::table::{Item, Table, Value};

/// A batch of one stream, in the order in which things happened to each item.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Stream {
    /// The changes.
    #[serde(rename = "Records", default)]
    pub records: Vec<StreamRecord>,
}

/// One change of one item.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct StreamRecord {
    /// `arn:…:table/NAME/stream/WHEN`.
    #[serde(rename = "eventSourceARN", default)]
    pub source: String,
    /// What happened.
    #[serde(default)]
    pub dynamodb: Images,
}

/// The item.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Images {
    /// What it is called by.
    #[serde(default)]
    pub keys: BTreeMap<String, Attribute>,
    /// As it is now; none where it was removed, or where the stream tells keys alone.
    #[serde(default)]
    pub new_image: Option<BTreeMap<String, Attribute>>,
}

/// An attribute in the stream's JSON.
#[derive(Debug, Clone, Deserialize)]
pub enum Attribute {
    /// Nothing, said.
    #[serde(rename = "NULL")]
    Null(bool),
    /// Yes or no.
    #[serde(rename = "BOOL")]
    Flag(bool),
    /// A number.
    N(String),
    /// A text.
    S(String),
    /// A set of texts.
    #[serde(rename = "SS")]
    Texts(Vec<String>),
    /// Values in order.
    L(Vec<Self>),
    /// Values by name.
    M(BTreeMap<String, Self>),
}

impl StreamRecord {
    /// The table it came from.
    pub fn table(&self) -> Option<Table> {
        let name = self.source.split_once(":table/")?.1.split('/').next()?;
        // The environment's name stands before, and may have hyphens too.
        let (_, name) = name.rsplit_once('-')?;
        Table::ALL.into_iter().find(|table| table.as_str() == name)
    }

    /// The item as it is now; none where it was removed, or holds what none of our items does.
    pub fn item(self) -> Option<Item> {
        read(self.dynamodb.new_image?)
    }

    /// What the item is called by; none where that is no key of ours.
    pub fn key(self) -> Option<Item> {
        read(self.dynamodb.keys)
    }
}

fn read(attributes: BTreeMap<String, Attribute>) -> Option<Item> {
    attributes.into_iter().map(|(name, attribute)| Some((name, value(attribute)?))).collect()
}

fn value(attribute: Attribute) -> Option<Value> {
    Some(match attribute {
        Attribute::Null(_) => Value::Null,
        Attribute::Flag(flag) => Value::Flag(flag),
        Attribute::N(number) => Value::Number(number.parse().ok()?),
        Attribute::S(text) => Value::Text(text),
        Attribute::Texts(texts) => Value::Texts(texts.into_iter().collect()),
        Attribute::L(values) => Value::List(values.into_iter().map(value).collect::<Option<_>>()?),
        Attribute::M(fields) => Value::Map(
            fields.into_iter().map(|(name, field)| Some((name, value(field)?))).collect::<Option<_>>()?,
        ),
    })
}
