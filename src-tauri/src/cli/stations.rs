//! The venue's stations from the command line: who is there, who is let in, who is shut out.

use std::process::ExitCode;

use serde_json::json;
use wicket_domain::cloud::Approval;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::{Code, Fault};
use wicket_station::view::StationLine;

use super::arguments::StationsTask;
use super::out::Out;
use super::when::here;

/// The station that runs the command.
const THIS: &str = "this";

pub(super) fn stations(station: &Station, task: Option<&StationsTask>, out: &Out) -> Result<ExitCode, Fault> {
    let by = &Actor::CommandLine;
    match task {
        None => {
            let lines = station.stations()?;
            out.result(&lines, lines.iter().map(line));
        }
        Some(StationsTask::Approve { station: name, kind }) => {
            let found = find(&station.stations()?, name)?;
            let done = station.approve_station(by, found.station_id, *kind)?;
            let told =
                format!("{} is let in as a {}. Fingerprint {}.", done.name, done.kind, done.fingerprint);
            out.result(&done, [told]);
        }
        Some(StationsTask::Revoke { station: name }) => {
            let found = find(&station.stations()?, name)?;
            let done = station.revoke_station(by, found.station_id)?;
            let told = format!("{} is shut out. What it sells from now on is not taken.", done.station.name);
            out.result(&done, [told, back_on_sale(done.places)]);
        }
        Some(StationsTask::Fence { station: name }) => {
            let found = find(&station.stations()?, name)?;
            let done = station.fence_station(by, found.station_id)?;
            let told = format!("{} owns nothing any more. It may go on later.", done.station.name);
            out.result(&done, [told, back_on_sale(done.places)]);
        }
        Some(StationsTask::Resume) => {
            station.resume(by)?;
            let told = "This computer goes on as the station. Any other copy is told that it is one.";
            out.result(&json!({ "resumed": true }), [told.to_owned()]);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn back_on_sale(places: u32) -> String {
    match places {
        0 => "It had no unsold places.".to_owned(),
        1 => "Its unsold place is on sale again.".to_owned(),
        places => format!("Its {places} unsold places are on sale again."),
    }
}

/// A station by its id or name, or a part of one that no other has.
fn find(lines: &[StationLine], name: &str) -> Result<StationLine, Fault> {
    let folded = name.to_lowercase();
    let is = |line: &&StationLine| {
        (name == THIS && line.this_one) || line.station_id.to_string() == folded || line.name == name
    };
    let part = |line: &&StationLine| {
        line.name.to_lowercase().contains(&folded) || line.station_id.to_string().starts_with(&folded)
    };
    let exact: Vec<_> = lines.iter().filter(is).collect();
    let found = if exact.is_empty() { lines.iter().filter(part).collect() } else { exact };
    let shown: String = name.chars().take(64).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => {
            let message = format!("There is no station {shown:?} here. `wicket stations` lists them.");
            Err(Fault::new(Code::NotFound, message))
        }
        several => {
            let names: Vec<_> =
                several.iter().map(|line| format!("{} ({})", line.name, line.station_id)).collect();
            let message = format!("{shown:?} is several stations: {}. Write the id.", names.join(", "));
            Err(Fault::new(Code::BadInput, message))
        }
    }
}

fn line(line: &StationLine) -> String {
    let approval = match line.approval {
        Approval::Pending => "waits to be let in",
        Approval::Approved => "let in",
        Approval::Revoked => "shut out",
    };
    let this = if line.this_one { "\tthis one" } else { "" };
    format!(
        "{}\t{}\t{}\t{approval}\t{}\tlast seen {}{this}",
        line.station_id,
        line.name,
        line.kind,
        line.fingerprint,
        here(line.last_seen)
    )
}
