//! Where things lie on this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use wicket_domain::system;
use wicket_station::Station;
use wicket_station::fault::{Code, Fault};
use wicket_station::pin::Cost;
use wicket_station::ports::{MarkFolder, Marks, NoMarks, SystemClock, SystemRandom};

/// Names another folder for what this computer remembers of its stations. Tests set it.
const STATE_DIR: &str = "WICKET_STATE_DIR";

/// The station's folder, the tickets' folder, and where this computer keeps the stations' marks.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    data: PathBuf,
    tickets: PathBuf,
    marks: Option<PathBuf>,
}

impl Folders {
    /// The folder given by `--data-dir`, which then holds everything but the marks; otherwise the ones the system keeps for
    /// this.
    pub(crate) fn find(given: Option<PathBuf>) -> Result<Self, Fault> {
        let marks = marks();
        if let Some(data) = given {
            let tickets = data.join("tickets");
            return Ok(Self { data, tickets, marks });
        }
        let data = dirs::data_dir().ok_or_else(|| {
            let message = "This account has no home folder. Say where to keep the data: --data-dir DIR.";
            Fault::new(Code::Storage, message)
        })?;
        let data = data.join("wicket");
        let tickets =
            dirs::document_dir().map_or_else(|| data.join("tickets"), |dir| dir.join("Wicket tickets"));
        Ok(Self { data, tickets, marks })
    }

    /// Whether a station's file is there.
    pub(crate) fn hold_a_station(&self) -> bool {
        self.file().exists()
    }

    /// Opens the station that is kept there, or begins one. A clock that cannot be right becomes a notice.
    pub(crate) fn open(&self) -> Result<Station, Fault> {
        let marks: Arc<dyn Marks> = match &self.marks {
            Some(folder) => Arc::new(MarkFolder::at(folder.clone())),
            None => Arc::new(NoMarks),
        };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let station = Station::open(&self.file(), clock, random, marks, Cost::Full)?;
        // A full disk or a busy file is no reason not to open.
        drop(station.check_clock(built_at()));
        Ok(station)
    }

    fn file(&self) -> PathBuf {
        self.data.join("wicket.sqlite")
    }

    /// Where the window's own storage goes.
    pub(crate) fn window(&self) -> PathBuf {
        self.data.join("window")
    }

    /// Where saved tickets go.
    pub(crate) fn tickets(&self) -> &Path {
        &self.tickets
    }
}

/// Where marks are kept: outside every data folder, since whoever copies or puts back a data folder must not take its mark
/// along. Only Linux has a folder for such things; elsewhere it lies beside the folder for the data.
fn marks() -> Option<PathBuf> {
    let given = std::env::var_os(STATE_DIR).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let own = || dirs::state_dir().map(|dir| dir.join("wicket"));
    let beside = || dirs::data_local_dir().map(|dir| dir.join("wicket-state"));
    Some(given.or_else(own).or_else(beside)?.join("marks"))
}

/// When this program was made (`build.rs`).
fn built_at() -> Timestamp {
    let seconds = env!("WICKET_BUILT_AT").parse().unwrap_or(0);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Writes a whole file or nothing: under another name first, then renamed.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let attempt = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".part");
        let partial = PathBuf::from(partial);
        let written = std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(&partial, path));
        if written.is_err() {
            // What is half written only takes room, and a folder of that name is not ours.
            let _ = std::fs::remove_file(&partial);
        }
        written
    };
    attempt().map_err(|error| {
        let path = path.display();
        let message = if system::is_full(&error) {
            format!("The disk is full: {path} was not written. Free some space and try again.")
        } else {
            format!("{path} could not be written: {}. Choose another place.", system::why(&error))
        };
        Fault::new(Code::Storage, message)
    })
}
