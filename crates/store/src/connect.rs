//! How a connection to the file is set: what is safe, what is durable, what is fast.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;

/// How long a writer waits for another process before it says that the file is busy.
pub(crate) const BUSY: Duration = Duration::from_secs(5);
/// Between two tries where SQLite or the system does not wait by itself.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);
/// 64 MB of pages, in KiB and negative as SQLite wants it: the indexes of a million tickets.
const CACHE_KIB: i64 = -64 * 1024;
/// After so many pages the write-ahead log is written back into the file: some 200 sales, which then share the cost of
/// pages that each of them changed, and one of which waits for it.
const LOG_PAGES: i64 = 2_500;

/// Opens the file, whatever is in it.
pub(crate) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    enter_log_mode(&conn)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    // Where fsync leaves data in the drive's cache (macOS), this asks for more; elsewhere it does nothing.
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "checkpoint_fullfsync", true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "cache_size", CACHE_KIB)?;
    conn.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    // Otherwise SQLite plans a statement anew for each value that is bound to it, in case that would pay: it does not.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Turns the write-ahead log on. Several who do so first at once may block one another, and SQLite then says so without
/// waiting.
fn enter_log_mode(conn: &Connection) -> Result<(), StoreError> {
    let tries = BUSY.as_millis() / PAUSE.as_millis();
    for _ in 0..tries {
        match conn.pragma_update(None, "journal_mode", "WAL").map_err(StoreError::from) {
            Err(StoreError::Busy) => std::thread::sleep(PAUSE),
            done => return done,
        }
    }
    Err(StoreError::Busy)
}

/// Whether the last connection to close leaves the write-ahead log beside the file, instead of writing it into a file
/// that is damaged.
pub(crate) fn keep_log_on_close(conn: &Connection, keep: bool) -> Result<(), StoreError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_is_durable_and_strict() {
        let dir = tempfile::tempdir().unwrap();
        let conn = connect(&dir.path().join("wicket.sqlite")).unwrap();
        let number = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
        assert_eq!(number("synchronous"), 2, "2 is FULL: every commit is on disk when it returns");
        assert_eq!(number("foreign_keys"), 1);
        assert_eq!(number("trusted_schema"), 0);
        assert_eq!(number("cell_size_check"), 1);
    }
}
