//! A start on a full disk: refused in plain words, however little room there is. With room again the station is as it was.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::desk::{Desk, Said};
use crate::disk;

const FULL: &str = "The disk is full. Nothing was changed. Free some space and try again.";
const INIT: &[&str] = &["init", "--station", "Window 1", "--pin", "2580"];
/// What a disk gives a file at once, in bytes.
const BLOCK: u64 = 4096;
/// In blocks. No start needs as much.
const PLENTY: u64 = 1024;
/// A station's file of an earlier Wicket: the start copies it and then brings it up to date.
const EARLIER: &str = include_str!("../../../crates/store/tests/frozen/schema_3.sql");

/// Makes a station's disk full.
struct FullDisk {
    stand_in: PathBuf,
    _folder: tempfile::TempDir,
}

impl FullDisk {
    fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { stand_in: disk::build(folder.path()), _folder: folder }
    }

    /// Runs `wicket` where the station's folder can grow by so many blocks.
    fn run(&self, desk: &Desk, words: &[&str], blocks: u64) -> Said {
        let size = (blocks_of(&desk.data()) + blocks) * BLOCK;
        desk.run_with(words, &disk::variables(&self.stand_in, &desk.data(), size))
    }

    /// Tries with no room first, then with more and more until a start succeeds. Returns how many blocks that took;
    /// `desk` makes the station anew for each try, and `refused` looks at what a refusal left.
    fn enough(&self, words: &[&str], desk: impl Fn() -> Desk, refused: impl Fn(&Desk)) -> u64 {
        let mut blocks = 0;
        while blocks < PLENTY {
            let desk = desk();
            let said = self.run(&desk, words, blocks);
            if said.exit() == 0 {
                return blocks;
            }
            let (code, message) = said.error();
            assert_eq!((code.as_str(), message.as_str()), ("storage", FULL), "with room for {blocks} blocks");
            refused(&desk);
            // The first few blocks decide one by one which files can be made; after that, longer steps will do.
            blocks += 1 + blocks / 4;
        }
        panic!("`wicket {}` never had enough room", words.join(" "));
    }
}

/// What the files in a folder take of a disk.
fn blocks_of(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten();
    files.map(|file| file.unwrap().metadata().unwrap().len().div_ceil(BLOCK)).sum()
}

/// Another station with copies of these files of a station's folder.
fn copy_of(desk: &Desk, names: &[&str]) -> Desk {
    let copy = Desk::empty();
    std::fs::create_dir(copy.data()).unwrap();
    for name in names {
        std::fs::copy(desk.data().join(name), copy.data().join(name)).unwrap();
    }
    copy
}

#[test]
fn a_first_start_on_a_full_disk_is_refused_in_words_and_made_once_there_is_room() {
    let disk = FullDisk::build();
    let enough = disk.enough(INIT, Desk::empty, |desk| {
        // A second try on the full disk meets what the first one left.
        assert_eq!(disk.run(desk, INIT, 0).error().1, FULL);
        desk.ask(INIT);
        assert_eq!(desk.ask(&["status"])["notices"], json!([]), "nothing was taken for damage");
    });
    assert!(enough > 20, "the file alone needs more than {enough} blocks");
}

#[test]
fn a_start_of_a_station_on_a_full_disk_is_refused_in_words_and_changes_nothing() {
    let disk = FullDisk::build();
    let station = Desk::with_samples();
    let events = station.ask(&["events"]);
    let file = |desk: &Desk| std::fs::read(desk.data().join("wicket.sqlite")).unwrap();
    let enough = disk.enough(
        &["events"],
        || copy_of(&station, &["wicket.sqlite"]),
        |desk| {
            assert_eq!(file(desk), file(&station), "the file is as it was");
            assert_eq!(desk.ask(&["events"]), events);
        },
    );
    assert!(enough > 0, "the log and the index of the log need room");
}

/// As after a power cut: the newest sale lies in the log alone.
#[test]
fn a_log_that_a_full_disk_leaves_unread_is_read_once_there_is_room() {
    let disk = FullDisk::build();
    let station = Desk::with_samples();
    let reader = rusqlite::Connection::open(station.data().join("wicket.sqlite")).unwrap();
    let read: i64 = reader.query_row("SELECT count(*) FROM orders", [], |row| row.get(0)).unwrap();
    assert_eq!(read, 0, "and while somebody else has the file open, the log stays");
    station.ask(&["sell", "Tech Summit", "--seat", "F-7", "--cash", "600"]);
    let enough = disk.enough(
        &["orders"],
        || copy_of(&station, &["wicket.sqlite", "wicket.sqlite-wal"]),
        |desk| assert_eq!(desk.ask(&["orders"]).as_array().map(Vec::len), Some(1), "the sale"),
    );
    assert!(enough > 0, "the index of the log needs room");
}

#[test]
fn an_earlier_file_is_brought_up_to_date_once_there_is_room() {
    let disk = FullDisk::build();
    let station = Desk::empty();
    std::fs::create_dir(station.data()).unwrap();
    let file = |desk: &Desk| rusqlite::Connection::open(desk.data().join("wicket.sqlite")).unwrap();
    file(&station).execute_batch(EARLIER).unwrap();
    // What it says of a cloud is made up, and no station starts with that.
    file(&station).execute("DELETE FROM cloud", []).unwrap();
    let enough = disk.enough(
        &["events"],
        || copy_of(&station, &["wicket.sqlite"]),
        |desk| {
            let schema: i64 = file(desk).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
            assert_eq!(schema, 3, "not half a step was taken");
            let names = std::fs::read_dir(desk.data()).unwrap().map(|entry| entry.unwrap().file_name());
            let begun: Vec<_> =
                names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "part")).collect();
            assert!(begun.is_empty(), "a copy that was begun stays: {begun:?}");
            assert_eq!(desk.ask(&["events"]).as_array().map(Vec::len), Some(1));
        },
    );
    assert!(enough > 20, "the copy alone needs more than {enough} blocks");
}
