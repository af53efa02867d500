//! How a station gets to know its cloud. The pairing code is an address; what stands behind it is asked there.
//!
//! Neither holds a secret of a real cloud: who may do what there is decided by the credentials of whoever signs in. Only
//! a development cloud answers with made-up credentials, and they are taken only while everything is on this machine.

mod code;

use serde::{Deserialize, Serialize};

pub use self::code::{PREFIX, PairingCode};
use crate::cloud::VenueId;

/// The version of the answer that this Wicket reads.
pub const VERSION: u32 = 2;
/// A longer answer is not read, in bytes.
pub const ANSWER_MAX: usize = 65_536;
/// A longer name or address in it is refused.
const FIELD_MAX: usize = 512;

/// What a cloud answers to a station that is to be paired (`GET /venues/{venue}/pairing`), and what the station keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pairing {
    /// Of this form: [`VERSION`].
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
    /// The name of the table that has the events.
    pub events_table: String,
    /// The name of the table that has the pages of changes.
    pub changes_table: String,
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

/// Why a station cannot be paired, in words for whoever tries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairingError {
    /// Something else was typed, pasted or scanned.
    #[error("This is not a pairing code. It begins with {PREFIX} and is shown by a station that is paired.")]
    Foreign,
    /// A code of another version.
    #[error("This pairing code is of another version of Wicket. Update Wicket, or ask for a new code.")]
    OtherCode,
    /// Cut off or altered on the way.
    #[error("The pairing code is not whole, or a letter in it is wrong. Type, copy or scan it once more.")]
    Damaged,
    /// Something else answers at that address.
    #[error(
        "What answers at the pairing code's address is no Wicket cloud. Check the code, or ask for a new one."
    )]
    NoWicket,
    /// The cloud's answer is of an earlier version.
    #[error("This cloud is older than this Wicket. Ask whoever runs the cloud to update it, then try again.")]
    OlderCloud,
    /// The cloud's answer is of a later version.
    #[error("This cloud is newer than this Wicket. Update Wicket, then try again.")]
    NewerCloud,
    /// The cloud answered for another house, or names another address as its own.
    #[error("The cloud answered for another {0} than the pairing code names. Ask for a new code.")]
    Other(&'static str),
    /// Something in the answer cannot be.
    #[error("The cloud's {0} cannot be used. Ask whoever runs the cloud.")]
    Field(&'static str),
    /// A development cloud that is not on this machine.
    #[error(
        "The pairing code is of a development cloud that is not on this computer. Ask for a code of the real one."
    )]
    FarEmulator,
}

impl Pairing {
    /// Reads what was answered to a station that has this code.
    pub fn answered(text: &str, code: &PairingCode) -> Result<Self, PairingError> {
        let pairing = Self::read(text)?;
        if pairing.venue != *code.venue() {
            return Err(PairingError::Other("house"));
        }
        if pairing.code()? != *code {
            return Err(PairingError::Other("address"));
        }
        Ok(pairing)
    }

    /// Reads what a station keeps.
    pub fn read(text: &str) -> Result<Self, PairingError> {
        if text.len() > ANSWER_MAX {
            return Err(PairingError::NoWicket);
        }
        let said: Version = serde_json::from_str(text).map_err(|_| PairingError::NoWicket)?;
        if said.version < VERSION {
            return Err(PairingError::OlderCloud);
        }
        if said.version > VERSION {
            return Err(PairingError::NewerCloud);
        }
        let pairing: Self = serde_json::from_str(text).map_err(|_| PairingError::NoWicket)?;
        pairing.check()?;
        Ok(pairing)
    }

