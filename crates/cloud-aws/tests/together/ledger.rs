//! What stations acknowledged, and whether it is in the cloud's tables exactly once.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use wicket_domain::id::EventId;
use wicket_station::view::Receipt;

use super::dev_cloud::{DevCloud, Item, number, text};

/// An order's tickets with their places, and what each cost in minor units.
type Lines = BTreeMap<String, (String, i64)>;

/// Every sale of an event by its order.
#[derive(Default)]
pub(crate) struct Ledger(BTreeMap<String, Sale>);

struct Sale {
    total: i64,
    lines: Lines,
}

impl Ledger {
    pub(crate) fn add(&mut self, receipt: &Receipt) {
        let line = |ticket: &wicket_station::view::TicketView| {
            (ticket.ticket_id.to_string(), (ticket.seat_id.to_string(), ticket.price.minor))
        };
        let sale = Sale { total: receipt.total.minor, lines: receipt.tickets.iter().map(line).collect() };
        assert!(self.0.insert(receipt.order_id.to_string(), sale).is_none(), "an order is sold once");
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the tables say what was sold of the event, all of it and nothing else. Nothing may be on its way.
    pub(crate) fn judge(&self, cloud: &DevCloud, event: EventId) {
        let event = event.to_string();
        let of = |table: &str, key: &str| -> Vec<Item> {
            cloud.items(table).into_iter().filter(|item| text(item, key) == event).collect()
        };
        self.judge_orders(&of("Orders", "concertId"));
        self.judge_payments(&cloud.items("Payments"));
        self.judge_tickets(&of("Tickets", "eventId"));
        let inventory = of("SeatInventory", "concertId");
        self.judge_seats(&inventory);
        self.judge_standing(&inventory);
    }

    fn judge_orders(&self, items: &[Item]) {
        let found: BTreeSet<&str> = items.iter().map(|item| text(item, "orderId")).collect();
        assert_eq!(found, self.0.keys().map(String::as_str).collect(), "the orders");
        for item in items {
            let sale = &self.0[text(item, "orderId")];
            assert_eq!(number(item, "totalAmount"), sale.total, "{item:?}");
            assert_eq!(lines(item), sale.lines, "{item:?}");
        }
    }

    /// One an order, of its total.
    fn judge_payments(&self, items: &[Item]) {
        let ours = items.iter().filter(|item| self.0.contains_key(text(item, "orderId")));
        let mut paid: Vec<_> =
            ours.map(|item| (text(item, "orderId"), number(item, "amount"), text(item, "status"))).collect();
        paid.sort_unstable();
        let due: Vec<_> =
            self.0.iter().map(|(order, sale)| (order.as_str(), sale.total, "completed")).collect();
        assert_eq!(paid, due, "the payments");
    }

    fn judge_tickets(&self, items: &[Item]) {
        let found: BTreeMap<_, _> = items
            .iter()
            .map(|item| (text(item, "ticketId"), (text(item, "orderId"), text(item, "seatId"))))
            .collect();
        let sold = self.0.iter().flat_map(|(order, sale)| {
            let ticket = move |(ticket, (seat, _)): (&'_ String, &'_ (String, i64))| {
                (ticket.clone(), (order.clone(), seat.clone()))
            };
            sale.lines.iter().map(ticket).collect::<Vec<_>>()
        });
        let sold: BTreeMap<_, _> = sold.collect();
        let found: BTreeMap<_, _> = found
            .into_iter()
            .map(|(ticket, (order, seat))| (ticket.to_owned(), (order.to_owned(), seat.to_owned())))
            .collect();
        assert_eq!(found, sold, "the tickets");
    }

    /// Each seat that was sold is its order's, and no other seat is anybody's order's.
    fn judge_seats(&self, inventory: &[Item]) {
        let taken = inventory.iter().filter(|item| !is_counter(item));
        let taken = taken.filter(|item| text(item, "state") == "sold" || item.contains_key("orderId"));
        let found: BTreeMap<_, _> =
            taken.map(|item| (text(item, "seatId"), (text(item, "state"), text(item, "orderId")))).collect();
        let sold = self.0.iter().flat_map(|(order, sale)| {
            let seats = sale.lines.values().filter(|(seat, _)| !seat.starts_with("ga#"));
            seats.map(|(seat, _)| (seat.as_str(), ("sold", order.as_str())))
        });
        assert_eq!(found, sold.collect(), "the seats");
    }

    /// Each standing place is counted once in the grant of the station that sold it, and none is lost or made.
    fn judge_standing(&self, inventory: &[Item]) {
        let places = |sale: &Sale| sale.lines.values().filter(|(seat, _)| seat.starts_with("ga#")).count();
        let marked: BTreeSet<_> =
            inventory.iter().filter_map(|item| text(item, "seatId").strip_prefix("order#")).collect();
        let stood = self.0.iter().filter(|(_, sale)| places(sale) > 0);
        assert_eq!(marked, stood.map(|(order, _)| order.as_str()).collect(), "the marks of standing orders");
        let sum = |kind: &str, key: &str| -> i64 {
            let of_kind = inventory.iter().filter(|item| text(item, "seatId").starts_with(kind));
            of_kind.map(|item| number(item, key)).sum()
        };
        let sold: usize = self.0.values().map(places).sum();
        assert_eq!(sum("grant#", "sold"), i64::try_from(sold).unwrap(), "the standing places that were sold");
        assert_eq!(
            sum("ga#", "remaining") + sum("grant#", "granted"),
            sum("ga#", "capacity"),
            "no standing place was lost or made"
        );
    }
}

/// Whether an item of the inventory counts places and is no seat.
pub(crate) fn is_counter(item: &Item) -> bool {
    ["ga#", "grant#", "order#"].iter().any(|kind| text(item, "seatId").starts_with(kind))
}

/// What an order of the cloud consists of.
fn lines(order: &Item) -> Lines {
    let one = |line: &AttributeValue| {
        let line = line.as_m().unwrap();
        (text(line, "ticketId").to_owned(), (text(line, "seatId").to_owned(), number(line, "price")))
    };
    order["tickets"].as_l().unwrap().iter().map(one).collect()
}
