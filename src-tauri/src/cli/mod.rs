//! The command line, for technicians and scripts: the same use-cases as the window's.

mod arguments;
mod cloud;
mod dashes;
mod events;
mod out;
mod scanning;
mod selling;
mod stations;
mod when;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use wicket_station::fault::{Code, Fault};

use self::arguments::{Arguments, AuditTask, EventsTask, PlanTask, Task};
use self::out::Out;
use crate::folders::Folders;
use crate::window;

/// Something was refused: a ticket at the gate, or an audit log that does not hold.
const REFUSED: u8 = 1;
/// So long may the cloud keep somebody waiting at the gate before it is known whether it is there at all.
const AT_THE_GATE: Duration = Duration::from_millis(400);
/// The same at the window.
const AT_THE_WINDOW: Duration = Duration::from_secs(2);
/// Nothing was done.
const NOT_RUN: u8 = 2;

/// Runs the window or a subcommand.
pub(crate) fn main() -> ExitCode {
    let given = dashes::joined(&Arguments::command(), std::env::args_os());
    let arguments = match Arguments::try_parse_from(given) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let mut out = Out::new(arguments.json);
    let folders = match Folders::find(arguments.data_dir) {
        Ok(folders) => folders,
        Err(fault) => return out.fault(&fault),
    };
    match arguments.task {
        None => window::run(folders, arguments.replay),
        Some(task) => run(&task, &folders, &mut out).unwrap_or_else(|fault| out.fault(&fault)),
    }
}

fn run(task: &Task, folders: &Folders, out: &mut Out) -> Result<ExitCode, Fault> {
    // These two need no station.
    match task {
        Task::Decode { images } => return Ok(scanning::decode(images, out)),
        Task::Plan { task: PlanTask::Check { file } } => return events::check_plan(file, out),
        _ => {}
    }
    let begins = matches!(task, Task::Init { .. });
    // Asking must not leave a folder behind where there is none.
    if !begins && !folders.hold_a_station() {
        return Err(not_set_up());
    }
    let station = Arc::new(folders.open()?);
    let start = station.start(None)?;
    out.tell(&start.notices);
    if !begins && start.station.is_none() {
        return Err(not_set_up());
    }
    // Whether it is online decides what can be claimed.
    match need(task) {
        Need::None => {}
        Need::Within(most) => crate::cloud::probe(&station, Some(most))?,
        // A sign-in takes several requests before the first that counts. Deciding alone because of that would let a
        // ticket in that another gate has seen.
        Need::AtTheGate if crate::account::signs_in(&station)? => {
            crate::cloud::probe(&station, Some(AT_THE_WINDOW))?;
        }
        Need::AtTheGate => crate::cloud::probe(&station, Some(AT_THE_GATE))?,
        Need::Whole => crate::cloud::probe(&station, None)?,
    }
    match task {
        Task::Init { station: name, kind, supervisor, pin, sample } => {
            events::init(&station, name, *kind, supervisor, pin, *sample, out)
        }
        Task::Events { task: None } => events::events(&station, out),
        Task::Events { task: Some(EventsTask::Hours { event, hours }) } => {
            events::change_hours(&station, event, hours, out)
        }
        Task::Seats { event, free } => events::seats(&station, event, *free, out),
        Task::Plan { task: PlanTask::Import(import) } => events::import(&station, import, out),
        Task::Sell(sale) => selling::sell(&station, sale, out),
        Task::Print { order, out: path, format } => selling::print(&station, order, path, format, out),
        Task::Orders { query } => selling::orders(&station, query.as_deref().unwrap_or(""), out),
        Task::Admit(scan) => scanning::admit(&station, scan, out),
        Task::Audit { task: AuditTask::Verify } => scanning::verify(&station, out),
        Task::Pair { code } => cloud::pair(&station, code, out),
        Task::SignIn { user, new_password, pin } => {
            cloud::sign_in(&station, user, *new_password, pin.as_deref(), out)
        }
        Task::Publish { event } => cloud::publish(&station, event, out),
        Task::Sync { until_idle } => cloud::sync(&station, *until_idle, out),
        Task::Status { read } => {
            cloud::status(&station, out)?;
            let heard = if *read { start.notices.as_slice() } else { &[] };
            heard.iter().try_for_each(|notice| station.read_notice(notice.notice_no))?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Outbox { task } => cloud::outbox(&station, task.as_ref(), out),
        Task::Stations { task } => stations::stations(&station, task.as_ref(), out),
        Task::Conflicts { task } => cloud::conflicts(&station, task.as_ref(), out),
        Task::Allot { event, count } => cloud::allot(&station, event, *count, out),
        Task::GiveBack { event } => cloud::give_back(&station, event, out),
        Task::Decode { .. } | Task::Plan { task: PlanTask::Check { .. } } => Ok(ExitCode::SUCCESS),
    }
}

fn not_set_up() -> Fault {
    let message = "There is no station here yet. Open Wicket, or run `wicket init --station NAME --pin PIN`; `--data-dir DIR` \
         says where else it is.";
    Fault::new(Code::NotSetUp, message)
}

/// How much a command needs the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Not at all.
    None,
    /// It does something else offline, and somebody waits for it.
    Within(Duration),
    /// Likewise, at a gate.
    AtTheGate,
    /// Without it nothing can be done, or it is what is asked about.
    Whole,
}

