//! The Orders table: an order is written once and only its status, its counts and its marks change.

use aws_sdk_dynamodb::Client;
use wicket_domain::pipeline::{OrderRecord, OrderStatus, TopicMessage};

use crate::fault::Fault;
use crate::table::{Change, Item, Written, number, number_of, text, text_of};

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

/// Writes an order unless it is there. A reprint may have been heard of first, so the item may be.
pub(crate) async fn put(
    client: &Client,
    table: &str,
    message: &TopicMessage,
    now: i64,
) -> Result<Put, Fault> {
    let digest = message.digest()?;
    let record = OrderRecord::of(message, digest.clone(), now);
    let change = Change::of(table, [("orderId", text(&record.order_id))])
        .set_record(&record)?
        .only_if("attribute_not_exists(#createdAt)");
    match change.write(client).await? {
        Written::Yes(_) => Ok(Put::New),
        Written::No(item) => {
            let item = item.unwrap_or_default();
            let created_at = number_of(&item, "createdAt").unwrap_or_default();
            let same = text_of(&item, "digest") == Some(&digest);
            Ok(if same { Put::Again { created_at } } else { Put::Other { created_at } })
        }
    }
}

/// Remembers how often an order's tickets were printed; less than is known is old news.
pub(crate) async fn count_printing(
    client: &Client,
    table: &str,
    order_id: &str,
    times: u32,
) -> Result<(), Fault> {
    let change = Change::of(table, [("orderId", text(order_id))])
        .set("printedTimes", number(times))
        .only_if("attribute_not_exists(#printedTimes) OR #printedTimes < :printedTimes");
    change.write(client).await.map(|_| ())
}

/// Moves an order's status forward; one that is there or further stays.
pub(crate) async fn advance(
    client: &Client,
    table: &str,
    order_id: &str,
    status: OrderStatus,
    now: i64,
) -> Result<(), Fault> {
    let change = Change::of(table, [("orderId", text(order_id))])
        .set("status", text(status.as_str()))
        .set("updatedAt", number(now));
    let change =
        forward(change, status.before().map(OrderStatus::as_str), "attribute_exists(#createdAt) AND ");
    match change {
        Some(change) => change.write(client).await.map(|_| ()),
        None => Ok(()),
    }
}

/// Makes a change depend on the status being one of those before; none when there is none.
fn forward(mut change: Change, before: impl Iterator<Item = &'static str>, and: &str) -> Option<Change> {
    let mut names = Vec::new();
    for (no, word) in before.enumerate() {
        let name = format!("before{no}");
        change = change.with(&name, text(word));
        names.push(format!(":{name}"));
    }
    let condition = format!("{and}#status IN ({})", names.join(", "));
    (!names.is_empty()).then(|| change.only_if(condition))
}

/// Reads an order that has been sold.
pub(crate) async fn find(client: &Client, table: &str, order_id: &str) -> Result<Option<OrderRecord>, Fault> {
    let item = crate::table::read(client, table, [("orderId", text(order_id))], true).await?;
    let sold = |item: &Item| item.contains_key("createdAt");
    Ok(item.filter(sold).map(serde_dynamo::from_item).transpose()?)
}
