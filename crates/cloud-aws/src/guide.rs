//! Asks a cloud what it is made of, before a station is paired with it. Nobody is signed in yet: TLS is what vouches for the
//! answer, so no redirect is followed.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use wicket_domain::pairing::{ANSWER_MAX, PairingCode};
use wicket_station::cloud::{CloudFault, CloudTrouble, Guide, GuideFault};

use crate::cloud::runtime;
use crate::connect::connector;
use crate::door::not_reached;
use crate::fault::{Asked, fault};

/// The name's look-up, TLS, and a function that has to start take their time; somebody waits and may give up.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks over HTTP, once for each station that is to be paired. Its [`Guide::ask`] blocks until an answer has come.
pub struct HttpGuide {
    runtime: Option<Runtime>,
    cancelled: Notify,
    patience: Duration,
}

impl HttpGuide {
    /// Nothing is sent yet. Gives a fault only when this computer has no threads left.
    pub fn new() -> Result<Self, CloudFault> {
        Ok(Self { runtime: Some(runtime()?), cancelled: Notify::new(), patience: PATIENCE })
    }

    /// The same, waiting no longer than this.
    #[must_use]
    pub const fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Ends the question that is under way, or the next one.
    pub fn cancel(&self) {
        self.cancelled.notify_one();
    }
}

impl Drop for HttpGuide {
    fn drop(&mut self) {
        // A look-up of a name may go on for long; nobody waits for it.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Guide for HttpGuide {
    fn ask(&self, code: &PairingCode) -> Result<String, GuideFault> {
        let gone = || fault(CloudTrouble::Unreachable, "the cloud was let go");
        let runtime = self.runtime.as_ref().ok_or_else(gone)?;
        runtime.block_on(async {
            tokio::select! {
                () = self.cancelled.notified() => Err(GuideFault::Cancelled),
                answer = tokio::time::timeout(self.patience, ask(code)) => {
                    answer.unwrap_or_else(|_| Err(asked().late().into()))
                }
            }
        })
    }
}

async fn ask(code: &PairingCode) -> Result<String, GuideFault> {
    let unsound = |_| fault(CloudTrouble::Rejected, "the request could not be made");
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri(code.question()).map_err(unsound)?;
    request.set_method("GET").map_err(unsound)?;
    request.headers_mut().insert("accept", "application/json");
    let response = connector(code.is_here()).call(request).await;
    let response = response.map_err(|error| not_reached(asked(), &error))?;
    match response.status().as_u16() {
        200 => body(response).await,
        429 => Err(fault(CloudTrouble::Throttled, "the API asks to go slower").into()),
        status @ 500.. => Err(asked().answered("", status, false).into()),
        _ => Err(GuideFault::NoWicket),
    }
}

async fn body(mut response: HttpResponse) -> Result<String, GuideFault> {
    let mut stream = ByteStream::new(response.take_body());
    let mut bytes = Vec::new();
    while let Some(part) = stream.next().await {
        let broke = "the connection to the API broke while it answered";
        bytes.extend_from_slice(&part.map_err(|_| fault(CloudTrouble::Unreachable, broke))?);
        if bytes.len() > ANSWER_MAX {
            return Err(GuideFault::NoWicket);
        }
    }
    String::from_utf8(bytes).map_err(|_| GuideFault::NoWicket)
}

/// Nothing is known of the clocks yet.
const fn asked() -> Asked {
    Asked { service: "The API", offset_ms: None }
}
