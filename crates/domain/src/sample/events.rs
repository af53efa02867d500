//! Ten events of different kinds, counted from a given time: one begins within the hour, so that its gate can be tried
//! at once, and the others in the coming weeks.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use super::SampleEvent;
use super::arena::{FLOOR, MIDDLE_CATEGORY, WHEELCHAIR};
use crate::money::{Currency, Money};
use crate::plan::StandingArea;

const TIME_ZONE: &str = "America/Los_Angeles";
/// The same zone's rule, so that nothing is looked up on the machine.
const TIME_ZONE_RULE: &str = "PST8PDT,M3.2.0,M11.1.0";
const FLOOR_CAPACITY: u32 = 2_000;

/// What a category costs, in percent of the middle one.
const FACTORS: &[(&str, i64)] = &[
    ("Front Stalls", 160),
    ("Boxes", 130),
    (MIDDLE_CATEGORY, 100),
    (WHEELCHAIR, 100),
    ("Wings", 80),
    ("Balcony", 65),
    (FLOOR, 50),
];

struct Entry {
    name: &'static str,
    kind: &'static str,
    description: &'static str,
    /// The middle category's price, in whole dollars.
    dollars: i64,
    begins: Begins,
}

/// When an event begins.
enum Begins {
    /// Within the hour: at the next half hour that is at least 30 minutes away.
    Soon,
    /// In a week from now on, on this day at this hour.
    Later { week: i8, day: Weekday, hour: i8, minute: i8 },
}

const fn entry(
    (name, kind): (&'static str, &'static str),
    dollars: i64,
    (week, day, hour, minute): (i8, Weekday, i8, i8),
    description: &'static str,
) -> Entry {
    Entry { name, kind, description, dollars, begins: Begins::Later { week, day, hour, minute } }
}

/// A half hour, and the least time until the event that begins soon, in seconds.
const HALF_HOUR: i64 = 1_800;

const EVENTS: &[Entry] = &[
    entry(
        ("Tech Summit", "Conference"),
        299,
        (1, Weekday::Tuesday, 9, 0),
        "Two stages of talks on what engineers will build next year.",
    ),
    entry(
        ("Summer Music Festival", "Music"),
        199,
        (2, Weekday::Saturday, 15, 0),
        "Nine hours, seven bands, one stage.",
    ),
    entry(
        ("Startup Pitch Night", "Business"),
        49,
        (0, Weekday::Thursday, 19, 0),
        "Ten founders, five minutes each, and a jury that asks back.",
    ),
    entry(
        ("Food & Wine Tasting", "Food and drink"),
        175,
        (1, Weekday::Friday, 18, 0),
        "Forty kitchens and cellars of the coast under one roof.",
    ),
    entry(
        ("Bay Area Marathon", "Sports"),
        85,
        (3, Weekday::Sunday, 7, 0),
        "Start and finish in the arena, 26 miles around the bay between.",
    ),
    Entry {
        name: "Stand-Up Comedy Night",
        kind: "Comedy",
        description: "Six comedians and a host who picks on the front row.",
        dollars: 45,
        begins: Begins::Soon,
    },
    entry(
        ("Modern Art Exhibition", "Art"),
        35,
        (2, Weekday::Wednesday, 11, 0),
        "Large works by living artists, with a talk at noon.",
    ),
    entry(
        ("Yoga Retreat", "Wellness"),
        450,
        (4, Weekday::Saturday, 8, 0),
        "A day of practice, quiet and good food.",
    ),
    entry(
        ("Esports Championship", "Esports"),
        65,
        (3, Weekday::Saturday, 13, 0),
        "The season's last eight teams, on one screen.",
    ),
    entry(
        ("Charity Gala", "Charity"),
        500,
        (5, Weekday::Saturday, 19, 30),
        "Dinner, an orchestra and an auction for the children's hospital.",
    ),
];

/// The sample events for somebody who starts at `now`. Stand-Up Comedy Night begins within the hour; the next one within
/// a week, the last within six, each on a day of the week and at an hour that suit it.
pub fn events(now: Timestamp) -> Vec<SampleEvent> {
    EVENTS
        .iter()
        .map(|entry| SampleEvent {
            name: entry.name.to_owned(),
            kind: entry.kind.to_owned(),
            description: entry.description.to_owned(),
            starts: starts(entry, now),
            time_zone: TIME_ZONE.to_owned(),
            venue_name: "Harbor Arena".to_owned(),
            venue_address: "500 Harbor Way, San Francisco, CA 94107".to_owned(),
            prices: FACTORS
                .iter()
                .map(|(category, factor)| ((*category).to_owned(), price(entry, *factor)))
                .collect(),
            standing: vec![StandingArea { id: FLOOR.to_owned(), capacity: FLOOR_CAPACITY }],
        })
        .collect()
}

/// Rounded to whole dollars, half a dollar up.
fn price(entry: &Entry, percent: i64) -> Money {
    let dollars = (entry.dollars * percent + 50) / 100;
    Money::new(dollars * 100, Currency::USD)
}

/// When the entry begins. At the very end of time, where calendars stop, it is simply so many days from now.
fn starts(entry: &Entry, now: Timestamp) -> Timestamp {
    let Begins::Later { week, day, hour, minute } = entry.begins else { return next_half_hour(now) };
    local_start(now, week, day, (hour, minute)).map_or_else(
        || now.saturating_add(SignedDuration::from_hours(24 * 7 * i64::from(week))).unwrap_or(now),
        |start| start.timestamp(),
    )
}

/// The first half hour, on the clock of the venue too, that is at least 30 minutes away.
fn next_half_hour(now: Timestamp) -> Timestamp {
    let earliest = now.as_second().saturating_add(HALF_HOUR);
    let over = earliest.rem_euclid(HALF_HOUR);
    let starts = if over == 0 { earliest } else { earliest.saturating_add(HALF_HOUR - over) };
    Timestamp::from_second(starts).unwrap_or(now)
}

/// A day in a week, which begins tomorrow at the venue, at an hour there.
fn local_start(now: Timestamp, week: i8, day: Weekday, (hour, minute): (i8, i8)) -> Option<Zoned> {
    let zone = TimeZone::posix(TIME_ZONE_RULE).ok()?;
    let week_begins = now.to_zoned(zone.clone()).date().checked_add((7 * i32::from(week)).days()).ok()?;
    let day = week_begins.nth_weekday(1, day).ok()?;
    day.at(hour, minute, 0, 0).to_zoned(zone).ok()
}
