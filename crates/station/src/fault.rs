//! The one small error that people and scripts meet. Every richer error is turned into it here and nowhere else.

use serde::{Deserialize, Serialize};
use wicket_domain::money::MoneyError;
use wicket_domain::staff::PinError;
use wicket_print::PrintError;
use wicket_store::{Failure, StoreError};

/// What a caller can act on. A new one is added only when a caller does something else for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The station has no name yet.
    NotSetUp,
    /// The station is set up already.
    AlreadySetUp,
    /// Nobody is signed in.
    NotSignedIn,
    /// Whoever is signed in may not do this.
    NotAllowed,
    /// There is no such event, seat, order …
    NotFound,
    /// The name fits more than one.
    Ambiguous,
    /// A value cannot be used.
    BadInput,
    /// A seating plan was refused.
    PlanRefused,
    /// A seat was taken by somebody else (command line only; the window gets a value).
    SeatTaken,
    /// Too little cash (command line only; the window gets a value).
    TooLittleCash,
    /// The event is over, and nobody has said to sell it all the same.
    EventOver,
    /// It cannot be removed because something was sold.
    InUse,
    /// The file belongs to a newer Wicket.
    NewerFile,
    /// The file is damaged.
    DamagedFile,
    /// Another window is writing, or the disk is full or cannot be written.
    Storage,
    /// The camera cannot be used.
    Camera,
    /// The printer cannot be used.
    Printer,
    /// The station has no cloud yet.
    NotPaired,
    /// The cloud does not answer, or not as it should.
    Cloud,
    /// The cloud that a pairing code names does not answer.
    NoAnswer,
    /// Something answers at a pairing code's address, and it is not the cloud that is meant.
    NoWicket,
    /// A pairing code or its cloud is of another version than this Wicket.
    OtherVersion,
    /// A defect of ours.
    Internal,
}

/// What went wrong, in a sentence, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[error("{message}")]
pub struct Fault {
    /// For the program.
    pub code: Code,
    /// For people.
    pub message: String,
}

impl Fault {
    /// A fault of `code` that reads `message`.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::NewerFile { .. } => Code::NewerFile,
            StoreError::Damaged { .. } => Code::DamagedFile,
            StoreError::Busy | StoreError::DiskFull | StoreError::Disk(_) | StoreError::Io { .. } => {
                Code::Storage
            }
            StoreError::Sqlite(_) | StoreError::Unreadable { .. } => Code::Internal,
        };
        Self::new(code, error.to_string())
    }
}

impl Failure for Fault {
    fn is_damage(&self) -> bool {
        self.code == Code::DamagedFile
    }

    fn may_be_full(&self) -> bool {
        self.code == Code::Storage
    }
}

impl From<MoneyError> for Fault {
    fn from(error: MoneyError) -> Self {
        Self::new(Code::BadInput, error.to_string())
    }
}

impl From<PinError> for Fault {
    fn from(error: PinError) -> Self {
        Self::new(Code::BadInput, error.to_string())
    }
}

impl From<PrintError> for Fault {
    fn from(error: PrintError) -> Self {
        Self::new(Code::Printer, error.to_string())
    }
}
