//! Items and values as DynamoDB has them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use wicket_domain::table::{Item, Value};
use wicket_pipeline::Fault;

pub(super) type Attributes = HashMap<String, AttributeValue>;

pub(super) fn attributes(item: &Item) -> Attributes {
    item.iter().map(|(name, value)| (name.to_owned(), attribute(value.clone()))).collect()
}

pub(super) fn attribute(value: Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Flag(flag) => AttributeValue::Bool(flag),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::Text(text) => AttributeValue::S(text),
        Value::Bytes(bytes) => AttributeValue::B(bytes.into()),
        Value::Texts(texts) => AttributeValue::Ss(texts.into_iter().collect()),
        Value::List(values) => AttributeValue::L(values.into_iter().map(attribute).collect()),
        Value::Map(fields) => {
            AttributeValue::M(fields.into_iter().map(|(name, value)| (name, attribute(value))).collect())
        }
    }
}

/// The item that a refused write met; an empty one is none.
pub(super) fn there(attributes: Option<&Attributes>) -> Result<Option<Item>, Fault> {
    attributes.filter(|attributes| !attributes.is_empty()).cloned().map(item).transpose()
}

pub(super) fn item(attributes: Attributes) -> Result<Item, Fault> {
    attributes.into_iter().map(|(name, attribute)| Ok((name, value(attribute)?))).collect()
}

pub(super) fn value(attribute: AttributeValue) -> Result<Value, Fault> {
    Ok(match attribute {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(flag) => Value::Flag(flag),
        AttributeValue::N(number) => {
            Value::Number(number.parse().map_err(|_| Fault::Broken("a number that is not whole".to_owned()))?)
        }
        AttributeValue::S(text) => Value::Text(text),
        AttributeValue::B(bytes) => Value::Bytes(bytes.into_inner()),
        AttributeValue::Ss(texts) => Value::Texts(texts.into_iter().collect()),
        AttributeValue::L(values) => Value::List(values.into_iter().map(value).collect::<Result<_, _>>()?),
        AttributeValue::M(fields) => Value::Map(
            fields
                .into_iter()
                .map(|(name, field)| Ok((name, value(field)?)))
                .collect::<Result<_, Fault>>()?,
        ),
        _ => return Err(Fault::Broken("an attribute of a kind that nobody writes".to_owned())),
    })
}
