//! The pairing code: everything a station has to know of its cloud, as one text that is pasted or scanned.
//!
//! It holds no secret of a real cloud: who may do what there is decided by the credentials of whoever signs in. Only
//! the development cloud's made-up credentials may stand in it, and only while everything it names is on this machine.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::cloud::VenueId;

const PREFIX: &str = "WKP1.";
/// A longer text is no pairing code.
const TEXT_MAX: usize = 8_192;
/// A longer name or address in it is refused.
const FIELD_MAX: usize = 512;
/// The tables a station reads.
const TABLES: [&str; 2] = ["Events", "Changes"];

/// What a pairing code says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pairing {
    /// Of this form; 1.
    pub version: u32,
    /// Which of the organizer's clouds: `prod`, `dev` …
    pub environment: String,
    /// The AWS region.
    pub region: String,
    /// Where every service answers, when that is not AWS itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub endpoint: Option<String>,
    /// Where DynamoDB answers, when that is somewhere else again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dynamodb_endpoint: Option<String>,
    /// The tables' names by what they are; left out of the code where each is `ENVIRONMENT-WHAT`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub tables: BTreeMap<String, String>,
    /// Where everything but admissions goes.
    pub station_queue_url: String,
    /// Where admissions go.
    pub admission_queue_url: String,
    /// Where plans lie.
    pub bucket: String,
    /// Who may sign in.
    pub user_pool_id: String,
    /// As whom Wicket asks there.
    pub user_pool_client_id: String,
    /// Where a sign-in becomes credentials; without it they come from the SDK's default chain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub identity_pool_id: Option<String>,
    /// Where the stations' doors are, and the web shop's.
    pub api_url: String,
    /// Which house the station is of.
    pub venue: VenueId,
    /// The made-up credentials of a development cloud on this machine.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub emulator: Option<Emulator>,
}

/// Credentials that an emulator takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Emulator {
    /// Any text.
    pub access_key_id: String,
    /// Any text.
    pub secret_access_key: String,
}

/// Why a text is no pairing code, in words for whoever pasted it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairingError {
    /// Something else was pasted or scanned.
    #[error("This is not a pairing code. It begins with {PREFIX} and is shown by a station that is paired.")]
    Foreign,
    /// Cut off or altered on the way.
    #[error("The pairing code is not whole. Copy or scan it once more.")]
    Damaged,
    /// From a later Wicket.
    #[error("The pairing code is of version {0}, which this Wicket does not know. Update Wicket.")]
    Version(u32),
    /// Something in it cannot be.
    #[error("The pairing code's {0} cannot be used. Ask for a new code.")]
    Field(&'static str),
    /// A development cloud that is not on this machine.
    #[error(
        "The pairing code is of a development cloud that is not on this computer. Ask for a code of the real one."
    )]
    FarEmulator,
}