    /// Writes what [`Pairing::read`] reads.
    pub fn json(&self) -> String {
        // A struct of texts cannot be refused as JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The code by which another station joins the same house.
    pub fn code(&self) -> Result<PairingCode, PairingError> {
        PairingCode::of(&self.api_url, &self.venue).ok_or(PairingError::Field("address"))
    }

    fn check(&self) -> Result<(), PairingError> {
        let sound = |text: &str| {
            !text.is_empty() && text.len() <= FIELD_MAX && text.chars().all(|sign| sign.is_ascii_graphic())
        };
        let fields = [
            ("environment", self.environment.as_str()),
            ("region", &self.region),
            ("table of events", &self.events_table),
            ("table of changes", &self.changes_table),
            ("queue for sales", &self.station_queue_url),
            ("queue for admissions", &self.admission_queue_url),
            ("bucket", &self.bucket),
            ("user pool", &self.user_pool_id),
            ("user pool client", &self.user_pool_client_id),
        ];
        if let Some((name, _)) = fields.iter().find(|(_, text)| !sound(text)) {
            return Err(PairingError::Field(name));
        }
        let is_here = self.code()?.is_here();
        let addresses = [
            Some(&self.station_queue_url),
            Some(&self.admission_queue_url),
            self.endpoint.as_ref(),
            self.dynamodb_endpoint.as_ref(),
        ];
        let addresses: Vec<_> = addresses.into_iter().flatten().collect();
        if addresses.iter().any(|address| !sound(address)) {
            return Err(PairingError::Field("addresses"));
        }
        let all_here = is_here && addresses.iter().all(|address| is_loopback(address));
        if self.emulator.is_some() {
            // Otherwise a cloud could make a station talk to anybody who takes made-up credentials.
            let told_where = self.endpoint.is_some();
            return if all_here && told_where { Ok(()) } else { Err(PairingError::FarEmulator) };
        }
        let safe = |address: &str| address.starts_with("https://") || (is_here && is_loopback(address));
        if addresses.iter().all(|address| safe(address)) {
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

    const API: &str = "http://127.0.0.1:4566/_aws/execute-api/x/$default";

    fn here() -> Pairing {
        Pairing {
            version: VERSION,
            environment: "dev".into(),
            region: "us-east-1".into(),
            endpoint: Some("http://127.0.0.1:4566".into()),
            dynamodb_endpoint: Some("http://127.0.0.1:4567".into()),
            events_table: "dev-Events".into(),
            changes_table: "dev-Changes".into(),
            station_queue_url: "http://127.0.0.1:4566/000000000000/dev-StationQueue".into(),
            admission_queue_url: "http://127.0.0.1:4566/000000000000/dev-AdmissionQueue".into(),
            bucket: "dev-wicket-files".into(),
            user_pool_id: "us-east-1_abc".into(),
            user_pool_client_id: "client".into(),
            identity_pool_id: None,
            api_url: API.into(),
            venue: "house".parse().unwrap(),
            emulator: Some(Emulator { access_key_id: "test".into(), secret_access_key: "test".into() }),
        }
    }

    fn real() -> Pairing {
        Pairing {
            emulator: None,
            endpoint: None,
            dynamodb_endpoint: None,
            station_queue_url: "https://sqs.us-east-1.amazonaws.com/1/q".into(),
            admission_queue_url: "https://sqs.us-east-1.amazonaws.com/1/a".into(),
            api_url: "https://abc.execute-api.us-east-1.amazonaws.com".into(),
            ..here()
        }
    }

    fn answered(pairing: &Pairing) -> Result<Pairing, PairingError> {
        Pairing::answered(&pairing.json(), &pairing.code()?)
    }

    #[test]
    fn an_answer_is_taken_and_kept() {
        for pairing in [here(), real()] {
            assert_eq!(answered(&pairing), Ok(pairing.clone()));
            assert_eq!(Pairing::read(&pairing.json()), Ok(pairing));
        }
    }

    #[test]
    fn an_answer_for_another_house_or_address_is_refused() {
        let code = here().code().unwrap();
        let other = Pairing { venue: "club".parse().unwrap(), ..here() };
        assert_eq!(Pairing::answered(&other.json(), &code), Err(PairingError::Other("house")));
        let other = Pairing { api_url: "http://127.0.0.1:4566".into(), ..here() };
        assert_eq!(Pairing::answered(&other.json(), &code), Err(PairingError::Other("address")));
        assert_eq!(Pairing::answered(&real().json(), &code), Err(PairingError::Other("address")));
    }

    #[test]
    fn what_is_no_answer_of_this_version_says_so() {
        let code = here().code().unwrap();
        let long = format!("{{\"version\":2,\"x\":\"{}\"}}", "x".repeat(ANSWER_MAX));
        for foreign in ["", "<html>Welcome to the hotel</html>", "{}", "[]", "{\"version\":2}", &long] {
            assert_eq!(Pairing::answered(foreign, &code), Err(PairingError::NoWicket), "{foreign:.40}");
        }
        for (version, error) in [(1, PairingError::OlderCloud), (3, PairingError::NewerCloud)] {
            let text = format!("{{\"version\":{version},\"unknown\":true}}");
            assert_eq!(Pairing::answered(&text, &code), Err(error));
        }
        let nameless = Pairing { bucket: String::new(), ..here() };
        assert_eq!(answered(&nameless), Err(PairingError::Field("bucket")));
    }

    #[test]
    fn made_up_credentials_go_nowhere_but_here() {
        for address in [
            "http://example.com",
            "https://example.com",
            "http://127.0.0.1@example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com:80",
        ] {
            let far = Pairing { endpoint: Some(address.into()), ..here() };
            assert_eq!(answered(&far), Err(PairingError::FarEmulator), "{address}");
        }
        let nowhere = Pairing { endpoint: None, ..here() };
        assert_eq!(answered(&nowhere), Err(PairingError::FarEmulator));
        let far = Pairing { api_url: real().api_url, ..here() };
        assert_eq!(answered(&far), Err(PairingError::FarEmulator), "the code is another machine's");
    }

    #[test]
    fn a_real_cloud_is_reached_over_tls_alone() {
        for address in ["http://sqs.us-east-1.amazonaws.com/1/q", "http://127.0.0.1:4566/1/q"] {
            let plain = Pairing { station_queue_url: address.into(), ..real() };
            assert_eq!(answered(&plain), Err(PairingError::Field("addresses")), "{address}");
            let plain = Pairing { dynamodb_endpoint: Some(address.into()), ..real() };
            assert_eq!(answered(&plain), Err(PairingError::Field("addresses")), "{address}");
        }
    }
}
