//! The memory of a program and of everything it started, as Linux counts it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::{Outcome, because};

/// The processes that began with `root`, itself included.
pub(crate) fn tree(root: u32) -> Outcome<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").map_err(because("The processes cannot be listed"))?.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // One that ended meanwhile has no parent any more.
        if let Some(parent) = parent(process) {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(process) = found.get(next) {
        let of = children.remove(process).unwrap_or_default();
        found.extend(of);
        next += 1;
    }
    Ok(found)
}

/// The name in brackets may contain anything, so the fields are counted from its end: state, then parent.
fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
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
    processes.iter().any(|process| Path::new(&format!("/proc/{process}/exe")).read_link().is_ok())
}
