//! Money for an order of the web: its places are sold to it and its tickets issued, or the money came too late.

use wicket_domain::cloud::ConflictKind;
use wicket_domain::cloud::rules;
use wicket_domain::pipeline::{OrderRecord, OrderStatus, PaymentStatus, TopicMessage, conflict};
use wicket_domain::table::{Condition, Write};

use super::moves::{Left, Places, Whole, move_what_is_left, move_whole};
use crate::conflicts::{self, Facts, facts, moment};
use crate::fault::Fault;
use crate::publication::publish;
use crate::world::World;
use crate::{orders, tickets};

/// What became of money for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paid {
    /// The order has its places for good, its tickets are issued, and it is published.
    Settled,
    /// The order has given its places back, or has lost one: the money has to be given back.
    TooLate,
    /// The money has been given back already.
    Returned,
}

/// Sells an order its places, issues its tickets and publishes it; whatever of that has been done stays.
pub(crate) async fn pay(world: &World, order: &OrderRecord) -> Result<Paid, Fault> {
    let (now, places) = (world.millis(), Places::of(order));
    let write = rules::web::pay(&order.order_id, now);
    match move_whole(world, &write, &places.sell(&order.order_id, now)).await? {
        Whole::Done => settle_paid(world, order).await,
        Whole::Stands(item) => {
            let order: OrderRecord = item.read()?;
            match order.status {
                OrderStatus::Paid => settle_paid(world, &order).await,
                OrderStatus::Refunded => Ok(Paid::Returned),
                _ => Ok(Paid::TooLate),
            }
        }
        Whole::Gone(_) => {
            let write = rules::web::lapse_robbed(&order.order_id, now);
            match move_what_is_left(world, &write, places.give_back(&order.order_id, now)).await? {
                Left::Done(gone) => {
                    tracing::warn!(order = %order.order_id, gone = gone.len(), "paid after a seat was taken");
                }
                // It lapsed a moment ago.
                Left::Stands => {}
            }
            Ok(Paid::TooLate)
        }
    }
}

/// Issues the tickets of a paid order and publishes it, unless that is done. The publication comes last, so a call that is
/// cut in between is made whole by the next.
async fn settle_paid(world: &World, order: &OrderRecord) -> Result<Paid, Fault> {
    let Some(sale) = &order.sale else { return Ok(Paid::Settled) };
    let message = TopicMessage { payment_status: PaymentStatus::Completed, ..TopicMessage::parse(sale)? };
    tickets::issue(world, &message, world.millis()).await?;
    publish(world, &message).await?;
    let published = Write::to(orders::key(&order.order_id)).remove("sale").only_if(Condition::has("sale"));
    world.write(published).await?;
    world.count(&[("Orders", 1)]);
    tracing::info!(order = %order.order_id, event = %order.concert_id, tickets = message.tickets.len(), "paid");
    Ok(Paid::Settled)
}

/// Writes down that money came for an order that has no places any more, with both sides' facts: who has them now, and what
/// was paid.
pub(crate) async fn report_too_late(world: &World, order: &OrderRecord, paid: Facts) -> Result<(), Fault> {
    let now = world.millis();
    let lapsed = world.read(orders::key(&order.order_id)).await?.and_then(|item| item.number("lapsedAt"));
    let mut first =
        facts([("payUntil", order.pay_until.and_then(moment)), ("givenBackAt", lapsed.and_then(moment))]);
    let mut seats = Vec::new();
    for line in &order.tickets {
        seats.push(line.label.clone());
        let seat = wicket_domain::seat::SeatId::new(&line.seat_id);
        if seat.standing_area().is_some() {
            continue;
        }
        let item = world.read(rules::seat_key(&order.concert_id, &seat)).await?.unwrap_or_default();
        for (name, attribute) in [("station", "station"), ("orderId", "orderId"), ("state", "state")] {
            let value = item.text(attribute).filter(|value| *value != order.order_id);
            first.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        }
    }
    first.insert("seat".to_owned(), seats.join(", "));
    let id = conflict::paid_too_late(&order.order_id);
    let kind = ConflictKind::PaidTooLate;
    let mut record = conflicts::conflict(kind, &order.concert_id, id, now, (first, paid));
    record.order_id = Some(order.order_id.clone());
    conflicts::report(world, &record).await
}
