//! Bringing an older file up to date: append-only steps, each after a copy of the file, all in one transaction.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use wicket_domain::fold::fold;

use crate::error::StoreError;
use crate::open::private_file;

/// Every step ever released, oldest first. A released step is never edited; another is appended.
const STEPS: &[&str] = &[
    include_str!("../../../migrations/0001_walking_skeleton.sql"),
    include_str!("../../../migrations/0002_cloud.sql"),
    include_str!("../../../migrations/0003_folded_names.sql"),
    include_str!("../../../migrations/0004_doors.sql"),
    include_str!("../../../migrations/0005_till.sql"),
    include_str!("../../../migrations/0006_runs.sql"),
    include_str!("../../../migrations/0007_register.sql"),
    include_str!("../../../migrations/0008_pages.sql"),
    include_str!("../../../migrations/0009_keys.sql"),
    include_str!("../../../migrations/0010_outbox_state.sql"),
];

/// Work on a file within a migration.
type Work = fn(&Connection) -> Result<(), StoreError>;
/// What SQL alone cannot do, once the step of this number has been applied.
const AFTER: &[(usize, Work)] = &[(3, fold_names)];
/// So many names are read before those among them are written whose folded form is another one.
const NAMES_AT_ONCE: usize = 10_000;

/// Reads the file's schema; 0 is a fresh file.
pub(crate) fn version(conn: &Connection) -> Result<i64, StoreError> {
    Ok(conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Applies what is missing. A file with something in it is copied beside itself first.
pub(crate) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    migrate_with(conn, path, STEPS)
}

fn migrate_with(conn: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), StoreError> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let found = version(conn)?;
    if found > known {
        return Err(StoreError::NewerFile { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        copy_before(conn, path, found)?;
    }
    // A step may have to rebuild a table that others refer to; what it left is checked before it counts.
    conn.pragma_update(None, "foreign_keys", false)?;
    let done = apply(conn, steps, known);
    conn.pragma_update(None, "foreign_keys", true)?;
    done
}

fn apply(conn: &mut Connection, steps: &[&str], known: i64) -> Result<(), StoreError> {
    let transaction = Transaction::new(conn, TransactionBehavior::Immediate)?;
    // Another process may have migrated between the look and the lock.
    let found = version(&transaction)?;
    if found > known {
        return Err(StoreError::NewerFile { found, known });
    }
    for (step, number) in steps.iter().zip(1..).skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step)?;
        AFTER.iter().filter(|(after, _)| *after == number).try_for_each(|(_, work)| work(&transaction))?;
    }
    let dangling = transaction
        .query_row("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1", [], |row| {
            row.get::<_, String>(0)
        })
        .optional()?;
    if dangling.is_some() {
        return Err(StoreError::Unreadable { what: "reference between two tables" });
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

/// Folds the names of holders as they are folded at a sale from now on ([`wicket_domain::fold`]).
fn fold_names(conn: &Connection) -> Result<(), StoreError> {
    let mut names = conn.prepare(
        "SELECT order_id, holder, holder_key FROM orders
         WHERE holder_key IS NOT NULL AND order_id > ?1 ORDER BY order_id LIMIT ?2",
    )?;
    let mut update = conn.prepare("UPDATE orders SET holder_key = ?2 WHERE order_id = ?1")?;
    let mut last = Vec::new();
    loop {
        let rows = names.query_map((&last, NAMES_AT_ONCE), |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let Some((newest, ..)) = rows.last() else { return Ok(()) };
        last.clone_from(newest);
        for (order_id, holder, key) in rows {
            let folded = fold(&holder);
            if folded != key {
                update.execute((order_id, folded))?;
            }
        }
    }
}

/// Where the copy of a file of schema `found` goes.
fn copy_path(path: &Path, found: i64) -> PathBuf {
    path.with_extension(format!("before-{}.sqlite", found + 1))
}

/// Copies the file; an earlier copy of the same schema is replaced only by a whole one.
fn copy_before(conn: &Connection, path: &Path, found: i64) -> Result<(), StoreError> {
    let copy = copy_path(path, found);
    let begun = copy.with_extension(format!("{}.part", std::process::id()));
    let finish = || {
        File::open(&begun)?.sync_all()?;
        std::fs::rename(&begun, &copy)
    };
    let prepare = || {
        if begun.exists() {
            std::fs::remove_file(&begun)?;
        }
        // SQLite fills an empty file, and leaves its mode: the copy holds the station's key too.
        private_file(&begun)
    };
    prepare().map_err(|source| StoreError::io(&begun, source))?;
    // As bytes: a path need not be UTF-8.
    let name = ToSqlOutput::Borrowed(ValueRef::Text(begun.as_os_str().as_encoded_bytes()));
    let copied = conn
        .execute("VACUUM INTO ?1", [name])
        .map_err(StoreError::from)
        .and_then(|_| finish().map_err(|source| StoreError::io(&copy, source)));
    if copied.is_err() {
        // Each process begins a copy of its own: on a full disk, every start would leave one behind.
        let _ = std::fs::remove_file(&begun);
    }
    copied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_rows_is_copied_then_migrated_and_keeps_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("wicket.sqlite");
        let mut conn = Connection::open(&path).unwrap();
        let first = "CREATE TABLE a (x INTEGER NOT NULL) STRICT;";
        migrate_with(&mut conn, &path, &[first]).unwrap();
        conn.execute("INSERT INTO a (x) VALUES (7)", []).unwrap();

        let second = "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 1;";
        migrate_with(&mut conn, &path, &[first, second]).unwrap();

        let row: (i64, i64) =
            conn.query_row("SELECT x, y FROM a", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(row, (7, 1), "the row survived the step");
        let copy = Connection::open(copy_path(&path, 1)).unwrap();
        assert_eq!(version(&copy).unwrap(), 1, "the copy is of the schema before");
        let kept: i64 = copy.query_row("SELECT x FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 7, "with its rows");
    }

    #[test]
    fn a_step_that_cannot_be_applied_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("wicket.sqlite");
        let mut conn = Connection::open(&path).unwrap();
        let first = "CREATE TABLE a (x INTEGER NOT NULL) STRICT;";
        migrate_with(&mut conn, &path, &[first]).unwrap();
        let broken = "CREATE TABLE b (y INTEGER) STRICT; CREATE TABLE a (x INTEGER) STRICT;";
        assert!(migrate_with(&mut conn, &path, &[first, broken]).is_err());
        assert_eq!(version(&conn).unwrap(), 1);
        let tables: i64 = conn
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'b'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 0, "the half that worked was rolled back");
    }

    #[test]
    fn a_newer_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("wicket.sqlite");
        let mut conn = Connection::open(&path).unwrap();
        conn.pragma_update(None, "user_version", i64::try_from(STEPS.len()).unwrap() + 1).unwrap();
        assert!(matches!(migrate(&mut conn, &path), Err(StoreError::NewerFile { .. })));
    }
}
