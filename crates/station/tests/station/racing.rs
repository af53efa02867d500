//! Windows that want the same thing at the same moment.

use std::sync::Barrier;
use std::thread;

use wicket_domain::judge::Refusal;
use wicket_station::actor::Actor;
use wicket_station::view::SaleOutcome;

use crate::support::{House, admit, sold, wants};

#[test]
fn of_two_windows_after_one_seat_exactly_one_gets_it() {
    let (house, _, event) = House::open();
    let windows = [house.window(), house.window(), house.window(), house.window()];
    for id in ["A-1", "A-2", "A-3", "A-4", "A-5", "B-1", "B-2", "B-3", "B-4", "B-5"] {
        let start = Barrier::new(windows.len());
        let outcomes: Vec<_> = thread::scope(|scope| {
            let attempt = |window| {
                start.wait();
                wicket_station::Station::sell(window, &Actor::CommandLine, &wants(event, &[id]))
            };
            let attempts: Vec<_> =
                windows.iter().map(|window| scope.spawn(move || attempt(window))).collect();
            attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect()
        });
        let mut won = 0;
        for outcome in outcomes {
            match outcome.expect("nobody is turned away because somebody else writes") {
                SaleOutcome::Sold { .. } => won += 1,
                SaleOutcome::Taken { .. } => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(won, 1, "{id}");
    }
    assert_eq!(house.number("SELECT count(*) FROM ticket"), 10);
    assert!(windows[0].verify_audit().unwrap().sound);
}

#[test]
fn of_two_gates_with_one_ticket_exactly_one_admits() {
    let (house, window_a, event) = House::open();
    let (north_gate, south_gate) = (house.window(), house.window());
    for id in ["A-1", "A-2", "A-3", "A-4", "A-5"] {
        let token = sold(&window_a, &wants(event, &[id])).tickets[0].token.clone();
        let start = Barrier::new(2);
        let reasons: Vec<_> = thread::scope(|scope| {
            let attempt = |gate| {
                start.wait();
                admit(gate, &token).reason
            };
            let attempts: Vec<_> = [&north_gate, &south_gate]
                .into_iter()
                .map(|gate| scope.spawn(move || attempt(gate)))
                .collect();
            attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect()
        });
        assert!(reasons.contains(&None) && reasons.contains(&Some(Refusal::AlreadyAdmitted)), "{reasons:?}");
    }
    assert_eq!(house.number("SELECT admitted FROM event_count"), 5);
    assert!(north_gate.verify_audit().unwrap().sound);
}

#[test]
fn many_windows_may_start_a_fresh_file_at_once() {
    for _ in 0..20 {
        let house = House::empty();
        let start = Barrier::new(6);
        thread::scope(|scope| {
            let open = || {
                start.wait();
                house.window()
            };
            let opened: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
            for window in opened {
                window.join().expect("each finds a whole file");
            }
        });
    }
}

#[test]
fn a_long_look_does_not_hold_up_sales_of_the_same_window() {
    let (_house, window_a, event) = House::open();
    // The check of the log holds a reader; a sale and a scan made meanwhile must not need it.
    thread::scope(|scope| {
        let checks = scope.spawn(|| (0..50).all(|_| window_a.verify_audit().unwrap().sound));
        for id in ["A-1", "A-2", "A-3", "A-4", "A-5"] {
            let receipt = sold(&window_a, &wants(event, &[id]));
            assert_eq!(admit(&window_a, &receipt.tickets[0].token).reason, None);
        }
        assert!(checks.join().unwrap(), "every look saw a whole moment");
    });
}
