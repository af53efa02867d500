//! Reads a file in the published pretix seating-plan format (JSON: zones, rows, seats with `seat_guid`, categories,
//! areas). It takes a plan whole or not at all, and says where in the file every fault is.

mod area;
mod assemble;
mod encoding;
mod findings;
mod labels;
mod raw;
mod read;
mod value;

use serde::de::DeserializeSeed;
use serde_json::error::Category as JsonFault;

use findings::Findings;
pub use findings::Note;
pub use raw::MAX_SEATS;
use raw::{Plan, Raw};
use read::Reading;

use super::SeatingPlan;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 50_000_000;

/// A plan that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The plan.
    pub plan: SeatingPlan,
    /// What was left out or put right: the first hundred.
    pub warnings: Vec<Note>,
    /// How many there are.
    pub warnings_total: usize,
}

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The seating plan has {total} {}; the first is at {}", faults_word(*total), first(faults))]
pub struct Refused {
    /// The first twenty.
    pub faults: Vec<Note>,
    /// How many there are.
    pub total: usize,
}

fn faults_word(total: usize) -> &'static str {
    if total == 1 { "fault" } else { "faults" }
}

fn first(faults: &[Note]) -> String {
    faults.first().map(|note| format!("{}: {}", note.path, note.message)).unwrap_or_default()
}

/// Reads a plan. Everything wrong with the file is found in one pass, up to where it stops being JSON.
pub fn import(json: &[u8]) -> Result<Imported, Refused> {
    let mut findings = Findings::default();
    if json.len() > MAX_BYTES {
        let message = format!("The file has {} bytes; at most {MAX_BYTES} are read.", json.len());
        findings.fault(&message);
        return Err(refused(findings));
    }
    let json = match encoding::utf_8(json) {
        Ok(json) => json,
        Err(message) => {
            findings.fault(&message);
            return Err(refused(findings));
        }
    };
    let json = json.as_bytes();
    let mut raw = Raw::default();
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let read = Reading(&mut findings, Plan(&mut raw)).deserialize(&mut deserializer);
    match read.and_then(|slot| deserializer.end().map(|()| slot)) {
        Ok(slot) => drop(slot.required(&mut findings, "plan")),
        Err(error) => {
            findings.fault(&not_json(&error));
            findings.count_up();
            return Err(refused(findings));
        }
    }
    findings.count_up();
    let plan = assemble::assemble(raw, &mut findings);
    if findings.has_faults() {
        return Err(refused(findings));
    }
    let (warnings, warnings_total) = findings.into_warnings();
    Ok(Imported { plan, warnings, warnings_total })
}

fn refused(findings: Findings) -> Refused {
    let (faults, total) = findings.into_faults();
    Refused { faults, total }
}

fn not_json(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        JsonFault::Eof => format!("The file ends in the middle, at line {line}, column {column}."),
        _ if what == "recursion limit exceeded" => {
            format!("The file is nested too deeply, at line {line}, column {column}.")
        }
        _ => format!("The file is not valid JSON, at line {line}, column {column}: {what}."),
    }
}

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
