//! How long the screens' questions take; told, without a target.

use std::time::Instant;

use serde_json::json;
use wicket_station::fault::Fault;

use crate::Result;
use crate::fill::Filled;

/// Times a question three times and tells the quickest.
fn tell<T>(
    file: &Filled,
    name: &str,
    times: u32,
    question: impl Fn() -> std::result::Result<T, Fault>,
) -> Result<()> {
    let mut best = f64::INFINITY;
    for _ in 0..times {
        let began = Instant::now();
        question()?;
        best = best.min(began.elapsed().as_secs_f64());
    }
    let line = json!({
        "measure": format!("{name}, {} tickets", file.tickets),
        "value": best * 1_000.0,
        "baseline": null,
        "ratio": null,
        "target": null,
        "unit": "ms",
        "better": "lower",
    });
    println!("{line}");
    Ok(())
}

pub(crate) fn measure(file: &Filled) -> Result<()> {
    let (station, event_id) = (&file.station, file.event_id);
    let size = std::fs::metadata(&file.path)?.len();
    eprintln!("{} tickets: {} MB", file.tickets, size / 1_000_000);
    tell(file, "list of events", 3, || station.events())?;
    tell(file, "hall of 70000 seats", 3, || station.hall(event_id))?;
    tell(file, "states of 70000 seats", 3, || station.seat_states(event_id, None, None))?;
    tell(file, "find by code", 3, || station.find_orders(&file.some_code, 50))?;
    tell(file, "find by name", 3, || station.find_orders("Holder 40", 50))?;
    tell(file, "find by seat", 3, || station.find_orders("Section 17 3-12", 50))?;
    tell(file, "newest orders", 3, || station.find_orders("", 50))?;
    tell(file, "last scans", 3, || station.recent_scans(Some(event_id), 20))?;
    tell(file, "gate count", 3, || station.gate_count(event_id))
}

pub(crate) fn verify(file: &Filled) -> Result<()> {
    tell(file, "check of the audit log", 1, || {
        let report = file.station.verify_audit()?;
        for finding in &report.findings {
            eprintln!("{finding}");
        }
        Ok(report)
    })
}
