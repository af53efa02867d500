//! The Orders table: an order is written once and only its status, its counts and its marks change.

use wicket_domain::pipeline::{OrderRecord, OrderStatus, TopicMessage};
use wicket_domain::table::{Condition, Item, Key, Table, Write};

use crate::fault::Fault;
use crate::world::{World, Written};

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Put {
    /// It is new.
    New,
    /// It is there already; sold at this time.
    Again {
        /// In milliseconds.
        created_at: i64,
    },
    /// Another order has its id; sold at this time.
    Other {
        /// In milliseconds.
        created_at: i64,
    },
}

pub(crate) fn key(order_id: &str) -> Key {
    Key::of(Table::Orders, order_id)
}

/// Writes an order unless it is there. A reprint may have been heard of first, so the item may be.
pub(crate) async fn put(world: &World, message: &TopicMessage, now: i64) -> Result<Put, Fault> {
    let digest = message.digest()?;
    let record = OrderRecord::of(message, digest.clone(), now);
    let write = Write::to(key(&record.order_id)).set_record(&record)?.only_if(Condition::lacks("createdAt"));
    match world.write(write).await? {
        Written::Yes(_) => Ok(Put::New),
        Written::No(item) => {
            let item = item.unwrap_or_default();
            let created_at = item.number("createdAt").unwrap_or_default();
            let same = item.text("digest") == Some(&digest);
            Ok(if same { Put::Again { created_at } } else { Put::Other { created_at } })
        }
    }
}

/// Remembers how often an order's tickets were printed; less than is known is old news.
pub(crate) async fn count_printing(world: &World, order_id: &str, times: u32) -> Result<(), Fault> {
    let write = Write::to(key(order_id))
        .set("printedTimes", times)
        .only_if(Condition::lacks("printedTimes").or(Condition::below("printedTimes", times)));
    world.write(write).await.map(|_| ())
}

/// Moves an order's status forward; one that is there or further stays.
pub(crate) async fn advance(
    world: &World,
    order_id: &str,
    status: OrderStatus,
    now: i64,
) -> Result<(), Fault> {
    let before: Vec<_> = status.before().map(OrderStatus::as_str).collect();
    if before.is_empty() {
        return Ok(());
    }
    let write = Write::to(key(order_id))
        .set("status", status.as_str())
        .set("updatedAt", now)
        .only_if(Condition::has("createdAt").and(Condition::is_one_of("status", before)));
    world.write(write).await.map(|_| ())
}

/// Whether this very sale has been written.
pub(crate) async fn has(world: &World, message: &TopicMessage) -> Result<bool, Fault> {
    let digest = message.digest()?;
    let item = world.read(key(&message.order_id)).await?;
    Ok(item.is_some_and(|item| item.has("createdAt") && item.text("digest") == Some(&digest)))
}

/// Reads an order that has been sold.
pub(crate) async fn find(world: &World, order_id: &str) -> Result<Option<OrderRecord>, Fault> {
    let item = world.read(key(order_id)).await?;
    Ok(item.filter(|item| item.has("createdAt")).map(Item::read).transpose()?)
}
