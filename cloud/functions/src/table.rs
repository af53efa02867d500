//! One conditional write to a table, which is all that most of the pipeline ever asks of DynamoDB.
//!
//! Every attribute is named through a placeholder, since half of the useful words are reserved in expressions.

use std::collections::HashMap;
use std::fmt::Display;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use serde::Serialize;

use crate::fault::Fault;

/// A table's row.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A text value.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A whole number.
pub(crate) fn number(value: impl Display + Copy) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A text attribute of an item.
pub(crate) fn text_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// A whole-number attribute of an item.
pub(crate) fn number_of(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// What became of a conditional write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Written {
    /// It was made; the item as it is now, where that was asked for.
    Yes(Option<Item>),
    /// The condition did not hold; the item that is there.
    No(Option<Item>),
}

/// A write of one item, made whether or not the item is there yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    table: String,
    key: Item,
    sets: Vec<String>,
    adds: Vec<String>,
    removes: Vec<String>,
    names: HashMap<String, String>,
    values: Item,
    condition: Option<String>,
    wants_new: bool,
}

impl Change {
    pub(crate) fn of<const N: usize>(table: &str, key: [(&str, AttributeValue); N]) -> Self {
        let key = key.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { table: table.to_owned(), key, ..Self::default() }
    }

    fn name(&mut self, name: &str) -> String {
        let alias = format!("#{name}");
        self.names.insert(alias.clone(), name.to_owned());
        alias
    }

    fn value(&mut self, name: &str, value: AttributeValue) -> String {
        let alias = format!(":{name}");
        self.values.insert(alias.clone(), value);
        alias
    }

    /// Sets an attribute.
    pub(crate) fn set(mut self, name: &str, value: AttributeValue) -> Self {
        let (alias, value) = (self.name(name), self.value(name, value));
        self.sets.push(format!("{alias} = {value}"));
        self
    }

    /// Sets an attribute where there is something to set.
    pub(crate) fn set_some(self, name: &str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Sets an attribute unless it has been set.
    pub(crate) fn set_once(mut self, name: &str, value: AttributeValue) -> Self {
        let (alias, value) = (self.name(name), self.value(name, value));
        self.sets.push(format!("{alias} = if_not_exists({alias}, {value})"));
        self
    }

    /// Sets all fields of a record but the key's.
    pub(crate) fn set_record(mut self, record: &impl Serialize) -> Result<Self, Fault> {
        let item: Item = serde_dynamo::to_item(record)?;
        for (name, value) in item {
            if !self.key.contains_key(&name) {
                self = self.set(&name, value);
            }
        }
        Ok(self)
    }

    /// Makes `version` the next. An item that was not there begins with 2: a station that publishes an event at this
    /// moment takes 1 for a seat that it wrote itself.
    pub(crate) fn next_version(mut self) -> Self {
        let alias = self.name("version");
        self.values.insert(":one".to_owned(), number(1));
        self.sets.push(format!("{alias} = if_not_exists({alias}, :one) + :one"));
        self
    }

    /// Adds a number, or elements to a set.
    pub(crate) fn add(mut self, name: &str, value: AttributeValue) -> Self {
        let (alias, value) = (self.name(name), self.value(name, value));
        self.adds.push(format!("{alias} {value}"));
        self
    }

    /// Takes an attribute away.
    pub(crate) fn remove(mut self, name: &str) -> Self {
        let alias = self.name(name);
        self.removes.push(alias);
        self
    }

    /// Makes the write only if this holds. Attributes stand in it as `#name`, values as `:name` with [`Change::with`].
    pub(crate) fn only_if(mut self, condition: impl Into<String>) -> Self {
        let condition = condition.into();
        for word in condition.split(|c: char| !(c.is_alphanumeric() || c == '#')) {
            if let Some(name) = word.strip_prefix('#') {
                self.name(name);
            }
        }
        self.condition = Some(condition);
        self
    }

    /// A value of the condition.
    pub(crate) fn with(mut self, name: &str, value: AttributeValue) -> Self {
        self.value(name, value);
        self
    }

    /// Asks for the item as it is after the write.
    pub(crate) fn giving_new(mut self) -> Self {
        self.wants_new = true;
        self
    }

    fn expression(&self) -> Option<String> {
        let clause = |word: &str, parts: &[String]| {
            (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")))
        };
        let clauses = [clause("SET", &self.sets), clause("ADD", &self.adds), clause("REMOVE", &self.removes)];
        let clauses: Vec<_> = clauses.into_iter().flatten().collect();
        (!clauses.is_empty()).then(|| clauses.join(" "))
    }

    fn values(&self) -> Option<Item> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    /// Makes the write.
    pub(crate) async fn write(self, client: &Client) -> Result<Written, Fault> {
        let returned = if self.wants_new { ReturnValue::AllNew } else { ReturnValue::None };
        let request = client
            .update_item()
            .set_update_expression(self.expression())
            .set_condition_expression(self.condition.clone())
            .set_expression_attribute_values(self.values())
            .set_expression_attribute_names((!self.names.is_empty()).then_some(self.names))
            .table_name(self.table)
            .set_key(Some(self.key))
            .return_values(returned)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match request.send().await {
            Ok(answer) => Ok(Written::Yes(answer.attributes)),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                    Ok(Written::No(refusal.item.clone().filter(|item| !item.is_empty())))
                }
                _ => Err(Fault::cloud("UpdateItem", &error)),
            },
        }
    }

    /// The same as a part of a transaction.
    pub(crate) fn part(self) -> Result<TransactWriteItem, Fault> {
        let update = Update::builder()
            .set_update_expression(self.expression())
            .set_condition_expression(self.condition.clone())
            .set_expression_attribute_values(self.values())
            .set_expression_attribute_names((!self.names.is_empty()).then_some(self.names))
            .table_name(self.table)
            .set_key(Some(self.key))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|error| Fault::Broken(error.to_string()))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

/// Reads one item.
pub(crate) async fn read<const N: usize>(
    client: &Client,
    table: &str,
    key: [(&str, AttributeValue); N],
    consistent: bool,
) -> Result<Option<Item>, Fault> {
    let key: Item = key.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let request = client.get_item().table_name(table).set_key(Some(key)).consistent_read(consistent);
    let answer = request.send().await.map_err(|error| Fault::cloud("GetItem", &error))?;
    Ok(answer.item)
}
