//! Printing through stand-ins for the commands: what is sent, what holds a job, and what is said of it.

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
    let desk =
        Desk::new("A\\n", NO_DEFAULT, "echo 'lp: Error - The printer or class does not exist.' >&2; exit 1");
    let outcome = desk.printer().print(b"%PDF", "K7QF", Some("Gone")).unwrap();
    assert_eq!(outcome, PrintOutcome::Refused { words: "The printer or class does not exist.".to_owned() });
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
const PAPERLESS: &str = "printer X now printing X-1.  enabled since Sun\\n\\tAlerts: media-empty-error\\n";

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
