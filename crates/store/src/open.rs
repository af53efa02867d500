//! Opening the file: settings, migration, and what happens when it is damaged.
//!
//! A damaged file may hold the only copy of a sale, so it is renamed aside, never deleted, and the people at the
//! station are told.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::lock::Lock;
use crate::migrate;
use crate::write::{Read, Write};

/// How long a writer waits for another process before it says that the file is busy.
const BUSY: Duration = Duration::from_secs(5);
/// Up to this size the whole file is checked at each start; beyond it the check would hold up the queue.
const CHECKED_WHOLE: u64 = 256 * 1024 * 1024;
/// 64 MB of pages, in KiB and negative as SQLite wants it: the indexes of a million tickets.
const CACHE_KIB: i64 = -64 * 1024;

/// The station's file, open.
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    _lock: Lock,
}

/// A file just opened.
pub struct Opened {
    /// The file.
    pub store: Store,
    /// Where the damaged file that was there before has been put.
    pub set_aside: Option<PathBuf>,
}

impl Store {
    /// Opens the file at `path`, making it and its folder when they are not there. `now` names a file set aside.
    pub fn open(path: &Path, now: Timestamp) -> Result<Opened, StoreError> {
        make_private_folder(path)?;
        let lock = Lock::share(path)?;
        let mut set_aside = None;
        let writer = match open_sound(path) {
            Err(error) if error.is_damage() => {
                let moved = lock.alone(|| match open_sound(path) {
                    // Somebody else has set it aside meanwhile.
                    Ok(conn) => Ok((conn, None)),
                    Err(error) if error.is_damage() => {
                        let aside = rename_aside(path, now)?;
                        Ok((open_sound(path)?, Some(aside)))
                    }
                    Err(error) => Err(error),
                });
                let (conn, aside) = moved.ok_or_else(|| damaged(path, &error))??;
                set_aside = aside;
                conn
            }
            other => other?,
        };
        let reader = connect(path)?;
        reader.pragma_update(None, "query_only", true)?;
        let store = Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            _lock: lock,
        };
        Ok(Opened { store, set_aside })
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` in one transaction, on disk when this returns.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        Write::run(&mut locked(&self.writer), work)
    }

    /// Runs `work` on one consistent view of the file. Never waits for a writer.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Read<'_>) -> Result<T, E>) -> Result<T, E> {
        let conn = locked(&self.reader);
        let view = conn.unchecked_transaction().map_err(StoreError::from)?;
        work(&Read { conn: &view })
    }

    /// A number that changes whenever anybody, in this process or another, has written to the file.
    pub fn version(&self) -> Result<u64, StoreError> {
        let version: i64 = locked(&self.reader).pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok(u64::try_from(version).unwrap_or(0))
    }
}

/// A panic while the lock was held cannot leave a half-written state: the transaction was rolled back on unwind.
fn locked(conn: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    conn.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "cache_size", CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Opens, checks and migrates; reports damage as damage.
fn open_sound(path: &Path) -> Result<Connection, StoreError> {
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    let attempt = || {
        let mut conn = connect(path)?;
        if size > 0 && size <= CHECKED_WHOLE {
            let finding: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if finding != "ok" {
                return Err(StoreError::Damaged { path: path.to_owned(), detail: finding });
            }
        }
        migrate::migrate(&mut conn, path)?;
        Ok(conn)
    };
    attempt().map_err(|error| if error.is_damage() { damaged(path, &error) } else { error })
}

fn damaged(path: &Path, error: &StoreError) -> StoreError {
    let detail = match error {
        StoreError::Damaged { detail, .. } => detail.clone(),
        other => other.to_string(),
    };
    StoreError::Damaged { path: path.to_owned(), detail }
}

/// Renames the file and its companions; gives the new name of the file itself.
fn rename_aside(path: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let with_suffix = |base: &Path, suffix: &str| {
        let mut name = base.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let aside = path.with_extension(format!("damaged-{stamp}.sqlite"));
    for suffix in ["-wal", "-shm", ""] {
        let from = with_suffix(path, suffix);
        if from.exists() {
            std::fs::rename(&from, with_suffix(&aside, suffix))
                .map_err(|source| StoreError::io(&from, source))?;
        }
    }
    Ok(aside)
}

/// The file holds the station's signing key: nobody else on the machine may read it.
fn make_private_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| StoreError::io(folder, source))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // SQLite would make the file readable to the group; its companions take the file's mode.
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)
            .map_err(|source| StoreError::io(path, source))?;
    }
    Ok(())
}
