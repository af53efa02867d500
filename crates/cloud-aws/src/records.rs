//! Stations, events and conflicts: few items each, read whole.

use std::time::Duration;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, PutRequest, ReturnValue, ReturnValuesOnConditionCheckFailure, WriteRequest,
};
use wicket_domain::cloud::{
    ConflictRecord, CounterRecord, EventRecord, GrantRecord, SeatRecord, StationRecord,
};
use wicket_domain::id::EventId;
use wicket_station::cloud::{Answered, CloudTrouble, StationCard};

use crate::fault::fault;
use crate::item::{Item, key, names, number, read, read_all, text, values, written};
use crate::reach::{Reach, built};

/// A station that was heard of less than so long ago is not written again.
const HEARD_MS: i64 = 300_000;
/// So many items take part in one batch of writes (`BatchWriteItem`).
const ITEMS_IN_A_BATCH: usize = 25;
/// So many batches are under way at once.
const BATCHES_AT_ONCE: usize = 4;
/// So many seats may be written by one call.
const SEATS_AT_ONCE: usize = 500;
/// All of a call that writes seats has so long.
const WRITING: Duration = Duration::from_secs(20);
/// So long until what was left out is tried again, at first; twice as long each time.
const LEFT_OUT: Duration = Duration::from_millis(50);

impl Reach {
    pub(crate) async fn enrol(&self, card: &StationCard) -> Answered<StationRecord> {
        let id = card.station_id.to_string();
        let asked = self.clients.table.get_item().table_name(&self.stations);
        let answer = asked.set_key(Some(key([("stationId", &id)]))).consistent_read(true).send().await;
        let known = answer.map_err(|error| self.table_asked().fault(&error))?.item.and_then(read);
        match known.filter(|record: &StationRecord| {
            record.name == card.name && card.now.saturating_sub(record.last_seen) < HEARD_MS
        }) {
            Some(record) => Ok(record),
            None => self.write_station(card, &id).await,
        }
    }

    /// The key and the epoch of a station that is known stay as they are, whoever asks.
    async fn write_station(&self, card: &StationCard, id: &str) -> Answered<StationRecord> {
        let answer = self
            .clients
            .table
            .update_item()
            .table_name(&self.stations)
            .set_key(Some(key([("stationId", id)])))
            .update_expression(
                "SET #name = :name, #publicKey = if_not_exists(#publicKey, :publicKey), \
                 #epoch = if_not_exists(#epoch, :epoch), #lastSeen = :now",
            )
            .set_expression_attribute_names(Some(names(["name", "publicKey", "epoch", "lastSeen"])))
            .set_expression_attribute_values(Some(values([
                ("name", text(&card.name)),
                ("publicKey", text(&card.public_key)),
                ("epoch", number(card.epoch)),
                ("now", number(card.now)),
            ])))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .map_err(|error| self.table_asked().fault(&error))?;
        answer.attributes.and_then(read).ok_or_else(|| self.table_asked().unreadable("the station"))
    }

