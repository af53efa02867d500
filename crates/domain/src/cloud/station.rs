//! Stations as the cloud knows them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{hex, key_from_hex};
use crate::id::StationId;
use crate::token::KeyId;

/// A house: the stations, desks and events of one organizer at one place. Part of paths and keys, so it is short and
/// plain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct VenueId(String);

/// A text that names no house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "A venue is named by 1 to 40 lower-case letters, digits and hyphens, and begins with a letter or digit."
)]
pub struct NotAVenue;

impl VenueId {
    /// The house of a station that has no cloud.
    pub fn alone() -> Self {
        Self("house".to_owned())
    }
}

impl FromStr for VenueId {
    type Err = NotAVenue;

    fn from_str(text: &str) -> Result<Self, NotAVenue> {
        let plain = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
        let sound = (1..=40).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('-');
        if sound { Ok(Self(text.to_owned())) } else { Err(NotAVenue) }
    }
}

impl TryFrom<String> for VenueId {
    type Error = NotAVenue;

    fn try_from(text: String) -> Result<Self, NotAVenue> {
        text.parse()
    }
}

impl From<VenueId> for String {
    fn from(venue: VenueId) -> Self {
        venue.0
    }
}

impl fmt::Display for VenueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a station is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum StationKind {
    /// A window where somebody sells; it admits, too.
    Till,
    /// A machine that sells by itself.
    Kiosk,
    /// An entrance. It admits and sells nothing.
    Gate,
    /// The office: it publishes events and lets stations in, and does what a till does.
    Desk,
}

impl StationKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Till, Self::Kiosk, Self::Gate, Self::Desk];

    /// The word in tables and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Till => "till",
            Self::Kiosk => "kiosk",
            Self::Gate => "gate",
            Self::Desk => "desk",
        }
    }

    /// Whether it sells, so that its key stands in the events' manifests.
    pub const fn issues_tickets(self) -> bool {
        matches!(self, Self::Till | Self::Kiosk | Self::Desk)
    }

    /// Whether it is a desk: it signs manifests, publishes, and decides about stations.
    pub const fn is_desk(self) -> bool {
        matches!(self, Self::Desk)
    }

    /// Whether it admits.
    pub const fn admits(self) -> bool {
        matches!(self, Self::Till | Self::Gate | Self::Desk)
    }
}

impl fmt::Display for StationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StationKind {
    type Err = NotAKind;

    fn from_str(text: &str) -> Result<Self, NotAKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(NotAKind)
    }
}

/// A word that is no kind of station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A station is a till, a kiosk, a gate or a desk.")]
pub struct NotAKind;

/// Whether a desk has let a station in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Not yet.
    Pending,
    /// It is one of the house's.
    Approved,
    /// Shut out, for good.
    Revoked,
}

impl Approval {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Revoked => "revoked",
        }
    }
}

/// A station that the cloud has met. What only the door needs (counters) stands beside it in the same item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StationRecord {
    /// The house.
    pub venue: VenueId,
    /// The station.
    pub station_id: StationId,
    /// Its name.
    pub name: String,
    /// What it is for: what it says itself while it is pending, then what a desk approved.
    pub kind: StationKind,
    /// Its Ed25519 public key in hexadecimal, 64 characters.
    pub public_key: String,
    /// Whether a desk has let it in.
    pub approval: Approval,
    /// Who decided last: a name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decided_by: Option<String>,
    /// Its fence: a claim of an older epoch is refused.
    pub epoch: u32,
    /// The highest sequence number of its messages that has been applied.
    #[serde(default)]
    pub last_sequence: u64,
    /// When it was last heard of, in milliseconds.
    #[serde(default)]
    pub last_seen: i64,
    /// Which Wicket it runs.
    #[serde(default)]
    pub software: String,
}

impl StationRecord {
    /// Whether its tickets may be issued: a desk has let it in, as something that sells.
    pub fn may_issue(&self) -> bool {
        self.approval == Approval::Approved && self.kind.issues_tickets()
    }

    /// How its tickets name its key; none where the key is none.
    pub fn key_id(&self) -> Option<KeyId> {
        key_from_hex(&self.public_key).map(|key| KeyId::of(key.as_bytes()))
    }
}

/// Whether a text is a public key as it stands in a station's row.
pub fn is_public_key(text: &str) -> bool {
    key_from_hex(text).is_some()
}

/// What people compare before they let a station in: 12 digits of the key's SHA-256, in fours.
pub fn fingerprint(public_key: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(public_key.to_ascii_lowercase().as_bytes()).into();
    let digits = hex(&digest).to_ascii_uppercase();
    let fours: Vec<_> = digits.as_bytes().chunks(4).take(3).map(String::from_utf8_lossy).collect();
    fours.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_venue_fits_a_path() {
        for sound in ["hall", "0", "old-town-hall-2"] {
            assert_eq!(sound.parse::<VenueId>().unwrap().to_string(), sound);
        }
        for odd in ["", "-hall", "Hall", "a/b", "a b", "höhle", "*", "${x}", &"a".repeat(41)] {
            assert_eq!(odd.parse::<VenueId>(), Err(NotAVenue), "{odd}");
        }
    }

    #[test]
    fn a_fingerprint_is_short_and_the_keys_own() {
        let one = fingerprint(&"ab".repeat(32));
        assert_eq!(one.len(), 14, "{one}");
        assert_eq!(one, fingerprint(&"AB".repeat(32)), "however the key is written");
        assert_ne!(one, fingerprint(&"ac".repeat(32)));
    }

    #[test]
    fn a_kind_reads_back_from_its_word() {
        for kind in StationKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("Till".parse::<StationKind>(), Err(NotAKind));
    }
}
