//! Places of standing areas: counters have no seat to mark, so each order leaves a marker beside them.
//!
//! Marker and counters change in one transaction: an order counts once, however often it is heard of. What a station
//! sold comes out of its grant; what the web sold comes out of the common counter. An area whose counter refuses is
//! reported and left out; the order's other areas are counted all the same.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason};
use wicket_domain::cloud::grant_id;
use wicket_domain::pipeline::TopicMessage;
use wicket_domain::seat::SeatId;

use crate::conflicts::facts;
use crate::fault::Fault;
use crate::inventory::SeatInventoryUpdater;
use crate::table::{self, Change, Item, number, number_of, text};

/// The word for a part of a transaction whose condition did not hold.
const REFUSED: &str = "ConditionalCheckFailed";
/// Between attempts of a transaction that met another on the same counter.
const CONTENDED: [u64; 4] = [20, 60, 150, 400];

/// On the marker of a station's order, once its grants were looked at after it was counted.
const CHECKED: &str = "checked";

/// What became of the transaction.
enum Counted {
    /// Marker and counters are written.
    Now,
    /// The marker was there, and whether the grants have been looked at since.
    Before { checked: bool },
    /// These areas' counters are not there, or have too little. Nothing is written.
    Refused(Vec<SeatId>),
}

impl SeatInventoryUpdater {
    pub(crate) async fn sell_standing(&self, message: &TopicMessage) -> Result<(), Fault> {
        let mut areas: Vec<(SeatId, u32)> =
            message.standing().into_iter().map(|(area, count)| (SeatId::standing(area), count)).collect();
        if areas.is_empty() {
            return Ok(());
        }
        // Each time round leaves out an area at least.
        while !areas.is_empty() {
            match self.count(message, &areas).await? {
                Counted::Now | Counted::Before { checked: false } => {
                    return self.check_grants(message, &areas).await;
                }
                Counted::Before { checked: true } => return Ok(()),
                Counted::Refused(refused) => {
                    let (without, rest): (Vec<_>, Vec<_>) =
                        areas.into_iter().partition(|(area, _)| refused.contains(area));
                    // Before the rest is counted: once the marker is there, nobody comes back to them.
                    self.report_uncounted(message, &without).await?;
                    areas = rest;
                }
            }
        }
        // None of it could be counted, and an order that is heard of again shall not try.
        let marker = self.marker(message).set(CHECKED, AttributeValue::Bool(true));
        marker.write(&self.dynamo).await.map(|_| ())
    }

    fn key(&self, message: &TopicMessage, seat_id: &str) -> Change {
        Change::of(&self.seats, [("concertId", text(&message.concert_id)), ("seatId", text(seat_id))])
    }

    fn marker(&self, message: &TopicMessage) -> Change {
        self.key(message, &marker_id(message))
            .set("orderId", text(&message.order_id))
            .only_if("attribute_not_exists(#orderId)")
    }

    async fn count(&self, message: &TopicMessage, areas: &[(SeatId, u32)]) -> Result<Counted, Fault> {
        for pause in CONTENDED {
            if let Some(counted) = self.try_to_count(message, areas).await? {
                return Ok(counted);
            }
            tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
        }
        Err(Fault::Waiting("the counter is being written by others"))
    }

