//! `SeatInventoryUpdater`: what was sold is marked sold (`docs/contract.md`, "Seat ownership").
//!
//! A seat goes from `owned` by the seller, `available`, `held` or unknown to `sold`. The same order again changes
//! nothing. A seat that another order or another station has stays theirs, and becomes a conflict.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use wicket_domain::cloud::{CloudSeatState, ConflictKind};
use wicket_domain::pipeline::{TopicMessage, TopicTicket, conflict};

use crate::batch;
use crate::cloud::{Call, Cloud, Function, MissingSetting, Settings};
use crate::conflicts::{self, facts, moment, sale_facts};
use crate::fault::Fault;
use crate::table::{Change, Item, Written, number, number_of, text, text_of};

/// The function.
pub struct SeatInventoryUpdater {
    pub(crate) cloud: Cloud,
    pub(crate) dynamo: aws_sdk_dynamodb::Client,
    pub(crate) seats: String,
    pub(crate) conflicts: String,
}

impl Function for SeatInventoryUpdater {
    type Event = SqsEvent;
    type Answer = SqsBatchResponse;

    fn new(cloud: &Cloud, settings: &Settings) -> Result<Self, MissingSetting> {
        Ok(Self {
            cloud: cloud.clone(),
            dynamo: cloud.dynamo(),
            seats: settings.get("SEAT_INVENTORY_TABLE")?,
            conflicts: settings.get("CONFLICTS_TABLE")?,
        })
    }

    async fn handle(&self, event: SqsEvent, call: &Call) -> Result<SqsBatchResponse, Fault> {
        let work = async |body: &str| {
            let message = TopicMessage::parse(&batch::unwrapped(body))?;
            for ticket in message.numbered() {
                self.sell_seat(&message, ticket).await?;
            }
            self.sell_standing(&message).await?;
            tracing::info!(order = %message.order_id, seats = message.tickets.len(), "sold");
            Ok(())
        };
        Ok(batch::each(&event, call, work).await)
    }
}

impl SeatInventoryUpdater {
    async fn sell_seat(&self, message: &TopicMessage, ticket: &TopicTicket) -> Result<(), Fault> {
        let now = self.cloud.millis();
        let Written::No(item) = self.sold(message, ticket, now).write(&self.dynamo).await? else {
            return Ok(());
        };
        let item = item.unwrap_or_default();
        if text_of(&item, "orderId") == Some(&message.order_id) {
            return Ok(());
        }
        self.report_seat(message, ticket, &item, now).await
    }

    fn sold(&self, message: &TopicMessage, ticket: &TopicTicket, now: i64) -> Change {
        let key = [("concertId", text(&message.concert_id)), ("seatId", text(ticket.seat_id.as_str()))];
        let station = message.station_id.map(|id| text(id.to_string()));
        let free = "attribute_not_exists(#state) OR #state IN (:available, :held)";
        let condition = match &station {
            Some(_) => format!("{free} OR (#state = :owned AND #station = :station)"),
            None => free.to_owned(),
        };
        let change = Change::of(&self.seats, key)
            .set("state", text(CloudSeatState::Sold.as_str()))
            .set("orderId", text(&message.order_id))
            .set("updatedAt", number(now))
            .next_version()
            .remove("holdUntil")
            .with("available", text(CloudSeatState::Available.as_str()))
            .with("held", text(CloudSeatState::Held.as_str()))
            .only_if(condition);
        match station {
            Some(station) => {
                change.set("station", station).with("owned", text(CloudSeatState::Owned.as_str()))
            }
            None => change.remove("station"),
        }
    }

    async fn report_seat(
        &self,
        message: &TopicMessage,
        ticket: &TopicTicket,
        item: &Item,
        now: i64,
    ) -> Result<(), Fault> {
        let word = |name: &str| text_of(item, name).map(str::to_owned);
        let first = facts([
            ("orderId", word("orderId")),
            ("station", word("station")),
            ("state", word("state")),
            ("at", number_of(item, "updatedAt").and_then(moment)),
        ]);
        self.report(message, ticket.seat_id.as_str(), first, now).await
    }

    pub(crate) async fn report(
        &self,
        message: &TopicMessage,
        seat_id: &str,
        first: conflicts::Facts,
        now: i64,
    ) -> Result<(), Fault> {
        let kind = ConflictKind::SeatSoldTwice;
        let id = conflict::seat(&message.concert_id, seat_id, &message.order_id);
        let sides = (first, sale_facts(message));
        let mut record = conflicts::conflict(kind, &message.concert_id, id, now, sides);
        record.seat_id = Some(seat_id.to_owned());
        record.order_id = Some(message.order_id.clone());
        conflicts::report(&self.dynamo, &self.conflicts, &record).await
    }
}
