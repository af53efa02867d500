//! What can go wrong with the file, in words a supervisor can act on.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

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
        /// The file.
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
    /// A file could not be read or written.
    #[error("{} cannot be used: {source}.", path.display())]
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
        Self::Io { path: path.to_owned(), source }
    }

    /// Whether the file itself is broken, as opposed to busy, full or misused.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
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
            _ => Self::Sqlite(error),
        }
    }
}
