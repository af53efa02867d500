//! DynamoDB behind the tables' port: the only place where the pipeline's writes become DynamoDB's expressions.
//!
//! Every attribute is named through a placeholder, since half of the useful words are reserved in expressions.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};
use wicket_domain::table::{Change, Condition, Item, Table, Value, Write};
use wicket_pipeline::Fault;
use wicket_pipeline::world::{Asked, Read, Refusal, Tables, Transacted, Written};

use crate::fault::{cloud, unbuilt};

type Attributes = HashMap<String, AttributeValue>;

/// DynamoDB, and what the tables are called in it.
pub struct Dynamo {
    client: Client,
    tables: BTreeMap<Table, String>,
}

impl Dynamo {
    /// The tables of an environment.
    pub const fn new(client: Client, tables: BTreeMap<Table, String>) -> Self {
        Self { client, tables }
    }

    fn table(&self, table: Table) -> Result<&str, Fault> {
        let name = self.tables.get(&table).map(String::as_str);
        name.ok_or_else(|| Fault::Broken(format!("the table {table:?} was not asked for")))
    }

    async fn update(&self, write: Write) -> Result<Written, Fault> {
        let returned = if write.wants_new { ReturnValue::AllNew } else { ReturnValue::None };
        let told = Told::of(&write);
        let request = self
            .client
            .update_item()
            .table_name(self.table(write.key.table)?)
            .set_key(Some(attributes(&write.key.item)))
            .set_update_expression(told.changes())
            .set_condition_expression(told.condition)
            .set_expression_attribute_names(some(told.names))
            .set_expression_attribute_values(some(told.values))
            .return_values(returned)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match request.send().await {
            Ok(answer) => Ok(Written::Yes(answer.attributes.map(item).transpose()?)),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                    Ok(Written::No(there(refusal.item.as_ref())?))
                }
                _ => Err(cloud("UpdateItem", &error)),
            },
        }
    }

    async fn update_all(&self, writes: Vec<Write>) -> Result<Transacted, Fault> {
        let parts = writes.iter().map(|write| self.part(write)).collect::<Result<_, _>>()?;
        let sent = self.client.transact_write_items().set_transact_items(Some(parts)).send().await;
        let Err(error) = sent else { return Ok(Transacted::Done) };
        let mut refusals = Vec::new();
        for (part, reason) in reasons(&error).iter().enumerate() {
            if reason.code() == Some("ConditionalCheckFailed") {
                refusals.push(Refusal { part, item: there(reason.item.as_ref())? });
            }
        }
        if !refusals.is_empty() {
            return Ok(Transacted::Refused(refusals));
        }
        if reasons(&error).iter().any(|reason| reason.code() == Some("TransactionConflict")) {
            return Ok(Transacted::InTheWay);
        }
        Err(cloud("TransactWriteItems", &error))
    }

    fn part(&self, write: &Write) -> Result<TransactWriteItem, Fault> {
        let told = Told::of(write);
        let update = Update::builder()
            .table_name(self.table(write.key.table)?)
            .set_key(Some(attributes(&write.key.item)))
            .set_update_expression(told.changes())
            .set_condition_expression(told.condition)
            .set_expression_attribute_names(some(told.names))
            .set_expression_attribute_values(some(told.values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|error| unbuilt(&error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    async fn get(&self, read: Read) -> Result<Option<Item>, Fault> {
        let names: HashMap<_, _> =
            read.only.iter().map(|name| (format!("#{name}"), (*name).to_owned())).collect();
        let only: Vec<_> = read.only.iter().map(|name| format!("#{name}")).collect();
        let request = self
            .client
            .get_item()
            .table_name(self.table(read.key.table)?)
            .set_key(Some(attributes(&read.key.item)))
            .consistent_read(read.consistent)
            .set_projection_expression((!only.is_empty()).then(|| only.join(", ")))
            .set_expression_attribute_names(some(names));
        let answer = request.send().await.map_err(|error| cloud("GetItem", &error))?;
        answer.item.map(item).transpose()
    }
}

impl Dynamo {
    async fn query(&self, table: Table, partition: String) -> Result<Vec<Item>, Fault> {
        let name = table.key().first().copied().unwrap_or_default();
        let request = self
            .client
            .query()
            .table_name(self.table(table)?)
            .consistent_read(true)
            .key_condition_expression("#partition = :partition")
            .expression_attribute_names("#partition", name)
            .expression_attribute_values(":partition", AttributeValue::S(partition));
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let page = request.clone().set_exclusive_start_key(start).send().await;
            let page = page.map_err(|error| cloud("Query", &error))?;
            for attributes in page.items.unwrap_or_default() {
                items.push(item(attributes)?);
            }
            start = page.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(items);
            }
        }
    }
}

impl Tables for Dynamo {
    fn write(&self, write: Write) -> Asked<'_, Written> {
        Box::pin(self.update(write))
    }

    fn transact(&self, writes: Vec<Write>) -> Asked<'_, Transacted> {
        Box::pin(self.update_all(writes))
    }

    fn read(&self, read: Read) -> Asked<'_, Option<Item>> {
        Box::pin(self.get(read))
    }

    fn partition(&self, table: Table, partition: String) -> Asked<'_, Vec<Item>> {
        Box::pin(self.query(table, partition))
    }
}

/// A write in DynamoDB's words.
#[derive(Default)]
struct Told {
    sets: Vec<String>,
    adds: Vec<String>,
    removes: Vec<String>,
    condition: Option<String>,
    names: HashMap<String, String>,
    values: Attributes,
}

