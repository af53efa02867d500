//! The lock beside the file: every open Wicket shares it, and only who holds it alone may set a file aside.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::error::StoreError;

/// Held for as long as the file is open.
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Joins the others who have the file at `path` open.
    pub(crate) fn share(path: &Path) -> Result<Self, StoreError> {
        let lock_path = path.with_extension("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&lock_path)
            .map_err(|source| StoreError::io(&lock_path, source))?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(TryLockError::Error(source)) => Err(StoreError::io(&lock_path, source)),
        }
    }

    /// Runs `work` while nobody else has the file open; gives nothing when somebody has.
    pub(crate) fn alone<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        self.file.unlock().ok()?;
        let alone = self.file.try_lock().is_ok();
        let value = alone.then(work);
        if alone {
            self.file.unlock().ok()?;
        }
        self.file.try_lock_shared().ok()?;
        value
    }
}
