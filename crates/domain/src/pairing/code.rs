//! The pairing code: where a cloud's HTTP API is, and which of its houses a station is to join.

use super::PairingError;
use crate::cloud::VenueId;

/// What every pairing code begins with.
pub const PREFIX: &str = "WKP2:";
/// What pairing codes of every version begin with.
const FAMILY: &str = "WKP";
/// A longer text is no pairing code, however many spaces it has.
const TEXT_MAX: usize = 1_024;
/// A pairing code has at most so many characters.
const CODE_MAX: usize = 320;
/// A host's name has at most so many characters, and each of its labels at most 63 (RFC 1035, section 2.3.4).
const HOST_MAX: usize = 253;

/// `WKP2:HOST/VENUE` with the API's host. After the host may come a port and a path: `WKP2:HOST:PORT/PATH/VENUE`.
///
/// Upper and lower case are the same. A code is written in upper case, since the letters of a QR code's alphanumeric mode
/// (ISO/IEC 18004) take 5.5 bits each, and any other text takes 8. The address is reached by https, and by http only where
/// its host is this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairingCode {
    api_url: String,
    venue: VenueId,
    is_here: bool,
}

impl PairingCode {
    /// Reads a pairing code. Spaces and line ends around it and in it do not matter.
    pub fn parse(text: &str) -> Result<Self, PairingError> {
        if text.len() > TEXT_MAX {
            return Err(PairingError::Foreign);
        }
        let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
        let begins_with =
            |prefix: &str| text.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix));
        if !begins_with(PREFIX) {
            let other = begins_with(FAMILY) && text.len() > PREFIX.len();
            return Err(if other { PairingError::OtherCode } else { PairingError::Foreign });
        }
        if text.len() > CODE_MAX {
            return Err(PairingError::Damaged);
        }
        let rest = text.get(PREFIX.len()..).unwrap_or_default().to_ascii_lowercase();
        let (address, venue) = rest.rsplit_once('/').ok_or(PairingError::Damaged)?;
        let venue = venue.parse().map_err(|_| PairingError::Damaged)?;
        let (authority, path) =
            address.split_once('/').map_or((address, None), |(at, path)| (at, Some(path)));
        let (host, port) =
            authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let sound = is_host(host)
            && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port))
            && path.is_none_or(|path| path.split('/').all(is_segment));
        if !sound {
            return Err(PairingError::Damaged);
        }
        let is_here = host == "127.0.0.1" || host == "localhost";
        let scheme = if is_here { "http" } else { "https" };
        Ok(Self { api_url: format!("{scheme}://{address}"), venue, is_here })
    }

    /// The code of a house at an API. None where no code can name that address.
    pub fn of(api_url: &str, venue: &VenueId) -> Option<Self> {
        let api_url = api_url.trim_end_matches('/');
        let (_, address) = api_url.split_once("://")?;
        let code = Self::parse(&format!("{PREFIX}{address}/{venue}")).ok()?;
        code.api_url.eq_ignore_ascii_case(api_url).then_some(code)
    }

    /// The code as people pass it on.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}/{}", self.address(), self.venue).to_ascii_uppercase()
    }

    /// The API's address as people say it, without its scheme.
    pub fn address(&self) -> &str {
        self.api_url.split_once("://").map_or("", |(_, address)| address)
    }

    /// The API's address, in lower case and without a slash at its end.
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// The house.
    pub const fn venue(&self) -> &VenueId {
        &self.venue
    }

    /// Whether the API is on this machine.
    pub const fn is_here(&self) -> bool {
        self.is_here
    }

    /// Where the rest is asked: `GET /venues/VENUE/pairing`.
    pub fn question(&self) -> String {
        format!("{}/venues/{}/pairing", self.api_url, self.venue)
    }
}

/// A host's name or its number. A name without a dot is good nowhere but on this machine.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= HOST_MAX && (host == "localhost" || host.contains('.')) && host.split('.').all(label)
}

