//! What an order of the web may do with the places of a published event (`docs/contract.md`, "Orders of the web").
//!
//! An order and its places change in one transaction: [`reserve`] with [`own`] and [`take_places`], [`pay`] with [`sell`],
//! [`lapse`] and [`refund`] with [`give_back`] and [`return_places`].

use super::super::{CloudSeatState, CloudTicketStatus};
use super::{seat_key, ticket_key};
use crate::pipeline::OrderStatus;
use crate::seat::SeatId;
use crate::table::{Condition, Key, NotAnItem, Table, Write};

/// An order's item.
pub fn order_key(order_id: &str) -> Key {
    Key::of(Table::Orders, order_id)
}

fn is(state: CloudSeatState) -> Condition {
    Condition::is("state", state.as_str())
}

/// Whether a seat is an order's of the web that has not been paid in time.
pub fn has_run_out(now: i64) -> Condition {
    is(CloudSeatState::Owned).and(Condition::below("payUntil", now))
}

/// The order is written, unless one of its id is there.
///
/// # Errors
/// When `record` is no item.
pub fn reserve(order_id: &str, record: &impl serde::Serialize) -> Result<Write, NotAnItem> {
    Ok(Write::to(order_key(order_id)).set_record(record)?.only_if(Condition::lacks("createdAt")))
}

/// The seat is the order's until `pay_until` (milliseconds). It was free, in a cart whose hold is over, or another order's
/// whose time to pay is over. A seat that the inventory does not have is nobody's to take.
pub fn own(seat: Key, order_id: &str, pay_until: i64, now: i64) -> Write {
    let hold_over = is(CloudSeatState::Held).and(Condition::below("holdUntil", now));
    Write::to(seat)
        .set("state", CloudSeatState::Owned.as_str())
        .set("orderId", order_id)
        .set("payUntil", pay_until)
        .set("updatedAt", now)
        .next_version()
        .remove("station")
        .remove("epoch")
        .remove("holdUntil")
        .only_if(is(CloudSeatState::Available).or(hold_over).or(has_run_out(now)))
}

/// So many places of a standing area are an order's.
pub fn take_places(concert_id: &str, area: &SeatId, count: u32, now: i64) -> Write {
    Write::to(seat_key(concert_id, area))
        .add("remaining", -i64::from(count))
        .set("updatedAt", now)
        .next_version()
        .only_if(Condition::at_least("remaining", count))
}

/// So many places of a standing area are everybody's again.
pub fn return_places(concert_id: &str, area: &SeatId, count: u32, now: i64) -> Write {
    Write::to(seat_key(concert_id, area))
        .add("remaining", count)
        .set("updatedAt", now)
        .next_version()
        .only_if(Condition::has("remaining"))
}

/// The order is paid. It still has its places: this stands in one transaction with [`sell`] for each of its seats.
pub fn pay(order_id: &str, now: i64) -> Write {
    moved(order_id, OrderStatus::Paid, now).only_if(is_in([OrderStatus::Reserved]))
}

/// The seat is sold to the order that owns it. Its time to pay may be over, as long as nobody else has taken it.
pub fn sell(seat: Key, order_id: &str, now: i64) -> Write {
    Write::to(seat)
        .set("state", CloudSeatState::Sold.as_str())
        .set("updatedAt", now)
        .next_version()
        .remove("payUntil")
        .only_if(is(CloudSeatState::Owned).and(Condition::is("orderId", order_id)))
}

/// The order gives its places back, because its time to pay is over.
pub fn lapse(order_id: &str, now: i64) -> Write {
    let over = Condition::below("payUntil", now);
    lapsed(order_id, now).only_if(is_in([OrderStatus::Reserved]).and(over))
}

/// The order gives back what it still has: somebody else has taken one of its seats. That needs no look at the time.
pub fn lapse_robbed(order_id: &str, now: i64) -> Write {
    lapsed(order_id, now).only_if(is_in([OrderStatus::Reserved]))
}

fn lapsed(order_id: &str, now: i64) -> Write {
    moved(order_id, OrderStatus::Lapsed, now).set("lapsedAt", now).remove("sale")
}

/// The order's money was given back. It still has its places, whether it was ever heard to be paid or not.
pub fn refund(order_id: &str, now: i64) -> Write {
    refunded(order_id, now).only_if(is_in([OrderStatus::Reserved, OrderStatus::Paid]))
}

/// The money that came for a lapsed order was given back. The order has no places to give back.
pub fn refund_lapsed(order_id: &str, now: i64) -> Write {
    refunded(order_id, now).only_if(is_in([OrderStatus::Lapsed]))
}

fn refunded(order_id: &str, now: i64) -> Write {
    moved(order_id, OrderStatus::Refunded, now).remove("sale")
}

/// A seat that the order owns or was sold is on sale again.
pub fn give_back(seat: Key, order_id: &str, now: i64) -> Write {
    let kept = [CloudSeatState::Owned, CloudSeatState::Sold].map(CloudSeatState::as_str);
    Write::to(seat)
        .set("state", CloudSeatState::Available.as_str())
        .set("updatedAt", now)
        .next_version()
        .remove("orderId")
        .remove("payUntil")
        .remove("station")
        .only_if(Condition::is_one_of("state", kept).and(Condition::is("orderId", order_id)))
}

