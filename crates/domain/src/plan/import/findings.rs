//! What an import finds, and where: the path being read, faults, and warnings, each list bounded.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// So many faults are reported in full.
const FAULTS_SHOWN: usize = 20;
/// So many warnings are reported in full.
const WARNINGS_SHOWN: usize = 100;
/// A key of the file is repeated in a path up to this many characters.
const KEY_SHOWN: usize = 60;

/// Something found in a file: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, rename = "PlanNote"))]
pub struct Note {
    /// JSON path: `$.zones[0].rows[2].seats[5].category`.
    pub path: String,
    /// What is the matter, as a sentence.
    pub message: String,
}

/// A step from a value to one within it.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Field(&'static str),
    Key(String),
    Index(usize),
}

#[derive(Debug)]
struct Overfull {
    path: String,
    most: usize,
    beyond: usize,
}

/// Collects what is found while the file is read once.
#[derive(Debug, Default)]
pub(super) struct Findings {
    path: Vec<Step>,
    faults: Vec<Note>,
    fault_total: usize,
    warnings: Vec<Note>,
    warning_total: usize,
    overfull: BTreeMap<&'static str, Overfull>,
}

impl Findings {
    pub(super) fn enter(&mut self, step: Step) {
        self.path.push(step);
    }

    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// Notes what keeps the file from being taken, at the place being read.
    pub(super) fn fault(&mut self, message: &str) {
        self.fault_total += 1;
        if self.faults.len() < FAULTS_SHOWN {
            self.faults.push(Note { path: self.here(), message: message.to_owned() });
        }
    }

    /// The same, at a field or an element of the place being read.
    pub(super) fn fault_at(&mut self, steps: &[Step], message: impl FnOnce() -> String) {
        self.fault_total += 1;
        if self.faults.len() < FAULTS_SHOWN {
            let path = self.path.iter().chain(steps);
            self.faults.push(Note { path: written(path), message: message() });
        }
    }

    /// Notes what is left out or put right, at the place being read.
    pub(super) fn warn(&mut self, message: &str) {
        self.warning_total += 1;
        if self.warnings.len() < WARNINGS_SHOWN {
            self.warnings.push(Note { path: self.here(), message: message.to_owned() });
        }
    }

    /// The same, at another place below the one being read.
    pub(super) fn warn_at(&mut self, steps: &[Step], message: impl FnOnce() -> String) {
        self.warning_total += 1;
        if self.warnings.len() < WARNINGS_SHOWN {
            let path = self.path.iter().chain(steps);
            self.warnings.push(Note { path: written(path), message: message() });
        }
    }

    /// Notes that there is one more of `things` than the `most` there may be.
    pub(super) fn one_too_many(&mut self, things: &'static str, most: usize) {
        let Self { overfull, path, .. } = self;
        let entry =
            overfull.entry(things).or_insert_with(|| Overfull { path: written(&*path), most, beyond: 0 });
        entry.beyond += 1;
    }

    /// Turns each kind of thing there is too much of into one fault.
    pub(super) fn count_up(&mut self) {
        for (things, Overfull { path, most, beyond }) in std::mem::take(&mut self.overfull) {
            self.fault_total += 1;
            let message = format!("The plan has {} {things}; at most {most} are possible.", most + beyond);
            // It is the one fault that explains a file as a whole, so it is never crowded out.
            self.faults.insert(0, Note { path, message });
            self.faults.truncate(FAULTS_SHOWN);
        }
    }

    pub(super) fn here(&self) -> String {
        written(&self.path)
    }

    pub(super) fn total(&self) -> usize {
        self.fault_total
    }

    pub(super) fn has_faults(&self) -> bool {
        self.fault_total > 0
    }

    pub(super) fn into_faults(self) -> (Vec<Note>, usize) {
        (self.faults, self.fault_total)
    }

    pub(super) fn into_warnings(self) -> (Vec<Note>, usize) {
        (self.warnings, self.warning_total)
    }
}

/// Writes a path the way JSON paths are written.
pub(super) fn written<'s>(steps: impl IntoIterator<Item = &'s Step>) -> String {
    let mut path = String::from("$");
    for step in steps {
        // Writing to a String cannot fail.
        let _ = match step {
            Step::Field(name) => write!(path, ".{name}"),
            Step::Key(name) if is_plain(name) => write!(path, ".{name}"),
            Step::Key(name) => write!(path, "[{:?}]", name.chars().take(KEY_SHOWN).collect::<String>()),
            Step::Index(at) => write!(path, "[{at}]"),
        };
    }
    path
}

fn is_plain(name: &str) -> bool {
    (1..=KEY_SHOWN).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
}