fn need(task: &Task) -> Need {
    match task {
        Task::Seats { .. } | Task::Events { task: None } | Task::Sell(_) => Need::Within(AT_THE_WINDOW),
        Task::Admit(_) => Need::AtTheGate,
        Task::Events { task: Some(_) }
        | Task::Publish { .. }
        | Task::Sync { .. }
        | Task::Status { .. }
        | Task::Stations { .. }
        | Task::Conflicts { task: Some(_) }
        | Task::Allot { .. }
        | Task::GiveBack { .. } => Need::Whole,
        _ => Need::None,
    }
}

fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Help that nobody reads is no failure.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let json = std::env::args_os().any(|argument| argument == "--json");
    if error.kind() == ErrorKind::InvalidUtf8 {
        let word = std::env::args_os().find(|word| word.to_str().is_none()).unwrap_or_default();
        let message = format!(
            "{:?} is not text in UTF-8. Write it in UTF-8; only the name of a file or a folder may be anything else.",
            word.to_string_lossy()
        );
        return Out::new(json).fault(&Fault::new(Code::BadInput, message));
    }
    let text = error.to_string();
    let given: Vec<_> = std::env::args_os().collect();
    let message = mended_tip(text.strip_prefix("error: ").unwrap_or(&text).trim(), &given);
    Out::new(json).fault(&Fault::new(Code::BadInput, message))
}

/// Behind `--` a value would be an argument of its own and no option's: for an option, the tip is another. Of a word with
/// one dash, clap names the first letter alone.
fn mended_tip(text: &str, given: &[OsString]) -> String {
    let mend = |line: &str| {
        let Some((before, value)) = line.split_once("as a value, use '-- ") else { return line.to_owned() };
        let value = value.trim_end_matches('\'');
        let at = given.iter().position(|word| word.to_str().is_some_and(|word| word.starts_with(value)));
        let whole = at.and_then(|at| given.get(at)?.to_str()).unwrap_or(value);
        let before = before.replace(&format!("'{value}'"), &format!("'{whole}'"));
        if at.is_some_and(|at| dashes::is_for_an_option(&Arguments::command(), given, at)) {
            format!("{before}as an option's value, write them as one: '--OPTION={whole}'")
        } else {
            format!("{before}as a value, use '-- {whole}'")
        }
    };
    text.lines().map(mend).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_does_not_wait_for_the_cloud() {
        let needs = |words: &str| need(&Arguments::try_parse_from(words.split(' ')).unwrap().task.unwrap());
        assert_eq!(needs("wicket admit --token X"), Need::AtTheGate);
        assert_eq!(needs("wicket sell gala --seat A-1 --cash 10"), Need::Within(AT_THE_WINDOW));
        assert_eq!(needs("wicket conflicts"), Need::None, "the file has them");
        assert_eq!(needs("wicket conflicts settle seat#A-1"), Need::Whole);
        let hours = "wicket events hours gala --doors-from 2026-12-04T19:30:00-08:00";
        assert_eq!((needs("wicket events"), needs(hours)), (Need::Within(AT_THE_WINDOW), Need::Whole));
        assert_eq!(needs("wicket outbox"), Need::None);
        assert_eq!(needs("wicket sync"), Need::Whole);
    }
}
