//! Opening, closing, and what the file is like while it is open.

use std::sync::mpsc;
use std::time::Duration;

use rusqlite::Connection;
use wicket_store::{Store, StoreError};

use crate::support::{Folder, count, fill, noon};

#[test]
fn what_is_written_is_there_after_closing() {
    let folder = Folder::new();
    drop(folder.filled(3));
    let opened = folder.open().unwrap();
    assert!(opened.set_aside.is_none());
    assert_eq!(count(&opened.store), 3);
    assert_eq!(opened.store.path(), folder.file());
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let folder = Folder::new();
    let path = folder.beside("a/b/wicket.sqlite");
    Store::open(&path, noon()).unwrap();
    assert!(path.exists());
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let folder = Folder::new();
    drop(folder.filled(1));
    Connection::open(folder.file()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(folder.file()).unwrap();
    let refused = folder.open().map(|_| ()).unwrap_err();
    assert!(matches!(refused, StoreError::NewerFile { found: 99, .. }), "{refused:?}");
    assert!(refused.to_string().contains("Install the newer version"), "{refused}");
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);
}

#[test]
fn every_table_is_strict_and_refers_to_what_exists() {
    let folder = Folder::new();
    let store = folder.filled(1);
    let conn = Connection::open(folder.file()).unwrap();
    let loose: i64 = conn
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
             AND name NOT LIKE 'sqlite_%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0, "a table that takes any type");
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let dangling = store.write::<_, StoreError>(|tx| tx.add_to_counts(99, 1, 0).map(|()| false));
    assert!(!dangling.unwrap(), "counts of an event that is not there are nobody's");
    let order = "INSERT INTO orders (order_id, code, event_no, sold_at, actor, channel, total)
                 VALUES (zeroblob(16), 'A', 99, 0, '', '', 0)";
    conn.pragma_update(None, "foreign_keys", true).unwrap();
    assert!(conn.execute(order, []).is_err(), "an order of an event that is not there");
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let store = folder.filled(10);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for name in ["wicket.sqlite", "wicket.sqlite-wal", "wicket.sqlite-shm"] {
        assert_eq!(mode(&folder.beside(name)), 0o600, "{name}");
    }
    let deep = folder.beside("deep/wicket.sqlite");
    Store::open(&deep, noon()).unwrap();
    assert_eq!(mode(deep.parent().unwrap()), 0o700);
    drop(store);
    // As a copy that was put back by hand may be.
    std::fs::set_permissions(folder.file(), std::fs::Permissions::from_mode(0o644)).unwrap();
    folder.open().unwrap();
    assert_eq!(mode(&folder.file()), 0o600, "a file that was open to others is closed to them");
}

#[test]
fn a_failed_write_changes_nothing_and_the_next_one_works() {
    let folder = Folder::new();
    let store = folder.filled(1);
    let failed = store.write::<(), StoreError>(|tx| {
        tx.insert_notice("test", "half", noon())?;
        Err(StoreError::Busy)
    });
    assert!(failed.is_err());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write::<(), StoreError>(|tx| {
            tx.insert_notice("test", "half", noon())?;
            panic!("in the middle of a write");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(count(&store), 1);
    fill(&store, 1);
    assert_eq!(count(&store), 2);
}

#[test]
fn two_windows_see_each_others_writes_and_the_version_tells() {
    let folder = Folder::new();
    let (window_a, window_b) = (folder.filled(0), folder.filled(0));
    let before = window_a.version().unwrap();
    assert_eq!(window_a.version().unwrap(), before, "nothing was written");
    fill(&window_b, 1);
    let after = window_a.version().unwrap();
    assert_ne!(after, before);
    assert_eq!(count(&window_a), 1);
    fill(&window_a, 1);
    assert_ne!(window_a.version().unwrap(), after, "one's own writes count too");
}

#[test]
fn a_reader_waits_for_nobody_and_sees_one_moment() {
    let folder = Folder::new();
    let store = folder.filled(1);
    let (reading, begun) = mpsc::channel();
    let (written, go_on) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let long_look = scope.spawn({
            let store = &store;
            move || {
                store.read::<_, StoreError>(|read| {
                    let first = read.notices()?.len();
                    reading.send(()).unwrap();
                    go_on.recv_timeout(Duration::from_mins(1)).unwrap();
                    Ok((first, read.notices()?.len()))
                })
            }
        });
        begun.recv_timeout(Duration::from_mins(1)).unwrap();
        fill(&store, 1);
        assert_eq!(count(&store), 2, "another reader is not held up");
        written.send(()).unwrap();
        assert_eq!(long_look.join().unwrap().unwrap(), (1, 1), "the long look saw one moment");
    });
}

#[test]
fn a_writer_that_hangs_makes_others_busy_not_wrong() {
    let folder = Folder::new();
    let store = folder.filled(1);
    let other = Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = store.write::<_, StoreError>(|tx| tx.insert_notice("test", "later", noon()));
    assert!(matches!(busy, Err(StoreError::Busy)), "{busy:?}");
    assert_eq!(count(&store), 1, "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    fill(&store, 1);
    assert_eq!(count(&store), 2);
}

#[test]
fn a_place_that_cannot_be_used_is_named() {
    let folder = Folder::new();
    let path = folder.beside("wicket.sqlite");
    std::fs::create_dir(&path).unwrap();
    let refused = Store::open(&path, noon()).map(|_| ()).unwrap_err();
    assert!(matches!(refused, StoreError::Io { .. }), "{refused:?}");
    assert!(refused.to_string().contains("wicket.sqlite"), "{refused}");
}

#[test]
fn the_log_is_written_back_beside_whoever_reads_and_writes() {
    let folder = Folder::new();
    let store = folder.filled(2_000);
    let log = || std::fs::metadata(folder.beside("wicket.sqlite-wal")).unwrap().len();
    let file = || std::fs::metadata(folder.file()).unwrap().len();
    let file_before = file();
    store
        .write::<_, StoreError>(|tx| {
            store.write_log_back()?;
            tx.insert_notice("test", "meanwhile", noon())
        })
        .unwrap();
    assert!(file() > file_before, "what was in the log is in the file");
    store.write_log_back().unwrap();
    let log_before = log();
    fill(&store, 1_000);
    assert_eq!(log(), log_before, "the log begins anew");
    assert_eq!(count(&store), 3_001);
}

#[test]
fn a_full_disk_changes_nothing_and_with_room_again_work_goes_on() {
    let folder = Folder::new();
    let store = folder.filled(1);
    let note = |many: u32| {
        store.write::<_, StoreError>(|tx| {
            (0..many).try_for_each(|_| tx.insert_notice("test", &"x".repeat(300), noon()))
        })
    };
    store.limit_pages(1).unwrap();
    let full = note(200).unwrap_err();
    assert!(matches!(full, StoreError::DiskFull), "{full:?}");
    assert_eq!(count(&store), 1, "not even the first of them");
    store.limit_pages(u32::MAX - 1).unwrap();
    note(200).unwrap();
    assert_eq!(count(&store), 201);
}
