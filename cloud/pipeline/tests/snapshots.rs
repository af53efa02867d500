//! What a feed's pages come to lies in one file, whatever happens while it is made.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends there"
)]

use std::io::BufReader;
use std::time::Duration;

use flate2::read::GzDecoder;
use jiff::Timestamp;
use serde_json::json;
use wicket_domain::cloud::{Change, InventoryRecord, Snapshot, event_feed, snapshot_key};
use wicket_domain::table::{Item, Key, Table, Value};
use wicket_pipeline::change_scribe::ChangeScribe;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::snapshot_keeper::{SnapshotKeeper, Snapshots};
use wicket_pipeline::stream::Stream;
use wicket_pipeline::world::{File, Files, Time as _};
use wicket_pipeline::{Call, Fault, Function as _};

const EVENT: &str = "02020202-0202-0202-0202-020202020202";

fn memory() -> Memory {
    let memory = Memory::new("2026-11-20T18:02:03Z".parse::<Timestamp>().unwrap());
    memory.put(Table::Events, [("eventId", EVENT), ("venue", "house")].into_iter().collect());
    memory
}

fn feed() -> String {
    event_feed("house", EVENT)
}

/// Writes pages with these numbers, one seat in each. Ten pages in a row are about the same seat.
fn pages(memory: &Memory, numbers: std::ops::RangeInclusive<u64>) {
    let scribe = ChangeScribe::new(memory.world());
    for number in numbers {
        let record = json!({
            "concertId": EVENT, "seatId": format!("S-{}", number / 10), "state": "available",
            "version": number, "updatedAt": 1,
        });
        let seat = Item::of(&record).unwrap();
        assert_eq!(memory.run(scribe.write_down(vec![(Table::SeatInventory, seat)])).unwrap().pages, 1);
    }
}

fn told(number: u64) -> Stream {
    let keys = json!({"feed": {"S": feed()}, "number": {"N": number.to_string()}});
    serde_json::from_value(json!({"Records": [{"dynamodb": {"Keys": keys}}]})).unwrap()
}

fn call(memory: &Memory) -> Call {
    Call { request_id: "r".to_owned(), until: memory.passed() + Duration::from_mins(5) }
}

fn keep(memory: &Memory, number: u64) -> Result<Snapshots, Fault> {
    memory.run(SnapshotKeeper::new(memory.world()).handle(told(number), &call(memory)))
}

/// The file's number, and its seats with their versions.
fn kept(memory: &Memory) -> (u64, Vec<(String, u64)>) {
    let key = snapshot_key(&feed());
    let bytes = memory.run(memory.get(key)).unwrap().unwrap().bytes;
    let snapshot = Snapshot::open(&feed(), BufReader::new(GzDecoder::new(bytes.as_slice()))).unwrap();
    let number = snapshot.number;
    let changes = snapshot.flat_map(|page| page.unwrap().changes);
    let seats = changes.filter_map(|change| match change {
        Change::Inventory(InventoryRecord::Seat(seat)) => Some((seat.seat_id.to_string(), seat.version)),
        _ => None,
    });
    (number, seats.collect())
}

/// Pages that have a date to go by.
fn dated(memory: &Memory) -> Vec<i64> {
    let pages = memory.items(Table::Changes).into_iter().filter(|page| page.has("expiresAt"));
    pages.map(|page| page.number("number").unwrap()).collect()
}

#[test]
fn each_hundredth_page_makes_a_file_of_all_before_it() {
    let memory = memory();
    pages(&memory, 1..=105);
    assert_eq!(keep(&memory, 99).unwrap().snapshots, 0, "not at each page");
    assert_eq!(keep(&memory, 100).unwrap().snapshots, 1);
    let (number, seats) = kept(&memory);
    assert_eq!((number, seats.len()), (100, 11));
    assert!(seats.contains(&("S-4".to_owned(), 49)) && seats.contains(&("S-10".to_owned(), 100)));
    assert_eq!(dated(&memory), (1..100).collect::<Vec<_>>(), "a feed's last page never goes");
    let page = memory.items(Table::Changes).remove(0);
    assert_eq!(page.number("expiresAt"), Some(1_797_789_723), "thirty days later, in seconds");

    pages(&memory, 106..=200);
    assert_eq!(keep(&memory, 200).unwrap().snapshots, 1);
    let (number, seats) = kept(&memory);
    assert_eq!((number, seats.len()), (200, 21));
    assert_eq!(dated(&memory), (1..200).collect::<Vec<_>>(), "and the last of the file before");
    assert_eq!(keep(&memory, 100).unwrap().snapshots, 0, "what is older changes nothing");
    assert_eq!(kept(&memory).0, 200);
}