/// A ticket of the order is refunded, used or not.
pub fn refund_ticket(ticket_id: &str, order_id: &str, now: i64) -> Write {
    let good = [CloudTicketStatus::Valid, CloudTicketStatus::Used].map(CloudTicketStatus::as_str);
    Write::to(ticket_key(ticket_id))
        .set("status", CloudTicketStatus::Refunded.as_str())
        .set("updatedAt", now)
        .only_if(Condition::is("orderId", order_id).and(Condition::is_one_of("status", good)))
}

fn is_in<const N: usize>(statuses: [OrderStatus; N]) -> Condition {
    Condition::is_one_of("status", statuses.map(OrderStatus::as_str))
}

fn moved(order_id: &str, status: OrderStatus, now: i64) -> Write {
    Write::to(order_key(order_id)).set("status", status.as_str()).set("updatedAt", now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::rules::{Claimant, is_within_reach};
    use crate::id::StationId;
    use crate::table::Item;

    const STATION: StationId = StationId::from_bytes([1; 16]);

    fn seat() -> Key {
        seat_key("c1", &SeatId::new("A-1"))
    }

    fn item(pairs: &[(&'static str, &'static str)]) -> Item {
        let mut item = seat().item;
        for (name, value) in pairs {
            item.put(*name, *value);
        }
        item
    }

    fn held(until: i64) -> Item {
        let mut item = item(&[("state", "held"), ("station", "s")]);
        item.put("holdUntil", until);
        item
    }

    fn of_web(order: &'static str, until: i64) -> Item {
        let mut item = item(&[("state", "owned"), ("orderId", order)]);
        item.put("payUntil", until);
        item
    }

    #[test]
    fn an_order_takes_what_nobody_has_or_has_no_longer() {
        let may = |item: Option<&Item>| own(seat(), "o1", 500, 100).may(item);
        assert!(may(Some(&item(&[("state", "available")]))));
        assert!(may(Some(&held(99))) && !may(Some(&held(100))));
        assert!(may(Some(&of_web("o2", 99))) && !may(Some(&of_web("o2", 100))));
        for state in ["owned", "sold", "blocked"] {
            assert!(!may(Some(&item(&[("state", state), ("station", "s")]))), "{state}");
        }
        assert!(!may(None), "not in the inventory");
        let after = own(seat(), "o1", 500, 100).apply(Some(held(99)));
        let told =
            (after.text("state"), after.text("orderId"), after.number("payUntil"), after.has("station"));
        assert_eq!(told, (Some("owned"), Some("o1"), Some(500), false));
    }

    #[test]
    fn a_station_takes_over_what_was_not_paid_in_time() {
        assert!(is_within_reach(STATION, 501).holds(&of_web("o1", 500)));
        assert!(!is_within_reach(STATION, 500).holds(&of_web("o1", 500)));
        let who = Claimant { station: STATION, epoch: 1 };
        let mut left = of_web("o1", 500);
        left.put("version", 2_i64);
        let taken = super::super::own(seat(), who, 2, 501);
        assert!(taken.may(Some(&left)));
        let taken = taken.apply(Some(left));
        assert!(!taken.has("orderId") && !taken.has("payUntil"));
        assert!(!sell(seat(), "o1", 502).may(Some(&taken)), "the order has lost it");
        let free = give_back(seat(), "o1", 502);
        assert!(!free.may(Some(&taken)), "and does not give back what is another's");
    }

    #[test]
    fn an_order_that_nobody_overtook_may_be_paid_late_and_is_never_paid_after_it_lapsed() {
        assert!(sell(seat(), "o1", 900).may(Some(&of_web("o1", 500))));
        let mut order = order_key("o1").item;
        order.put("status", "reserved");
        order.put("payUntil", 500_i64);
        assert!(!lapse("o1", 500).may(Some(&order)) && lapse("o1", 501).may(Some(&order)));
        let over = lapse("o1", 501).apply(Some(order.clone()));
        assert!(!pay("o1", 502).may(Some(&over)));
        assert!(!refund("o1", 502).may(Some(&over)) && refund_lapsed("o1", 502).may(Some(&over)));
        let paid = pay("o1", 400).apply(Some(order));
        assert!(!lapse("o1", 900).may(Some(&paid)) && !pay("o1", 900).may(Some(&paid)));
    }

    #[test]
    fn places_go_out_and_come_back_one_for_one() {
        let area = SeatId::standing("floor");
        let mut counter = seat_key("c1", &area).item;
        counter.put("remaining", 3_i64);
        assert!(!take_places("c1", &area, 4, 1).may(Some(&counter)));
        let taken = take_places("c1", &area, 3, 1).apply(Some(counter.clone()));
        assert_eq!(taken.number("remaining"), Some(0));
        let back = return_places("c1", &area, 3, 2).apply(Some(taken));
        assert_eq!(back.number("remaining"), counter.number("remaining"));
    }
}
