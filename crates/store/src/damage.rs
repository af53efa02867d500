//! What happens to a damaged file: it may hold the only copy of a sale, so it is renamed, never deleted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::error::StoreError;

/// The file's companions in the order in which they are moved: a log left beside a fresh file would be thrown away.
const PARTS: [&str; 4] = ["-wal", "-shm", "-journal", ""];

fn with_suffix(base: &Path, suffix: &str) -> PathBuf {
    let mut name = base.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A name that nothing has yet: a file set aside earlier in the same second stays.
fn free_name(path: &Path, now: Timestamp) -> PathBuf {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let name = |count: u32| match count {
        0 => path.with_extension(format!("damaged-{stamp}.sqlite")),
        n => path.with_extension(format!("damaged-{stamp}-{n}.sqlite")),
    };
    let taken = |aside: &Path| PARTS.iter().any(|suffix| with_suffix(aside, suffix).exists());
    let mut count = 0;
    while taken(&name(count)) {
        count += 1;
    }
    name(count)
}

/// Whether the file is empty or missing while its write-ahead log holds something: SQLite would take the log for a
/// stranger's and delete it, and with it the newest sales. A fresh file has its first page before it has a log.
pub(crate) fn log_is_orphaned(path: &Path) -> bool {
    let holds = |file: &Path| std::fs::metadata(file).is_ok_and(|meta| meta.len() > 0);
    // The log is looked at first: whoever begins a fresh file at this moment writes into the file itself before.
    holds(&with_suffix(path, "-wal")) && !holds(path)
}

/// Renames the file and its companions; gives the new name of the file itself.
pub(crate) fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let aside = free_name(path, now);
    for suffix in PARTS {
        let from = with_suffix(path, suffix);
        if from.exists() {
            std::fs::rename(&from, with_suffix(&aside, suffix))
                .map_err(|source| StoreError::io(&from, source))?;
        }
    }
    Ok(aside)
}

/// The files beside `path` that were set aside for it.
pub(crate) fn set_aside_files(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let listed = std::fs::read_dir(folder.unwrap_or_else(|| Path::new("."))).into_iter().flatten().flatten();
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let file = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let base = PARTS
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix).filter(|base| base.ends_with(".sqlite")))?;
        let ours = base.strip_prefix(stem)?.starts_with(".damaged-");
        ours.then(|| path.with_file_name(base))
    };
    let files: BTreeSet<PathBuf> = listed.filter_map(file).collect();
    files.into_iter().collect()
}

/// An empty file beside the station's: damage was met, look at the whole file before it is used again.
pub(crate) struct Marker(PathBuf);

impl Marker {
    pub(crate) fn of(path: &Path) -> Self {
        Self(path.with_extension("suspect"))
    }

    /// On a disk that takes no more, the next start does without it.
    pub(crate) fn put(&self) {
        let _ = std::fs::File::create(&self.0);
    }

    pub(crate) fn is_there(&self) -> bool {
        self.0.exists()
    }

    pub(crate) fn take_away(&self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
