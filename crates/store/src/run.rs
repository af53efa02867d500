//! The runs of the program on one file. A run that sells holds a number, by a lock on a file of its own beside the
//! station's. The system takes the lock away when the program ends, however it ends; so others see who still runs.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::open::{Store, locked};

/// A number held by this run.
pub(crate) struct Run {
    number: u32,
    /// Locked until it is closed.
    _file: File,
}

impl Run {
    /// Takes the lowest number that nobody holds and that no earlier run has left `in_use`.
    fn take(path: &Path, in_use: impl Fn(u32) -> Result<bool, StoreError>) -> Result<Self, StoreError> {
        for number in 1..=u32::MAX {
            let beside = beside(path, number);
            let opened = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&beside);
            let file = opened.map_err(|source| StoreError::io(&beside, source))?;
            match file.try_lock() {
                // Only the holder of a number leaves something under it, so this answer stays true.
                Ok(()) if !in_use(number)? => return Ok(Self { number, _file: file }),
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(source)) => return Err(StoreError::io(&beside, source)),
            }
        }
        Err(StoreError::Busy)
    }
}

impl Store {
    /// The number of this run, under which it leaves what others must not touch while it lives. Taken when it is first
    /// asked for, and held as long as the file is open.
    pub fn run_no(&self) -> Result<u32, StoreError> {
        let mut run = locked(&self.run);
        if let Some(run) = run.as_ref() {
            return Ok(run.number);
        }
        let left = |number| self.read(|read| read.has_unfinished_of(number));
        Ok(run.insert(Run::take(self.path(), left)?).number)
    }

    /// Whether another run, in this process or another one, holds this number now.
    pub fn is_another_run(&self, number: u32) -> bool {
        if locked(&self.run).as_ref().is_some_and(|own| own.number == number) {
            return false;
        }
        // Without its file nobody holds it. A file that cannot be looked at hides no sale.
        let file = OpenOptions::new().read(true).write(true).open(beside(self.path(), number));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

fn beside(path: &Path, number: u32) -> PathBuf {
    path.with_extension(format!("run-{number}"))
}
