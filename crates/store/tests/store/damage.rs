//! A damaged file may hold the only copy of a sale: it is put aside, whole, and never deleted.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use wicket_store::StoreError;

use crate::support::{Folder, count, fill};

const ASIDE: &str = "wicket.damaged-20270101T120000Z.sqlite";
const PAGE: u64 = 4096;

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

/// Bytes that are the same in every run and look like nothing.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let byte = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(byte).collect()
}

/// Harms a file with notices in it, opens it, and expects the harmed file aside and a fresh one in its place.
fn put_aside(harm: impl Fn(&Path)) {
    let folder = Folder::new();
    drop(folder.filled(200));
    harm(&folder.file());
    let harmed = fs::read(folder.file()).unwrap();
    let opened = folder.open().expect("a station opens whatever was there");
    assert_eq!(opened.set_aside, Some(folder.beside(ASIDE)));
    assert_eq!(count(&opened.store), 0, "a fresh file was begun");
    assert_eq!(fs::read(folder.beside(ASIDE)).unwrap(), harmed, "not a byte of the old one was changed");
    fill(&opened.store, 1);
    drop(opened);
    let again = folder.open().unwrap();
    assert!(again.set_aside.is_none());
    assert_eq!(count(&again.store), 1);
}

#[test]
fn an_overwritten_header() {
    put_aside(|path| overwrite(path, 0, &[0; 100]));
    put_aside(|path| overwrite(path, 0, &noise(512)));
}

#[test]
fn a_truncated_file() {
    put_aside(|path| fs::OpenOptions::new().write(true).open(path).unwrap().set_len(3 * PAGE).unwrap());
    put_aside(|path| fs::OpenOptions::new().write(true).open(path).unwrap().set_len(PAGE + 100).unwrap());
    put_aside(|path| fs::OpenOptions::new().write(true).open(path).unwrap().set_len(50).unwrap());
}

#[test]
fn overwritten_pages() {
    for page in [1, 5, 9, 20] {
        put_aside(|path| overwrite(path, page * PAGE, &noise(4096)));
    }
}

#[test]
fn a_file_that_is_something_else() {
    put_aside(|path| fs::write(path, "Dear diary, today the box office was busy.\n".repeat(100)).unwrap());
    put_aside(|path| fs::write(path, "xyz").unwrap());
}

#[test]
fn the_log_goes_with_the_file_it_belongs_to() {
    let folder = Folder::new();
    drop(folder.filled(200));
    let store = folder.filled(20);
    // As after a power cut: the log was not written back into the file.
    for name in ["wicket.sqlite", "wicket.sqlite-wal"] {
        fs::copy(folder.beside(name), folder.beside(&format!("kept-{name}"))).unwrap();
    }
    drop(store);
    for name in ["wicket.sqlite", "wicket.sqlite-wal"] {
        fs::copy(folder.beside(&format!("kept-{name}")), folder.beside(name)).unwrap();
    }
    for page in 5..10 {
        overwrite(&folder.file(), page * PAGE, &noise(4096));
    }
    let (file, log) =
        (fs::read(folder.file()).unwrap(), fs::read(folder.beside("wicket.sqlite-wal")).unwrap());
    assert!(log.len() > 10_000, "the notices are in the log");
    let opened = folder.open().unwrap();
    assert!(opened.set_aside.is_some());
    assert_eq!(fs::read(folder.beside(ASIDE)).unwrap(), file);
    assert_eq!(fs::read(folder.beside(&format!("{ASIDE}-wal"))).unwrap(), log, "the log is whole");
    assert_eq!(count(&opened.store), 0);
}

/// A log that nobody wrote back, beside a file that `harm` has emptied or taken away: the log is put aside, whole.
fn the_log_alone_is_put_aside(harm: impl Fn(&Path)) {
    let folder = Folder::new();
    let store = folder.filled(20);
    let log = folder.beside("wicket.sqlite-wal");
    let kept = fs::read(&log).unwrap();
    assert!(kept.len() > 10_000, "the notices are in the log");
    drop(store);
    harm(&folder.file());
    fs::write(&log, &kept).unwrap();
    let opened = folder.open().unwrap();
    assert_eq!(opened.set_aside, Some(folder.beside(ASIDE)));
    assert_eq!(fs::read(folder.beside(&format!("{ASIDE}-wal"))).unwrap(), kept, "the log is whole");
    assert_eq!(count(&opened.store), 0, "a fresh file was begun");
}

