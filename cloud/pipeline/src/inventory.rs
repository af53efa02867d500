//! `SeatInventoryUpdater`: marks the seats of each sale as sold (`docs/contract.md`, "Seat ownership").
//!
//! A seat goes from `owned` by the seller, `available`, `held` or unknown to `sold`. The same order again changes
//! nothing. A seat that another order or another station has stays theirs, and becomes a conflict. An order of the web for
//! a published event has sold itself its seats when it was paid ([`crate::web`]).

use wicket_domain::cloud::ConflictKind;
use wicket_domain::cloud::rules::{seat_key, sell};
use wicket_domain::pipeline::{TopicMessage, TopicTicket, conflict};
use wicket_domain::table::{Item, Table};

use crate::batch;
use crate::conflicts::{self, facts, moment, sale_facts};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::queue::{Batch, Failures};
use crate::world::{World, Written};

/// The function.
pub struct SeatInventoryUpdater {
    pub(crate) world: World,
}

impl Function for SeatInventoryUpdater {
    type Event = Batch;
    type Answer = Failures;

    const NEEDS: &'static [Need] = &[Need::Table(Table::SeatInventory), Need::Table(Table::Conflicts)];

    fn new(world: World) -> Self {
        Self { world }
    }

    async fn handle(&self, batch: Batch, call: &Call) -> Result<Failures, Fault> {
        let work = async |body: &str| {
            let message = TopicMessage::parse(&batch::unwrapped(body))?;
            if message.settled {
                tracing::info!(order = %message.order_id, "its places are its own already");
                return Ok(());
            }
            for ticket in message.numbered() {
                self.sell_seat(&message, ticket).await?;
            }
            self.sell_standing(&message).await?;
            tracing::info!(order = %message.order_id, seats = message.tickets.len(), "sold");
            Ok(())
        };
        Ok(batch::each(&self.world, &batch, call, work).await)
    }
}

impl SeatInventoryUpdater {
    async fn sell_seat(&self, message: &TopicMessage, ticket: &TopicTicket) -> Result<(), Fault> {
        let now = self.world.millis();
        let key = seat_key(&message.concert_id, &ticket.seat_id);
        let sold = sell(key, &message.order_id, message.station_id, now);
        let Written::No(item) = self.world.write(sold).await? else { return Ok(()) };
        let item = item.unwrap_or_default();
        if item.text("orderId") == Some(&message.order_id) {
            return Ok(());
        }
        self.report_seat(message, ticket, &item, now).await
    }

    async fn report_seat(
        &self,
        message: &TopicMessage,
        ticket: &TopicTicket,
        item: &Item,
        now: i64,
    ) -> Result<(), Fault> {
        let word = |name: &str| item.text(name).map(str::to_owned);
        let first = facts([
            ("orderId", word("orderId")),
            ("station", word("station")),
            ("state", word("state")),
            ("at", item.number("updatedAt").and_then(moment)),
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
        conflicts::report(&self.world, &record).await
    }
}