impl Told {
    fn of(write: &Write) -> Self {
        let mut told = Self::default();
        for (name, change) in &write.changes {
            told.change(name, change);
        }
        told.condition = write.condition.as_ref().map(|condition| told.condition(condition));
        told
    }

    fn name(&mut self, name: &str) -> String {
        let alias = format!("#{name}");
        self.names.insert(alias.clone(), name.to_owned());
        alias
    }

    fn value(&mut self, value: &Value) -> String {
        let alias = format!(":v{}", self.values.len());
        self.values.insert(alias.clone(), attribute(value.clone()));
        alias
    }

    fn change(&mut self, name: &str, change: &Change) {
        let name = self.name(name);
        match change {
            Change::Set(value) => {
                let value = self.value(value);
                self.sets.push(format!("{name} = {value}"));
            }
            Change::SetOnce(value) => {
                let value = self.value(value);
                self.sets.push(format!("{name} = if_not_exists({name}, {value})"));
            }
            Change::Remove => self.removes.push(name),
            Change::Add(number) => {
                let value = self.value(&Value::Number(*number));
                self.adds.push(format!("{name} {value}"));
            }
            Change::Insert(texts) => {
                let value = self.value(&Value::Texts(texts.clone()));
                self.adds.push(format!("{name} {value}"));
            }
            Change::Next => {
                let one = self.value(&Value::Number(1));
                self.sets.push(format!("{name} = if_not_exists({name}, {one}) + {one}"));
            }
        }
    }

    fn changes(&self) -> Option<String> {
        let clause = |word: &str, parts: &[String]| {
            (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")))
        };
        let clauses = [clause("SET", &self.sets), clause("ADD", &self.adds), clause("REMOVE", &self.removes)];
        let clauses: Vec<_> = clauses.into_iter().flatten().collect();
        (!clauses.is_empty()).then(|| clauses.join(" "))
    }

    fn condition(&mut self, condition: &Condition) -> String {
        match bare(condition) {
            Condition::All(parts) => self.joined(parts, " AND "),
            Condition::Any(parts) => self.joined(parts, " OR "),
            Condition::Not(one) => match bare(one) {
                Condition::Has(name) => format!("attribute_not_exists({})", self.name(name)),
                one => format!("NOT ({})", self.condition(one)),
            },
            Condition::Has(name) => format!("attribute_exists({})", self.name(name)),
            Condition::Is(name, value) => self.compared(name, "=", value),
            Condition::IsOneOf(name, values) => {
                let listed: Vec<_> = values.iter().map(|value| self.value(value)).collect();
                format!("{} IN ({})", self.name(name), listed.join(", "))
            }
            Condition::Below(name, value) => self.compared(name, "<", value),
            Condition::AtMost(name, value) => self.compared(name, "<=", value),
            Condition::AtLeast(name, value) => self.compared(name, ">=", value),
            Condition::Contains(name, text) => {
                let value = self.value(&Value::Text(text.clone()));
                format!("contains({}, {value})", self.name(name))
            }
        }
    }

    fn compared(&mut self, name: &str, sign: &str, value: &Value) -> String {
        let value = self.value(value);
        format!("{} {sign} {value}", self.name(name))
    }

    fn joined(&mut self, parts: &[Condition], word: &str) -> String {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| match bare(part) {
                part @ (Condition::All(_) | Condition::Any(_)) => format!("({})", self.condition(part)),
                part => self.condition(part),
            })
            .collect();
        parts.join(word)
    }
}

/// What a list of one condition says. DynamoDB refuses brackets around brackets.
fn bare(condition: &Condition) -> &Condition {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => match parts.as_slice() {
            [one] => bare(one),
            _ => condition,
        },
        _ => condition,
    }
}

fn some<K, V>(map: HashMap<K, V>) -> Option<HashMap<K, V>> {
    (!map.is_empty()).then_some(map)
}

fn attributes(item: &Item) -> Attributes {
    item.iter().map(|(name, value)| (name.to_owned(), attribute(value.clone()))).collect()
}

fn attribute(value: Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Flag(flag) => AttributeValue::Bool(flag),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::Text(text) => AttributeValue::S(text),
        Value::Texts(texts) => AttributeValue::Ss(texts.into_iter().collect()),
        Value::List(values) => AttributeValue::L(values.into_iter().map(attribute).collect()),
        Value::Map(fields) => {
            AttributeValue::M(fields.into_iter().map(|(name, value)| (name, attribute(value))).collect())
        }
    }
}

/// The item that a refused write met; an empty one is none.
fn there(attributes: Option<&Attributes>) -> Result<Option<Item>, Fault> {
    attributes.filter(|attributes| !attributes.is_empty()).cloned().map(item).transpose()
}

fn item(attributes: Attributes) -> Result<Item, Fault> {
    attributes.into_iter().map(|(name, attribute)| Ok((name, value(attribute)?))).collect()
}

fn value(attribute: AttributeValue) -> Result<Value, Fault> {
    Ok(match attribute {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(flag) => Value::Flag(flag),
        AttributeValue::N(number) => {
            Value::Number(number.parse().map_err(|_| Fault::Broken("a number that is not whole".to_owned()))?)
        }
        AttributeValue::S(text) => Value::Text(text),
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

fn reasons<R>(error: &SdkError<TransactWriteItemsError, R>) -> &[CancellationReason] {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        _ => &[],
    }
}
