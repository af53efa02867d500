//! Requests at the doors of the HTTP API. The station has signed what it says; here the request is signed once more with
//! the AWS credentials that IAM asks for, and carried there and back.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::date_time::Format;
use serde::Deserialize;
use tokio::sync::Mutex;
use wicket_domain::door::{Door, SIGNATURE_HEADER};
use wicket_domain::pairing::Pairing;
use wicket_station::cloud::{Answered, Ask, CloudFault, CloudTrouble, Reply};

use crate::fault::{Asked, fault, nobody_signed_in};
use crate::reach::Reach;

/// A longer answer is none of ours: a house's stations are some hundred kilobytes at most.
const ANSWER_MAX: usize = 4 * 1024 * 1024;
/// Credentials are renewed this long before they end.
const BEFORE_END: Duration = Duration::from_mins(5);
/// Credentials that do not say when they end are renewed after this long.
const WITHOUT_END: Duration = Duration::from_mins(15);

/// The HTTP API, and as whom it is asked.
pub(crate) struct Api {
    connector: SharedHttpConnector,
    provider: Option<SharedCredentialsProvider>,
    kept: Mutex<Option<Kept>>,
    address: String,
    region: String,
}

/// Credentials, and until when they are used.
struct Kept {
    credentials: Credentials,
    until: SystemTime,
}

/// What API Gateway says in place of a function.
#[derive(Deserialize)]
struct Gateway {
    #[serde(default)]
    message: String,
    #[serde(default)]
    refusal: Option<String>,
}

impl Api {
    pub(crate) fn new(
        connector: SharedHttpConnector,
        provider: Option<SharedCredentialsProvider>,
        pairing: &Pairing,
    ) -> Self {
        Self {
            connector,
            provider,
            kept: Mutex::new(None),
            address: pairing.api_url.trim_end_matches('/').to_owned(),
            region: pairing.region.clone(),
        }
    }

    /// The lock is held while they are fetched: one request fetches them, the others wait for its answer.
    async fn credentials(&self, now: SystemTime) -> Answered<Credentials> {
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| now < kept.until) {
            return Ok(kept.credentials.clone());
        }
        let missing = || fault(CloudTrouble::Refused, "nobody is signed in");
        let provider = self.provider.as_ref().ok_or_else(missing)?;
        let credentials = provider.provide_credentials().await.map_err(|error| nobody_signed_in(&error))?;
        let until = match credentials.expiry() {
            Some(end) => end.checked_sub(BEFORE_END),
            None => now.checked_add(WITHOUT_END),
        };
        *kept = Some(Kept { credentials: credentials.clone(), until: until.unwrap_or(now) });
        Ok(credentials)
    }

    /// The request, signed for a moment (by the cloud's clock) with these credentials.
    fn signed(
        &self,
        ask: &Ask,
        path: &str,
        credentials: Credentials,
        at: SystemTime,
    ) -> Answered<HttpRequest> {
        let unsound = |what: &str| fault(CloudTrouble::Rejected, format!("the request lacks {what}"));
        let url = format!("{}{path}", self.address);
        let identity = credentials.into();
        let settings = SigningSettings::default();
        let how = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("execute-api")
            .time(at)
            .settings(settings)
            .build()
            .map_err(|_| unsound("what signing needs"))?
            .into();
        let headers = [("content-type", "application/json"), (SIGNATURE_HEADER, ask.signature.as_str())];
        let body = SignableBody::Bytes(ask.body.as_bytes());
        let signable = SignableRequest::new("POST", url.as_str(), headers.into_iter(), body)
            .map_err(|_| unsound("a sound address"))?;
        let (signing, _) = sign(signable, &how).map_err(|_| unsound("a signature"))?.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(ask.body.as_str()));
        request.set_uri(url.as_str()).map_err(|_| unsound("a sound address"))?;
        request.set_method("POST").map_err(|_| unsound("a method"))?;
        for (name, value) in headers {
            request.headers_mut().insert(name, value.to_owned());
        }
        for (name, value) in signing.headers() {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }
}