/// A part of a path that every program reads alike.
fn is_segment(segment: &str) -> bool {
    let plain = |sign: u8| sign.is_ascii_alphanumeric() || b"$-_.".contains(&sign);
    !segment.is_empty() && segment.bytes().all(plain) && !segment.bytes().all(|sign| sign == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWS: &str = "https://abcdef1234.execute-api.eu-central-1.amazonaws.com";

    fn house() -> VenueId {
        "grand-hall".parse().unwrap()
    }

    #[test]
    fn a_code_reads_back_however_it_was_typed() {
        let code = PairingCode::of(AWS, &house()).unwrap();
        let text = code.text();
        assert_eq!(text, "WKP2:ABCDEF1234.EXECUTE-API.EU-CENTRAL-1.AMAZONAWS.COM/GRAND-HALL");
        assert_eq!(code.question(), format!("{AWS}/venues/grand-hall/pairing"));
        assert!(!code.is_here());
        for typed in [text.clone(), text.to_lowercase(), format!(" {}\n  {}\n", &text[..20], &text[20..])] {
            assert_eq!(PairingCode::parse(&typed).as_ref(), Ok(&code), "{typed}");
        }
    }

    #[test]
    fn an_address_may_have_a_port_and_a_path() {
        for address in
            ["https://tickets.example.org", "https://example.org/wicket/v1", "https://example.org:8443"]
        {
            let code = PairingCode::of(&format!("{address}/"), &house()).unwrap();
            assert_eq!(code.api_url(), address);
            assert_eq!(PairingCode::parse(&code.text()), Ok(code));
        }
        let here = PairingCode::of("http://127.0.0.1:4566/_aws/execute-api/x/$default", &house()).unwrap();
        assert!(here.is_here());
        assert_eq!(PairingCode::parse(&here.text()), Ok(here));
    }

    #[test]
    fn only_this_machine_is_reached_in_plain() {
        for far in ["127.0.0.1.example.com", "localhost.example.com:80", "127.1", "10.0.0.7", "0.0.0.0"] {
            let code = PairingCode::parse(&format!("WKP2:{far}/HOUSE")).unwrap();
            assert!(code.api_url().starts_with("https://") && !code.is_here(), "{far}");
        }
        assert_eq!(PairingCode::of("http://example.org", &house()), None, "a code has no way to say http");
        assert_eq!(PairingCode::of("https://localhost", &house()), None);
    }

    #[test]
    fn what_is_no_code_says_so() {
        for foreign in ["", "WK1:ABC", "B-14", "WKP2", "https://example.org/house", &"X".repeat(2_000)] {
            assert_eq!(PairingCode::parse(foreign), Err(PairingError::Foreign), "{foreign}");
        }
        for other in ["WKP1.eyJ2ZXJzaW9uIjoxfQ", "WKP3:EXAMPLE.ORG/HOUSE"] {
            assert_eq!(PairingCode::parse(other), Err(PairingError::OtherCode), "{other}");
        }
        for damaged in [
            "WKP2:",
            "WKP2:EXAMPLE.ORG",
            "WKP2:EXAMPLE.ORG/",
            "WKP2:EXAMPLE/HOUSE",
            "WKP2:/HOUSE",
            "WKP2:EXAMPLE..ORG/HOUSE",
            "WKP2:-EXAMPLE.ORG/HOUSE",
            "WKP2:EXAMPLE.ORG:0443/HOUSE",
            "WKP2:EXAMPLE.ORG:99999/HOUSE",
            "WKP2:EXAMPLE.ORG:/HOUSE",
            "WKP2:A@EXAMPLE.ORG/HOUSE",
            "WKP2:HTTPS://EXAMPLE.ORG/HOUSE",
            "WKP2:EXAMPLE.ORG/../HOUSE",
            "WKP2:EXAMPLE.ORG//HOUSE",
            "WKP2:EXAMPLE.ORG/A%2F/HOUSE",
            "WKP2:EXAMPLE.ORG/?A/HOUSE",
            "WKP2:EXÄMPLE.ORG/HOUSE",
            "WKP2:[::1]/HOUSE",
            "WKP2:EXAMPLE.ORG/-HOUSE",
        ] {
            assert_eq!(PairingCode::parse(damaged), Err(PairingError::Damaged), "{damaged}");
        }
        let long = format!("WKP2:{}ORG/HOUSE", "A.".repeat(160));
        assert_eq!(PairingCode::parse(&long), Err(PairingError::Damaged));
    }
}
