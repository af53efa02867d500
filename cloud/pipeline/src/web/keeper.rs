//! `WebOrderKeeper`: gives back the places of orders that were not paid in time. A schedule calls it once a minute.
//!
//! Nothing depends on its being in time: whoever wants a place whose time to pay is over may take it at once. It makes
//! visible what has become free.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use wicket_domain::cloud::rules;
use wicket_domain::pipeline::{OrderRecord, OrderStatus};
use wicket_domain::table::Table;

use super::moves::{Left, Places, move_what_is_left};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::world::{LookUp, World};

/// Orders asked for at once.
const AT_ONCE: u32 = 50;
/// Left over at the end of a call: the next one goes on a minute later.
const TO_END: Duration = Duration::from_secs(2);

/// The function.
pub struct WebOrderKeeper {
    world: World,
}

/// What it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Orders whose places it gave back.
    pub lapsed: u32,
}

impl Function for WebOrderKeeper {
    type Event = Value;
    type Answer = Kept;

    const NEEDS: &'static [Need] =
        &[Need::Table(Table::Orders), Need::Table(Table::SeatInventory), Need::PayMinutes];

    fn new(world: World) -> Self {
        Self { world }
    }

    async fn handle(&self, _: Value, call: &Call) -> Result<Kept, Fault> {
        let mut lapsed = 0;
        loop {
            let before = lapsed;
            for order in self.overdue().await? {
                if self.world.time.passed() >= call.until.saturating_sub(TO_END) {
                    break;
                }
                lapsed += u32::from(self.lapse(&order).await?);
            }
            // The index may still show what has lapsed: it is done when a look changes nothing.
            if lapsed == before {
                break;
            }
        }
        self.world.count(&[("OrdersLapsed", lapsed)]);
        Ok(Kept { lapsed })
    }
}

impl WebOrderKeeper {
    async fn overdue(&self) -> Result<Vec<OrderRecord>, Fault> {
        let pay_for = i64::try_from(self.world.pay_for.as_millis()).unwrap_or(i64::MAX);
        let items = self.world.tables.look_up(LookUp {
            table: Table::Orders,
            index: "order-status-index",
            partition: ("status", OrderStatus::Reserved.as_str().to_owned()),
            up_to: ("createdAt", self.world.millis().saturating_sub(pay_for)),
            most: AT_ONCE,
        });
        let items = items.await?;
        Ok(items.into_iter().map(wicket_domain::table::Item::read).collect::<Result<_, _>>()?)
    }

    /// Whether it was this call that gave the order's places back.
    async fn lapse(&self, order: &OrderRecord) -> Result<bool, Fault> {
        let (now, id) = (self.world.millis(), &order.order_id);
        let places = Places::of(order).give_back(id, now);
        match move_what_is_left(&self.world, &rules::web::lapse(id, now), places).await? {
            Left::Done(gone) => {
                tracing::info!(order = %id, event = %order.concert_id, gone = gone.len(), "not paid in time");
                Ok(true)
            }
            Left::Stands => Ok(false),
        }
    }
}
