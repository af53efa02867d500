//! Files to open, whole and broken.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::TempDir;
use wicket_store::{Opened, Store, StoreError};

pub(crate) struct Folder {
    dir: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("wicket.sqlite")
    }

    pub(crate) fn names(&self) -> Vec<String> {
        names(self.dir.path())
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn open(&self) -> Result<Opened, StoreError> {
        Store::open(&self.file(), noon())
    }

    /// Opens the file with so many notices written into it.
    pub(crate) fn filled(&self, notices: u32) -> Store {
        let store = self.open().unwrap().store;
        fill(&store, notices);
        store
    }
}

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

pub(crate) fn fill(store: &Store, notices: u32) {
    store
        .write::<_, StoreError>(|tx| {
            (0..notices).try_for_each(|n| {
                tx.insert_notice("test", &format!("notice {n} {}", "x".repeat(300)), noon())
            })
        })
        .unwrap();
}

pub(crate) fn count(store: &Store) -> usize {
    store.read::<_, StoreError>(|read| Ok(read.notices()?.len())).unwrap()
}

/// 1 January 2027, 12:00 UTC.
pub(crate) fn noon() -> Timestamp {
    Timestamp::from_second(1_798_804_800).unwrap()
}