#[test]
fn an_empty_file_beside_a_log() {
    the_log_alone_is_put_aside(|path| drop(fs::File::create(path).unwrap()));
}

#[test]
fn a_missing_file_beside_a_log() {
    the_log_alone_is_put_aside(|path| fs::remove_file(path).unwrap());
}

#[test]
fn an_empty_file_without_a_log_is_a_first_start() {
    let folder = Folder::new();
    fs::File::create(folder.file()).unwrap();
    fs::File::create(folder.beside("wicket.sqlite-wal")).unwrap();
    assert!(folder.open().unwrap().set_aside.is_none(), "an empty log holds nothing");
}

#[test]
fn nobody_who_begins_a_fresh_file_with_others_takes_it_for_damaged() {
    for _ in 0..20 {
        let folder = Folder::new();
        std::thread::scope(|scope| {
            let windows: Vec<_> = (0..4).map(|_| scope.spawn(|| folder.open())).collect();
            for window in windows {
                assert!(window.join().unwrap().unwrap().set_aside.is_none());
            }
        });
        assert!(folder.names().iter().all(|name| !name.contains("damaged")), "{:?}", folder.names());
    }
}

#[test]
fn two_damaged_files_of_one_second_both_stay() {
    let folder = Folder::new();
    for text in ["the first broken file", "the second broken file"] {
        fs::write(folder.file(), text.repeat(100)).unwrap();
        folder.open().unwrap();
    }
    let kept: Vec<_> = folder.names().into_iter().filter(|name| name.contains("damaged")).collect();
    assert_eq!(kept, ["wicket.damaged-20270101T120000Z-1.sqlite", ASIDE]);
    let second = fs::read_to_string(folder.beside("wicket.damaged-20270101T120000Z-1.sqlite")).unwrap();
    assert!(second.starts_with("the second"));
}

#[test]
fn a_file_that_somebody_has_open_is_not_taken_away() {
    let folder = Folder::new();
    drop(folder.filled(200));
    let window_a = folder.open().unwrap();
    overwrite(&folder.file(), 0, &noise(100));
    let refused = folder.open().map(|_| ()).unwrap_err();
    let StoreError::Damaged { path, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(path, &folder.file());
    assert!(refused.to_string().contains("Close every Wicket window"), "{refused}");
    assert!(folder.names().iter().all(|name| !name.contains("damaged")), "{:?}", folder.names());
    drop(window_a);
    assert!(folder.open().is_ok());
}

#[test]
fn damage_that_is_met_at_work_is_looked_for_at_the_next_start() {
    let folder = Folder::new();
    let store = folder.filled(2_000);
    drop(store);
    let store = folder.open().unwrap().store;
    for page in 5..100 {
        overwrite(&folder.file(), page * PAGE, &noise(4096));
    }
    let met = store.read::<_, StoreError>(|read| Ok(read.notices()?.len()));
    assert!(matches!(met, Err(StoreError::Damaged { .. })), "{met:?}");
    assert!(folder.beside("wicket.suspect").exists());
    drop(store);
    assert!(folder.open().unwrap().set_aside.is_some());
    assert!(!folder.beside("wicket.suspect").exists(), "the fresh file is above suspicion");
}

#[test]
fn damage_that_is_met_while_the_log_is_written_back_is_looked_for_at_the_next_start() {
    let folder = Folder::new();
    drop(folder.filled(200));
    let store = folder.open().unwrap().store;
    overwrite(&folder.file(), 0, &noise(512));
    let met = store.write_log_back().unwrap_err();
    assert!(matches!(met, StoreError::Damaged { .. }), "{met:?}");
    assert!(folder.beside("wicket.suspect").exists());
}
