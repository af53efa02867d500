//! Measures a station with its cloud for `cargo xtask bench`. The argument says what: `delivery` and the first `snapshot`,
//! each beside a bare loop of the SDK against the same emulator in the same run, or `deltas`. One measure a line, as JSON, on
//! standard output.
//!
//! Needs `WICKET_XTASK` and `WICKET_FUNCTIONS`, as `cargo xtask bench` sets them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "a measurement that meets the unexpected ends there, and counts far below 2^52"
)]

mod delivery;
mod delta;
#[path = "../../tests/together/dev_cloud.rs"]
#[allow(dead_code, reason = "the measurements need a part of what the tests need")]
mod dev_cloud;
#[path = "../../tests/together/post.rs"]
#[allow(dead_code, reason = "the measurements need a part of what the tests need")]
mod post;
mod snapshot;

use serde_json::json;

use dev_cloud::DevCloud;

fn main() {
    let measure = match std::env::args().nth(1).as_deref() {
        Some("delivery") => delivery::measure,
        Some("snapshot") => snapshot::measure,
        Some("deltas") => delta::measure,
        other => panic!("say delivery, snapshot or deltas, and not {other:?}"),
    };
    eprintln!("Starting a development cloud …");
    measure(&DevCloud::up("bench"));
}

/// A rate beside that of the bare loop.
fn rate(name: &str, rate: f64, baseline: f64, target: f64) {
    let line = json!({
        "measure": name, "value": rate, "baseline": baseline, "ratio": rate / baseline, "target": target,
        "unit": "per s", "better": "higher",
    });
    println!("{line}");
}

/// A value that must stay below its target.
fn at_most(name: &str, value: f64, target: f64, unit: &str) {
    println!(
        "{}",
        json!({ "measure": name, "value": value, "target": target, "unit": unit, "better": "lower" })
    );
}
