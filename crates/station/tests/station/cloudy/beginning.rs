//! A new station begins with what a feed's first pages come to, and so does one that was away for too long.

use std::collections::BTreeMap;
use std::sync::Mutex;

use wicket_domain::cloud::{
    Change, ChangePage, CloudSeatState, CloudTicketStatus, ConflictKind, ConflictRecord, Folded,
    InventoryRecord, SeatRecord, TicketRecord, event_feed, house_feed,
};
use wicket_domain::id::{EventId, ScanId, StationId, TicketId};
use wicket_domain::seat::SeatId;
use wicket_domain::seat::SeatState;
use wicket_station::actor::Actor;
use wicket_station::view::VerdictWord;

use super::pretend::World;
use super::together::{Post, seen, two};
use crate::support::{Dice, scan, sold, wants};

/// Two seats are sold at one station and one holder is let in; everybody hears of it.
fn an_evening(world: &Mutex<World>, north: &Post, event: EventId) -> String {
    let receipt = sold(&north.station, &wants(event, &["A-1", "A-2"]));
    let token = receipt.tickets[0].token.clone();
    north.station.admit(&Actor::CommandLine, &scan(&token, None, Some(event))).unwrap();
    north.sync();
    world.lock().unwrap().work();
    north.sync();
    token
}

/// Both feeds' pages are folded, and gone but for their last.
fn fold(world: &Mutex<World>, event: EventId) {
    let mut world = world.lock().unwrap();
    world.write_pages();
    for feed in [event_feed("house", &event.to_string()), house_feed(&"house".parse().unwrap())] {
        world.fold(&feed);
    }
}

/// What a station's file knows of others' doings.
fn known(post: &Post) -> Vec<String> {
    let tables = [
        ("seat", "seat_id, claim, cloud_version"),
        ("cloud_ticket", "hex(ticket_id), status, hex(admission_id), seat_id, updated_at, annulled"),
        ("conflict", "conflict_id, record"),
    ];
    let mut rows = Vec::new();
    for (table, columns) in tables {
        let columns = columns.split(", ").map(|column| format!("coalesce({column}, '-')"));
        let row = columns.collect::<Vec<_>>().join(" || ' ' || ");
        let sql = format!("SELECT '{table} ' || {row} FROM {table} ORDER BY 1");
        let sql_file = post.house.sql();
        let mut statement = sql_file.prepare(&sql).unwrap();
        let found = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.extend(found.map(Result::unwrap));
    }
    rows
}

#[test]
fn a_new_station_knows_what_one_knows_that_has_read_every_page() {
    let (world, north, south, event) = two();
    let token = an_evening(&world, &north, event);
    south.sync();
    fold(&world, event);
    let pages = world.lock().unwrap().shown;
    let late = Post::new(&world, "Late", 33);
    late.sync();
    assert_eq!(known(&late), known(&south));
    let read = world.lock().unwrap().shown - pages;
    assert_eq!(read, 0, "no page was read again");
    let verdict = late.station.admit(&Actor::CommandLine, &scan(&token, None, Some(event))).unwrap();
    assert_eq!(verdict.verdict, VerdictWord::Refused, "its holder is in");
    // What comes later is in pages.
    sold(&north.station, &wants(event, &["A-3"]));
    north.sync();
    world.lock().unwrap().work();
    late.sync();
    assert_eq!(seen(&late.station, event, "A-3"), SeatState::Sold);
}

#[test]
fn a_station_that_was_away_until_pages_were_gone_takes_the_file() {
    let (world, north, south, event) = two();
    south.sync();
    let before = south.house.number("SELECT number FROM follow");
    an_evening(&world, &north, event);
    for seat in ["A-3", "A-4"] {
        sold(&north.station, &wants(event, &[seat]));
        north.sync();
        world.lock().unwrap().work();
        world.lock().unwrap().write_pages();
    }
    fold(&world, event);
    south.sync();
    for seat in ["A-1", "A-2", "A-3", "A-4"] {
        assert_eq!(seen(&south.station, event, seat), SeatState::Sold, "{seat}");
    }
    assert!(south.house.number("SELECT number FROM follow") > before);
    assert_eq!(south.station.cloud_status().unwrap().words, None);
}

