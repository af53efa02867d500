//! Measures the station for `cargo xtask bench`: durable sales and admissions as shares of what the disk allows, and
//! whether they and the lists stay quick as the file grows.
//!
//! A rate means little on an unknown disk, so sales and admissions take turns, in short blocks, with commits of a single
//! small row into a file with the same settings beside theirs. One measure a line, as JSON, on standard output.

mod fill;
mod look;
mod rates;

use std::error::Error;

use serde_json::json;

use crate::fill::Filled;
use crate::rates::{Rates, Turns};

/// Tickets in the files that are measured.
const SIZES: [u32; 3] = [1_000, 70_000, 1_000_000];
/// The floor: a two-seat sale writes some twelve rows where the baseline writes one.
const SALE_TARGET: f64 = 0.35;
/// The floor for an admission, its signature check included.
const ADMISSION_TARGET: f64 = 0.5;
/// The bound on growth: within 1.3 times of itself.
const GROWTH_TARGET: f64 = 1.0 / 1.3;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    // On the disk people use: the system's temporary folder may lie in memory.
    let home = std::env::current_dir()?.join("target");
    std::fs::create_dir_all(&home)?;
    let dir = tempfile::Builder::new().prefix("bench-station-").tempdir_in(home)?;
    let mut files = Vec::new();
    for tickets in SIZES {
        eprintln!("Filling a file with {tickets} tickets …");
        files.push(Filled::new(dir.path(), tickets)?);
    }
    for file in &files {
        look::measure(file)?;
    }
    eprintln!("Selling and admitting …");
    let rates = Turns::new(dir.path(), &mut files)?.run()?;
    for rates in &rates {
        let size = rates.tickets;
        measure(&format!("two-seat cash sale, {size} tickets"), rates.sale, rates.commit, SALE_TARGET);
        measure(
            &format!("admission by token, {size} tickets"),
            rates.admission,
            rates.commit,
            ADMISSION_TARGET,
        );
    }
    if let [small, larger @ ..] = rates.as_slice() {
        for large in larger {
            growth(small, large);
        }
    }
    for file in &files {
        look::verify(file)?;
    }
    Ok(())
}

fn measure(name: &str, rate: f64, baseline: f64, target: f64) {
    let line = json!({
        "measure": name,
        "value": rate,
        "baseline": baseline,
        "ratio": rate / baseline,
        "target": target,
        "unit": "per s",
        "better": "higher",
    });
    println!("{line}");
}

/// Each in shares of the single-row commits beside it, so that a disk that slows down meanwhile is not held against it.
fn growth(small: &Rates, large: &Rates) {
    let sizes = format!("at {} tickets to at {}", large.tickets, small.tickets);
    let share = |rate: f64, rates: &Rates| rate / rates.commit;
    let pairs = [("sale", small.sale, large.sale), ("admission", small.admission, large.admission)];
    for (name, before, after) in pairs {
        let line = json!({
            "measure": format!("{name} {sizes}"),
            "value": share(after, large),
            "baseline": share(before, small),
            "ratio": share(after, large) / share(before, small),
            "target": GROWTH_TARGET,
            "unit": "of a commit",
            "better": "higher",
        });
        println!("{line}");
    }
}
