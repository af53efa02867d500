//! The high-water mark of a station's file: how far the file has come, and the folder outside it where marks are kept.
//!
//! A mark is written after the commit that it tells of, and without waiting for the disk. So a file that nobody has put
//! back is never behind its mark; a power cut leaves an older mark at worst.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::OptionalExtension;
use wicket_domain::audit::Seal;
use wicket_domain::id::StationId;
use wicket_domain::mark::{MARK_BYTES, Mark};
use wicket_domain::system;

use crate::error::StoreError;
use crate::write::Read;

/// Whoever changes a mark holds it for much less than this: a sale does not wait longer.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(1);

impl Read<'_> {
    /// How far this file has come; none until the station is set up.
    pub fn mark(&self) -> Result<Option<Mark>, StoreError> {
        let sql =
            "SELECT seq, seal, counter FROM audit, station WHERE singleton = 1 ORDER BY seq DESC LIMIT 1";
        let mut newest = self.conn.prepare_cached(sql)?;
        let newest = newest
            .query_row([], |row| Ok(Mark { entry: row.get(0)?, seal: row.get(1)?, counter: row.get(2)? }));
        Ok(newest.optional()?)
    }

    /// Whether this file has come as far as `mark`, and the same way. An entry that somebody has cut out of the log is for
    /// the check of the log to find: it makes no copy of the file.
    pub fn has_reached(&self, mark: &Mark) -> Result<bool, StoreError> {
        let Some(own) = self.mark()? else { return Ok(false) };
        let own = Mark { entry: self.last_audit_seq()?, ..own };
        let mut seal = self.conn.prepare_cached("SELECT seal FROM audit WHERE seq = ?1")?;
        let seal: Option<Seal> = seal.query_row([mark.entry], |row| row.get(0)).optional()?;
        Ok(own.is_as_far_as(mark) && seal.is_none_or(|seal| seal == mark.seal))
    }
}

/// Why there is no mark to go by, or none could be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// What lay there is no whole mark of this station.
    #[error("{} is no mark that can be read", path.display())]
    Broken {
        /// The mark's file.
        path: PathBuf,
    },
    /// The folder or the file cannot be used.
    #[error("{} cannot be used: {why}", path.display())]
    NoPlace {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// Somebody else was changing it for too long.
    #[error("another Wicket is changing the mark")]
    Busy,
}

/// The folder where this computer keeps a mark for each of its stations.
#[derive(Debug, Clone)]
pub struct MarkFolder(PathBuf);

impl MarkFolder {
    /// Marks in that folder, which is made when the first one is written.
    pub const fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn path(&self, station: StationId) -> PathBuf {
        self.0.join(format!("{station}.mark"))
    }

    /// The mark of a station; none where it has none yet.
    pub fn read(&self, station: StationId) -> Result<Option<Mark>, MarkError> {
        let path = self.path(station);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(no_place(&path, &error)),
        };
        patiently(&path, || file.try_lock_shared())?;
        kept(&mut file, &path, station)
    }

    /// Lets `decide` see the mark of a station, and keeps what it returns. Nobody else changes the mark meanwhile.
    ///
    /// A mark that cannot be read is as if there were none; the error says so after `decide` has replaced it.
    pub fn change(
        &self,
        station: StationId,
        decide: &mut dyn FnMut(Option<Mark>) -> Option<Mark>,
    ) -> Result<(), MarkError> {
        let path = self.path(station);
        let mut file = self.open(&path)?;
        patiently(&path, || file.try_lock())?;
        // The lock falls when the file is closed, also when the program is killed.
        let before = kept(&mut file, &path, station);
        if let Some(next) = decide(before.clone().unwrap_or_default()) {
            overwrite(&mut file, &next.text(station)).map_err(|error| no_place(&path, &error))?;
        }
        before.map(drop)
    }

    fn open(&self, path: &Path) -> Result<File, MarkError> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).or_else(|_| {
            let mut builder = DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&self.0).map_err(|error| no_place(&self.0, &error))?;
            options.open(path).map_err(|error| no_place(path, &error))
        })
    }
}

/// A mark has one length and is less than a sector: it is written over in place, and whatever a cut leaves of two marks has
/// the wrong checksum.
fn overwrite(file: &mut File, text: &str) -> std::io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text.as_bytes())?;
    // Setting the length that a file has costs more than the write.
    if file.metadata()?.len() == MARK_BYTES as u64 { Ok(()) } else { file.set_len(MARK_BYTES as u64) }
}

/// What an open file holds. An empty one was begun and never written.
fn kept(file: &mut File, path: &Path, station: StationId) -> Result<Option<Mark>, MarkError> {
    let mut bytes = Vec::with_capacity(MARK_BYTES + 1);
    let most = MARK_BYTES as u64 + 1;
    let read = std::io::Read::take(&mut *file, most).read_to_end(&mut bytes);
    read.map_err(|error| no_place(path, &error))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let mark = std::str::from_utf8(&bytes).ok().and_then(|text| Mark::read(text, station));
    mark.map(Some).ok_or_else(|| MarkError::Broken { path: path.to_owned() })
}

fn patiently(path: &Path, lock: impl Fn() -> Result<(), TryLockError>) -> Result<(), MarkError> {
    for _ in 0..TRIES {
        match lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(no_place(path, &error)),
        }
    }
    Err(MarkError::Busy)
}

fn no_place(path: &Path, error: &std::io::Error) -> MarkError {
    MarkError::NoPlace { path: path.to_owned(), why: system::why(error) }
}