impl Reach {
    pub(crate) async fn ask(&self, ask: &Ask) -> Answered<Reply> {
        // Somebody waits at a gate: asked once, and as long as was said.
        if let Some(within) = ask.within {
            return self.ask_once(ask, within).await;
        }
        match self.ask_once(ask, patience(ask.door)).await {
            // The refusal told the cloud's time, which the next signature is for. What broke off may be asked again,
            // since the station's own part of the request is the very same.
            Err(fault) if fault.trouble == CloudTrouble::Clock || passes(&fault) => {
                self.ask_once(ask, patience(ask.door)).await
            }
            answer => answer,
        }
    }

    async fn ask_once(&self, ask: &Ask, patience: Duration) -> Answered<Reply> {
        let asking = async {
            let own = self.api.credentials(self.clock.now().into()).await?;
            let at = jiff::Timestamp::from_millisecond(self.cloud_now()).unwrap_or_else(|_| self.clock.now());
            let request = self.api.signed(ask, &ask.door.path(&self.venue), own, at.into())?;
            let sent = self.clock.now().as_millisecond();
            let response = self.api.connector.call(request).await;
            let response = response.map_err(|error| not_reached(self.door_asked(), &error))?;
            self.measure(&response, sent);
            self.reply(response).await
        };
        tokio::time::timeout(patience, asking).await.unwrap_or_else(|_| Err(self.door_asked().late()))
    }

    /// Measures this computer's clock by the answer's date.
    fn measure(&self, response: &HttpResponse, sent: i64) {
        let date = response.headers().get("date").filter(|_| response.headers().get("age").is_none());
        let date = date.and_then(|text| DateTime::from_str(text, Format::HttpDate).ok()?.to_millis().ok());
        if let Some(date) = date {
            self.offset.measure(sent, self.clock.now().as_millisecond(), date);
        }
    }

    async fn reply(&self, mut response: HttpResponse) -> Answered<Reply> {
        let status = response.status().as_u16();
        let kind = response.headers().get("x-amzn-errortype").unwrap_or_default().to_owned();
        let mut stream = ByteStream::new(response.take_body());
        let mut bytes = Vec::new();
        while let Some(part) = stream.next().await {
            let broke = "the connection to the API broke while it answered";
            bytes.extend_from_slice(&part.map_err(|_| fault(CloudTrouble::Unreachable, broke))?);
            if bytes.len() > ANSWER_MAX {
                return Err(self.door_asked().unreadable("an end"));
            }
        }
        let body = String::from_utf8(bytes).map_err(|_| self.door_asked().unreadable("text"))?;
        let gateway = serde_json::from_str::<Gateway>(&body).ok();
        let refused = gateway.as_ref().is_some_and(|said| said.refusal.is_some());
        if status < 300 || refused {
            return Ok(Reply { status, body });
        }
        let message = gateway.map(|said| said.message).unwrap_or_default();
        let late = message.contains("Signature expired") || message.contains("Signature not yet current");
        // API Gateway's own words for the rest: "Forbidden", "Not Found".
        let code = if kind.is_empty() { message.replace(' ', "") } else { kind };
        let code = if late { "RequestTimeTooSkewed" } else { code.as_str() };
        Err(self.door_asked().answered(code, status, late))
    }

    fn door_asked(&self) -> Asked {
        self.asked("The API")
    }
}

pub(crate) fn not_reached(asked: Asked, error: &ConnectorError) -> CloudFault {
    if error.is_timeout() { asked.late() } else { asked.unreached(error) }
}

/// Whether the next try may go better at once.
fn passes(fault: &CloudFault) -> bool {
    matches!(fault.trouble, CloudTrouble::Unreachable | CloudTrouble::Broken)
}

/// How long a station waits for an answer. A function that was not called for a while takes a second to start.
const fn patience(door: Door) -> Duration {
    Duration::from_secs(match door {
        // A seller waits at the window.
        Door::Claims => 4,
        // Five hundred seats are written, or looked through.
        Door::Events | Door::Reclaim => 20,
        // A quarter of a megabyte over a telephone's uplink.
        Door::Plans => 60,
        _ => 8,
    })
}
