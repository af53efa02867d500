//! Orders that are not paid in time, or too late.

use wicket_domain::cloud::rules::{self, Claimant, seat_key};
use wicket_domain::id::StationId;
use wicket_domain::seat::SeatId;
use wicket_domain::table::Table;
use wicket_pipeline::world::{Tables as _, Written};

use crate::shop::{EVENT, Shop, wants};

const STATION: StationId = StationId::from_bytes([7; 16]);

/// A station claims a seat as the seat clerk does.
fn claims(shop: &Shop, seat: &str) -> bool {
    let version = u64::try_from(shop.seat(seat).number("version").unwrap()).unwrap();
    let key = seat_key(&EVENT.to_string(), &SeatId::new(seat));
    let who = Claimant { station: STATION, epoch: 1 };
    let now = shop.world.time.now().as_millisecond();
    let write = rules::own(key, who, version, now);
    matches!(shop.memory.run(shop.memory.write(write)).unwrap(), Written::Yes(_))
}

#[test]
fn an_order_that_nobody_pays_gives_its_places_back() {
    let shop = Shop::new();
    let order = shop.ordered("k1", &wants(&["A-1", "A-2", "floor"]));
    shop.pass(34);
    assert_eq!((shop.keep(), shop.state("s1").as_str()), (0, "owned"), "there is a minute left");
    shop.pass(2);
    assert_eq!((shop.keep(), shop.keep()), (1, 0));
    assert_eq!((shop.state("s1"), shop.state("s2")), ("available".to_owned(), "available".to_owned()));
    assert_eq!((shop.remaining(), shop.status(&order).as_str()), (3, "lapsed"));
    let item = &shop.memory.items(Table::Orders)[0];
    assert!(!item.has("sale") && item.has("lapsedAt"), "the buyer's address goes with it");
    assert_eq!(shop.order("k1", &wants(&["A-1", "A-2", "floor"])).0, 409, "that order is over");
    shop.ordered("k2", &wants(&["A-1"]));
    assert!(shop.published().is_empty() && shop.memory.items(Table::Tickets).is_empty());
}

#[test]
fn what_was_not_paid_in_time_may_be_taken_at_once() {
    let shop = Shop::new();
    let order = shop.ordered("k1", &wants(&["A-1", "A-2", "A-3"]));
    assert!(!claims(&shop, "s1"));
    shop.pass(36);
    assert!(claims(&shop, "s1"), "a station need not wait for the keeper");
    let second = shop.ordered("k2", &wants(&["A-2"]));
    assert_eq!(shop.keep(), 1);
    assert_eq!(shop.seat("s1").text("station"), Some(STATION.to_string().as_str()), "the station keeps it");
    assert_eq!(shop.seat("s2").text("orderId"), Some(second.as_str()), "and so does the next order");
    assert_eq!((shop.state("s3").as_str(), shop.status(&order).as_str()), ("available", "lapsed"));
}

#[test]
fn money_after_the_seats_were_given_back_is_given_back_and_sells_nothing_twice() {
    for kept in [true, false] {
        let shop = Shop::new();
        let order = shop.ordered("k1", &wants(&["A-1", "A-2"]));
        shop.pass(36);
        let other = shop.ordered("k2", &wants(&["A-1"]));
        if kept {
            assert_eq!(shop.keep(), 1);
        }
        for _ in 0..2 {
            assert_eq!(shop.pay(&order, 2_000), 200, "a replay is harmless");
        }
        assert_eq!(shop.status(&order), "lapsed");
        assert_eq!(shop.seat("s1").text("orderId"), Some(other.as_str()));
        assert_eq!(shop.state("s2"), "available", "half an order is none");
        assert!(shop.published().is_empty() && shop.memory.items(Table::Tickets).is_empty());
        let payment = &shop.memory.items(Table::Payments)[0];
        assert_eq!((payment.text("status"), payment.number("refundDue")), (Some("completed"), Some(2_000)));
        assert_eq!(shop.memory.counted("PaymentsTooLate"), 1);
        let conflicts = shop.memory.items(Table::Conflicts);
        assert_eq!((conflicts.len(), conflicts[0].text("kind")), (1, Some("paid_too_late")));
        let record: wicket_domain::cloud::ConflictRecord = conflicts[0].clone().read().unwrap();
        assert_eq!(record.first["orderId"], other, "who has the seat");
        assert_eq!((&record.second["orderId"], record.second["paid"].as_str()), (&order, "€20.00"));
        assert_eq!(shop.refund(&order, 2_000, true), 200);
        let payment = &shop.memory.items(Table::Payments)[0];
        assert_eq!((payment.text("status"), payment.has("refundDue")), (Some("refunded"), false));
        assert_eq!((shop.status(&order).as_str(), shop.remaining()), ("refunded", 3));
        assert_eq!(shop.seat("s1").text("orderId"), Some(other.as_str()));
        assert_eq!(shop.pay(&other, 1_000), 200);
        assert_eq!((shop.state("s1").as_str(), shop.published().len()), ("sold", 1));
    }
}

#[test]
fn standing_places_of_a_lapsed_order_come_back_once() {
    let shop = Shop::new();
    let order = shop.ordered("k1", &wants(&["floor", "floor"]));
    shop.pass(36);
    assert_eq!(shop.keep(), 1);
    assert_eq!((shop.pay(&order, 2_000), shop.refund(&order, 2_000, true)), (200, 200));
    assert_eq!(shop.remaining(), 3);
}

#[test]
fn money_that_is_late_finds_the_seats_where_nobody_has_taken_them() {
    let shop = Shop::new();
    let order = shop.ordered("k1", &wants(&["A-1"]));
    shop.pass(600);
    assert_eq!(shop.pay(&order, 1_000), 200);
    assert_eq!((shop.status(&order).as_str(), shop.state("s1").as_str()), ("paid", "sold"));
    assert_eq!(shop.keep(), 0);
}
