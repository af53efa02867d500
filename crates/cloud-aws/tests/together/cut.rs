//! Every exchange of a station with its cloud, cut in every place: nothing is lost, nothing is done twice, and the
//! station goes on by itself.

use wicket_domain::id::EventId;
use wicket_domain::pairing::Pairing;
use wicket_station::view::{ClaimOutcome, SaleOutcome, VerdictWord};

use super::dev_cloud::{DevCloud, number, text, until};
use super::post::{BY, Post, from_cart, standing, two, wants};
use super::proxy::{Cut, Proxy};

/// A station whose whole traffic goes through two proxies.
struct Road {
    all: Proxy,
    tables: Proxy,
}

impl Road {
    fn to(cloud: &DevCloud) -> (Self, Pairing) {
        let pairing = cloud.pairing();
        let all = Proxy::before(pairing.endpoint.as_deref().unwrap());
        let tables =
            Proxy::before(pairing.dynamodb_endpoint.as_deref().or(pairing.endpoint.as_deref()).unwrap());
        let through = Pairing { endpoint: Some(all.url()), dynamodb_endpoint: Some(tables.url()), ..pairing };
        (Self { all, tables }, through)
    }

    fn cut(&self, cut: Cut) {
        self.all.cut(cut);
        self.tables.cut(cut);
    }
}

pub(crate) fn every_exchange_survives_a_cut(cloud: &DevCloud) {
    let (north, south, event) = two(cloud, "Charity Gala");
    let (road, through) = Road::to(cloud);
    south.connect(&through);
    south.sync();
    let mut sold = Vec::new();
    for cut in Cut::ALL {
        sold.extend(sells_through(&road, cut, &north, &south, event));
        admits_through(&road, cut, &north, &south, event);
        publishes_through(cloud, &road, cut, &through);
    }
    road.cut(Cut::Nowhere);
    south.sync();
    north.sync();
    until("every sale that was told through a cut", || {
        let orders = cloud.items("Orders");
        let there = sold.iter().filter(|id| orders.iter().any(|item| text(item, "orderId") == **id)).count();
        if there == sold.len() { Ok(()) } else { Err(format!("{there} of {}", sold.len())) }
    });
    assert!(cloud.items("Conflicts").iter().all(|item| text(item, "eventId") != event.to_string()));
    let counter = cloud
        .items("SeatInventory")
        .into_iter()
        .find(|item| text(item, "concertId") == event.to_string() && text(item, "seatId").starts_with("ga#"));
    let counter = counter.unwrap();
    let granted: i64 = cloud
        .items("SeatInventory")
        .iter()
        .filter(|item| {
            text(item, "concertId") == event.to_string() && text(item, "seatId").starts_with("grant#")
        })
        .map(|item| number(item, "granted"))
        .sum();
    assert_eq!(
        number(&counter, "remaining") + granted,
        number(&counter, "capacity"),
        "no place was lost or made"
    );
}

/// Holding, claiming, selling and delivering, each with the line cut; gives the orders that were sold.
fn sells_through(road: &Road, cut: Cut, north: &Post, south: &Post, event: EventId) -> Vec<String> {
    let seats = south.free(event);
    let cart = south.station.open_cart().unwrap();
    let wanted = [seats[0].clone(), seats[1].clone()];
    road.cut(cut);
    let held = south.station.hold_seats(event, cart, &wanted).unwrap();
    road.cut(Cut::Nowhere);
    south.sync();
    let request = from_cart(cart, wants(event, &wanted));
    road.cut(cut);
    let claimed = south.station.claim_places(&BY, &request).unwrap();
    assert_ne!(claimed, ClaimOutcome::Owned, "{cut:?}: without an answer no money is taken ({held:?})");
    road.cut(Cut::Nowhere);
    south.sync();
    // Whatever became of the cart, a sale works once the line is back, and the places are nobody else's meanwhile.
    let seated = south.sold(&request);
    assert!(matches!(north.sell(&wants(event, &wanted)), SaleOutcome::Taken { .. }), "{cut:?}");
    road.cut(cut);
    let stood = south.sell(&standing(event, "Floor", 2));
    assert!(matches!(stood, SaleOutcome::Offline { .. }), "{cut:?}: {stood:?}");
    road.cut(Cut::Nowhere);
    south.sync();
    let stood = south.sold(&standing(event, "Floor", 2));
    road.cut(cut);
    let round = south.station.sync_round().unwrap();
    assert!(round.fault.is_some(), "{cut:?}: the round was cut");
    assert_eq!(
        south.station.cloud_status().unwrap().waiting,
        1,
        "{cut:?}: what nobody confirmed still waits"
    );
    road.cut(Cut::Nowhere);
    south.sync();
    assert_eq!(south.station.cloud_status().unwrap().waiting, 0, "{cut:?}");
    [seated, stood].map(|receipt| receipt.order_id.to_string()).into()
}

/// The gate decides within its budget, and a second try of the same holder is told the same.
fn admits_through(road: &Road, cut: Cut, north: &Post, south: &Post, event: EventId) {
    let seats = north.free(event);
    let token = north.sold(&wants(event, &seats[..1])).tickets[0].token.clone();
    road.cut(cut);
    let verdict = south.admit(&token, "South gate");
    assert_eq!((verdict.verdict, verdict.offline), (VerdictWord::Admitted, true), "{cut:?}");
    road.cut(Cut::Nowhere);
    south.sync();
    north.sync();
}

/// Publishing is cut off, goes on, and no seat is anybody else's by it.
fn publishes_through(cloud: &DevCloud, road: &Road, cut: Cut, through: &Pairing) {
    let east = Post::new("East", true, through);
    let event = east.event("Yoga Retreat");
    let before = east.sold(&wants(event, &east.free(event)[..1]));
    road.cut(cut);
    assert!(east.station.publish_event(&BY, event, &mut |_| ()).is_err(), "{cut:?}");
    road.cut(Cut::Nowhere);
    east.sync();
    let mut portions = 0;
    let begun = east.station.publish_event(&BY, event, &mut |_| {
        portions += 1;
        if portions == 2 {
            road.cut(cut);
        }
    });
    assert!(begun.is_err(), "{cut:?}: cut between two portions");
    road.cut(Cut::Nowhere);
    east.sync();
    east.publish(event);
    let seats = cloud.items("SeatInventory");
    let seats: Vec<_> = seats
        .iter()
        .filter(|item| text(item, "concertId") == event.to_string() && !text(item, "state").is_empty())
        .collect();
    assert_eq!(
        seats.len(),
        east.station.seat_lines(event, false).unwrap().len(),
        "{cut:?}: every seat is there"
    );
    let order = before.order_id.to_string();
    assert!(
        seats.iter().any(|item| text(item, "orderId") == order && text(item, "state") == "sold"),
        "{cut:?}"
    );
}
