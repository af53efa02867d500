//! Writes the seats of an event that is being published. A seat that is there already stays as it is: the web shop may
//! have sold it a moment ago.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use tokio::task::JoinSet;
use tokio::time::Instant;
use wicket_domain::cloud::SeatRecord;
use wicket_station::cloud::{Answered, CloudTrouble};

use crate::fault::{Asked, fault};
use crate::item::{Item, names, read, written};
use crate::reach::Reach;

/// So many seats may be written by one call.
const SEATS_AT_ONCE: usize = 500;
/// So many requests are under way at once; DynamoDB has no conditional write of many items but the transaction, which
/// costs twice as much.
const IN_FLIGHT: usize = 24;
/// All of a call has so long.
const WRITING: Duration = Duration::from_secs(20);
/// So long until a write is tried again, at first; twice as long each time.
const AGAIN: Duration = Duration::from_millis(50);

impl Reach {
    /// Gives the seats that were there already, as they stand.
    pub(crate) async fn put_seats(&self, seats: &[SeatRecord]) -> Answered<Vec<SeatRecord>> {
        if seats.len() > SEATS_AT_ONCE {
            return Err(fault(CloudTrouble::Rejected, "too many seats for one call"));
        }
        let items: Vec<Item> = seats.iter().map(written).collect::<Answered<_>>()?;
        let until = Instant::now() + WRITING;
        let writing = Box::pin(self.put_each_seat(items, until));
        tokio::time::timeout_at(until, writing).await.unwrap_or_else(|_| Err(self.table_asked().late()))
    }

    async fn put_each_seat(&self, items: Vec<Item>, until: Instant) -> Answered<Vec<SeatRecord>> {
        let mut under_way = JoinSet::new();
        let mut there = Vec::new();
        for item in items {
            if under_way.len() >= IN_FLIGHT {
                there.extend(self.one_done(&mut under_way).await?);
            }
            let (client, table) = (self.clients.table.clone(), self.seats.clone());
            under_way.spawn(persist(client, table, item, self.table_asked(), until));
        }
        while !under_way.is_empty() {
            there.extend(self.one_done(&mut under_way).await?);
        }
        // One that cannot be read is not taken over now; whoever follows the event meets it again.
        Ok(there.into_iter().filter_map(read).collect())
    }

    /// The rest is called off when one cannot be written: dropping the set does that.
    async fn one_done(&self, under_way: &mut JoinSet<Answered<Option<Item>>>) -> Answered<Option<Item>> {
        match under_way.join_next().await {
            None => Ok(None),
            Some(Ok(answer)) => answer,
            Some(Err(_)) => Err(self.table_asked().late()),
        }
    }

    pub(crate) async fn put_if_absent(&self, item: Item) -> Answered<()> {
        put_if_absent(&self.clients.table, &self.seats, item, self.table_asked()).await.map(drop)
    }
}

/// Tries until the cloud has it or there is no time left for another try.
async fn persist(
    client: Client,
    table: String,
    item: Item,
    asked: Asked,
    until: Instant,
) -> Answered<Option<Item>> {
    let mut wait = AGAIN;
    loop {
        let fault = match put_if_absent(&client, &table, item.clone(), asked).await {
            Ok(there) => return Ok(there),
            Err(fault) => fault,
        };
        let passing =
            matches!(fault.trouble, CloudTrouble::Throttled | CloudTrouble::Broken | CloudTrouble::Slow);
        if !passing || Instant::now() + wait >= until {
            return Err(fault);
        }
        tokio::time::sleep(wait).await;
        wait = wait.saturating_mul(2);
    }
}

/// An item that is there is no fault; it is given.
async fn put_if_absent(client: &Client, table: &str, item: Item, asked: Asked) -> Answered<Option<Item>> {
    let request = client.put_item().table_name(table).set_item(Some(item));
    let request = request
        .condition_expression("attribute_not_exists(#seatId)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .set_expression_attribute_names(Some(names(["seatId"])));
    let Err(error) = request.send().await else { return Ok(None) };
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(refused)) => Ok(refused.item().cloned()),
        _ => Err(asked.fault(&error)),
    }
}
