//! Values of attributes.

use std::collections::{BTreeMap, BTreeSet};

/// What an attribute holds. Numbers are whole: times, versions, counts and minor units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing, said.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i128),
    /// A text.
    Text(String),
    /// What is no text.
    Bytes(Vec<u8>),
    /// A set of texts, never empty.
    Texts(BTreeSet<String>),
    /// Values in order.
    List(Vec<Self>),
    /// Values by name.
    Map(BTreeMap<String, Self>),
}

impl Value {
    /// From JSON; none where a number is not whole.
    pub fn of(json: serde_json::Value) -> Option<Self> {
        Some(match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Flag(flag),
            serde_json::Value::Number(number) => {
                Self::Number(number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))?)
            }
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(values) => {
                Self::List(values.into_iter().map(Self::of).collect::<Option<_>>()?)
            }
            serde_json::Value::Object(fields) => Self::Map(
                fields
                    .into_iter()
                    .map(|(name, value)| Some((name, Self::of(value)?)))
                    .collect::<Option<_>>()?,
            ),
        })
    }

    /// As JSON. A set and bytes become an array; a number beyond 64 bits becomes null.
    pub fn json(self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Flag(flag) => flag.into(),
            Self::Number(number) => match (i64::try_from(number), u64::try_from(number)) {
                (Ok(number), _) => number.into(),
                (_, Ok(number)) => number.into(),
                _ => serde_json::Value::Null,
            },
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => bytes.into(),
            Self::Texts(texts) => texts.into_iter().collect(),
            Self::List(values) => values.into_iter().map(Self::json).collect(),
            Self::Map(fields) => {
                let fields = fields.into_iter().map(|(name, value)| (name, value.json()));
                serde_json::Value::Object(fields.collect())
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

macro_rules! whole {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Value {
            fn from(number: $kind) -> Self {
                Self::Number(i128::from(number))
            }
        }
    )*};
}
whole!(i32, i64, u16, u32, u64);
