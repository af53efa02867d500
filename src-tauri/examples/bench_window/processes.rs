//! The memory of a program and of everything it started, as Linux counts it.

use std::fs;

use crate::running::{family, runs};
use crate::{Outcome, because};

/// The processes that began with `root`, itself included.
pub(crate) fn tree(root: u32) -> Outcome<Vec<u32>> {
    family(root).map_err(because("The processes cannot be listed"))
}

/// Megabytes (2^20 bytes) of the processes together; a page that several share counts once, divided among them.
pub(crate) fn memory(processes: &[u32]) -> Outcome<f64> {
    let mut kilobytes = 0;
    for process in processes {
        kilobytes += proportional(*process)?;
    }
    Ok(f64::from(kilobytes) / 1024.0)
}

fn proportional(process: u32) -> Outcome<u32> {
    let file = format!("/proc/{process}/smaps_rollup");
    let text = fs::read_to_string(&file).map_err(because("The memory in use cannot be read"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    number.ok_or_else(|| format!("{file} does not say how much memory is in use."))
}

/// Whether any of them is still there.
pub(crate) fn any_left(processes: &[u32]) -> bool {
    processes.iter().any(|process| runs(*process))
}
