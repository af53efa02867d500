//! What the HTTP API asks and how it is answered (payload format 2.0). Only what is used is read, so that a call made
//! by hand with nothing but a body is one, too.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wicket_domain::pipeline::Faults;

/// A request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpEvent {
    /// As it came, or in base64.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[serde(default)]
    pub is_base64_encoded: bool,
    /// Names in any case.
    #[serde(default)]
    pub headers: Option<HashMap<String, String>>,
    /// `POST /venues/{venue}/hello`: which route it came by.
    #[serde(default)]
    pub route_key: Option<String>,
    /// The parts of the path that the route leaves open.
    #[serde(default)]
    pub path_parameters: Option<HashMap<String, String>>,
    /// What the API says of the request.
    #[serde(default)]
    pub request_context: Option<RequestContext>,
}

/// What the API says of a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    /// The request's id.
    #[serde(default)]
    pub request_id: Option<String>,
}

impl HttpEvent {
    /// The body's text.
    ///
    /// # Errors
    /// When it is not UTF-8, or not the base64 that it is said to be.
    pub fn text(&self) -> Result<String, Faults> {
        let body = self.body.as_deref().unwrap_or_default();
        if !self.is_base64_encoded {
            return Ok(body.to_owned());
        }
        let bytes = STANDARD.decode(body).ok();
        bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| Faults::one("body", "This is not a JSON object. Send one, in UTF-8."))
    }

    /// A header, its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.headers.as_ref()?;
        let mut found = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status_code: u16,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    /// JSON.
    pub body: String,
    /// Never.
    pub is_base64_encoded: bool,
}

impl HttpAnswer {
    /// An answer with a JSON body.
    pub fn said(status_code: u16, body: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::json(status_code, &serde_json::to_value(body)?))
    }

    /// An answer whose body is JSON; no cache keeps it.
    pub fn json(status_code: u16, body: &Value) -> Self {
        let headers = [("content-type", "application/json"), ("cache-control", "no-store")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { status_code, headers: headers.into(), body: body.to_string(), is_base64_encoded: false }
    }

    /// The same answer; a cache may keep it for this number of seconds.
    #[must_use]
    pub fn kept_for(mut self, seconds: u32) -> Self {
        self.headers.insert("cache-control".to_owned(), format!("public, max-age={seconds}"));
        self
    }

    /// 400 with one message a field.
    pub fn refused(faults: &Faults) -> Self {
        let body = json!({
            "message": "The order was not taken. Correct these fields and send it again.",
            "errors": faults,
        });
        Self::json(400, &body)
    }

    /// 503: the same request may be sent again.
    pub fn later() -> Self {
        let mut answer =
            Self::json(503, &json!({ "message": "This could not be done just now. Send it again." }));
        answer.headers.insert("retry-after".to_owned(), "2".to_owned());
        answer
    }
}
