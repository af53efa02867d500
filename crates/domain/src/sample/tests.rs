use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::plan::{best_available, import};

/// A Friday noon in California.
fn friday() -> Timestamp {
    "2026-11-20T20:00:00Z".parse().unwrap()
}

#[test]
fn the_arena_goes_through_the_import_without_a_warning() {
    let imported = import(arena_json().as_bytes()).unwrap();
    assert_eq!(imported.warnings, []);
    let seats = imported.plan.seats.len();
    assert!((1_250..=1_350).contains(&seats), "{seats} seats");
    let used: BTreeSet<_> = imported.plan.seats.iter().map(|seat| usize::from(seat.category)).collect();
    assert_eq!(used.len(), imported.plan.categories.len(), "each category has seats");
}

#[test]
fn the_arenas_seats_lie_beside_one_another_and_within_it() {
    let plan = arena().unwrap();
    for (at, seat) in plan.seats.iter().enumerate() {
        let (x, y, radius) = (f64::from(seat.x), f64::from(seat.y), f64::from(seat.radius));
        assert!(
            x > radius && x + radius < plan.width && y > radius && y + radius < plan.height,
            "{}",
            seat.id
        );
        for other in &plan.seats[..at] {
            let apart = (seat.x - other.x).hypot(seat.y - other.y) - seat.radius - other.radius;
            assert!(apart > 2.0, "{} and {} touch", seat.id, other.id);
        }
    }
}

#[test]
fn every_event_prices_everything_there_is() {
    for event in events(friday()) {
        let mut plan = arena().unwrap();
        plan.attach_standing(&event.standing).unwrap();
        let priced: BTreeSet<_> = event.prices.iter().map(|(category, _)| category.as_str()).collect();
        let there: BTreeSet<_> = plan.categories.iter().map(|category| category.name.as_str()).collect();
        assert_eq!(priced, there, "{}", event.name);
        assert!(event.prices.iter().all(|(_, price)| price.minor > 0 && price.minor % 100 == 0));
    }
}

#[test]
fn an_event_costs_in_the_middle_what_it_is_known_for() {
    let events = events(friday());
    let middle: Vec<_> = events
        .iter()
        .map(|event| {
            let (_, price) = event.prices.iter().find(|(category, _)| category == MIDDLE_CATEGORY).unwrap();
            (event.name.as_str(), price.decimal())
        })
        .collect();
    let known = [
        ("Tech Summit", "299.00"),
        ("Summer Music Festival", "199.00"),
        ("Startup Pitch Night", "49.00"),
        ("Food & Wine Tasting", "175.00"),
        ("Bay Area Marathon", "85.00"),
        ("Stand-Up Comedy Night", "45.00"),
        ("Modern Art Exhibition", "35.00"),
        ("Yoga Retreat", "450.00"),
        ("Esports Championship", "65.00"),
        ("Charity Gala", "500.00"),
    ];
    assert_eq!(middle, known.map(|(name, price)| (name, price.to_owned())));
    for event in &events {
        let mut prices: Vec<_> = event.prices.iter().map(|(_, price)| price.minor).collect();
        prices.sort_unstable();
        let (_, middle) = event.prices.iter().find(|(category, _)| category == MIDDLE_CATEGORY).unwrap();
        assert_eq!(prices[prices.len() / 2], middle.minor, "as many are dearer as are cheaper");
    }
}

#[test]
fn wheelchair_places_are_not_the_best_stalls() {
    let plan = arena().unwrap();
    let stalls = plan.categories.iter().position(|category| category.name == MIDDLE_CATEGORY).unwrap();
    let best = best_available(&plan, &|_| true, 2, u16::try_from(stalls).ok()).unwrap();
    assert!(best.seats.iter().all(|&seat| plan.place(seat).unwrap().label().starts_with("Stalls G-")));
}

#[test]
fn an_event_begins_at_the_same_local_time_in_summer_and_winter() {
    let summit = |now: &str| events(now.parse().unwrap()).swap_remove(0).starts.to_string();
    assert_eq!(summit("2026-11-20T20:00:00Z"), "2026-12-01T17:00:00Z", "a Tuesday, nine in the morning");
    assert_eq!(summit("2026-06-20T20:00:00Z"), "2026-06-30T16:00:00Z");
    assert_eq!(summit("2026-10-28T20:00:00Z"), "2026-11-10T17:00:00Z", "the clocks go back in between");
}

proptest! {
    #[test]
    fn events_lie_in_the_coming_weeks(seconds in 0_i64..4_000_000_000) {
        let now = Timestamp::from_second(seconds).unwrap();
        let events = events(now);
        prop_assert_eq!(events.len(), 10);
        for event in &events {
            let ahead = now.duration_until(event.starts);
            prop_assert!(ahead > SignedDuration::ZERO && ahead < SignedDuration::from_hours(24 * 50), "{ahead}");
        }
        let starts: BTreeSet<_> = events.iter().map(|event| event.starts).collect();
        prop_assert_eq!(starts.len(), 10, "the arena holds one at a time");
        let soon: Vec<_> = events
            .iter()
            .filter(|event| now.duration_until(event.starts) <= SignedDuration::from_hours(1))
            .collect();
        prop_assert_eq!(soon.len(), 1, "one gate is open at once");
        prop_assert_eq!(soon[0].name.as_str(), "Stand-Up Comedy Night");
        prop_assert!(now.duration_until(soon[0].starts) >= SignedDuration::from_mins(30));
        prop_assert_eq!(soon[0].starts.as_second() % 1_800, 0, "on a half hour");
        prop_assert_eq!(&super::events(now), &events, "the same for the same time");
    }
}

#[test]
fn at_the_end_of_time_nothing_breaks() {
    assert_eq!(events(Timestamp::MAX).len(), 10);
    assert_eq!(events(Timestamp::MIN).len(), 10);
}