#[test]
fn pages_that_went_meanwhile_are_in_the_file_before() {
    let memory = memory();
    pages(&memory, 1..=200);
    keep(&memory, 100).unwrap();
    for number in 1..=99_u64 {
        memory.remove(&Key::pair(Table::Changes, feed(), number));
    }
    keep(&memory, 200).unwrap();
    let (number, seats) = kept(&memory);
    assert_eq!((number, seats.len()), (200, 21));
    assert!(seats.contains(&("S-4".to_owned(), 49)));
}

#[test]
fn a_page_that_is_missing_or_unreadable_makes_no_file() {
    for odd in [None, Some("[{\"weather\":{}}]"), Some("{}")] {
        let memory = memory();
        pages(&memory, 1..=100);
        let key = Key::pair(Table::Changes, feed(), 50_u64);
        match odd {
            None => memory.remove(&key),
            Some(odd) => {
                let mut page = memory.item(&key).unwrap();
                page.put("changes", odd);
                memory.put(Table::Changes, page);
            }
        }
        let words = keep(&memory, 100).unwrap_err().to_string();
        assert_eq!(words, "page 50 is missing, or cannot be read");
        assert_eq!((memory.files().len(), dated(&memory).len()), (0, 0));
    }
    let memory = memory();
    pages(&memory, 1..=99);
    assert!(matches!(keep(&memory, 100), Err(Fault::Waiting(_))), "nor one that is not there yet");
}

#[test]
fn a_damaged_file_is_made_anew_while_its_pages_are_there() {
    let memory = memory();
    pages(&memory, 1..=200);
    keep(&memory, 100).unwrap();
    let key = snapshot_key(&feed());
    let whole = memory.run(memory.get(key.clone())).unwrap().unwrap().bytes;
    let cut = whole[..whole.len() / 2].to_vec();
    let file = File { key, media_type: "application/gzip", name: "snapshot.gz", bytes: cut };
    memory.run(Files::put(&memory, file.clone())).unwrap();
    assert_eq!(keep(&memory, 200).unwrap().snapshots, 1);
    assert_eq!((kept(&memory).0, kept(&memory).1.len()), (200, 21));
    // Where they are gone, it is said, and nothing is put in its place.
    memory.run(Files::put(&memory, file)).unwrap();
    memory.remove(&Key::pair(Table::Changes, feed(), 7_u64));
    pages(&memory, 201..=300);
    assert!(keep(&memory, 300).is_err());
}

#[test]
fn of_two_keepers_at_once_none_puts_an_older_file_in_place_of_a_newer_one() {
    let memory = memory();
    pages(&memory, 1..=200);
    let key = snapshot_key(&feed());
    keep(&memory, 100).unwrap();
    let before = memory.run(memory.get(key.clone())).unwrap().unwrap();
    keep(&memory, 200).unwrap();
    let late = File { key, media_type: "application/gzip", name: "snapshot.gz", bytes: vec![1] };
    let replaced = memory.run(memory.replace(late.clone(), Some(before.tag))).unwrap();
    assert!(!replaced && !memory.run(memory.replace(late, None)).unwrap());
    assert_eq!(kept(&memory).0, 200);
}

#[test]
fn dates_are_written_so_slowly_that_new_pages_find_room() {
    let memory = memory();
    let text = format!("[{}]", " ".repeat(48_000));
    for number in 1..=100_i64 {
        let page =
            [("feed", Value::from(feed())), ("number", number.into()), ("changes", text.as_str().into())];
        memory.put(Table::Changes, page.into_iter().collect());
    }
    let before = memory.passed();
    keep(&memory, 100).unwrap();
    let took = memory.passed().saturating_sub(before);
    assert_eq!(dated(&memory).len(), 99);
    // 47 units each.
    assert!(took >= Duration::from_secs(15), "{took:?}");
    // A call that is nearly over leaves pages without a date: they stay.
    let short = Call { request_id: "r".to_owned(), until: memory.passed() + Duration::from_secs(5) };
    for number in 101..=200_i64 {
        let page =
            [("feed", Value::from(feed())), ("number", number.into()), ("changes", text.as_str().into())];
        memory.put(Table::Changes, page.into_iter().collect());
    }
    memory.run(SnapshotKeeper::new(memory.world()).handle(told(200), &short)).unwrap();
    assert_eq!(kept(&memory).0, 200);
    assert!((110..150).contains(&dated(&memory).len()), "{}", dated(&memory).len());
}
