//! `lp` and `lpstat`: which arguments they get and what their answers mean. English answers are asked for
//! (`LC_ALL=C`), as only those can be told apart.

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use wait_timeout::ChildExt as _;
use wicket_domain::system;

use super::hold::hold_in;
use super::{Hold, HoldCause, PrintOutcome, Printer, PrinterName, SystemPrinter};
use crate::PrintError;

/// Most of an answer that is read.
const LONGEST_ANSWER: u64 = 64 * 1024;
/// How long an ended command's words may still be on their way.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long a question for a queue's state may take: printing goes on without the answer.
const STATE_LIMIT: Duration = Duration::from_secs(5);
/// A job that was taken is looked after this many times, [`LOOK_EVERY`] apart: a printer says only then that it has no
/// paper.
const LOOKS: u32 = 3;
/// This many looks where an alert stood before the job: the printer clears an alert, or has printed, only after it got
/// the job.
const LOOKS_AT_ALERT: u32 = 24;
/// The time between two looks after a job.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Characters of a job's name that are passed on.
const LONGEST_JOB: usize = 100;

impl Printer for SystemPrinter {
    fn printers(&self) -> Result<Vec<PrinterName>, PrintError> {
        let listed = self.ask(&["-e"])?;
        let default = self.ask(&["-d"])?;
        let states = self.states(None);
        let default = default.out.rsplit_once("destination: ").map(|(_, name)| name.trim().to_owned());
        let mut printers: Vec<PrinterName> = listed
            .out
            .lines()
            .map(str::trim)
            .filter(|name| is_name(name))
            .map(|name| PrinterName {
                name: name.to_owned(),
                is_default: default.as_deref() == Some(name),
                hold: hold_in(&states, name),
            })
            .collect();
        printers.sort_by_key(|printer| !printer.is_default);
        Ok(printers)
    }

    fn print(&self, pdf: &[u8], job: &str, printer: Option<&str>) -> Result<PrintOutcome, PrintError> {
        let printer = match printer {
            Some(name) if is_name(name) => name.to_owned(),
            Some(name) => return Err(PrintError::PrinterName(name.to_owned())),
            None => match self.printers() {
                Ok(printers) => match printers.as_slice() {
                    [] => return Ok(PrintOutcome::NoPrinter),
                    [first, ..] if first.is_default => first.name.clone(),
                    [only] => only.name.clone(),
                    _ => return Ok(PrintOutcome::ChooseOne),
                },
                Err(PrintError::CommandMissing(_)) => return Ok(PrintOutcome::CommandMissing),
                Err(other) => return Err(other),
            },
        };
        // A job that is not sent cannot come out a second time beside the one that is printed later. An alert alone holds
        // nothing back: it is of the last job, and only the next job renews it.
        let alert = match self.hold(&printer) {
            Some(hold) if hold.stopped => {
                return Ok(PrintOutcome::Held { printer, hold, waiting: false });
            }
            alert => alert.map(|hold| hold.cause),
        };
        let job: String = job.chars().filter(|c| !c.is_control()).take(LONGEST_JOB).collect();
        let arguments = ["-d", printer.as_str(), "-t", job.as_str(), "-o", "print-scaling=none"];
        match run(&self.commands.lp, &arguments, pdf, self.commands.limit) {
            Ok(answer) if answer.success => Ok(self.looked_after(printer, &answer.out, alert)),
            Ok(answer) => Ok(PrintOutcome::Refused { words: answer.words() }),
            Err(PrintError::CommandMissing(_)) => Ok(PrintOutcome::CommandMissing),
            Err(other) => Err(other),
        }
    }
}

impl SystemPrinter {
    /// What keeps a queue from printing now. A state that cannot be had holds nothing.
    fn hold(&self, printer: &str) -> Option<Hold> {
        hold_in(&self.states(Some(printer)), printer)
    }

    /// What `lpstat` says of one queue or of all, empty where it does not answer.
    fn states(&self, printer: Option<&str>) -> String {
        let limit = self.commands.limit.min(STATE_LIMIT);
        let mut said = String::new();
        for options in [&["-p"][..], &["-l", "-p"], &["-a"]] {
            let arguments: Vec<&str> = options.iter().copied().chain(printer).collect();
            let Ok(answer) = run(&self.commands.lpstat, &arguments, &[], limit) else { break };
            said += &answer.out;
            said.push('\n');
        }
        said
    }

