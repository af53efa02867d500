//! The cloud from the command line: pairing, publishing, syncing, and what got stuck.

use std::ffi::OsStr;
use std::io::{BufRead, IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};
use wicket_domain::system::why;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::{Code, Fault};
use wicket_station::view::{
    CloudMode, CloudSignIn, CloudStatus, ConflictLine, MessageState, OutboxLine, PublishProgress, Trouble,
};

use super::arguments::{ConflictTask, OutboxTask};
use super::out::Out;
use super::when::here;

/// A file with a pairing code is not longer than this.
const FILE_MAX: u64 = 65_536;
/// A password is not longer than this.
const LINE_MAX: u64 = 1_024;
/// `sync --until-idle` gives up when nothing came of it for so long.
const PATIENCE: Duration = Duration::from_mins(2);
/// A message may still be on its way through the pipeline: nothing new twice in a row means that all is quiet.
const QUIET_ROUNDS: u32 = 2;

pub(super) fn pair(station: &Station, code: &OsStr, out: &Out) -> Result<ExitCode, Fault> {
    let code = given_or_read(code)?;
    let guide = crate::cloud::guide()?;
    out.progress("Asking the cloud what it is made of.");
    let pairing = station.pair(&Actor::CommandLine, &code, &guide)?;
    crate::cloud::connect(station)?;
    let online = station.probe()?;
    let status = station.cloud_status()?;
    let value = json!({ "environment": pairing.environment, "venue": pairing.venue, "region": pairing.region, "online": online });
    let lines = if online {
        vec![format!("Paired with the house {} in {}: online.", pairing.venue, pairing.environment)]
    } else {
        let words = status.words.unwrap_or_default();
        vec![
            format!("Paired with {}, which does not answer yet: {words}", pairing.environment),
            "The station sells what is its own meanwhile and tries again by itself.".to_owned(),
        ]
    };
    out.result(&value, lines);
    Ok(ExitCode::SUCCESS)
}

/// The code itself, or what stands in the file of that name.
fn given_or_read(code: &OsStr) -> Result<String, Fault> {
    let path = Path::new(code);
    if code.len() > 4_096 || !path.is_file() {
        return Ok(code.to_string_lossy().into_owned());
    }
    let unreadable = |why: String| {
        Fault::new(
            Code::BadInput,
            format!("{} cannot be read: {why}. Paste the code instead.", path.display()),
        )
    };
    let length = std::fs::metadata(path).map_err(|error| unreadable(why(&error)))?.len();
    if length > FILE_MAX {
        return Err(unreadable("it is too long for a pairing code".to_owned()));
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(why(&error)))
}

pub(super) fn sign_in(
    station: &Station,
    user: &str,
    renew: bool,
    pin: Option<&str>,
    out: &Out,
) -> Result<ExitCode, Fault> {
    let password = secret("Password")?;
    let new = if renew { Some(secret("New password")?) } else { None };
    match crate::account::sign_in(station, user, &password, new.as_deref())? {
        CloudSignIn::SignedIn { staff, has_pin, not_kept } => {
            if let Some(pin) = pin {
                station.set_pin(staff.staff_id, pin)?;
            }
            let has_pin = has_pin || pin.is_some();
            let value = json!({
                "staffId": staff.staff_id, "name": staff.name, "role": staff.role, "hasPin": has_pin,
                "notKept": not_kept,
            });
            let mut lines = vec![format!("{} may work here now.", staff.name)];
            if !has_pin {
                lines.push("Set a PIN for the window and for when the network is gone: --pin.".to_owned());
            }
            lines.extend(not_kept);
            out.result(&value, lines);
            Ok(ExitCode::SUCCESS)
        }
        CloudSignIn::NewPassword => {
            let message = "The account asks for a new password. Give both, a line each, with --new-password.";
            Err(Fault::new(Code::BadInput, message))
        }
        CloudSignIn::Refused { message } => Err(Fault::new(Code::NotAllowed, message)),
    }
}

/// What somebody types at a terminal, unseen, or a line of standard input. Passwords are not given as arguments, which
/// others on this machine can read.
fn secret(what: &str) -> Result<String, Fault> {
    let missing =
        || Fault::new(Code::BadInput, format!("{what} missing. Write it as a line of standard input."));
    let mut line = String::new();
    if std::io::stdin().is_terminal() {
        line = rpassword::prompt_password(format!("{what}: ")).map_err(|_| missing())?;
    } else {
        std::io::stdin().lock().take(LINE_MAX).read_line(&mut line).map_err(|_| missing())?;
    }
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() { Err(missing()) } else { Ok(line.to_owned()) }
}

