//! The sale: everything it writes, and everything that must leave the file as it was.

use serde_json::{Value, json};
use wicket_domain::money::Money;
use wicket_domain::seat::SeatState;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::{SaleOutcome, SaleRequest, StandingLine};

use crate::support::{FLOOR, House, NOON, add_event, from_cart, seat, sold, standing, usd, wants};

/// Tries a sale that must not change a single row.
fn refused(house: &House, station: &Station, request: &SaleRequest) -> Result<SaleOutcome, Code> {
    let before = house.dump();
    let outcome = station.sell(&Actor::CommandLine, request).map_err(|fault| fault.code);
    assert_eq!(house.dump(), before, "a sale that did not happen changed the file");
    outcome
}

#[test]
fn a_sale_writes_everything_at_once() {
    let (house, window_a, event) = House::open();
    let request = SaleRequest {
        cash: usd(12_000),
        holder: Some("  Grace Hopper ".into()),
        contact: None,
        fan_club_id: None,
        standing: vec![StandingLine { area_id: "Floor".into(), count: 1 }],
        ..wants(event, &["A-1", "B-2"])
    };
    let receipt = sold(&window_a, &request);
    assert_eq!((receipt.total, receipt.received, receipt.change), (usd(10_000), usd(12_000), usd(2_000)));
    let labels: Vec<_> = receipt.tickets.iter().map(|ticket| ticket.label.as_str()).collect();
    assert_eq!(labels, ["Stalls A-1", "Stalls B-2", "Floor"]);

    let order: (String, i64, i64, String, String, i64) = house
        .sql()
        .query_row("SELECT code, sold_at, total, channel, holder, printed FROM orders", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .unwrap();
    let expected = (receipt.code.to_string(), NOON, 10_000, "command_line".into(), "Grace Hopper".into(), 0);
    assert_eq!(order, expected);
    let payment: (String, i64, i64, i64) = house
        .sql()
        .query_row("SELECT method, amount, received, change_given FROM payment", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    assert_eq!(payment, ("cash".into(), 10_000, 12_000, 2_000));
    for ticket in &receipt.tickets[..2] {
        let sold_to: Vec<u8> = house
            .sql()
            .query_row(
                "SELECT ticket_id FROM seat WHERE seat_id = ?1 AND state = 2",
                [ticket.seat_id.as_str()],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(sold_to, ticket.ticket_id.as_bytes(), "the seat names its ticket");
    }
    assert_eq!(house.number("SELECT count(*) FROM seat WHERE state = 2"), 2);
    assert_eq!(house.number("SELECT count(*) FROM ticket WHERE status = 'valid'"), 3);
    assert_eq!(house.number("SELECT sum(price) FROM ticket"), 10_000);
    assert_eq!(house.number("SELECT sold FROM standing_area"), 1);
    assert_eq!(house.number("SELECT sold FROM event_count"), 3);
    assert_eq!(house.number("SELECT count(*) FROM audit WHERE kind = 'sale'"), 1);
    assert_eq!(house.number("SELECT count(*) FROM outbox"), 1);
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn the_message_is_what_the_contract_says() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &SaleRequest { cash: usd(6_000), ..wants(event, &["A-3"]) });
    let (sequence, epoch, kind, occurred_at, body): (i64, i64, String, i64, String) = house
        .sql()
        .query_row("SELECT sequence, epoch, kind, occurred_at, body FROM outbox", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .unwrap();
    assert_eq!((sequence, epoch, kind.as_str(), occurred_at), (1, 1, "purchase", NOON));
    assert!(body.contains("\"totalAmount\":50.00"), "money keeps its decimals on the wire: {body}");
    let station_id = window_a.start(None).unwrap().station.unwrap().station_id;
    let expected = json!({
        "orderId": receipt.order_id,
        "orderCode": receipt.code,
        "concertId": event,
        "concertName": "Evening",
        "concertDate": "2027-01-01T19:00:00Z",
        "tickets": [{
            "ticketId": receipt.tickets[0].ticket_id,
            "seatId": "A-3",
            "row": "A",
            "seatNumber": "3",
            "section": "Stalls",
            "seatClass": "Near",
            "price": 50.00,
            "categoryNo": 0,
            "isFanClubMember": false,
            "token": receipt.tickets[0].token,
        }],
        "totalAmount": 50.00,
        "currency": "USD",
        "paymentStatus": "Completed",
        "purchaseTimestamp": "2027-01-01T12:00:00Z",
        "channel": "command_line",
        "stationId": station_id,
        "payment": { "method": "cash", "received": 60.00, "change": 10.00 },
    });
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
}

#[test]
fn a_sold_seat_is_not_sold_again_and_says_so_by_name() {
    let (house, window_a, event) = House::open();
    sold(&window_a, &wants(event, &["A-1"]));
    let outcome = refused(&house, &house.window(), &wants(event, &["A-1", "A-2"])).unwrap();
    let SaleOutcome::Taken { seats } = outcome else { panic!("{outcome:?}") };
    assert_eq!(seats.len(), 1, "only the taken one is named");
    assert_eq!((seats[0].label.as_str(), seats[0].state), ("Stalls A-1", SeatState::Sold));
}

#[test]
fn a_hold_keeps_others_out_until_its_time_runs_out() {
    let (house, window_a, event) = House::open();
    let window_b = house.window();
    let (mine, theirs) = (window_a.open_cart().unwrap(), window_b.open_cart().unwrap());
    let before = window_a.open_cart().unwrap();
    window_a.hold_seats(event, before, &[seat("A-1")]).unwrap();
    window_a.hold_seats(event, mine, &[seat("A-2"), seat("A-3")]).unwrap();
    for request in [wants(event, &["A-1"]), from_cart(theirs, wants(event, &["A-1"]))] {
        let outcome = refused(&house, &window_b, &request).unwrap();
        assert!(
            matches!(&outcome, SaleOutcome::Taken { seats } if seats[0].state == SeatState::Held),
            "{outcome:?}"
        );
    }
    sold(&window_a, &from_cart(before, wants(event, &["A-1"])));
    house.pass(10);
    sold(&window_b, &wants(event, &["A-2"]));
    let late = refused(&house, &window_a, &from_cart(mine, wants(event, &["A-2"]))).unwrap();
    assert!(matches!(late, SaleOutcome::Taken { .. }), "a hold that ran out gives no right: {late:?}");
    sold(&window_a, &from_cart(mine, wants(event, &["A-3"])));
}

#[test]
fn a_standing_area_sells_its_last_place_and_no_more() {
    let (house, window_a, event) = House::open();
    sold(&window_a, &standing(event, FLOOR - 1));
    let outcome = refused(&house, &window_a, &standing(event, 2)).unwrap();
    assert_eq!(outcome, SaleOutcome::Full { area_id: "Floor".into(), left: 1 });
    sold(&window_a, &standing(event, 1));
    let outcome = refused(&house, &window_a, &standing(event, 1)).unwrap();
    assert_eq!(outcome, SaleOutcome::Full { area_id: "Floor".into(), left: 0 });
}

#[test]
fn too_little_cash_says_what_is_missing() {
    let (house, window_a, event) = House::open();
    let request = SaleRequest { cash: usd(7_999), ..wants(event, &["A-1", "B-1"]) };
    let outcome = refused(&house, &window_a, &request).unwrap();
    assert_eq!(outcome, SaleOutcome::Short { total: usd(8_000), missing: usd(1) });
}

#[test]
fn what_cannot_be_sold_is_refused_with_its_reason() {
    let (house, window_a, event) = House::open();
    let one = || wants(event, &["A-1"]);
    let code = |request: &SaleRequest| refused(&house, &window_a, request).unwrap_err();
    let euro = Money::new(100_000, "EUR".parse().unwrap());
    assert_eq!(code(&SaleRequest { cash: euro, ..one() }), Code::BadInput, "another currency");
    assert_eq!(code(&SaleRequest { cash: usd(-1), ..one() }), Code::BadInput, "less than no cash");
    assert_eq!(code(&wants(event, &["A-1", "Z-9"])), Code::NotFound, "a seat that is not there");
    assert_eq!(code(&wants(event, &["ga#Floor"])), Code::NotFound, "a standing place is not a seat");
    assert_eq!(code(&wants(event, &["A-1", "A-1"])), Code::BadInput, "one seat twice");
    assert_eq!(code(&wants(event, &[])), Code::BadInput, "nothing");
    assert_eq!(code(&standing(event, 0)), Code::BadInput, "no places");
    assert_eq!(code(&standing(event, 101)), Code::BadInput, "more than 100");
    assert_eq!(code(&standing(event, u32::MAX)), Code::BadInput, "far more than 100");
    let twice = SaleRequest {
        standing: [standing(event, 1).standing, standing(event, 1).standing].concat(),
        ..one()
    };
    assert_eq!(code(&twice), Code::BadInput, "one area twice");
    let mut elsewhere = standing(event, 1);
    elsewhere.standing[0].area_id = "Roof".into();
    assert_eq!(code(&elsewhere), Code::NotFound, "an area that is not there");
    let unknown = wants(wicket_domain::id::EventId::from_bytes([9; 16]), &["A-1"]);
    assert_eq!(code(&unknown), Code::NotFound, "an event that is not there");
    for holder in ["x".repeat(121), "two\nlines".into(), "bell\u{7}".into()] {
        assert_eq!(code(&SaleRequest { holder: Some(holder), ..one() }), Code::BadInput);
    }
    let fault = window_a.sell(&Actor::CommandLine, &wants(event, &[&"y".repeat(5_000)])).unwrap_err();
    assert!(fault.message.len() < 300, "a long name is not repeated whole");
}

#[test]
fn a_name_of_120_characters_in_any_script_is_kept() {
    let (_house, window_a, event) = House::open();
    let name = "Ж".repeat(120);
    let receipt = sold(&window_a, &SaleRequest { holder: Some(name.clone()), ..wants(event, &["A-1"]) });
    assert_eq!(window_a.order(receipt.order_id).unwrap().line.holder, Some(name));
    let nameless = sold(&window_a, &SaleRequest { holder: Some("   ".into()), ..wants(event, &["A-2"]) });
    assert_eq!(window_a.order(nameless.order_id).unwrap().line.holder, None, "blanks are no name");
}

#[test]
fn an_order_of_a_hundred_is_possible_and_sold_by_name() {
    let (house, window_a, event) = House::open();
    house.sql().execute("UPDATE standing_area SET capacity = 200", []).unwrap();
    let receipt = sold(&window_a, &SaleRequest { cash: usd(200_000), ..standing(event, 100) });
    assert_eq!(receipt.tickets.len(), 100);
    let ada = crate::support::ada(&window_a);
    let outcome = window_a.sell(&Actor::Staff(ada), &wants(event, &["A-1"])).unwrap();
    let SaleOutcome::Sold { receipt } = outcome else { panic!("{outcome:?}") };
    assert_eq!(window_a.order(receipt.order_id).unwrap().sold_by, "Ada");
}

#[test]
fn nothing_is_sold_before_the_station_is_set_up() {
    let house = House::empty();
    let event = wicket_domain::id::EventId::from_bytes([1; 16]);
    let code = refused(&house, &house.window(), &wants(event, &["A-1"])).unwrap_err();
    assert_eq!(code, Code::NotSetUp);
}

#[test]
fn a_cart_is_sold_once_however_often_it_is_asked_for() {
    let (house, window_a, event) = House::open();
    let cart = window_a.open_cart().unwrap();
    assert_eq!(window_a.sale_of(cart).unwrap(), None, "nothing was sold yet");
    let request =
        from_cart(cart, SaleRequest { cash: usd(9_000), seats: vec![seat("A-1")], ..standing(event, 1) });
    let receipt = sold(&window_a, &request);
    let before = house.dump();
    assert_eq!(sold(&window_a, &request), receipt, "the same answer, seats and places alike");
    let window_b = house.window();
    assert_eq!(window_b.sale_of(cart).unwrap(), Some(receipt), "and whoever asks later hears it too");
    assert_eq!(house.dump(), before, "nothing was sold a second time");

    let others = [
        SaleRequest { seats: vec![seat("A-2")], ..request.clone() },
        SaleRequest { standing: Vec::new(), ..request.clone() },
        SaleRequest { holder: Some("Ada".into()), ..request.clone() },
        SaleRequest { cash: usd(10_000), ..request },
    ];
    for other in others {
        assert_eq!(refused(&house, &window_a, &other), Err(Code::BadInput), "{other:?} needs another cart");
    }
}

#[test]
fn a_cart_that_was_sold_is_refused_in_another_event_with_the_same_seats() {
    let (house, window_a, event) = House::open();
    let other = add_event(&window_a, "Matinee");
    let cart = window_a.open_cart().unwrap();
    let receipt = sold(&window_a, &from_cart(cart, wants(event, &["A-1"])));
    let again = from_cart(cart, wants(other, &["A-1"]));
    let before = house.dump();
    let told = window_a.sell(&Actor::CommandLine, &again).unwrap_err();
    assert_eq!(told.code, Code::BadInput);
    assert!(told.message.contains(receipt.code.as_str()), "{}", told.message);
    for request in [again, from_cart(cart, wants(event, &["A-1"]))] {
        let told = window_a.claim_places(&Actor::CommandLine, &request).unwrap_err();
        assert_eq!(told.code, Code::BadInput, "no money is taken for what was sold: {}", told.message);
    }
    assert_eq!(house.dump(), before, "nothing was written");
}
