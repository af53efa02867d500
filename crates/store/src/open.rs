//! Opening the file: checking it, migrating it, and the connections through which it is read and written.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use parking_lot::FairMutex;
use rusqlite::Connection;

use crate::connect::{connect, keep_log_on_close};
use crate::damage::{self, Marker};
use crate::error::{Failure, StoreError, no_room};
use crate::lock::Lock;
use crate::migrate;
use crate::run::Run;
use crate::write::{Read, Write};

/// Up to this size the whole file is checked at each start; beyond it the check would hold up the queue, and is made
/// once damage has been met.
const CHECKED_WHOLE: u64 = 256 * 1024 * 1024;
/// So many connections for reading are kept; a long read, like the check of the audit log, takes one for itself.
const READERS_KEPT: usize = 4;

/// The station's file, open.
pub struct Store {
    path: PathBuf,
    /// Fair: whoever writes portion after portion lets everybody in between who waits.
    writer: FairMutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    watcher: Mutex<Connection>,
    /// Opened when it is first needed.
    keeper: Mutex<Option<Connection>>,
    lock: Lock,
    /// The number that this run holds; taken when it is first needed.
    pub(crate) run: Mutex<Option<Run>>,
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
        Self::open_here(path, now).map_err(|error| full_or(error, path))
    }

    fn open_here(path: &Path, now: Timestamp) -> Result<Opened, StoreError> {
        make_private(path)?;
        let lock = Lock::share(path)?;
        let mut set_aside = None;
        let writer = match open_sound(path) {
            Err(error) if error.is_damage() => {
                let moved = lock.alone(|| match open_sound(path) {
                    // Somebody else has set it aside meanwhile.
                    Ok(conn) => Ok((conn, None)),
                    Err(error) if error.is_damage() => {
                        let aside = damage::set_aside(path, now)?;
                        make_private(path)?;
                        Ok((open_sound(path)?, Some(aside)))
                    }
                    Err(error) => Err(error),
                })?;
                let (conn, aside) = moved.ok_or(error)??;
                set_aside = aside;
                conn
            }
            other => other?,
        };
        let store = Self {
            path: path.to_owned(),
            writer: FairMutex::new(writer),
            readers: Mutex::new(vec![reader(path)?]),
            watcher: Mutex::new(reader(path)?),
            keeper: Mutex::default(),
            lock,
            run: Mutex::default(),
        };
        // Such holds run out by themselves too: a full disk or a busy file is no reason not to open.
        drop(store.release_what_nobody_holds());
        Ok(Opened { store, set_aside })
    }

    /// Gives back what carts of a process hold that was killed: when nobody else has the file open, nobody who lives has
    /// put anything in a cart.
    fn release_what_nobody_holds(&self) -> Result<(), StoreError> {
        if self.read::<_, StoreError>(|read| Ok(read.holds()? > 0))? {
            let release = || {
                self.write::<_, StoreError>(|tx| {
                    tx.release_everything()?;
                    Ok(())
                })
            };
            self.lock.alone(release)?.transpose()?;
        }
        Ok(())
    }

    /// Every damaged file that was ever set aside and still lies beside this one, oldest first; one whose log alone is
    /// left, too. None where the folder cannot be listed.
    pub fn set_aside_files(&self) -> Vec<PathBuf> {
        damage::set_aside_files(&self.path)
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` in one transaction, on disk when this returns.
    pub fn write<T, E: Failure>(&self, work: impl FnOnce(&Write<'_>) -> Result<T, E>) -> Result<T, E> {
        self.noting_damage(Write::run(&mut self.writer.lock(), work))
    }

    /// Runs `work` on one consistent view of the file. Never waits for a writer, nor for another reader.
    pub fn read<T, E: Failure>(&self, work: impl FnOnce(&Read<'_>) -> Result<T, E>) -> Result<T, E> {
        let kept = locked(&self.readers).pop();
        let conn = kept.map_or_else(|| reader(&self.path), Ok)?;
        let result = Read::run(&conn, work);
        let mut readers = locked(&self.readers);
        if readers.len() < READERS_KEPT {
            readers.push(conn);
        }
        drop(readers);
        self.noting_damage(result)
    }

    /// Lets the file have no more pages than this, or than it has now. Tests fill a disk with it: SQLite reports a full one.
    #[doc(hidden)]
    pub fn limit_pages(&self, most: u32) -> Result<(), StoreError> {
        Ok(self.writer.lock().query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))?)
    }

    /// Writes the log back into the file as far as nobody reads from it, beside those who read and write. Otherwise the
    /// one whose commit makes the log long enough does it, and whoever waits for them waits for it too.
    pub fn write_log_back(&self) -> Result<(), StoreError> {
        let mut keeper = locked(&self.keeper);
        let mut write_back = || {
            let conn = match keeper.take() {
                Some(conn) => conn,
                None => connect(&self.path)?,
            };
            // Three counts, of which none matters: what could not be written back is written back the next time.
            let done = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            *keeper = Some(conn);
            Ok::<_, StoreError>(done?)
        };
        self.noting_damage(write_back())
    }

    /// A number that changes whenever anybody, in this process or another, has written to the file.
    pub fn version(&self) -> Result<u32, StoreError> {
        Ok(locked(&self.watcher).pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Damage met at work is looked for at the next start, however large the file is.
    fn noting_damage<T, E: Failure>(&self, result: Result<T, E>) -> Result<T, E> {
        if result.as_ref().is_err_and(Failure::is_damage) {
            Marker::of(&self.path).put();
        }
        result.map_err(|error| full_or(error, &self.path))
    }
}

/// Names a full disk where it was behind the failure.
fn full_or<E: Failure>(error: E, path: &Path) -> E {
    if error.may_be_full() && no_room(path) { E::from(StoreError::DiskFull) } else { error }
}

/// A panic while the lock was held cannot leave a half-written state: the transaction was rolled back on unwind.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn reader(path: &Path) -> Result<Connection, StoreError> {
    let conn = connect(path)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// Opens, checks and migrates; reports damage as damage, and leaves what is damaged as it found it.
fn open_sound(path: &Path) -> Result<Connection, StoreError> {
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    let marker = Marker::of(path);
    if damage::log_is_orphaned(path) {
        let detail = "it is empty, but the log beside it is not".to_owned();
        return Err(StoreError::Damaged { path: path.to_owned(), detail });
    }
    let attempt = || {
        let mut conn = connect(path)?;
        if marker.is_there() || (size > 0 && size <= CHECKED_WHOLE) {
            keep_log_on_close(&conn, true)?;
            let finding: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if finding != "ok" {
                return Err(StoreError::Damaged { path: path.to_owned(), detail: finding });
            }
            keep_log_on_close(&conn, false)?;
        }
        migrate::migrate(&mut conn, path)?;
        marker.take_away();
        Ok(conn)
    };
    attempt().map_err(|error: StoreError| error.at(path))
}

/// The file holds the station's signing key: nobody else on the machine may read it.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| StoreError::io(folder, source))?;
    // SQLite would make the file readable to the group; its companions take the file's mode.
    private_file(path).map_err(|source| StoreError::io(path, source))
}

/// Makes the file if it is not there, and keeps others from reading it, whoever made it.
pub(crate) fn private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata()?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(mode & 0o700))?;
        }
    }
    drop(file);
    Ok(())
}