pub(super) fn publish(station: &Station, event: &str, out: &Out) -> Result<ExitCode, Fault> {
    let event_id = station.find_event(event)?;
    let mut seats = 0;
    let mut told = 0;
    station.publish_event(&Actor::CommandLine, event_id, &mut |progress: PublishProgress| {
        seats = progress.total;
        // A line for each tenth.
        let tenth = progress.done.saturating_mul(10).checked_div(progress.total.max(1)).unwrap_or(10);
        if tenth > told {
            told = tenth;
            out.progress(&format!("{} of {} seats", progress.done, progress.total));
        }
    })?;
    let value = json!({ "eventId": event_id, "seats": seats });
    out.result(
        &value,
        [format!("Published: {seats} seats. Every paired station takes it from the cloud now.")],
    );
    Ok(ExitCode::SUCCESS)
}

pub(super) fn sync(station: &Station, until_idle: bool, out: &Out) -> Result<ExitCode, Fault> {
    if !station.has_cloud() {
        return Err(Fault::new(
            Code::NotPaired,
            "This station has no cloud yet. Pair it: `wicket pair CODE`.",
        ));
    }
    let (mut rounds, mut sent, mut received, mut quiet) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut useful = Instant::now();
    loop {
        let round = station.sync_round()?;
        rounds += 1;
        sent += round.sent;
        received += round.received;
        quiet = if round.idle() { quiet + 1 } else { 0 };
        if round.sent + round.received > 0 {
            useful = Instant::now();
        }
        let barred = round.barred && round.sent + round.received == 0;
        let done = !until_idle || quiet >= QUIET_ROUNDS || barred || useful.elapsed() > PATIENCE;
        if done {
            let words = round.fault.as_ref().or(round.warning.as_ref()).map(|fault| fault.words.clone());
            let value = json!({
                "rounds": rounds, "sent": sent, "received": received, "waiting": round.waiting, "words": words,
            });
            let told = format!("{sent} sent, {received} received, {} waiting.", round.waiting);
            let warning = round.warning.as_ref().filter(|_| round.fault.is_none() && !barred);
            out.result(&value, std::iter::once(told).chain(warning.map(|warning| warning.words.clone())));
            if let Some(fault) = &round.fault {
                out.wrong(&Fault::new(Code::Cloud, format!("The cloud does not answer: {}", fault.words)));
                return Ok(ExitCode::from(super::REFUSED));
            }
            if let Some(warning) = round.warning.filter(|_| barred) {
                out.wrong(&Fault::new(Code::Cloud, warning.words));
                return Ok(ExitCode::from(super::REFUSED));
            }
            return Ok(ExitCode::SUCCESS);
        }
        if round.fault.is_some() {
            out.progress("The cloud does not answer; trying again.");
            std::thread::sleep(round.pause);
        } else if round.idle() {
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

/// How the cloud stands, and what the people here have to know.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    status: &'a CloudStatus,
    notices: &'a [Value],
}

pub(super) fn status(station: &Station, out: &Out) -> Result<(), Fault> {
    let status = station.cloud_status()?;
    out.result(&Told { status: &status, notices: out.notices() }, status_lines(&status));
    Ok(())
}

fn status_lines(status: &CloudStatus) -> Vec<String> {
    let copied = (status.trouble == Some(Trouble::Copied))
        .then_some("Its data was copied or put back. It sells nothing until `wicket stations resume`.");
    if status.mode == CloudMode::Standalone {
        let standalone = "Standalone: this station has no cloud and owns every place.".to_owned();
        return std::iter::once(standalone).chain(copied.map(str::to_owned)).collect();
    }
    let since = status.since.map(|since| format!(" since {}", here(since))).unwrap_or_default();
    let mut lines = vec![if status.online { format!("Online{since}.") } else { format!("Offline{since}.") }];
    lines.extend(copied.map(str::to_owned));
    if let Some(words) = &status.words {
        lines.push(words.clone());
    }
    if status.waiting > 0 {
        let oldest = status.oldest_seconds.unwrap_or(0);
        lines.push(format!("{} messages wait, the oldest for {oldest} s.", status.waiting));
    }
    if status.dead_letters > 0 {
        lines.push(format!("{} messages are stuck: `wicket outbox`.", status.dead_letters));
    }
    if status.conflicts > 0 {
        lines.push(format!("{} conflicts are open: `wicket conflicts`.", status.conflicts));
    }
    if let Some(offset) = status.clock_offset_ms
        && offset.abs() > wicket_station::sync::OFFSET_SHOWN_MS
    {
        let way = if offset > 0 { "ahead" } else { "behind" };
        lines.push(format!("This computer's clock is {} s {way}. Set it.", offset.abs() / 1000));
    }
    lines.extend(status.catching_up.iter().map(|event| format!("Still catching up: {event}.")));
    lines
}

pub(super) fn outbox(station: &Station, task: Option<&OutboxTask>, out: &Out) -> Result<ExitCode, Fault> {
    match task {
        None => {
            let view = station.outbox_view()?;
            let head = format!("{} wait, {} are stuck.", view.waiting, view.dead);
            out.result(&view, std::iter::once(head).chain(view.lines.iter().map(message_line)));
        }
        Some(OutboxTask::Retry { id: None, .. }) => {
            let count = station.retry_all_messages(&Actor::CommandLine)?;
            out.result(&json!({ "count": count }), [format!("{count} messages wait again.")]);
        }
        Some(OutboxTask::Retry { id: Some(id), .. }) => {
            let sequence = sequence(station, id)?;
            station.retry_message(&Actor::CommandLine, sequence)?;
            out.result(&json!({ "sequence": sequence }), [format!("Message {sequence} waits again.")]);
        }
        Some(OutboxTask::Export { id }) => {
            let text = station.message_json(sequence(station, id)?)?;
            let value: Value = serde_json::from_str(&text).unwrap_or_default();
            out.result(&value, [text]);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A message by its number or its id.
fn sequence(station: &Station, id: &str) -> Result<u64, Fault> {
    if let Ok(number) = id.parse() {
        return Ok(number);
    }
    let found = match id.parse() {
        Ok(message_id) => station.message_number(message_id)?,
        Err(_) => None,
    };
    let shown: String = id.chars().take(64).collect();
    found.ok_or_else(|| {
        Fault::new(
            Code::NotFound,
            format!("There is no message {shown:?}. `wicket outbox` lists what waits."),
        )
    })
}

fn message_line(line: &OutboxLine) -> String {
    let state = match line.state {
        MessageState::Waiting => "waits",
        MessageState::Sent => "sent",
        MessageState::Dead => "stuck",
    };
    let words = line.words.as_deref().unwrap_or("-");
    format!(
        "{}\t{state}\t{}\t{}\t{}\t{words}",
        line.sequence,
        line.kind,
        here(line.occurred_at),
        line.attempts
    )
}

pub(super) fn conflicts(
    station: &Station,
    task: Option<&ConflictTask>,
    out: &Out,
) -> Result<ExitCode, Fault> {
    let lines = station.conflicts()?;
    if let Some(ConflictTask::Settle { id }) = task {
        let found = lines.iter().find(|line| line.conflict_id == *id);
        let line = found.ok_or_else(|| Fault::new(Code::NotFound, "There is no such conflict here."))?;
        station.settle_conflict(&Actor::CommandLine, line.event_id, id)?;
        out.result(&json!({ "conflictId": id }), [format!("Settled: {id}.")]);
        return Ok(ExitCode::SUCCESS);
    }
    let empty = lines.is_empty().then(|| "There are no conflicts.".to_owned());
    out.result(&lines, lines.iter().map(conflict_line).chain(empty));
    Ok(ExitCode::SUCCESS)
}

fn conflict_line(line: &ConflictLine) -> String {
    let side = |facts: &std::collections::BTreeMap<String, String>| {
        let told = |(name, value): (&String, &String)| match value.parse() {
            Ok(at) if name == "at" || name.ends_with("At") => format!("{name} {}", here(at)),
            _ => format!("{name} {value}"),
        };
        facts.iter().map(told).collect::<Vec<_>>().join(", ")
    };
    let about = line.seat.as_deref().or(line.ticket_id.as_deref()).unwrap_or("-");
    let state = if line.settled_at.is_some() { "settled" } else { "open" };
    format!(
        "{}\t{state}\t{}\t{}\t{about}\t{} | {}",
        line.conflict_id,
        line.kind.as_str(),
        line.event,
        side(&line.first),
        side(&line.second)
    )
}

pub(super) fn allot(station: &Station, event: &str, count: u32, out: &Out) -> Result<ExitCode, Fault> {
    let event_id = station.find_event(event)?;
    let took = station.allot(&Actor::CommandLine, event_id, count)?;
    let value = json!({ "eventId": event_id, "took": took });
    out.result(&value, [format!("{took} seats and places are this station's, online or not.")]);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn give_back(station: &Station, event: &str, out: &Out) -> Result<ExitCode, Fault> {
    let event_id = station.find_event(event)?;
    let count = station.give_back_allotted(&Actor::CommandLine, event_id)?;
    let round = station.sync_round()?;
    // What the cloud was not told yet is this station's still, and nobody can sell it: it is tried again with each round.
    let why = round.fault.or(round.warning.filter(|_| round.barred)).map(|fault| fault.words);
    let value = json!({ "eventId": event_id, "gaveBack": count, "online": why.is_none(), "words": why });
    let told = match &why {
        None => format!("{count} seats and places go back on sale for everybody."),
        Some(why) => {
            format!("{count} seats and places go back on sale as soon as the cloud takes them. {why}")
        }
    };
    out.result(&value, [told]);
    Ok(ExitCode::SUCCESS)
}
