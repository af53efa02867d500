//! Why a message or a request was not dealt with.

use wicket_domain::pipeline::Faults;
use wicket_domain::table::NotAnItem;

/// Why not. What can be tried again and what cannot look the same to a queue: a message that fails comes back until it
/// lands among the dead letters.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It is not what it should be, and will not be next time.
    #[error("not taken: {0}")]
    Malformed(#[from] Faults),
    /// Something else has to happen first.
    #[error("too early: {0}")]
    Waiting(&'static str),
    /// A request was refused or got no answer: the service was busy, broken or too slow.
    #[error("{operation}: {code}")]
    Cloud {
        /// What was asked.
        operation: &'static str,
        /// The cloud's word for it.
        code: String,
    },
    /// Something that is ours is not as it should be.
    #[error("{0}")]
    Broken(String),
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(format!("JSON: {:?} at {}:{}", error.classify(), error.line(), error.column()))
    }
}

impl From<NotAnItem> for Fault {
    fn from(error: NotAnItem) -> Self {
        Self::Broken(error.to_string())
    }
}
