//! Why a message or a request was not dealt with.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use wicket_domain::pipeline::Faults;

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
    /// The cloud did not do what was asked: throttled, out of order, or no answer.
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

impl Fault {
    /// What the SDK said of `operation`.
    pub(crate) fn cloud<E, R>(operation: &'static str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata,
    {
        let code = error.code().unwrap_or(match error {
            SdkError::TimeoutError(_) => "no answer in time",
            SdkError::DispatchFailure(_) => "no connection",
            SdkError::ResponseError(_) => "an answer that could not be read",
            _ => "an answer without a reason",
        });
        Self::Cloud { operation, code: code.to_owned() }
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(format!("JSON: {:?} at {}:{}", error.classify(), error.line(), error.column()))
    }
}

impl From<serde_dynamo::Error> for Fault {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Broken(format!("an item: {error}"))
    }
}
