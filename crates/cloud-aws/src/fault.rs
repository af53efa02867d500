//! Makes a [`CloudFault`] of whatever the SDK says. Words name the service, the code and the status, never what a
//! service wrote in prose: that may hold a person's name or an account.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use wicket_station::cloud::{CloudFault, CloudTrouble};

/// Words longer than this tell nobody more.
const WORDS_MAX: usize = 160;
/// Closer clocks do not spoil a signature: AWS takes five minutes, the SDK begins to correct at four.
const SPOILING_MS: u64 = 240_000;

/// Who was asked what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// As people call it: "`DynamoDB`".
    pub(crate) service: &'static str,
    /// The clock's offset as far as it is known, in milliseconds.
    pub(crate) offset_ms: Option<i64>,
}

/// A fault of our own finding.
pub(crate) fn fault(trouble: CloudTrouble, words: impl Into<String>) -> CloudFault {
    let mut words: String = words.into();
    if words.len() > WORDS_MAX {
        let end = (0..=WORDS_MAX).rev().find(|at| words.is_char_boundary(*at)).unwrap_or(0);
        words.truncate(end);
    }
    CloudFault { trouble, words }
}

impl Asked {
    /// An answer without sense.
    pub(crate) fn unreadable(self, what: &str) -> CloudFault {
        fault(CloudTrouble::Unreadable, format!("{} answered without {what}", self.service))
    }

    /// No answer within the time that was given altogether.
    pub(crate) fn late(self) -> CloudFault {
        fault(CloudTrouble::Slow, format!("{} did not answer in time", self.service))
    }

    /// Nothing came back.
    pub(crate) fn unreached(self, error: &(dyn Error + 'static)) -> CloudFault {
        fault(CloudTrouble::Unreachable, format!("{} cannot be reached: {}", self.service, root(error)))
    }

    /// Reads an error of the SDK.
    pub(crate) fn fault<E>(self, error: &SdkError<E, HttpResponse>) -> CloudFault
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        if let Some(known) = in_chain::<CloudFault>(error) {
            return known.clone();
        }
        if let Some(missing) = in_chain::<CredentialsError>(error) {
            return nobody_signed_in(missing);
        }
        match error {
            SdkError::TimeoutError(_) => self.late(),
            SdkError::DispatchFailure(failure) if failure.is_user() => fault(
                CloudTrouble::Rejected,
                format!("the request to {} could not be made: {}", self.service, root(error)),
            ),
            SdkError::DispatchFailure(_) => self.unreached(error),
            SdkError::ResponseError(response) => {
                let broken =
                    in_chain::<std::io::Error>(error).is_some() || in_chain::<hyper::Error>(error).is_some();
                if broken {
                    fault(
                        CloudTrouble::Unreachable,
                        format!("the connection to {} broke while it answered", self.service),
                    )
                } else {
                    self.by_status(response.raw().status().as_u16(), "")
                }
            }
            SdkError::ServiceError(answer) => {
                let code = answer.err().code().unwrap_or_default();
                let status = answer.raw().status().as_u16();
                let expired = answer.err().message().is_some_and(speaks_of_time);
                self.answered(code, status, expired)
            }
            _ => fault(
                CloudTrouble::Rejected,
                format!("the request to {} could not be made: {}", self.service, root(error)),
            ),
        }
    }

    /// Reads a code of a service and the status it came with.
    pub(crate) fn answered(self, code: &str, status: u16, expired: bool) -> CloudFault {
        // `AWS.SimpleQueueService.NonExistentQueue;Sender` and `com.amazonaws…#ThrottlingException` are told likewise.
        let name = code.split(';').next().unwrap_or_default();
        let name = name.rsplit(['#', '.']).next().unwrap_or_default();
        let Some(trouble) = self.trouble_of(name, expired) else { return self.by_status(status, name) };
        fault(trouble, self.words(name, status))
    }

    fn trouble_of(self, name: &str, expired: bool) -> Option<CloudTrouble> {
        let clock_is_off = expired || self.offset_ms.is_some_and(|ms| ms.unsigned_abs() > SPOILING_MS);
        let trouble = match name {
            "RequestTimeTooSkewed" => CloudTrouble::Clock,
            "InvalidSignatureException" | "SignatureDoesNotMatch" if clock_is_off => CloudTrouble::Clock,
            "ThrottlingException"
            | "Throttling"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "RequestLimitExceeded"
            | "ProvisionedThroughputExceededException"
            | "LimitExceededException"
            | "TooManyRequestsException"
            | "KmsThrottled"
            | "SlowDown"
            | "OverLimit" => CloudTrouble::Throttled,
            "ExpiredToken"
            | "ExpiredTokenException"
            | "TokenRefreshRequired"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidAccessKeyId"
            | "InvalidToken"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "IncompleteSignatureException"
            | "AccessDenied"
            | "AccessDeniedException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "NotAuthorizedException"
            | "OptInRequired" => CloudTrouble::Refused,
            "ResourceNotFoundException"
            | "NoSuchBucket"
            | "NoSuchKey"
            | "NonExistentQueue"
            | "QueueDoesNotExist"
            | "PermanentRedirect"
            | "AuthorizationHeaderMalformed" => CloudTrouble::NotThere,
            "InternalServerError"
            | "InternalError"
            | "InternalFailure"
            | "ServiceUnavailable"
            | "InternalErrorException"
            | "ServiceUnavailableException" => CloudTrouble::Broken,
            "TransactionInProgressException" | "RequestTimeout" | "RequestTimeoutException" => {
                CloudTrouble::Slow
            }
            _ => return None,
        };
        Some(trouble)
    }

    fn by_status(self, status: u16, name: &str) -> CloudFault {
        let trouble = match status {
            429 => CloudTrouble::Throttled,
            500.. => CloudTrouble::Broken,
            401 | 403 | 407 => CloudTrouble::Refused,
            404 | 301 if !name.is_empty() => CloudTrouble::NotThere,
            // A page of a hotel's Wi-Fi, mostly.
            200..=399 => CloudTrouble::Unreadable,
            _ if name.is_empty() => CloudTrouble::Unreadable,
            _ => CloudTrouble::Rejected,
        };
        fault(trouble, self.words(name, status))
    }

    fn words(self, name: &str, status: u16) -> String {
        let clean: String =
            name.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '_').take(64).collect();
        if clean.is_empty() {
            format!("{} gave an answer that cannot be read (HTTP {status})", self.service)
        } else {
            format!("{} answered {clean} (HTTP {status})", self.service)
        }
    }
}

/// Whether a refused signature is said to be too old or too new.
fn speaks_of_time(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("Signature not yet current")
}

/// Why there are no credentials.
pub(crate) fn nobody_signed_in(error: &CredentialsError) -> CloudFault {
    if let Some(known) = in_chain::<CloudFault>(error) {
        return known.clone();
    }
    match error {
        CredentialsError::ProviderTimedOut(_) => {
            fault(CloudTrouble::Slow, "the AWS credentials did not come in time")
        }
        // Fetched over the network, as by single sign-on, they are missing while it is.
        CredentialsError::ProviderError(_) if in_chain::<ConnectorError>(error).is_some() => {
            fault(CloudTrouble::Unreachable, "whoever gives the AWS credentials cannot be reached")
        }
        _ => fault(CloudTrouble::Refused, "nobody is signed in, and this computer has no AWS credentials"),
    }
}

/// The innermost reason, as the network said it.
fn root(error: &(dyn Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(inner) = deepest.source() {
        deepest = inner;
    }
    wicket_domain::system::plain(&deepest.to_string())
}

fn in_chain<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
