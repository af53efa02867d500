//! Attribute values, keys and expressions of `DynamoDB`, written short.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;

/// An item as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A text.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number.
pub(crate) fn number(value: impl ToString + Copy) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// `#name` for every attribute an expression speaks of: many of their names are reserved words.
pub(crate) fn names<const N: usize>(attributes: [&str; N]) -> HashMap<String, String> {
    attributes.into_iter().map(|name| (format!("#{name}"), name.to_owned())).collect()
}

/// `:name` for every value.
pub(crate) fn values<const N: usize>(values: [(&str, AttributeValue); N]) -> Item {
    values.into_iter().map(|(name, value)| (format!(":{name}"), value)).collect()
}

/// A key of one or two texts.
pub(crate) fn key<const N: usize>(parts: [(&str, &str); N]) -> Item {
    parts.into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect()
}

/// An item as a record, if it is one.
pub(crate) fn read<T: DeserializeOwned>(item: Item) -> Option<T> {
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).ok()
}
