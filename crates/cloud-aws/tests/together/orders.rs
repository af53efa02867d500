//! A thousand orders from two stations whose lines go down meanwhile, each exactly once in effect in every table.

use std::collections::{BTreeMap, BTreeSet};

use wicket_domain::seat::SeatId;
use wicket_station::view::SaleRequest;

use super::dev_cloud::{DevCloud, number, text};
use super::ledger::Ledger;
use super::post::{BY, Post, from_cart, standing, two, wants};
use super::proxy::{Cut, EVERYTHING, Exchange, Road};

const ORDERS: usize = 1_000;
/// Every fifth order is a fan-club member's; three members share them.
const MEMBERS: [&str; 3] = ["FC-TOGETHER-1", "FC-TOGETHER-2", "FC-TOGETHER-3"];
const DELIVERY: Exchange = Exchange(&[".SendMessageBatch"]);

pub(crate) fn a_thousand_arrive_exactly_once_in_effect(cloud: &DevCloud) {
    add_members(cloud);
    let (north, south, event) = two(cloud, "Summer Music Festival");
    // Taken ahead, as for a busy evening: then nobody waits for the network.
    for post in [&north, &south] {
        post.station.allot(&BY, event, 450).unwrap();
    }
    let halves = std::thread::scope(|scope| {
        let halves = [&north, &south].map(|post| scope.spawn(move || sell_half(cloud, post, event)));
        halves.map(|half| half.join().unwrap())
    });
    let mut expected = Expected::default();
    for half in halves {
        expected.merge(half);
    }
    assert_eq!(expected.sold.len(), ORDERS);
    for post in [&north, &south] {
        // Every other answer was lost on the way, as far as the station knows.
        post.forget_deliveries();
        post.sync();
        assert_eq!(post.station.cloud_status().unwrap().waiting, 0);
    }
    cloud.quiet();
    expected.sold.judge(cloud, event);
    expected.judge_members(cloud);
    let event = event.to_string();
    let conflicts = cloud.items("Conflicts");
    assert_eq!(conflicts.iter().find(|item| text(item, "eventId") == event), None);
}

/// What the stations acknowledged.
#[derive(Default)]
struct Expected {
    sold: Ledger,
    /// Each member's points, and the orders they are for.
    members: BTreeMap<String, (i64, BTreeSet<String>)>,
}

impl Expected {
    fn merge(&mut self, other: Self) {
        self.sold.merge(other.sold);
        for (member, (points, orders)) in other.members {
            let known = self.members.entry(member).or_default();
            known.0 += points;
            known.1.extend(orders);
        }
    }

    fn judge_members(&self, cloud: &DevCloud) {
        let items = cloud.items("FanClubMembers");
        let credited = |member: &str| {
            let of = |item| {
                text(item, "fanClubId").strip_prefix("credit#")?.strip_suffix(member)?.strip_suffix('#')
            };
            items.iter().filter_map(of).map(str::to_owned).collect()
        };
        let ours = items.iter().filter(|item| MEMBERS.contains(&text(item, "fanClubId")));
        let found: BTreeMap<_, _> = ours
            .map(|item| {
                let member = text(item, "fanClubId");
                (member.to_owned(), (number(item, "points"), credited(member)))
            })
            .collect();
        assert_eq!(found, self.members, "points, once an order");
    }
}

/// Half of the orders: single seats, now and then a pair from a cart, now and then a place to stand. Every hundred the
/// line is dead for a while, and answers to what was delivered are lost.
fn sell_half(cloud: &DevCloud, post: &Post, event: wicket_domain::id::EventId) -> Expected {
    let (road, through) = Road::to(cloud);
    post.connect(&through);
    let mut expected = Expected::default();
    let own: Vec<SeatId> = post.free(event).into_iter().filter(|seat| post.owns(event, seat)).collect();
    let mut seats = own.into_iter();
    for n in 0..ORDERS / 2 {
        if n % 100 == 30 {
            road.cut(EVERYTHING, Cut::AtTheDoor);
            assert!(post.station.sync_round().unwrap().fault.is_some());
        }
        let request = if n % 4 == 3 {
            standing(event, "Floor", 1)
        } else {
            let seat = seats.next().expect("enough seats were taken ahead");
            let request = wants(event, &[seat]);
            if n % 10 == 0 { from_cart(post.station.open_cart().unwrap(), request) } else { request }
        };
        let member = (n % 5 == 0).then(|| MEMBERS[n / 5 % MEMBERS.len()].to_owned());
        let receipt = post.sold(&SaleRequest { fan_club_id: member.clone(), ..request });
        expected.sold.add(&receipt);
        if let Some(member) = member {
            let known = expected.members.entry(member).or_default();
            // One point a whole dollar.
            known.0 += receipt.total.minor / 100;
            known.1.insert(receipt.order_id.to_string());
        }
        if n % 100 == 60 {
            road.mend();
        }
        if n % 100 == 99 {
            // Stations tell while they sell.
            let lost = if n < ORDERS / 4 { Cut::BeforeTheAnswer } else { Cut::InTheAnswer };
            let round = road.through(lost, DELIVERY, || post.station.sync_round().unwrap());
            assert!(round.fault.is_some() && round.waiting > 0, "what nobody confirmed still waits");
            post.sync();
        }
    }
    post.connect(&cloud.pairing());
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
