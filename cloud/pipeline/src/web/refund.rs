//! An order whose money was given back in full: its places are on sale again, its tickets admit nobody, its points go.
//!
//! Each step looks by itself at what is left to do, so whoever hears of the refund again does what is missing.

use std::collections::BTreeSet;

use wicket_domain::cloud::rules;
use wicket_domain::pipeline::{OrderRecord, OrderStatus};

use super::moves::{Left, Places, move_what_is_left};
use crate::fault::Fault;
use crate::world::World;
use crate::{orders, points};

/// Takes back all that an order did.
pub(crate) async fn refund(world: &World, order: &OrderRecord) -> Result<(), Fault> {
    let (now, places, id) = (world.millis(), Places::of(order), &order.order_id);
    if order.pay_until.is_some() {
        let write = rules::web::refund(id, now);
        match move_what_is_left(world, &write, places.give_back(id, now)).await? {
            Left::Done(gone) => tracing::info!(order = %id, gone = gone.len(), "places given back"),
            // Refunded before, or lapsed: then it has no places.
            Left::Stands => {
                world.write(rules::web::refund_lapsed(id, now)).await?;
            }
        }
    } else {
        orders::advance(world, id, OrderStatus::Refunded, now).await?;
        let seats = places.give_back_seats(id, now).into_iter().map(|(_, write)| write);
        world.tables.write_each(seats.collect()).await?;
    }
    let tickets = order.tickets.iter().map(|line| rules::web::refund_ticket(&line.ticket_id, id, now));
    world.tables.write_each(tickets.collect()).await?;
    let members: BTreeSet<_> = order.tickets.iter().filter_map(|line| line.fan_club_id.as_deref()).collect();
    for member in members {
        points::take_back(world, id, member).await?;
    }
    Ok(())
}
