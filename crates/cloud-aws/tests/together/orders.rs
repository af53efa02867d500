//! A thousand orders from two stations, each exactly once in effect in every table, with lines that go down meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use wicket_domain::seat::SeatId;
use wicket_station::view::SaleRequest;

use super::dev_cloud::{DevCloud, Item, number, text, until};
use super::post::{BY, Post, from_cart, standing, two, wants};

const ORDERS: usize = 1_000;
/// Every fifth order is a fan-club member's; three members share them.
const MEMBERS: [&str; 3] = ["FC-TOGETHER-1", "FC-TOGETHER-2", "FC-TOGETHER-3"];

pub(crate) fn a_thousand_arrive_exactly_once_in_effect(cloud: &DevCloud) {
    add_members(cloud);
    let (north, south, event) = two(cloud, "Summer Music Festival");
    // Taken ahead, as for a busy evening: then nobody waits for the network.
    for post in [&north, &south] {
        post.station.allot(&BY, event, 450).unwrap();
    }
    let points = std::thread::scope(|scope| {
        let halves = [&north, &south].map(|post| scope.spawn(move || sell_half(post, event)));
        halves.map(|half| half.join().unwrap())
    });
    let mut expected = Expected::default();
    for half in points {
        expected.add(half);
    }
    assert_eq!(expected.orders.len(), ORDERS);
    for post in [&north, &south] {
        post.sync();
        // Every other answer was lost on the way, as far as the station knows.
        post.forget_deliveries();
        post.sync();
        assert_eq!(post.station.cloud_status().unwrap().waiting, 0);
    }
    until("the thousand orders", || expected.all_there(cloud));
    expected.judge(cloud);
}

/// What the stations acknowledged.
#[derive(Default)]
struct Expected {
    orders: BTreeMap<String, i64>,
    tickets: BTreeSet<String>,
    seats: BTreeMap<String, String>,
    points: BTreeMap<String, i64>,
}

impl Expected {
    fn add(&mut self, other: Self) {
        self.orders.extend(other.orders);
        self.tickets.extend(other.tickets);
        self.seats.extend(other.seats);
        for (member, points) in other.points {
            *self.points.entry(member).or_default() += points;
        }
    }

    fn all_there(&self, cloud: &DevCloud) -> Result<(), String> {
        let found = |table: &str, key: &str, wanted: &dyn Fn(&str) -> bool| {
            cloud.items(table).iter().filter(|item| wanted(text(item, key))).count()
        };
        let orders = found("Orders", "orderId", &|id| self.orders.contains_key(id));
        let paid = found("Payments", "orderId", &|id| self.orders.contains_key(id));
        let tickets = found("Tickets", "ticketId", &|id| self.tickets.contains(id));
        let seats = cloud.items("SeatInventory");
        let sold = seats.iter().filter(|item| {
            self.seats.get(text(item, "seatId")).is_some_and(|order| order == text(item, "orderId"))
        });
        let sold = sold.count();
        let points: i64 = members(cloud).values().sum();
        let seen = (orders, paid, tickets, sold, points);
        let wanted = (
            self.orders.len(),
            self.orders.len(),
            self.tickets.len(),
            self.seats.len(),
            self.points.values().sum(),
        );
        if seen == wanted { Ok(()) } else { Err(format!("{seen:?} of {wanted:?}")) }
    }

    fn judge(&self, cloud: &DevCloud) {
        let mut payments: BTreeMap<String, Vec<Item>> = BTreeMap::new();
        for payment in cloud.items("Payments") {
            payments.entry(text(&payment, "orderId").to_owned()).or_default().push(payment);
        }
        for (order, total) in &self.orders {
            let paid = &payments[order];
            assert_eq!(paid.len(), 1, "{order} was paid once");
            assert_eq!(number(&paid[0], "amount"), *total, "{order}");
            assert_eq!(text(&paid[0], "status"), "completed");
        }
        assert_eq!(members(cloud), self.points, "points, once an order");
        let sold: u32 = cloud
            .items("SeatInventory")
            .iter()
            .filter(|item| text(item, "seatId").starts_with("grant#"))
            .map(|item| u32::try_from(number(item, "granted")).unwrap())
            .sum();
        assert!(sold > 0, "standing places were granted");
        let conflicts = cloud.items("Conflicts");
        let ours = |item: &&Item| self.orders.contains_key(text(item, "orderId"));
        assert_eq!(conflicts.iter().find(ours), None);
    }
}

/// Half of the orders: single seats, now and then a pair from a cart, now and then a place to stand.
fn sell_half(post: &Post, event: wicket_domain::id::EventId) -> Expected {
    let mut expected = Expected::default();
    let own: Vec<SeatId> = post.free(event).into_iter().filter(|seat| post.owns(event, seat)).collect();
    let mut seats = own.into_iter();
    for n in 0..ORDERS / 2 {
        let request = if n % 4 == 3 {
            standing(event, "Floor", 1)
        } else {
            let seat = seats.next().expect("enough seats were taken ahead");
            let request = wants(event, &[seat]);
            if n % 10 == 0 { from_cart(post.station.open_cart().unwrap(), request) } else { request }
        };
        let member = (n % 5 == 0).then(|| MEMBERS[n / 5 % MEMBERS.len()].to_owned());
        let receipt = post.sold(&SaleRequest { fan_club_id: member.clone(), ..request });
        let order = receipt.order_id.to_string();
        expected.orders.insert(order.clone(), receipt.total.minor);
        for ticket in &receipt.tickets {
            expected.tickets.insert(ticket.ticket_id.to_string());
            if ticket.seat_id.standing_area().is_none() {
                expected.seats.insert(ticket.seat_id.to_string(), order.clone());
            }
        }
        if let Some(member) = member {
            // One point a whole dollar.
            *expected.points.entry(member).or_default() += receipt.total.minor / 100;
        }
        if n % 100 == 99 {
            // Stations tell while they sell.
            post.sync();
        }
    }
    expected
}

fn add_members(cloud: &DevCloud) {
    use aws_sdk_dynamodb::types::AttributeValue::{N, S};
    let table = cloud.facts["tables"]["FanClubMembers"].as_str().unwrap();
    cloud.runtime.block_on(async {
        for member in MEMBERS {
            let put = cloud.tables.put_item().table_name(table).item("fanClubId", S(member.to_owned()));
            put.item("points", N("0".to_owned())).item("tier", S("bronze".to_owned())).send().await.unwrap();
        }
    });
}

/// The points of this test's members.
fn members(cloud: &DevCloud) -> BTreeMap<String, i64> {
    let members = cloud.items("FanClubMembers");
    let ours = members.iter().filter(|item| MEMBERS.contains(&text(item, "fanClubId")));
    ours.map(|item| (text(item, "fanClubId").to_owned(), number(item, "points"))).collect()
}
