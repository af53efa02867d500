//! The gate, reading pictures, and the audit log.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;
use wicket_scan::decode_image;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::{Code, Fault};
use wicket_station::verify::TOLD_EACH;
use wicket_station::view::{ScanRequest, Verdict, VerdictWord};

use super::REFUSED;
use super::arguments::Scan;
use super::out::Out;
use super::when::here;

pub(super) fn admit(station: &Station, scan: &Scan, out: &Out) -> Result<ExitCode, Fault> {
    let text = match (&scan.token, &scan.image) {
        (Some(token), _) => token.clone(),
        (None, Some(image)) => code_in(image)?,
        (None, None) => return Err(Fault::new(Code::BadInput, "Give --token TEXT or --image FILE.")),
    };
    let event_id = scan.event.as_deref().map(|event| station.find_event(event)).transpose()?;
    let request = ScanRequest { text, gate: scan.gate.clone(), event_id };
    let verdict = station.admit(&Actor::CommandLine, &request)?;
    out.result(&verdict, [sentence(&verdict)]);
    Ok(match verdict.verdict {
        VerdictWord::Admitted => ExitCode::SUCCESS,
        VerdictWord::Refused => ExitCode::from(REFUSED),
    })
}

/// The ticket's code in a picture; any other code when there is no ticket's.
fn code_in(image: &Path) -> Result<String, Fault> {
    let bad = |message: String| Fault::new(Code::BadInput, message);
    let mut found = decode_image(image).map_err(|fault| bad(format!("{}: {fault}", image.display())))?;
    found.sort_by_key(|code| !code.text.starts_with("WK1:"));
    let first = found.into_iter().next();
    first.map(|code| code.text).ok_or_else(|| bad(format!("No code was found in {}.", image.display())))
}

fn sentence(verdict: &Verdict) -> String {
    let ticket = verdict.ticket.as_ref().map_or(String::new(), |ticket| {
        let place = ticket.label.as_deref().unwrap_or("place unknown here");
        format!(" {} · {place}", ticket.event)
    });
    match (verdict.reason, &verdict.first_admission) {
        (None, _) => format!("Admitted.{ticket}"),
        (Some(reason), Some(first)) => {
            let gate = first.gate.as_deref().unwrap_or("a gate without a name");
            format!(
                "Refused: {}.{ticket} · first admitted {} at {gate}, {}",
                reason.as_str(),
                here(first.at),
                first.station
            )
        }
        (Some(reason), None) => format!("Refused: {}.{ticket}", reason.as_str()),
    }
}

pub(super) fn decode(images: &[PathBuf], out: &Out) -> ExitCode {
    let mut unreadable = Vec::new();
    let mut values = Vec::with_capacity(images.len());
    let mut lines = Vec::with_capacity(images.len());
    for image in images {
        let begun = Instant::now();
        let found = decode_image(image);
        let ms = begun.elapsed().as_secs_f64() * 1000.0;
        let ms = (ms * 10.0).round() / 10.0;
        match found {
            Ok(found) => {
                let texts: Vec<_> = found.into_iter().map(|code| code.text).collect();
                let shown = if texts.is_empty() { "no code".to_owned() } else { texts.join("  ") };
                lines.push(format!("{}\t{ms} ms\t{shown}", image.display()));
                values.push(json!({ "image": image, "texts": texts, "ms": ms }));
            }
            Err(fault) => {
                unreadable.push(format!("{}: {fault}", image.display()));
                values.push(json!({ "image": image, "texts": [], "ms": ms, "problem": fault.to_string() }));
            }
        }
    }
    out.result(&values, lines);
    if unreadable.is_empty() {
        return ExitCode::SUCCESS;
    }
    out.fault(&Fault::new(Code::BadInput, unreadable.join("\n")))
}

pub(super) fn verify(station: &Station, out: &Out) -> Result<ExitCode, Fault> {
    let shown = std::io::stderr().is_terminal();
    let report = station.verify_audit_telling(&mut |entries| {
        if shown {
            // It is told to somebody who waits; a terminal that has gone is no failure.
            let _ = write!(std::io::stderr(), "\r{entries} entries read");
        }
    })?;
    if shown && report.entries >= TOLD_EACH {
        let _ = writeln!(std::io::stderr());
    }
    let head = if report.sound {
        format!("The audit log is sound: {} entries.", report.entries)
    } else {
        format!("The audit log does not hold ({} entries):", report.entries)
    };
    let findings = report.findings.iter().map(|finding| format!("  {finding}"));
    out.result(&report, std::iter::once(head).chain(findings));
    Ok(if report.sound { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}
