//! Any evening of three stations in any weather: no seat is sold twice, no sale is lost, nobody is admitted twice by
//! stations that can hear the cloud.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use wicket_domain::cloud::CloudSeatState;
use wicket_domain::id::EventId;
use wicket_station::actor::Actor;
use wicket_station::view::{Receipt, SaleOutcome, SaleRequest, StandingLine, VerdictWord};

use super::pretend::{Weather, World};
use super::together::{Post, two};
use crate::support::{Dice, FLOOR, scan, wants};

const SEATS: [&str; 10] = ["A-1", "A-2", "A-3", "A-4", "A-5", "B-1", "B-2", "B-3", "B-4", "B-5"];

#[derive(Default)]
struct Told {
    receipts: Vec<Receipt>,
    admitted_online: BTreeMap<String, u32>,
}

#[test]
fn any_evening_in_any_weather_keeps_the_guarantees() {
    for seed in 0..60 {
        evening(seed);
    }
}

fn evening(seed: u64) {
    let (world, north, south, event) = two();
    let east = Post::new(&world, "East", 33);
    east.sync();
    north.sync();
    let posts = [north, south, east];
    let dice = Dice::new(seed.wrapping_mul(7_919) + 1);
    let mut told = Told::default();
    for _ in 0..60 {
        let post = &posts[usize::try_from(dice.roll(3)).unwrap()];
        match dice.roll(12) {
            0 => post.line.set(Weather::Stormy(30 + dice.roll(60))),
            1 => post.line.set(Weather::Fine),
            2 => post.line.set(Weather::Cut),
            3 | 4 => {
                post.station.sync_round().unwrap();
            }
            5 => {
                let _ = post.station.allot(&Actor::CommandLine, event, u32::try_from(dice.roll(3)).unwrap());
            }
            10 => {
                let _ = post.station.give_back_allotted(&Actor::CommandLine, event);
            }
            11 => post.line.late.store(dice.roll(2) == 0, Ordering::SeqCst),
            6 => world.lock().unwrap().work(),
            7 => admit(post, event, &dice, &mut told),
            _ => sell(post, event, &dice, &mut told),
        }
    }
    calm(&posts, &world);
    judge(seed, &posts, &world, event, &told);
}

fn sell(post: &Post, event: EventId, dice: &Dice, told: &mut Told) {
    let seats: Vec<&str> =
        (0..=dice.roll(2)).map(|_| SEATS[usize::try_from(dice.roll(10)).unwrap()]).collect();
    let mut request = wants(event, &seats);
    request.seats.sort();
    request.seats.dedup();
    if dice.roll(3) == 0 {
        let count = 1 + u32::try_from(dice.roll(3)).unwrap();
        request = SaleRequest { standing: vec![StandingLine { area_id: "Floor".into(), count }], ..request };
    }
    if dice.roll(4) == 0 {
        // Somebody fills a cart and walks away.
        let cart = post.station.open_cart().unwrap();
        let _ = post.station.hold_seats(event, cart, &request.seats).unwrap();
        let request = SaleRequest { cart_id: Some(cart), ..request };
        let _ = post.station.claim_places(&Actor::CommandLine, &request).unwrap();
        if dice.roll(2) == 0 {
            post.station.release_cart(cart).unwrap();
        }
        return;
    }
    if let SaleOutcome::Sold { receipt } = post.station.sell(&Actor::CommandLine, &request).unwrap() {
        told.receipts.push(receipt);
    }
}

fn admit(post: &Post, event: EventId, dice: &Dice, told: &mut Told) {
    if told.receipts.is_empty() {
        return;
    }
    let count = u64::try_from(told.receipts.len()).unwrap();
    let receipt = &told.receipts[usize::try_from(dice.roll(count)).unwrap()];
    let ticket = &receipt.tickets[0];
    let verdict = post.station.admit(&Actor::CommandLine, &scan(&ticket.token, None, Some(event))).unwrap();
    if verdict.verdict == VerdictWord::Admitted && !verdict.offline {
        *told.admitted_online.entry(ticket.ticket_id.to_string()).or_default() += 1;
    }
}

/// The weather clears, and everybody catches up.
fn calm(posts: &[Post], world: &Mutex<World>) {
    world.lock().unwrap().pass(30);
    for post in posts {
        post.line.set(Weather::Fine);
        post.line.late.store(false, Ordering::SeqCst);
        post.house.pass(30);
    }
    for _ in 0..4 {
        for post in posts {
            post.sync();
        }
        world.lock().unwrap().work();
    }
}

fn judge(seed: u64, posts: &[Post], world: &Arc<Mutex<World>>, event: EventId, told: &Told) {
    let world = world.lock().unwrap();
    for (seat, orders) in &world.orders_of_seat {
        let standing = seat.1.starts_with("ga#");
        assert!(standing || orders.len() == 1, "seed {seed}: {seat:?} was sold in {orders:?}");
    }
    let stood: usize = world
        .orders_of_seat
        .iter()
        .filter(|(seat, _)| seat.1.starts_with("ga#"))
        .map(|(_, sold)| sold.len())
        .sum();
    assert!(stood <= usize::try_from(FLOOR).unwrap(), "seed {seed}: {stood} of {FLOOR} places were sold");
    let tickets: usize = told.receipts.iter().map(|receipt| receipt.tickets.len()).sum();
    let arrived: usize = world.orders_of_seat.values().map(Vec::len).sum();
    assert_eq!(arrived, tickets, "seed {seed}: every sale arrived, each once in effect");
    for (ticket, times) in &told.admitted_online {
        assert_eq!(*times, 1, "seed {seed}: {ticket} was admitted {times} times by gates that asked");
    }
    for post in posts {
        let status = post.station.cloud_status().unwrap();
        assert_eq!((status.waiting, status.dead_letters), (0, 0), "seed {seed}");
        let report = post.station.verify_audit().unwrap();
        assert!(report.sound, "seed {seed}: {:?}", report.findings);
    }
    let sold: usize = world.seats.values().filter(|seat| seat.state == CloudSeatState::Sold).count();
    let summary = posts[0].station.events().unwrap();
    let summary = summary.iter().find(|line| line.event.event_id == event).unwrap();
    let owned: usize = world.seats.values().filter(|seat| seat.state == CloudSeatState::Owned).count();
    let elsewhere = usize::try_from(summary.seats_free).unwrap() + sold;
    assert!(
        elsewhere <= 10 && elsewhere + owned >= 10,
        "seed {seed}: {summary:?}, {sold} sold, {owned} owned"
    );
}
