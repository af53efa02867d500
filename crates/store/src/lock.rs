//! The lock beside the file: every open Wicket shares it, and only who holds it alone may set a file aside.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::connect::{BUSY, PAUSE};
use crate::error::StoreError;

/// Held for as long as the file is open.
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Joins the others who have the file at `path` open; waits for one who is setting it aside.
    pub(crate) fn share(path: &Path) -> Result<Self, StoreError> {
        let lock_path = path.with_extension("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&lock_path)
            .map_err(|source| StoreError::io(&lock_path, source))?;
        let lock = Self { file, path: lock_path };
        lock.join()?;
        Ok(lock)
    }

    fn join(&self) -> Result<(), StoreError> {
        let looks = BUSY.as_millis() / PAUSE.as_millis();
        for _ in 0..looks {
            match self.file.try_lock_shared() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(source)) => return Err(StoreError::io(&self.path, source)),
            }
        }
        Err(StoreError::Busy)
    }

    /// Runs `work` while nobody else has the file open; gives nothing when somebody has.
    pub(crate) fn alone<T>(&self, work: impl FnOnce() -> T) -> Result<Option<T>, StoreError> {
        let release = || self.file.unlock().map_err(|source| StoreError::io(&self.path, source));
        // A lock is not upgraded in one step; who comes between has the file open, and `work` looks again.
        release()?;
        let alone = self.file.try_lock().is_ok();
        let value = alone.then(work);
        if alone {
            release()?;
        }
        self.join()?;
        Ok(value)
    }
}
