//! The port to a printer, and the system's print commands behind it. The only module that starts a process:
//! `lp`, `lpstat` and `cancel` of CUPS with fixed arguments, never a shell, never without a time limit. The PDF goes
//! through a pipe, so no copy with a name on it stays on the disk.

use std::path::PathBuf;
use std::time::Duration;

use crate::PrintError;
pub use hold::{Hold, HoldCause};

/// A printer the system knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrinterName {
    /// Its name, as [`Printer::print`] takes it.
    pub name: String,
    /// Whether a job without a printer's name goes there.
    pub is_default: bool,
    /// What keeps it from printing now; none as far as the print system knows.
    pub hold: Option<Hold>,
}

/// What became of a job. A refusal is an answer, not an error. Displays as a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrintOutcome {
    /// The print system took the job. Whether paper came out, only a look at the printer tells.
    Sent {
        /// The printer.
        printer: String,
    },
    /// The printer does not print now, and nothing was printed.
    Held {
        /// The printer.
        printer: String,
        /// What holds it.
        hold: Hold,
        /// The job waits in its queue and is printed once nothing holds it; it could not be taken back.
        waiting: bool,
    },
    /// No printer is set up on this computer.
    NoPrinter,
    /// Several printers, none the default, and the caller named none.
    ChooseOne,
    /// The system has no print command.
    CommandMissing,
    /// The print system said no.
    Refused {
        /// The print system's own words.
        words: String,
    },
}

impl std::fmt::Display for PrintOutcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sent { printer } => write!(out, "Sent to {printer}."),
            Self::Held { printer, hold, waiting } => {
                let next = if *waiting { "The tickets come out then." } else { "Then print." };
                write!(out, "Nothing was printed: {printer} {hold}. {next}")
            }
            Self::NoPrinter => out.write_str(
                "No printer is set up on this computer. Set one up, or print the saved PDF elsewhere.",
            ),
            Self::ChooseOne => {
                out.write_str("Several printers are set up and none is the default. Choose one.")
            }
            Self::CommandMissing => out.write_str(
                "This computer has no print command. Install CUPS, or print the saved PDF elsewhere.",
            ),
            Self::Refused { words } => write!(out, "The printer did not take the job: {words}"),
        }
    }
}

/// Somewhere a PDF can be printed.
pub trait Printer: Send + Sync {
    /// The printers there are, the default one first.
    ///
    /// # Errors
    /// No print command, no answer in time, or a system printing is not built for.
    fn printers(&self) -> Result<Vec<PrinterName>, PrintError>;

    /// Prints a PDF at its own size, on the named printer or the default one. `job` is shown in the
    /// printer's queue, to whoever may look: an order code, not a person.
    ///
    /// # Errors
    /// No answer in time, a name that is none, or a system printing is not built for.
    fn print(&self, pdf: &[u8], job: &str, printer: Option<&str>) -> Result<PrintOutcome, PrintError>;
}

/// The printers of this computer.
#[derive(Debug, Clone)]
pub struct SystemPrinter {
    #[cfg_attr(not(unix), allow(dead_code, reason = "there is no command to run here"))]
    commands: Commands,
}

#[derive(Debug, Clone)]
#[cfg_attr(not(unix), allow(dead_code, reason = "there is no command to run here"))]
struct Commands {
    lp: PathBuf,
    lpstat: PathBuf,
    cancel: PathBuf,
    limit: Duration,
}

impl SystemPrinter {
    /// The commands `lp`, `lpstat` and `cancel` as the system finds them, each given 20 seconds.
    pub fn new() -> Self {
        Self::with_commands("lp".into(), "lpstat".into(), Duration::from_secs(20))
    }

    /// Other commands that answer as `lp` and `lpstat` do. `cancel` lies beside `lp`.
    pub fn with_commands(lp: PathBuf, lpstat: PathBuf, limit: Duration) -> Self {
        let cancel = lp.with_file_name("cancel");
        Self { commands: Commands { lp, lpstat, cancel, limit } }
    }
}

impl Default for SystemPrinter {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(not(unix))]
impl Printer for SystemPrinter {
    fn printers(&self) -> Result<Vec<PrinterName>, PrintError> {
        Err(PrintError::NotAvailableHere)
    }

    fn print(&self, _pdf: &[u8], _job: &str, _printer: Option<&str>) -> Result<PrintOutcome, PrintError> {
        Err(PrintError::NotAvailableHere)
    }
}

#[cfg(unix)]
mod cups;
mod hold;
