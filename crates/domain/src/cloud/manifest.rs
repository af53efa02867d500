//! The manifest: which stations may issue an event's tickets, what each class costs and where it is good.
//!
//! It is signed with the key of the station that published the event (the organizer's), over its very text. A station
//! keeps the first organizer's key it met for an event and takes no other.

use std::collections::HashSet;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{EventId, StationId};
use crate::token::KeyId;

const CONTEXT: &[u8] = b"wicket manifest v1";
/// Longer is not one of ours: 5,000 stations fit.
const TEXT_MAX: usize = 1_000_000;

/// What a manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The event.
    pub event_id: EventId,
    /// One more with every edition; an older one is not taken.
    pub edition: u32,
    /// Who may issue.
    pub keys: Vec<ManifestKey>,
    /// Who may issue no more: a desk has shut the station out, or made it something that does not sell. A ticket of such
    /// a key is good only if the cloud has its sale.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub revoked: Vec<ManifestKey>,
    /// One for each category of the plan and each standing area.
    pub classes: Vec<ManifestClass>,
}

/// A station that may issue tickets, or once might.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestKey {
    /// The station.
    pub station_id: StationId,
    /// Its public key, hexadecimal.
    pub public_key: String,
}

impl ManifestKey {
    /// The key's bytes, if they are a key.
    pub fn bytes(&self) -> Option<[u8; 32]> {
        key_from_hex(&self.public_key).map(|key| key.to_bytes())
    }
}

/// A ticket class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestClass {
    /// The class in the token.
    pub category_no: u16,
    /// Its name.
    pub name: String,
    /// In minor units of the event's currency.
    pub price: i64,
    /// Not good before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub valid_from: Option<Timestamp>,
    /// Not good from then on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub valid_until: Option<Timestamp>,
    /// Good at these gates; none means all.
    #[serde(default)]
    pub gates: Vec<String>,
}

/// Why a manifest is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The key or the signature is not in the form it should be.
    #[error("the manifest's signature cannot be read")]
    Form,
    /// Somebody else signed it, or nobody.
    #[error("the manifest was not signed by the event's organizer")]
    Signature,
    /// Its text is not a manifest.
    #[error("the manifest cannot be read")]
    Text,
    /// Two of its stations share a key id; their tickets could not be told apart.
    #[error("two stations of the manifest have keys that tickets cannot tell apart")]
    Collision,
}

/// A manifest as it lies in the cloud: text, signature, and whose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedManifest {
    /// The manifest as JSON.
    pub text: String,
    /// Ed25519 over the text, hexadecimal.
    pub signature: String,
    /// The organizer's public key, hexadecimal.
    pub organizer_key: String,
}

impl Manifest {
    /// Signs it.
    pub fn seal(&self, organizer: &SigningKey) -> Result<SealedManifest, ManifestError> {
        self.check()?;
        let text = serde_json::to_string(self).map_err(|_| ManifestError::Text)?;
        let signature = organizer.sign(&signed(&text)).to_bytes();
        let organizer_key = hex(organizer.verifying_key().as_bytes());
        Ok(SealedManifest { text, signature: hex(&signature), organizer_key })
    }

    /// The keys of both lists.
    pub fn all_keys(&self) -> impl Iterator<Item = &ManifestKey> {
        self.keys.iter().chain(&self.revoked)
    }

    fn check(&self) -> Result<(), ManifestError> {
        let mut ids = HashSet::with_capacity(self.keys.len() + self.revoked.len());
        for key in self.all_keys() {
            let bytes = key.bytes().ok_or(ManifestError::Form)?;
            if !ids.insert(KeyId::of(&bytes)) {
                return Err(ManifestError::Collision);
            }
        }
        Ok(())
    }
}

impl SealedManifest {
    /// The organizer's key, as it names itself.
    pub fn organizer(&self) -> Result<VerifyingKey, ManifestError> {
        key_from_hex(&self.organizer_key).ok_or(ManifestError::Form)
    }

    /// Reads it, if `organizer` signed it.
    pub fn open(&self, organizer: &VerifyingKey) -> Result<Manifest, ManifestError> {
        if self.text.len() > TEXT_MAX {
            return Err(ManifestError::Text);
        }
        let signature = from_hex::<64>(&self.signature).ok_or(ManifestError::Form)?;
        organizer
            .verify_strict(&signed(&self.text), &Signature::from_bytes(&signature))
            .map_err(|_| ManifestError::Signature)?;
        let manifest: Manifest = serde_json::from_str(&self.text).map_err(|_| ManifestError::Text)?;
        manifest.check()?;
        Ok(manifest)
    }
}

fn signed(text: &str) -> Vec<u8> {
    [CONTEXT, text.as_bytes()].concat()
}

/// Writes bytes as hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot end otherwise.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads exactly `N` bytes of lower- or upper-case hexadecimal.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

/// A public key as it stands in tables and messages: 64 hexadecimal digits.
pub fn key_text(key: &VerifyingKey) -> String {
    hex(key.as_bytes())
}

/// Reads a public key; nothing where the text is none.
pub(crate) fn key_from_hex(text: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&from_hex::<32>(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(key: &SigningKey) -> Manifest {
        Manifest {
            event_id: EventId::from_bytes([7; 16]),
            edition: 1,
            keys: vec![ManifestKey {
                station_id: StationId::from_bytes([1; 16]),
                public_key: hex(key.verifying_key().as_bytes()),
            }],
            revoked: Vec::new(),
            classes: Vec::new(),
        }
    }

    #[test]
    fn a_manifest_is_read_back_only_under_its_organizers_key() {
        let (organizer, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let sealed = manifest(&organizer).seal(&organizer).unwrap();
        let read = sealed.open(&organizer.verifying_key()).unwrap();
        assert_eq!(read, manifest(&organizer));
        assert_eq!(sealed.open(&other.verifying_key()), Err(ManifestError::Signature));
        let altered = SealedManifest { text: sealed.text.replace("edition\":1", "edition\":2"), ..sealed };
        assert_eq!(altered.open(&organizer.verifying_key()), Err(ManifestError::Signature));
    }

    #[test]
    fn one_key_twice_is_refused() {
        let organizer = SigningKey::from_bytes(&[1; 32]);
        let mut twice = manifest(&organizer);
        twice.keys.extend(manifest(&organizer).keys);
        assert_eq!(twice.seal(&organizer), Err(ManifestError::Collision));
        let both = Manifest { revoked: manifest(&organizer).keys, ..manifest(&organizer) };
        assert_eq!(both.seal(&organizer), Err(ManifestError::Collision), "trusted and revoked at once");
    }

    #[test]
    fn hexadecimal_is_read_strictly() {
        assert_eq!(from_hex::<2>("00fF"), Some([0, 255]));
        for text in ["", "00f", "00f+", "00fg", "00ff00", "é0f"] {
            assert_eq!(from_hex::<2>(text), None, "{text}");
        }
    }
}