    /// Looks after a job that was just taken, for as long as it is in the queue and nothing holds it. A held job is
    /// taken back, so that printing again does not print it twice. `alert` stood before the job, and holds it only when
    /// it still stands at the last look.
    fn looked_after(&self, printer: String, said: &str, mut alert: Option<HoldCause>) -> PrintOutcome {
        let Some(job) = job_in(said, &printer) else { return PrintOutcome::Sent { printer } };
        let mut left = if alert.is_some() { LOOKS_AT_ALERT } else { LOOKS };
        while left > 0 && self.is_queued(&printer, job) {
            left -= 1;
            match self.hold(&printer) {
                Some(hold) if hold.stopped || left == 0 || alert.as_ref() != Some(&hold.cause) => {
                    let cancelled = run(&self.commands.cancel, &[job], &[], self.commands.limit);
                    let waiting = !cancelled.is_ok_and(|answer| answer.success);
                    return PrintOutcome::Held { printer, hold, waiting };
                }
                Some(_) => {}
                None => {
                    alert = None;
                    left = left.min(LOOKS - 1);
                }
            }
            if left > 0 {
                std::thread::sleep(LOOK_EVERY);
            }
        }
        PrintOutcome::Sent { printer }
    }

    fn is_queued(&self, printer: &str, job: &str) -> bool {
        let queued = run(&self.commands.lpstat, &["-o", printer], &[], self.commands.limit.min(STATE_LIMIT));
        queued.is_ok_and(|answer| answer.out.split_whitespace().any(|word| word == job))
    }

    fn ask(&self, arguments: &[&str]) -> Result<Answer, PrintError> {
        run(&self.commands.lpstat, arguments, &[], self.commands.limit)
    }
}

/// The job's name in "request id is Tickets-12 (1 file(s))".
fn job_in<'a>(said: &'a str, printer: &str) -> Option<&'a str> {
    let number = |job: &str| {
        let rest = job.strip_prefix(printer).and_then(|rest| rest.strip_prefix('-'));
        rest.is_some_and(|number| !number.is_empty() && number.bytes().all(|sign| sign.is_ascii_digit()))
    };
    said.split_whitespace().find(|word| number(word))
}

/// Whether CUPS could have given this name: printable, without space, `/`, `#` or quotes, and no option.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && name.len() < 128
        && !name.contains(|c: char| c.is_whitespace() || c.is_control() || "/#\"'\\".contains(c))
}

/// What a command said.
struct Answer {
    success: bool,
    out: String,
    err: String,
}

impl Answer {
    /// The complaint in one line, without the command's name.
    fn words(&self) -> String {
        let said = if self.err.trim().is_empty() { &self.out } else { &self.err };
        let line = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it gave no reason.");
        let line = line.strip_prefix("lp: ").unwrap_or(line);
        line.strip_prefix("Error - ").unwrap_or(line).to_owned()
    }
}

/// Runs a command with something to read; ends it when its time is up.
fn run(command: &Path, arguments: &[&str], input: &[u8], limit: Duration) -> Result<Answer, PrintError> {
    let name = || command.display().to_string();
    let fault = |fault: std::io::Error| PrintError::Command { command: name(), reason: system::why(&fault) };
    let spawned = Command::new(command)
        .args(arguments.iter().map(OsStr::new))
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {
            return Err(PrintError::CommandMissing(name()));
        }
        Err(other) => return Err(fault(other)),
    };
    feed(&mut child, input.to_vec());
    let out = listen(child.stdout.take());
    let err = listen(child.stderr.take());
    let Some(status) = child.wait_timeout(limit).map_err(fault)? else {
        // Its threads end with the pipes; an answer that comes too late is not waited for.
        child.kill().map_err(fault)?;
        child.wait().map_err(fault)?;
        return Err(PrintError::NoAnswer { seconds: limit.as_secs() });
    };
    Ok(Answer { success: status.success(), out: heard(&out), err: heard(&err) })
}

/// Writes from a thread, as a command that does not read would block; one that stops reading says why itself.
fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut pipe) = child.stdin.take() {
        std::thread::spawn(move || pipe.write_all(&input));
    }
}

/// Reads from a thread, as a grandchild may hold the pipe open long after the command has ended.
fn listen(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (said, heard) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What was read before a fault is all there is; nobody listening any more is no fault.
            let _ = pipe.take(LONGEST_ANSWER).read_to_end(&mut bytes);
        }
        let _ = said.send(bytes);
    });
    heard
}

fn heard(answer: &Receiver<Vec<u8>>) -> String {
    String::from_utf8_lossy(&answer.recv_timeout(LAST_WORDS).unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests;