    /// None when another transaction was at one of the items.
    async fn try_to_count(
        &self,
        message: &TopicMessage,
        areas: &[(SeatId, u32)],
    ) -> Result<Option<Counted>, Fault> {
        let now = self.cloud.millis();
        let mut parts = vec![self.marker(message).part()?];
        for (area, count) in areas {
            let counter = counter(message, area);
            let change = self.key(message, counter.as_str()).set("updatedAt", number(now));
            let change = match message.station_id {
                Some(_) => change.add("sold", number(count)).only_if("attribute_exists(#granted)"),
                None => change
                    .add("remaining", number(-i64::from(*count)))
                    .next_version()
                    .with("count", number(count))
                    .only_if("#remaining >= :count"),
            };
            parts.push(change.part()?);
        }
        let sent = self.dynamo.transact_write_items().set_transact_items(Some(parts)).send().await;
        let Err(error) = sent else { return Ok(Some(Counted::Now)) };
        let refused = |reason: &CancellationReason| reason.code() == Some(REFUSED);
        let contended = |reason: &CancellationReason| reason.code() == Some("TransactionConflict");
        let Some((marker, counters)) = reasons(&error).split_first() else {
            return Err(Fault::cloud("TransactWriteItems", &error));
        };
        if refused(marker) {
            let checked = marker.item().is_some_and(|item| item.contains_key(CHECKED));
            return Ok(Some(Counted::Before { checked }));
        }
        if contended(marker) || counters.iter().any(contended) {
            return Ok(None);
        }
        let refusing = areas.iter().zip(counters).filter(|(_, reason)| refused(reason));
        let refusing: Vec<_> = refusing.map(|((area, _), _)| area.clone()).collect();
        if refusing.is_empty() {
            return Err(Fault::cloud("TransactWriteItems", &error));
        }
        Ok(Some(Counted::Refused(refusing)))
    }

    /// Sold without a counter that could say yes. Where the event is published that is a conflict; where it is not,
    /// nobody counts.
    async fn report_uncounted(&self, message: &TopicMessage, areas: &[(SeatId, u32)]) -> Result<(), Fault> {
        for (area, count) in areas {
            let left = self.item(message, area).await?;
            let grant = match message.station_id {
                Some(_) => self.item(message, &counter(message, area)).await?,
                None => None,
            };
            if left.is_some() || grant.is_some() {
                let item = left.unwrap_or_default();
                self.report_area(message, area, (&item, grant.as_ref()), *count).await?;
            }
        }
        Ok(())
    }

    /// A grant cannot be compared with itself in a condition, so it is looked at after the fact, once an order: an
    /// order that is heard of again has not sold what others sold since.
    async fn check_grants(&self, message: &TopicMessage, areas: &[(SeatId, u32)]) -> Result<(), Fault> {
        if message.station_id.is_none() {
            return Ok(());
        }
        for (area, count) in areas {
            let Some(grant) = self.item(message, &counter(message, area)).await? else { continue };
            if number_of(&grant, "sold") > number_of(&grant, "granted") {
                self.report_area(message, area, (&Item::new(), Some(&grant)), *count).await?;
            }
        }
        let marker = self.key(message, &marker_id(message)).set(CHECKED, AttributeValue::Bool(true));
        marker.write(&self.dynamo).await.map(|_| ())
    }

    async fn item(&self, message: &TopicMessage, seat_id: &SeatId) -> Result<Option<Item>, Fault> {
        let key = [("concertId", text(&message.concert_id)), ("seatId", text(seat_id.as_str()))];
        table::read(&self.dynamo, &self.seats, key, true).await
    }

    async fn report_area(
        &self,
        message: &TopicMessage,
        area: &SeatId,
        (counter, grant): (&Item, Option<&Item>),
        count: u32,
    ) -> Result<(), Fault> {
        let word = |item: &Item, name: &str| number_of(item, name).map(|value| value.to_string());
        let first = facts([
            ("remaining", word(counter, "remaining")),
            ("granted", grant.and_then(|grant| word(grant, "granted"))),
            ("sold", grant.and_then(|grant| word(grant, "sold"))),
            ("places", Some(count.to_string())),
        ]);
        self.report(message, area.as_str(), first, self.cloud.millis()).await
    }
}

fn marker_id(message: &TopicMessage) -> String {
    format!("order#{}", message.order_id)
}

/// What pays for an area's places: the station's grant, or the common counter.
fn counter(message: &TopicMessage, area: &SeatId) -> SeatId {
    match (message.station_id, area.standing_area()) {
        (Some(station), Some(name)) => grant_id(station, name),
        _ => area.clone(),
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
