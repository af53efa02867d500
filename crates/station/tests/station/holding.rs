//! Carts and the seat map: what each window sees of the other's holds.

use wicket_station::fault::Code;
use wicket_station::view::HoldOutcome;

use crate::support::{House, seat, sold, wants};

#[test]
fn a_cart_gets_all_its_seats_or_none() {
    let (house, window_a, event) = House::open();
    let window_b = house.window();
    let (mine, theirs) = (window_a.open_cart().unwrap(), window_b.open_cart().unwrap());
    let held = window_a.hold_seats(event, mine, &[seat("A-1")]).unwrap();
    assert!(
        matches!(held, HoldOutcome::Held { until } if until.as_millisecond() == house.now().as_millisecond() + 600_000)
    );
    let outcome = window_b.hold_seats(event, theirs, &[seat("A-2"), seat("A-1")]).unwrap();
    let HoldOutcome::Taken { seats } = outcome else { panic!("{outcome:?}") };
    assert_eq!(seats[0].label, "Stalls A-1");
    let states = window_b.seat_states(event, Some(theirs), None).unwrap().unwrap();
    assert_eq!(states.states, "1000000000", "A-2 was not held either");
    let states = window_a.seat_states(event, Some(mine), None).unwrap().unwrap();
    assert_eq!(states.states, "4000000000", "one's own holds look different");
}

#[test]
fn giving_back_gives_back_ones_own_and_nothing_else() {
    let (house, window_a, event) = House::open();
    let (mine, theirs) = (window_a.open_cart().unwrap(), window_a.open_cart().unwrap());
    window_a.hold_seats(event, mine, &[seat("A-1"), seat("A-2")]).unwrap();
    window_a.hold_seats(event, theirs, &[seat("A-3")]).unwrap();
    sold(&window_a, &crate::support::from_cart(mine, wants(event, &["A-2"])));
    let before = house.dump();
    window_a.release_seat(event, mine, &seat("A-3")).unwrap();
    window_a.release_seat(event, mine, &seat("A-2")).unwrap();
    assert_eq!(house.dump(), before, "neither another's hold nor a sold seat is released");
    window_a.release_cart(mine).unwrap();
    let states = window_a.seat_states(event, None, None).unwrap().unwrap();
    assert_eq!((states.states.as_str(), states.free_by_category), ("0210000000", vec![3, 5, 0]));
}

#[test]
fn what_a_killed_window_held_is_free_at_the_next_start() {
    let (house, window_a, event) = House::open();
    let cart = window_a.open_cart().unwrap();
    window_a.hold_seats(event, cart, &[seat("A-1")]).unwrap();
    let states =
        |window: &wicket_station::Station| window.seat_states(event, None, None).unwrap().unwrap().states;
    let window_b = house.window();
    assert_eq!(states(&window_b), "1000000000", "window A is alive");
    drop(window_a);
    assert_eq!(states(&house.window()), "1000000000", "window B is, and nobody can tell whose cart it is");
    drop(window_b);
    let window_c = house.window();
    assert_eq!(states(&window_c), "0000000000");
    assert_eq!(house.number("SELECT count(*) FROM seat WHERE state = 1"), 0);
    sold(&window_c, &wants(event, &["A-1"]));
}

#[test]
fn a_hold_made_while_the_clock_was_ahead_does_not_last_for_hours() {
    let (house, window_a, event) = House::open();
    let (mine, theirs) = (window_a.open_cart().unwrap(), window_a.open_cart().unwrap());
    house.pass(120);
    window_a.hold_seats(event, mine, &[seat("A-1")]).unwrap();
    house.pass(-5);
    let taken = window_a.hold_seats(event, theirs, &[seat("A-1")]).unwrap();
    assert!(
        matches!(taken, HoldOutcome::Taken { .. }),
        "a cart outlives the clock's being set right a little"
    );
    house.pass(-115);
    let states = window_a.seat_states(event, None, None).unwrap().unwrap();
    assert_eq!((states.states.as_str(), states.free_by_category), ("0000000000", vec![5, 5, 0]));
    assert_eq!(window_a.events().unwrap()[0].seats_free, 10);
    assert_eq!(sold(&window_a, &crate::support::from_cart(mine, wants(event, &["A-1"]))).tickets.len(), 1);
}

#[test]
fn the_map_is_asked_again_only_when_something_changed() {
    let (house, window_a, event) = House::open();
    let window_b = house.window();
    let first = window_a.seat_states(event, None, None).unwrap().unwrap();
    assert!(window_a.seat_states(event, None, Some(first.version)).unwrap().is_none(), "nothing happened");
    let cart = window_b.open_cart().unwrap();
    window_b.hold_seats(event, cart, &[seat("B-5")]).unwrap();
    let second =
        window_a.seat_states(event, None, Some(first.version)).unwrap().expect("another window wrote");
    assert_eq!(second.states, "0000000001");
    house.pass(10);
    let third = window_a.seat_states(event, None, Some(second.version)).unwrap().expect("a hold ran out");
    assert_eq!(third.states, "0000000000");
    assert!(third.version < 1 << 53, "a JavaScript number holds it");
    assert!(window_a.seat_states(event, None, Some(third.version)).unwrap().is_none());
}

#[test]
fn a_hold_of_too_many_or_unknown_seats_changes_nothing() {
    let (house, window_a, event) = House::open();
    let cart = window_a.open_cart().unwrap();
    let before = house.dump();
    let many: Vec<_> = (0..101).map(|n| seat(&format!("A-{n}"))).collect();
    assert_eq!(window_a.hold_seats(event, cart, &many).unwrap_err().code, Code::BadInput);
    let unknown = window_a.hold_seats(event, cart, &[seat("A-1"), seat("Q-1")]);
    assert_eq!(unknown.unwrap_err().code, Code::NotFound);
    assert_eq!(house.dump(), before);
}

#[test]
fn the_best_seats_are_free_ones() {
    let (_house, window_a, event) = House::open();
    sold(&window_a, &wants(event, &["A-2", "A-3"]));
    let best = window_a.best_seats(event, None, 2, None).unwrap().unwrap();
    let lines = window_a.seat_lines(event, true).unwrap();
    assert_eq!(lines.len(), 8);
    let all = window_a.seat_lines(event, false).unwrap();
    for index in best.seats {
        assert!(lines.contains(&all[index as usize]), "{index} is free");
    }
    assert!(window_a.best_seats(event, None, 11, None).unwrap().is_none(), "so many there are not");
}