impl Pairing {
    /// Reads a pairing code; spaces and line ends around and in it do not matter.
    pub fn parse(text: &str) -> Result<Self, PairingError> {
        if text.len() > TEXT_MAX {
            return Err(PairingError::Foreign);
        }
        let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
        let body = text.strip_prefix(PREFIX).ok_or(PairingError::Foreign)?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| PairingError::Damaged)?;
        let version: Version = serde_json::from_slice(&bytes).map_err(|_| PairingError::Damaged)?;
        if version.version != 1 {
            return Err(PairingError::Version(version.version));
        }
        let mut pairing: Self = serde_json::from_slice(&bytes).map_err(|_| PairingError::Damaged)?;
        if pairing.tables.is_empty() {
            pairing.tables = pairing.usual_tables();
        }
        pairing.check()?;
        Ok(pairing)
    }

    /// Writes the code that [`Pairing::parse`] reads.
    pub fn code(&self) -> String {
        let usual = self.usual_tables();
        let short = usual.iter().all(|(what, name)| self.tables.get(what) == Some(name));
        let tables = if short { BTreeMap::new() } else { self.tables.clone() };
        // A struct of texts cannot be refused as JSON.
        let json = serde_json::to_vec(&Self { tables, ..self.clone() }).unwrap_or_default();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(json))
    }

    fn usual_tables(&self) -> BTreeMap<String, String> {
        TABLES.iter().map(|what| ((*what).to_owned(), format!("{}-{what}", self.environment))).collect()
    }

    /// A table's name.
    pub fn table(&self, what: &str) -> &str {
        self.tables.get(what).map_or("", String::as_str)
    }

    fn check(&self) -> Result<(), PairingError> {
        let sound = |text: &str| {
            !text.is_empty() && text.len() <= FIELD_MAX && text.chars().all(|sign| sign.is_ascii_graphic())
        };
        let fields = [
            ("environment", self.environment.as_str()),
            ("region", &self.region),
            ("queue for sales", &self.station_queue_url),
            ("queue for admissions", &self.admission_queue_url),
            ("bucket", &self.bucket),
            ("user pool", &self.user_pool_id),
            ("user pool client", &self.user_pool_client_id),
            ("address", &self.api_url),
        ];
        if let Some((name, _)) = fields.iter().find(|(_, text)| !sound(text)) {
            return Err(PairingError::Field(name));
        }
        if TABLES.iter().any(|table| !sound(self.table(table))) || self.tables.len() > 32 {
            return Err(PairingError::Field("tables"));
        }
        let addresses = [
            Some(&self.station_queue_url),
            Some(&self.admission_queue_url),
            Some(&self.api_url),
            self.endpoint.as_ref(),
            self.dynamodb_endpoint.as_ref(),
        ];
        let addresses: Vec<_> = addresses.into_iter().flatten().collect();
        if addresses.iter().any(|address| !sound(address)) {
            return Err(PairingError::Field("addresses"));
        }
        let all_here = addresses.iter().all(|address| is_loopback(address));
        if self.emulator.is_some() {
            // Otherwise a code could make a station talk to anybody who takes made-up credentials.
            let told_where = self.endpoint.is_some();
            return if all_here && told_where { Ok(()) } else { Err(PairingError::FarEmulator) };
        }
        if addresses.iter().all(|address| address.starts_with("https://") || is_loopback(address)) {
            Ok(())
        } else {
            Err(PairingError::Field("addresses"))
        }
    }
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Whether an address is on this machine.
fn is_loopback(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://")) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = match authority.strip_prefix("[::1]") {
        Some(_) => return true,
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "127.0.0.1" || host == "localhost"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Pairing {
        let tables = TABLES.iter().map(|table| ((*table).to_owned(), format!("dev-{table}"))).collect();
        Pairing {
            version: 1,
            environment: "dev".into(),
            region: "us-east-1".into(),
            endpoint: Some("http://127.0.0.1:4566".into()),
            dynamodb_endpoint: None,
            tables,
            station_queue_url: "http://127.0.0.1:4566/000000000000/dev-StationQueue".into(),
            admission_queue_url: "http://127.0.0.1:4566/000000000000/dev-AdmissionQueue".into(),
            bucket: "dev-wicket-files".into(),
            user_pool_id: "us-east-1_abc".into(),
            user_pool_client_id: "client".into(),
            identity_pool_id: None,
            api_url: "http://127.0.0.1:4566/_aws/execute-api/x/$default".into(),
            venue: "house".parse().unwrap(),
            emulator: Some(Emulator { access_key_id: "test".into(), secret_access_key: "test".into() }),
        }
    }

    #[test]
    fn a_code_reads_back_however_it_was_wrapped() {
        let code = here().code();
        let wrapped: String = code
            .chars()
            .enumerate()
            .flat_map(|(n, c)| if n % 60 == 59 { vec!['\n', ' ', c] } else { vec![c] })
            .collect();
        assert_eq!(Pairing::parse(&wrapped), Ok(here()));
    }

    #[test]
    fn what_is_no_code_says_so() {
        assert_eq!(Pairing::parse("WK1:ABC"), Err(PairingError::Foreign));
        assert_eq!(Pairing::parse(&"x".repeat(9_000)), Err(PairingError::Foreign));
        let code = here().code();
        assert_eq!(Pairing::parse(&code[..code.len() / 2]), Err(PairingError::Damaged));
        let later = Pairing { version: 2, ..here() };
        assert_eq!(Pairing::parse(&later.code()), Err(PairingError::Version(2)));
        let nameless = Pairing { bucket: String::new(), ..here() };
        assert_eq!(Pairing::parse(&nameless.code()), Err(PairingError::Field("bucket")));
    }

    #[test]
    fn made_up_credentials_go_nowhere_but_here() {
        for address in [
            "http://example.com",
            "http://127.0.0.1@example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com:80",
        ] {
            let far = Pairing { endpoint: Some(address.into()), ..here() };
            assert_eq!(Pairing::parse(&far.code()), Err(PairingError::FarEmulator), "{address}");
        }
        let nowhere = Pairing { endpoint: None, ..here() };
        assert_eq!(Pairing::parse(&nowhere.code()), Err(PairingError::FarEmulator));
    }

    #[test]
    fn a_real_cloud_is_reached_over_tls_alone() {
        let plain = Pairing {
            emulator: None,
            endpoint: None,
            station_queue_url: "http://sqs.us-east-1.amazonaws.com/1/q".into(),
            admission_queue_url: "https://sqs.us-east-1.amazonaws.com/1/a".into(),
            api_url: "https://abc.execute-api.us-east-1.amazonaws.com".into(),
            ..here()
        };
        assert_eq!(Pairing::parse(&plain.code()), Err(PairingError::Field("addresses")));
    }
}