    pub(crate) async fn stations(&self) -> Answered<Vec<StationRecord>> {
        let (mut items, mut start) = (Vec::new(), None);
        loop {
            let asked = self.clients.table.scan().table_name(&self.stations).consistent_read(true);
            let answer = asked.set_exclusive_start_key(start).send().await;
            let answer = answer.map_err(|error| self.table_asked().fault(&error))?;
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(read_all(items, "stations"));
            }
        }
    }

    pub(crate) async fn conflicts(&self, event: EventId) -> Answered<Vec<ConflictRecord>> {
        let items = self.all_of(&self.conflicts, None, "eventId", text(event.to_string())).await?;
        Ok(read_all(items, "conflicts"))
    }

    pub(crate) async fn settle(&self, event: EventId, conflict: &str, by: &str, now: i64) -> Answered<()> {
        let answer = self
            .clients
            .table
            .update_item()
            .table_name(&self.conflicts)
            .set_key(Some(key([("eventId", &event.to_string()), ("conflictId", conflict)])))
            // Who was first stays: asked again, nothing changes.
            .update_expression(
                "SET #resolvedAt = if_not_exists(#resolvedAt, :now), \
                 #resolvedBy = if_not_exists(#resolvedBy, :by), #updatedAt = :now",
            )
            .condition_expression("attribute_exists(#conflictId)")
            .set_expression_attribute_names(Some(names([
                "resolvedAt",
                "resolvedBy",
                "updatedAt",
                "conflictId",
            ])))
            .set_expression_attribute_values(Some(values([("now", number(now)), ("by", text(by))])))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Err(fault(CloudTrouble::Rejected, "the cloud does not have that conflict"))
            }
            Err(error) => Err(self.table_asked().fault(&error)),
        }
    }

    pub(crate) async fn events(&self) -> Answered<Vec<EventRecord>> {
        let items = self.all_of(&self.events, Some("StatusIndex"), "status", text("live")).await?;
        Ok(read_all(items, "events"))
    }

    pub(crate) async fn event(&self, event: EventId) -> Answered<Option<EventRecord>> {
        let asked = self.clients.table.get_item().table_name(&self.events).consistent_read(true);
        let answer = asked.set_key(Some(key([("eventId", &event.to_string())]))).send().await;
        let Some(item) = answer.map_err(|error| self.table_asked().fault(&error))?.item else {
            return Ok(None);
        };
        read(item).map(Some).ok_or_else(|| self.table_asked().unreadable("an event this Wicket can read"))
    }

    pub(crate) async fn put_event(&self, event: &EventRecord, expected: Option<u64>) -> Answered<bool> {
        let item = written(event)?;
        let asked = self.clients.table.put_item().table_name(&self.events).set_item(Some(item));
        let asked =
            asked.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let asked = match expected {
            None => asked
                .condition_expression("attribute_not_exists(#eventId)")
                .set_expression_attribute_names(Some(names(["eventId"]))),
            Some(version) => asked
                .condition_expression("#version = :known")
                .set_expression_attribute_names(Some(names(["version"])))
                .set_expression_attribute_values(Some(values([("known", number(version))]))),
        };
        let Err(error) = asked.send().await else { return Ok(true) };
        match error.as_service_error() {
            // After an answer that was lost, the event that stands there is this very one.
            Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                let there = refused.item().cloned().and_then(read::<EventRecord>);
                Ok(there.is_some_and(|there| &there == event))
            }
            _ => Err(self.table_asked().fault(&error)),
        }
    }

    pub(crate) async fn put_seats(&self, seats: &[SeatRecord]) -> Answered<()> {
        if seats.len() > SEATS_AT_ONCE {
            return Err(fault(CloudTrouble::Rejected, "too many seats for one call"));
        }
        let items: Vec<Item> = seats.iter().map(written).collect::<Answered<_>>()?;
        let writing = async {
            for batches in items.chunks(ITEMS_IN_A_BATCH * BATCHES_AT_ONCE) {
                let mut parts = batches.chunks(ITEMS_IN_A_BATCH).map(|part| self.put_batch(part));
                let (a, b, c, d) = (parts.next(), parts.next(), parts.next(), parts.next());
                tokio::try_join!(maybe(a), maybe(b), maybe(c), maybe(d))?;
            }
            Ok(())
        };
        tokio::time::timeout(WRITING, Box::pin(writing))
            .await
            .unwrap_or_else(|_| Err(self.table_asked().late()))
    }

    async fn put_batch(&self, items: &[Item]) -> Answered<()> {
        let put = |item: &Item| {
            let request = built(PutRequest::builder().set_item(Some(item.clone())).build())?;
            Ok(WriteRequest::builder().put_request(request).build())
        };
        let mut open: Vec<WriteRequest> = items.iter().map(put).collect::<Answered<_>>()?;
        let mut wait = LEFT_OUT;
        while !open.is_empty() {
            let asked = self.clients.table.batch_write_item().request_items(&self.seats, open);
            let answer = asked.send().await.map_err(|error| self.table_asked().fault(&error))?;
            let left = answer.unprocessed_items.and_then(|mut tables| tables.remove(&self.seats));
            open = left.unwrap_or_default();
            if !open.is_empty() {
                tokio::time::sleep(wait).await;
                wait = wait.saturating_mul(2);
            }
        }
        Ok(())
    }

    pub(crate) async fn put_standing(
        &self,
        counter: &CounterRecord,
        grant: Option<&GrantRecord>,
    ) -> Answered<()> {
        self.put_if_absent(written(counter)?).await?;
        match grant {
            Some(grant) => self.put_if_absent(written(grant)?).await,
            None => Ok(()),
        }
    }

    async fn put_if_absent(&self, item: Item) -> Answered<()> {
        let asked = self.clients.table.put_item().table_name(&self.seats).set_item(Some(item));
        let asked = asked
            .condition_expression("attribute_not_exists(#seatId)")
            .set_expression_attribute_names(Some(names(["seatId"])));
        let Err(error) = asked.send().await else { return Ok(()) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(()),
            _ => Err(self.table_asked().fault(&error)),
        }
    }

    /// Every item of one partition, all pages.
    async fn all_of(
        &self,
        table: &str,
        index: Option<&str>,
        partition: &str,
        value: AttributeValue,
    ) -> Answered<Vec<Item>> {
        let (mut items, mut start) = (Vec::new(), None);
        loop {
            let answer = self
                .clients
                .table
                .query()
                .table_name(table)
                .set_index_name(index.map(str::to_owned))
                .key_condition_expression(format!("#{partition} = :value"))
                .set_expression_attribute_names(Some(names([partition])))
                .set_expression_attribute_values(Some(values([("value", value.clone())])))
                .consistent_read(index.is_none())
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| self.table_asked().fault(&error))?;
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(items);
            }
        }
    }
}

async fn maybe(part: Option<impl Future<Output = Answered<()>>>) -> Answered<()> {
    match part {
        Some(part) => part.await,
        None => Ok(()),
    }
}
