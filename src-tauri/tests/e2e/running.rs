//! A program that ends with its owner, and with it everything that it started. The measurement of the window uses this
//! file too.
//!
//! No process group of their own: an interrupt at the terminal then still reaches them all.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the programs have to end, asked or killed.
const ENDING: Duration = Duration::from_secs(2);

/// A process that ends with its owner.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // A driver that is killed alone leaves the driver behind it, and the window, running.
        let family = family(self.0.id()).unwrap_or_default();
        for name in ["TERM", "KILL"] {
            let left: Vec<u32> = family.iter().copied().filter(|process| runs(*process)).collect();
            signal(name, &left);
            let begun = Instant::now();
            while left.iter().any(|process| runs(*process)) && begun.elapsed() < ENDING {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The shell has this built in; a program of its own need not be there.
fn signal(name: &str, processes: &[u32]) {
    if processes.is_empty() {
        return;
    }
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -s \"$@\"", "sh", name]).args(processes.iter().map(u32::to_string));
    // Some may have ended meanwhile.
    let _ = kill.stderr(Stdio::null()).status();
}

/// Whether a process is there; one that ended and is not yet noticed has no program any more.
pub(crate) fn runs(process: u32) -> bool {
    Path::new(&format!("/proc/{process}/exe")).read_link().is_ok()
}

/// The processes that began with `root`, itself included.
pub(crate) fn family(root: u32) -> std::io::Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
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
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};

    use super::*;

    #[test]
    fn what_a_program_started_ends_with_it() {
        // The last one does not care to be asked.
        let script = "sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & wait";
        let begun = Command::new("sh").args(["-c", script]).stdout(Stdio::piped()).spawn();
        let mut running = Running(begun.expect("a shell"));
        let told = running.0.stdout.take().expect("its output is piped");
        let mut behind = String::new();
        BufReader::new(told).read_line(&mut behind).expect("the number of the program behind it");
        let behind = behind.trim().parse().expect("a number");
        assert!(runs(behind));
        drop(running);
        assert!(!runs(behind), "it ended too");
    }
}
