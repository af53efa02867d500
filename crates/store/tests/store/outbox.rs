//! The outbox: what became of its messages, and what noting it costs.

use jiff::SignedDuration;
use rusqlite::Connection;
use wicket_domain::id::MessageId;
use wicket_store::{OutboxState, Store, StoreError, Write};

use crate::support::{Folder, noon};

const BODY_BYTES: usize = 2_000;

fn with_messages(folder: &Folder, count: u8) -> Store {
    let store = folder.open().unwrap().store;
    write(&store, |tx| {
        for n in 1..=count {
            let body = format!("{:?}", "x".repeat(BODY_BYTES));
            tx.append_outbox(MessageId::from_bytes([n; 16]), 1, "purchase", noon(), &body)?;
        }
        Ok(())
    });
    store
}

fn write(store: &Store, work: impl FnOnce(&Write<'_>) -> Result<(), StoreError>) {
    store.write::<_, StoreError>(work).unwrap();
}

fn states(store: &Store) -> Vec<(u64, OutboxState, u32)> {
    let rows = store.read::<_, StoreError>(|read| read.outbox(0, 100)).unwrap();
    rows.iter().map(|row| (row.sequence, row.state, row.attempts)).collect()
}

#[test]
fn a_message_waits_until_it_is_settled_and_dies_until_it_is_revived() {
    use OutboxState::{Dead, Sent, Waiting};
    let folder = Folder::new();
    let store = with_messages(&folder, 3);
    write(&store, |tx| {
        tx.message_sent(2, noon())?;
        tx.message_tried(1, "no answer")?;
        tx.message_died(3, "too long", noon())
    });
    assert_eq!(states(&store), [(1, Waiting, 1), (2, Sent, 0), (3, Dead, 1)]);
    write(&store, |tx| tx.message_died(2, "late news of what was sent", noon()));
    store
        .read::<_, StoreError>(|read| {
            let counts = read.outbox_counts()?;
            assert_eq!((counts.waiting, counts.dead, counts.oldest), (1, 1, Some(noon())));
            let waiting: Vec<_> = read.outbox_waiting(0, 9)?.iter().map(|row| row.sequence).collect();
            assert_eq!((waiting, read.outbox_waiting(1, 9)?.len()), (vec![1], 0));
            assert_eq!(read.outbox_waiting_of("purchase", true, 0, 9)?.len(), 1);
            assert_eq!(read.outbox_waiting_of("purchase", false, 0, 9)?.len(), 0);
            assert_eq!(read.outbox_dead(9)?[0].words.as_deref(), Some("too long"));
            assert_eq!(read.outbox_message(2)?.unwrap().state, Sent);
            let newest: Vec<_> = read.outbox_newest(2)?.iter().map(|row| row.sequence).collect();
            assert_eq!(newest, [3, 2]);
            Ok(())
        })
        .unwrap();
    write(&store, |tx| {
        assert_eq!(
            (tx.revive_message(3)?, tx.revive_message(2)?, tx.revive_all_messages()?),
            (true, false, 0)
        );
        Ok(())
    });
    assert_eq!(states(&store)[2], (3, Waiting, 1));
}

#[test]
fn what_was_delivered_long_ago_is_cleared_with_what_became_of_it() {
    let folder = Folder::new();
    let store = with_messages(&folder, 5);
    let day = SignedDuration::from_hours(24);
    write(&store, |tx| {
        tx.message_sent(1, noon())?;
        tx.message_sent(2, noon())?;
        tx.message_sent(3, noon().checked_add(day).unwrap())?;
        tx.message_died(4, "no", noon())?;
        assert_eq!(tx.clear_delivered(noon().checked_add(day).unwrap(), 1)?, 1, "at most so many");
        assert_eq!(tx.clear_delivered(noon().checked_add(day).unwrap(), 9)?, 1);
        Ok(())
    });
    let left: Vec<_> = states(&store).into_iter().map(|(sequence, ..)| sequence).collect();
    assert_eq!(left, [3, 4, 5]);
    let conn = Connection::open(folder.file()).unwrap();
    let rows: i64 = conn.query_row("SELECT count(*) FROM outbox_state", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 3);
}

#[test]
fn noting_a_delivery_does_not_write_the_message_again() {
    let folder = Folder::new();
    let store = with_messages(&folder, 200);
    let conn = Connection::open(folder.file()).unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    write(&store, |tx| (1..=200).try_for_each(|sequence| tx.message_sent(sequence, noon())));
    let log = std::fs::metadata(folder.beside("wicket.sqlite-wal")).unwrap().len();
    assert!(log < 50_000, "the log grew by {log} bytes for 200 messages of {BODY_BYTES}");
}
