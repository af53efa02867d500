//! What the SDK says went wrong, as the pipeline is told.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use wicket_pipeline::Fault;

/// What the SDK said of `operation`.
pub(crate) fn cloud<E, R>(operation: &'static str, error: &SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata,
{
    let code = error.code().unwrap_or(match error {
        SdkError::TimeoutError(_) => "no answer in time",
        SdkError::DispatchFailure(_) => "no connection",
        SdkError::ResponseError(_) => "an answer that could not be read",
        _ => "an answer without a reason",
    });
    Fault::Cloud { operation, code: code.to_owned() }
}

/// A request that could not even be put together.
pub(crate) fn unbuilt(error: &impl std::fmt::Display) -> Fault {
    Fault::Broken(error.to_string())
}