#[test]
fn a_file_that_cannot_be_read_keeps_nobody_from_the_pages() {
    let (world, north, _, event) = two();
    an_evening(&world, &north, event);
    fold(&world, event);
    let feed = event_feed("house", &event.to_string());
    let whole = world.lock().unwrap().beginnings[&feed].clone();
    let cut = whole[..whole.len() - 1].to_owned();
    for (id, text) in [(33, cut), (34, "<html>".to_owned()), (35, Folded::default().text("club#x", 9))] {
        let mut there = world.lock().unwrap();
        there.beginnings.insert(feed.clone(), text);
        let gone = there.gone.insert(feed.clone(), 0).unwrap();
        drop(there);
        let late = Post::new(&world, "Late", id);
        late.sync();
        assert_eq!(seen(&late.station, event, "A-1"), SeatState::Sold);
        // Where the pages are gone, too, it is said.
        world.lock().unwrap().gone.insert(feed.clone(), gone);
        let later = Post::new(&world, "Later", id + 50);
        let words = later.station.sync_round().unwrap().warning.unwrap().words;
        assert!(words.contains("page 1 of what changed is missing"), "{words}");
    }
}

/// Anything a page may say of a few tickets, seats and conflicts, old and new.
fn anything(dice: &Dice, event: EventId) -> Change {
    let byte = |sides| u8::try_from(dice.roll(sides)).unwrap() + 1;
    let time = |sides| i64::try_from(dice.roll(sides)).unwrap();
    let event = event.to_string();
    match dice.roll(8) {
        0..=1 => {
            let states = [CloudSeatState::Available, CloudSeatState::Held, CloudSeatState::Sold];
            let state = states[usize::try_from(dice.roll(3)).unwrap()];
            Change::Inventory(InventoryRecord::Seat(SeatRecord {
                concert_id: event,
                seat_id: SeatId::new(format!("B-{}", byte(3))),
                state,
                station: None,
                epoch: None,
                hold_until: None,
                order_id: None,
                pay_until: None,
                version: dice.roll(9) + 2,
                updated_at: 1,
            }))
        }
        2 => Change::Conflict(ConflictRecord {
            event_id: event,
            conflict_id: format!("c-{}", byte(2)),
            kind: ConflictKind::SeatSoldTwice,
            at: 3,
            first: [("orderId".to_owned(), byte(3).to_string())].into(),
            second: BTreeMap::new(),
            seat_id: None,
            ticket_id: None,
            order_id: None,
            resolved_at: (dice.roll(2) == 0).then_some(9),
            resolved_by: None,
            updated_at: 3,
        }),
        _ => {
            let scan =
                |dice: &Dice| ScanId::from_bytes([u8::try_from(dice.roll(3)).unwrap() + 1; 16]).to_string();
            let used = dice.roll(2) == 0;
            let status = match dice.roll(5) {
                0 => CloudTicketStatus::Void,
                _ if used => CloudTicketStatus::Used,
                _ => CloudTicketStatus::Valid,
            };
            Change::Ticket(TicketRecord {
                ticket_id: TicketId::from_bytes([byte(3); 16]).to_string(),
                event_id: event,
                order_id: Some("o".to_owned()),
                sold_by: Some(StationId::from_bytes([9; 16])),
                order_code: None,
                seat_id: Some("B-5".to_owned()),
                label: None,
                category: None,
                holder: None,
                status,
                admission_id: used.then(|| scan(dice)),
                annulled: (dice.roll(3) == 0).then(|| scan(dice)).into_iter().collect(),
                validated_at: used.then_some(5),
                gate: None,
                station: None,
                pdf_url: None,
                code_digest: None,
                updated_at: time(6),
            })
        }
    }
}

#[test]
fn whatever_pages_say_their_file_comes_to_the_same() {
    for seed in 0..15 {
        let (world, _, south, event) = two();
        let dice = Dice::new(seed);
        let feed = event_feed("house", &event.to_string());
        for _ in 0..=dice.roll(60) {
            // An item stands in a page once.
            let changes = (0..=dice.roll(3)).map(|_| anything(&dice, event));
            let changes: BTreeMap<_, _> = changes.map(|change| (change.about(), change)).collect();
            let changes = changes.into_values().collect();
            let mut world = world.lock().unwrap();
            let pages = world.pages.get_mut(&feed).unwrap();
            pages.push(ChangePage { number: pages.len() as u64 + 1, changes, unreadable: 0 });
        }
        south.sync();
        fold(&world, event);
        let late = Post::new(&world, "Late", 33);
        late.sync();
        assert_eq!(known(&late), known(&south), "seed {seed}");
        let counts = |post: &Post| {
            let event = post.station.events().unwrap().remove(0);
            (event.sold, event.admitted, event.seats_free)
        };
        assert_eq!(counts(&late), counts(&south), "seed {seed}");
    }
}
