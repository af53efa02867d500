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
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::*;

    /// Stand-ins for the two commands, as shell scripts in a folder of their own.
    struct Desk {
        folder: tempfile::TempDir,
        _turn: MutexGuard<'static, ()>,
    }

    /// One desk at a time: a script being written while another test starts a process is "busy" to Linux.
    static TURN: Mutex<()> = Mutex::new(());

    impl Desk {
        /// `lpstat -e` lists these printers, `lpstat -d` says this; `lp` runs these lines.
        fn new(printers: &str, default: &str, lp: &str) -> Self {
            let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
            let desk = Self { folder: tempfile::tempdir().unwrap(), _turn: turn };
            desk.write(
                "lpstat",
                &format!("if [ \"$1\" = -e ]; then printf '{printers}'; else echo '{default}'; fi"),
            );
            desk.write("lp", lp);
            desk
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, lines: &str) {
            let folder = self.folder.path().display();
            std::fs::write(self.path(name), format!("#!/bin/sh\ncd '{folder}'\n{lines}\n")).unwrap();
            std::fs::set_permissions(self.path(name), PermissionsExt::from_mode(0o755)).unwrap();
        }

        fn printer(&self) -> SystemPrinter {
            SystemPrinter::with_commands(self.path("lp"), self.path("lpstat"), Duration::from_secs(30))
        }

        fn read(&self, name: &str) -> String {
            std::fs::read_to_string(self.path(name)).unwrap()
        }
    }

    const NO_DEFAULT: &str = "no system default destination";
    const ACCEPTS: &str = "printf '%s\\n' \"$@\" > said; cat > got; echo \"request id is X-1 (1 file(s))\"";

    #[test]
    fn printers_are_listed_default_first() {
        let desk = Desk::new("Office\\nTickets\\n", "system default destination: Tickets", ACCEPTS);
        let names = desk.printer().printers().unwrap();
        let entry = |name: &str, is_default| PrinterName { name: name.to_owned(), is_default, hold: None };
        assert_eq!(names, [entry("Tickets", true), entry("Office", false)]);
    }

    #[test]
    fn a_job_goes_to_the_default_printer_whole_and_at_its_own_size() {
        let desk = Desk::new("Office\\nTickets\\n", "system default destination: Tickets", ACCEPTS);
        let pdf = "%PDF ".repeat(50_000);
        let outcome = desk.printer().print(pdf.as_bytes(), "Order K7QF\n; rm *", None).unwrap();
        assert_eq!(outcome, PrintOutcome::Sent { printer: "Tickets".to_owned() });
        assert_eq!(outcome.to_string(), "Sent to Tickets.");
        assert_eq!(desk.read("said"), "-d\nTickets\n-t\nOrder K7QF; rm *\n-o\nprint-scaling=none\n");
        assert_eq!(desk.read("got"), pdf);
    }

    #[test]
    fn a_named_printer_is_used_and_the_only_one_needs_no_name() {
        let desk = Desk::new("Tickets\\n", NO_DEFAULT, ACCEPTS);
        let sent = PrintOutcome::Sent { printer: "Tickets".to_owned() };
        assert_eq!(desk.printer().print(b"%PDF", "K7QF", None), Ok(sent));
        let sent = PrintOutcome::Sent { printer: "Other".to_owned() };
        assert_eq!(desk.printer().print(b"%PDF", "K7QF", Some("Other")), Ok(sent));
    }

    #[test]
    fn no_printer_and_several_without_a_default_are_told_apart() {
        let print = |desk: Desk| desk.printer().print(b"%PDF", "K7QF", None).unwrap();
        assert_eq!(print(Desk::new("", NO_DEFAULT, ACCEPTS)), PrintOutcome::NoPrinter);
        assert_eq!(print(Desk::new("A\\nB\\n", NO_DEFAULT, ACCEPTS)), PrintOutcome::ChooseOne);
    }

    #[test]
    fn a_refusal_gives_the_print_systems_words() {
        let desk = Desk::new(
            "A\\n",
            NO_DEFAULT,
            "echo 'lp: Error - The printer or class does not exist.' >&2; exit 1",
        );
        let outcome = desk.printer().print(b"%PDF", "K7QF", Some("Gone")).unwrap();
        assert_eq!(
            outcome,
            PrintOutcome::Refused { words: "The printer or class does not exist.".to_owned() }
        );
    }

    #[test]
    fn a_refusal_without_a_word_is_one_too() {
        let desk = Desk::new("A\\n", NO_DEFAULT, "exit 3");
        let outcome = desk.printer().print(b"%PDF", "K7QF", None).unwrap();
        assert_eq!(outcome, PrintOutcome::Refused { words: "it gave no reason.".to_owned() });
    }

    /// `lpstat` that says these lines for `-p`, once `lp` was called or from the start.
    fn with_state(desk: &Desk, printer: &str, state: &str, from_the_start: bool) {
        let told = if from_the_start { "true" } else { "[ -e got ]" };
        desk.write(
            "lpstat",
            &format!(
                "case \"$*\" in
                 -e) echo {printer};;
                 -d) echo '{NO_DEFAULT}';;
                 *-o*) if [ -e got ] && ! [ -e cancelled ]; then echo '{printer}-1 ada 1024 Sun'; fi;;
                 *-p*) if {told}; then printf '{state}'; else echo 'printer {printer} is idle.  enabled since Sun'; fi;;
                 esac"
            ),
        );
        desk.write("cancel", "echo \"$1\" > cancelled");
    }

    const PAUSED: &str = "printer X disabled since Sun -\\n\\tPaused\\n";
    const PAPERLESS: &str =
        "printer X now printing X-1.  enabled since Sun\\n\\tAlerts: media-empty-error\\n";

    fn held(outcome: &PrintOutcome) -> (HoldCause, bool) {
        let PrintOutcome::Held { hold, waiting, .. } = outcome else { panic!("not held: {outcome}") };
        (hold.cause.clone(), *waiting)
    }

    const JAMMED: &str = "printer X now printing X-1.  enabled since Sun\\n\\tAlerts: media-jam-error\\n";
    const REJECTING: &str = "X not accepting requests since Sun -\\n\\tRejecting Jobs\\n";

    #[test]
    fn a_queue_that_is_stopped_gets_no_job_and_says_what_holds_it() {
        for (state, cause) in [(PAUSED, HoldCause::Paused), (REJECTING, HoldCause::Rejecting)] {
            let desk = Desk::new("X\\n", NO_DEFAULT, ACCEPTS);
            with_state(&desk, "X", state, true);
            assert_eq!(desk.printer().printers().unwrap()[0].hold.as_ref().unwrap().cause, cause);
            for named in [None, Some("X")] {
                let outcome = desk.printer().print(b"%PDF", "K7QF", named).unwrap();
                assert_eq!(held(&outcome), (cause.clone(), false));
                assert!(!desk.path("got").exists(), "nothing was sent");
            }
        }
    }

    /// CUPS renews an alert only while a job runs: paper that was put in since is known only after the next job.
    #[test]
    fn an_alert_of_the_last_job_does_not_keep_the_next_one_back() {
        let desk = Desk::new("X\\n", NO_DEFAULT, ACCEPTS);
        with_state(&desk, "X", PAPERLESS, true);
        // The job is printed at the third look, and until then the old alert stands.
        desk.write(
            "lpstat",
            &format!(
                "case \"$*\" in
                 -e) echo X;;
                 *-o*) echo look >> looks; if [ $(wc -l < looks) -lt 3 ]; then echo 'X-1 ada 1024 Sun'; fi;;
                 *-p*) printf '{PAPERLESS}';;
                 esac"
            ),
        );
        let outcome = desk.printer().print(b"%PDF", "K7QF", None).unwrap();
        assert_eq!(outcome, PrintOutcome::Sent { printer: "X".to_owned() });
        assert!(!desk.path("cancelled").exists(), "the job was left to print");
    }

    #[test]
    fn a_job_for_a_queue_whose_alert_stays_is_taken_back() {
        let desk = Desk::new("X\\n", NO_DEFAULT, ACCEPTS);
        with_state(&desk, "X", PAPERLESS, true);
        let outcome = desk.printer().print(b"%PDF", "K7QF", None).unwrap();
        assert_eq!(held(&outcome), (HoldCause::NoPaper, false));
        assert_eq!(desk.read("cancelled"), "X-1\n");
    }

    #[test]
    fn another_alert_than_the_one_that_stood_is_a_new_one() {
        let desk = Desk::new("X\\n", NO_DEFAULT, ACCEPTS);
        with_state(&desk, "X", PAPERLESS, true);
        desk.write(
            "lpstat",
            &format!(
                "case \"$*\" in
                 -e) echo X;;
                 *-o*) echo look >> looks; echo 'X-1 ada 1024 Sun';;
                 *-p*) if [ -e got ]; then printf '{JAMMED}'; else printf '{PAPERLESS}'; fi;;
                 esac"
            ),
        );
        let outcome = desk.printer().print(b"%PDF", "K7QF", None).unwrap();
        assert_eq!(held(&outcome), (HoldCause::Jammed, false));
        assert_eq!(desk.read("looks").lines().count(), 1, "nobody waits for it to go");
    }

    #[test]
    fn a_held_queue_is_told_in_a_sentence() {
        let desk = Desk::new("X\\n", NO_DEFAULT, ACCEPTS);
        with_state(&desk, "X", PAPERLESS, false);
        let told = desk.printer().print(b"%PDF", "K7QF", None).unwrap().to_string();
        assert_eq!(told, "Nothing was printed: X has no paper. Put some in. Then print.");
    }

    #[test]
    fn a_job_that_is_held_after_it_was_taken_is_taken_back() {
        let desk = Desk::new("X\\n", NO_DEFAULT, ACCEPTS);
        with_state(&desk, "X", PAPERLESS, false);
        let outcome = desk.printer().print(b"%PDF", "K7QF", None).unwrap();
        assert_eq!(held(&outcome), (HoldCause::NoPaper, false));
        assert_eq!(desk.read("cancelled"), "X-1\n");
    }

    #[test]
    fn a_held_job_that_cannot_be_taken_back_is_said_to_come_out_later() {
        let desk = Desk::new("X\\n", NO_DEFAULT, ACCEPTS);
        with_state(&desk, "X", PAUSED, false);
        desk.write("cancel", "exit 1");
        let outcome = desk.printer().print(b"%PDF", "K7QF", None).unwrap();
        assert_eq!(held(&outcome), (HoldCause::Paused, true));
    }

    #[test]
    fn missing_commands_are_said() {
        let nowhere = SystemPrinter::with_commands(
            "/nonexistent/lp".into(),
            "/nonexistent/lpstat".into(),
            Duration::from_secs(1),
        );
        assert_eq!(nowhere.print(b"%PDF", "K7QF", None), Ok(PrintOutcome::CommandMissing));
        assert_eq!(nowhere.print(b"%PDF", "K7QF", Some("A")), Ok(PrintOutcome::CommandMissing));
        assert!(matches!(nowhere.printers(), Err(PrintError::CommandMissing(_))));
    }

    #[test]
    fn a_silent_command_is_ended_when_its_time_is_up() {
        let desk = Desk::new("A\\n", NO_DEFAULT, "exec sleep 600");
        let hasty =
            SystemPrinter::with_commands(desk.path("lp"), desk.path("lpstat"), Duration::from_millis(300));
        assert_eq!(hasty.print(b"%PDF", "K7QF", Some("A")), Err(PrintError::NoAnswer { seconds: 0 }));
    }

    #[test]
    fn a_name_that_is_an_option_or_a_path_is_refused() {
        let desk = Desk::new("A\\n", NO_DEFAULT, ACCEPTS);
        for name in ["", "-o", "a b", "a/b", "a\nb", "a'b"] {
            let refused = desk.printer().print(b"%PDF", "K7QF", Some(name));
            assert_eq!(refused, Err(PrintError::PrinterName(name.to_owned())));
        }
    }
}
