//! What can go wrong with the file, in words a supervisor can act on.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use wicket_domain::system;

/// A failure of the file or of what lies in it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Written by a newer Wicket.
    #[error(
        "This station's file was written by a newer Wicket (schema {found}, this one knows {known}). Install the newer version."
    )]
    NewerFile {
        /// The file's schema.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// Damaged, and it could not be set aside.
    #[error("The station's file {} is damaged: {detail}. Close every Wicket window and start again.", path.display())]
    Damaged {
        /// The file; empty where it is not known.
        path: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// Somebody else has been writing for too long.
    #[error("Another Wicket window or command is writing to this station's file. Try again in a moment.")]
    Busy,
    /// No room.
    #[error("The disk is full. Nothing was changed. Free some space and try again.")]
    DiskFull,
    /// The disk, or the right to use it, is missing.
    #[error(
        "The disk does not let Wicket use this station's file ({0}). Nothing was changed. See that the disk is there and may be written to."
    )]
    Disk(rusqlite::Error),
    /// A file could not be read or written.
    #[error("{} cannot be used: {}.", path.display(), system::why(source))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A stored value that this program cannot read: damage, or a hand-made change.
    #[error("A stored {what} cannot be read. Run `wicket audit verify` and keep the file.")]
    Unreadable {
        /// Which kind of value.
        what: &'static str,
    },
    /// Anything else SQLite reports.
    #[error("The station's file could not be used: {0}.")]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        if system::is_full(&source) { Self::DiskFull } else { Self::Io { path: path.to_owned(), source } }
    }

    /// Names the file that is damaged.
    pub(crate) fn at(self, file: &Path) -> Self {
        match self {
            Self::Damaged { detail, .. } => Self::Damaged { path: file.to_owned(), detail },
            other => other,
        }
    }
}

/// Whether there is no room left where `file` lies. SQLite says so of some writes; of others, as of its shared memory,
/// it says no more than that the disk failed.
pub(crate) fn no_room(file: &Path) -> bool {
    static ENOUGH: [u8; 65_536] = [0; 65_536];
    let trial = file.with_extension(format!("room.{}", std::process::id()));
    let outcome = File::create_new(&trial).and_then(|mut trial| {
        trial.write_all(&ENOUGH)?;
        trial.sync_all()
    });
    // Left behind, it would only be an empty file that the next trial meets.
    let _ = std::fs::remove_file(&trial);
    outcome.is_err_and(|error| system::is_full(&error))
}

/// What the work on the file may end with: the caller's own kind of failure, which can hold ours.
pub trait Failure: From<StoreError> {
    /// Whether the file itself is broken, as opposed to busy, full or misused.
    fn is_damage(&self) -> bool;
    /// Whether the disk failed in a way that a full disk may be behind.
    fn may_be_full(&self) -> bool;
}

impl Failure for StoreError {
    fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }

    fn may_be_full(&self) -> bool {
        matches!(self, Self::Disk(_) | Self::Sqlite(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path: PathBuf::new(), detail: error.to_string() }
            }
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Disk(error),
            _ => Self::Sqlite(error),
        }
    }
}
