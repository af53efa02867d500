//! DynamoDB behind the tables' port: the only place where the pipeline's writes become DynamoDB's expressions.

mod values;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, ReturnValue, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use wicket_domain::table::{Item, Key, Table, Write};
use wicket_pipeline::Fault;
use wicket_pipeline::world::{Asked, Find, Found, LookUp, Read, Refusal, Tables, Transacted, Written};

use self::values::{attribute, attributes, item, there, value};
use self::words::{Told, some};
use crate::fault::{cloud, unbuilt};

/// How many separate writes run at the same time. A transaction would write them together, but costs twice as much.
const IN_FLIGHT: usize = 24;
/// Waited before each further try at an item that a transaction is at. It takes some milliseconds.
const WHILE_IN_TRANSACTION: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(60), Duration::from_millis(140)];

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
        let mut pauses = WHILE_IN_TRANSACTION.into_iter();
        loop {
            let error = match request.clone().send().await {
                Ok(answer) => return Ok(Written::Yes(answer.attributes.map(item).transpose()?)),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                    return Ok(Written::No(there(refusal.item.as_ref())?));
                }
                Some(UpdateItemError::TransactionConflictException(_)) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(cloud("UpdateItem", &error)),
                },
                _ => return Err(cloud("UpdateItem", &error)),
            }
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
        if write.changes.is_empty() {
            let check = ConditionCheck::builder()
                .table_name(self.table(write.key.table)?)
                .set_key(Some(attributes(&write.key.item)))
                .set_condition_expression(told.condition)
                .set_expression_attribute_names(some(told.names))
                .set_expression_attribute_values(some(told.values))
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .build()
                .map_err(|error| unbuilt(&error))?;
            return Ok(TransactWriteItem::builder().condition_check(check).build());
        }
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

impl Dynamo {
    async fn of_event(&self, event: String) -> Result<Vec<Item>, Fault> {
        let request = self
            .client
            .query()
            .table_name(self.table(Table::Tickets)?)
            .index_name("EventIndex")
            .key_condition_expression("#eventId = :event")
            .projection_expression("#ticketId")
            .expression_attribute_names("#eventId", "eventId")
            .expression_attribute_names("#ticketId", "ticketId")
            .expression_attribute_values(":event", AttributeValue::S(event));
        let mut keys = Vec::new();
        let mut start = None;
        loop {
            let page = request.clone().set_exclusive_start_key(start).send().await;
            let page = page.map_err(|error| cloud("Query", &error))?;
            keys.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                break;
            }
        }
        let read = async |key| {
            let key = Key { table: Table::Tickets, item: item(key)? };
            self.get(Read { key, consistent: true, only: &[] }).await
        };
        let found: Vec<_> =
            stream::iter(keys.into_iter().map(read)).buffered(IN_FLIGHT).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn last(&self, table: Table, partition: String) -> Result<Option<Item>, Fault> {
        let name = table.key().first().copied().unwrap_or_default();
        let page = self
            .client
            .query()
            .table_name(self.table(table)?)
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(1)
            .key_condition_expression("#partition = :partition")
            .expression_attribute_names("#partition", name)
            .expression_attribute_values(":partition", AttributeValue::S(partition))
            .send()
            .await
            .map_err(|error| cloud("Query", &error))?;
        page.items.unwrap_or_default().into_iter().next().map(item).transpose()
    }

    async fn filtered(&self, find: Find) -> Result<Found, Fault> {
        let Find { table, partition, after, condition } = find;
        let [first, second] = table.key() else {
            return Err(Fault::Broken("the table's key is one attribute".to_owned()));
        };
        let key = |after| {
            let key = [(*first, AttributeValue::S(partition.clone())), (*second, attribute(after))];
            key.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
        };
        let told = Told::of_condition(&condition);
        let page = self
            .client
            .query()
            .table_name(self.table(table)?)
            .consistent_read(true)
            .key_condition_expression("#partition = :partition")
            .set_filter_expression(told.condition)
            .set_expression_attribute_names(some(told.names))
            .set_expression_attribute_values(some(told.values))
            .expression_attribute_names("#partition", *first)
            .expression_attribute_values(":partition", AttributeValue::S(partition.clone()))
            .set_exclusive_start_key(after.map(key))
            .send()
            .await
            .map_err(|error| cloud("Query", &error))?;
        let items = page.items.unwrap_or_default().into_iter().map(item).collect::<Result<_, _>>()?;
        let last = page.last_evaluated_key.and_then(|mut key| key.remove(*second));
        let next = last.map(value).transpose()?;
        Ok(Found { items, next })
    }

    async fn by_index(&self, look_up: LookUp) -> Result<Vec<Item>, Fault> {
        let LookUp { table, index, partition: (name, value), up_to: (order, number), most } = look_up;
        let page = self
            .client
            .query()
            .table_name(self.table(table)?)
            .index_name(index)
            .key_condition_expression("#partition = :partition AND #order <= :order")
            .expression_attribute_names("#partition", name)
            .expression_attribute_names("#order", order)
            .expression_attribute_values(":partition", AttributeValue::S(value))
            .expression_attribute_values(":order", AttributeValue::N(number.to_string()))
            .limit(i32::try_from(most).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| cloud("Query", &error))?;
        page.items.unwrap_or_default().into_iter().map(item).collect()
    }
}

impl Tables for Dynamo {
    fn write(&self, write: Write) -> Asked<'_, Written> {
        Box::pin(self.update(write))
    }

    fn transact(&self, writes: Vec<Write>) -> Asked<'_, Transacted> {
        Box::pin(self.update_all(writes))
    }

    fn write_each(&self, writes: Vec<Write>) -> Asked<'_, Vec<Written>> {
        let each = writes.into_iter().map(|write| self.update(write));
        Box::pin(stream::iter(each).buffered(IN_FLIGHT).try_collect())
    }

    fn read(&self, read: Read) -> Asked<'_, Option<Item>> {
        Box::pin(self.get(read))
    }

    fn partition(&self, table: Table, partition: String) -> Asked<'_, Vec<Item>> {
        Box::pin(self.query(table, partition))
    }

    fn newest(&self, table: Table, partition: String) -> Asked<'_, Option<Item>> {
        Box::pin(self.last(table, partition))
    }

    fn tickets_of(&self, event: String) -> Asked<'_, Vec<Item>> {
        Box::pin(self.of_event(event))
    }

    fn find(&self, find: Find) -> Asked<'_, Found> {
        Box::pin(self.filtered(find))
    }

    fn look_up(&self, look_up: LookUp) -> Asked<'_, Vec<Item>> {
        Box::pin(self.by_index(look_up))
    }
}

fn reasons<R>(error: &SdkError<TransactWriteItemsError, R>) -> &[CancellationReason] {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        _ => &[],
    }
}
