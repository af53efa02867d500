//! Random evenings: three windows on one file against a model of a few maps, with the guarantees of
//! `docs/guarantees.md` checked at the end of each.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use wicket_domain::id::{CartId, EventId};
use wicket_domain::judge::Refusal;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::view::{HoldOutcome, Receipt, SaleOutcome, SaleRequest, StandingLine};

use crate::support::{FLOOR, House, admit, seat, usd, wants};

const SEATS: [&str; 10] = ["A-1", "A-2", "A-3", "A-4", "A-5", "B-1", "B-2", "B-3", "B-4", "B-5"];

#[derive(Debug, Clone)]
enum Step {
    Hold { window: usize, seats: BTreeSet<&'static str> },
    Release { window: usize, seat: &'static str },
    ReleaseAll { window: usize },
    Sell { window: usize, seats: BTreeSet<&'static str>, floor: u32, cash: i64, with_cart: bool },
    Admit { window: usize, ticket: Index },
    Nonsense { window: usize },
    Print { window: usize, ticket: Index },
    Wait { minutes: i64 },
    Reopen { window: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let window = || 0..3_usize;
    let seats = || prop::collection::btree_set(select(SEATS.to_vec()), 1..4);
    let step = prop_oneof![
        4 => (window(), seats()).prop_map(|(window, seats)| Step::Hold { window, seats }),
        1 => (window(), select(SEATS.to_vec())).prop_map(|(window, seat)| Step::Release { window, seat }),
        1 => window().prop_map(|window| Step::ReleaseAll { window }),
        5 => (window(), prop::collection::btree_set(select(SEATS.to_vec()), 0..3), 0..3_u32, 0..15_000_i64, any::<bool>())
            .prop_map(|(window, seats, floor, cash, with_cart)| Step::Sell { window, seats, floor, cash, with_cart }),
        3 => (window(), any::<Index>()).prop_map(|(window, ticket)| Step::Admit { window, ticket }),
        1 => window().prop_map(|window| Step::Nonsense { window }),
        1 => (window(), any::<Index>()).prop_map(|(window, ticket)| Step::Print { window, ticket }),
        2 => (1..8_i64).prop_map(|minutes| Step::Wait { minutes }),
        1 => window().prop_map(|window| Step::Reopen { window }),
    ];
    prop::collection::vec(step, 1..40)
}

/// What the file should hold.
#[derive(Default)]
struct Model {
    holds: BTreeMap<&'static str, (usize, Timestamp)>,
    sold: BTreeSet<&'static str>,
    floor: u32,
    revenue: i64,
    orders: u32,
    tokens: Vec<(String, wicket_domain::id::OrderId)>,
    inside: BTreeSet<String>,
    scans: u32,
}

impl Model {
    /// Whether `window`'s cart may have the seat.
    fn may_have(&self, seat: &str, window: Option<usize>, now: Timestamp) -> bool {
        let held = self.holds.get(seat).filter(|(_, until)| *until > now);
        !self.sold.contains(seat) && held.is_none_or(|(holder, _)| Some(*holder) == window)
    }
}

struct Evening {
    house: House,
    event: EventId,
    windows: Vec<Station>,
    carts: Vec<CartId>,
    model: Model,
}

impl Evening {
    fn new() -> Self {
        let (house, window_a, event) = House::open();
        let windows = vec![window_a, house.window(), house.window()];
        let carts = windows.iter().map(|window| window.open_cart().unwrap()).collect();
        Self { house, event, windows, carts, model: Model::default() }
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Hold { window, seats } => self.hold(*window, seats),
            Step::Release { window, seat: name } => {
                self.windows[*window].release_seat(self.event, self.carts[*window], &seat(name)).unwrap();
                self.model.holds.retain(|held, (holder, _)| held != name || holder != window);
            }
            Step::ReleaseAll { window } => {
                self.windows[*window].release_cart(self.carts[*window]).unwrap();
                self.model.holds.retain(|_, (holder, _)| holder != window);
            }
            Step::Sell { window, seats, floor, cash, with_cart } => {
                self.sell(*window, seats, *floor, *cash, *with_cart);
            }
            Step::Admit { window, ticket } if !self.model.tokens.is_empty() => self.admit(*window, *ticket),
            Step::Nonsense { window } => {
                assert_eq!(admit(&self.windows[*window], "nonsense").reason, Some(Refusal::NotATicket));
                self.model.scans += 1;
            }
            Step::Print { window, ticket } if !self.model.tokens.is_empty() => {
                let order = ticket.get(&self.model.tokens).1;
                let by = Actor::CommandLine;
                self.windows[*window].record_printing(&by, order, wicket_print::Format::A4).unwrap();
            }
            Step::Admit { .. } | Step::Print { .. } => {}
            Step::Wait { minutes } => self.house.clock.pass(SignedDuration::from_mins(*minutes)),
            Step::Reopen { window } => self.windows[*window] = self.house.window(),
        }
    }

    fn hold(&mut self, window: usize, seats: &BTreeSet<&'static str>) {
        let now = self.house.now();
        let possible = seats.iter().all(|name| self.model.may_have(name, Some(window), now));
        let ids: Vec<_> = seats.iter().map(|name| seat(name)).collect();
        match self.windows[window].hold_seats(self.event, self.carts[window], &ids).unwrap() {
            HoldOutcome::Held { until } => {
                assert!(possible, "{seats:?} could not be held");
                self.model.holds.extend(seats.iter().map(|name| (*name, (window, until))));
            }
            HoldOutcome::Taken { .. } => assert!(!possible, "{seats:?} could be held"),
        }
    }

    /// Asked for the same cart again, the station sells nothing more; then the window begins another.
    fn next_customer(&mut self, window: usize, request: &SaleRequest, receipt: &Receipt) {
        let station = &self.windows[window];
        let again = station.sell(&Actor::CommandLine, request).unwrap();
        assert_eq!(again, SaleOutcome::Sold { receipt: receipt.clone() }, "one cart is one sale");
        station.release_cart(self.carts[window]).unwrap();
        self.model.holds.retain(|_, (holder, _)| *holder != window);
        self.carts[window] = station.open_cart().unwrap();
    }

    fn sell(
        &mut self,
        window: usize,
        seats: &BTreeSet<&'static str>,
        floor: u32,
        cash: i64,
        with_cart: bool,
    ) {
        let now = self.house.now();
        let line = StandingLine { area_id: "Floor".into(), count: floor };
        let request = SaleRequest {
            cart_id: with_cart.then(|| self.carts[window]),
            standing: Some(line).into_iter().filter(|line| line.count > 0).collect(),
            cash: usd(cash),
            ..wants(self.event, &seats.iter().copied().collect::<Vec<_>>())
        };
        let outcome = self.windows[window].sell(&Actor::CommandLine, &request);
        if seats.is_empty() && floor == 0 {
            assert!(outcome.is_err(), "nothing cannot be sold");
            return;
        }
        let holder = with_cart.then_some(window);
        let free = seats.iter().all(|name| self.model.may_have(name, holder, now));
        let total: i64 = seats.iter().map(|name| if name.starts_with('A') { 5_000 } else { 3_000 }).sum();
        let total = total + i64::from(floor) * 2_000;
        match outcome.unwrap() {
            SaleOutcome::Sold { receipt } => {
                assert!(free && self.model.floor + floor <= FLOOR && cash >= total, "{request:?} was sold");
                assert_eq!((receipt.total, receipt.change), (usd(total), usd(cash - total)));
                self.model.sold.extend(seats);
                self.model.holds.retain(|name, _| !seats.contains(name));
                if with_cart {
                    self.next_customer(window, &request, &receipt);
                }
                self.model.floor += floor;
                self.model.revenue += total;
                self.model.orders += 1;
                self.model
                    .tokens
                    .extend(receipt.tickets.into_iter().map(|ticket| (ticket.token, receipt.order_id)));
            }
            SaleOutcome::Taken { .. } => assert!(!free, "{request:?} was not sold"),
            SaleOutcome::Full { left, .. } => {
                assert!(free && floor > left);
                assert_eq!(left, FLOOR - self.model.floor);
            }
            SaleOutcome::Offline { places } => panic!("no cloud was asked for {places:?}"),
            SaleOutcome::Short { missing, .. } => assert_eq!(missing, usd(total - cash)),
        }
    }

    fn admit(&mut self, window: usize, ticket: Index) {
        let token = ticket.get(&self.model.tokens).0.clone();
        let reason = admit(&self.windows[window], &token).reason;
        let first = self.model.inside.insert(token);
        assert_eq!(reason, (!first).then_some(Refusal::AlreadyAdmitted), "G3: once, and only once");
        self.model.scans += 1;
    }

    /// G1, G2 and G4, and that nothing was counted wrong.
    fn check(&self) {
        let model = &self.model;
        let number = |sql: &str| self.house.number(sql);
        let seats = i64::try_from(model.sold.len()).unwrap();
        assert_eq!(number("SELECT count(*) FROM seat WHERE state = 2"), seats);
        assert_eq!(
            number(
                "SELECT count(*) FROM seat s JOIN ticket t ON t.ticket_id = s.ticket_id AND t.seat_id = s.seat_id
                 WHERE s.state = 2 AND t.status = 'valid'"
            ),
            seats,
            "G1: each sold seat has its own valid ticket"
        );
        let tickets = seats + i64::from(model.floor);
        assert_eq!(
            number("SELECT count(*) FROM ticket WHERE status = 'valid'"),
            tickets,
            "and there is no other"
        );
        assert_eq!(number("SELECT sold FROM standing_area"), i64::from(model.floor));
        assert_eq!(number("SELECT count(*) FROM orders"), i64::from(model.orders));
        for sum in [
            "total) FROM orders",
            "amount) FROM payment",
            "price) FROM ticket",
            "received - change_given) FROM payment",
        ] {
            let whole = format!("SELECT coalesce(sum({}", sum.replacen(')', "), 0)", 1));
            assert_eq!(number(&whole), model.revenue, "G4: {whole}");
        }
        let counts = self.windows[0].gate_count(self.event).unwrap();
        assert_eq!((i64::from(counts.sold), counts.admitted as usize), (tickets, model.inside.len()));
        assert_eq!(number("SELECT count(*) FROM scan"), i64::from(model.scans));
        assert_eq!(number("SELECT coalesce(max(sequence), 0) - count(*) FROM outbox"), 0, "G2: no gap");
        assert_eq!(
            number("SELECT count(*) FROM outbox WHERE kind <> 'reprint'"),
            i64::from(model.orders + model.scans),
            "G2: everything is told once"
        );
        let now = self.house.now();
        for (index, window) in self.windows.iter().enumerate() {
            let states = window.seat_states(self.event, Some(self.carts[index]), None).unwrap().unwrap();
            let expected: String = SEATS.iter().map(|name| self.seen(name, index, now)).collect();
            assert_eq!(states.states, expected, "window {index} sees the hall as it is");
        }
        let report = self.windows[2].verify_audit().unwrap();
        assert!(report.sound, "{:?}", report.findings);
    }

    fn seen(&self, name: &str, window: usize, now: Timestamp) -> char {
        match self.model.holds.get(name).filter(|(_, until)| *until > now) {
            _ if self.model.sold.contains(name) => '2',
            Some((holder, _)) if *holder == window => '4',
            Some(_) => '1',
            None => '0',
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_evening_keeps_the_guarantees(steps in steps()) {
        let mut evening = Evening::new();
        for step in &steps {
            evening.play(step);
        }
        evening.check();
    }
}
