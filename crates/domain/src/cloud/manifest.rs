//! The manifest: which stations may issue an event's tickets, what each class costs and where it is good.
//!
//! It is signed over its very text with a desk's key. The station that published the event signs the first edition, and any
//! desk that an edition lists may sign the next one. Who may have signed an edition is [`Trust`]'s to say.

use std::collections::HashSet;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::trust::{DeskGrant, Trust};
use crate::id::{EventId, StationId};
use crate::token::KeyId;

const CONTEXT: &[u8] = b"wicket manifest v1";
/// Longer is not one of ours: 5,000 stations fit.
const TEXT_MAX: usize = 1_000_000;
/// An event has fewer desks in all its time.
const GRANTS_MAX: usize = 1_000;

/// What a manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The event.
    pub event_id: EventId,
    /// One more with every edition; an older one is not taken.
    pub edition: u32,
    /// The public key of the station that published the event, hexadecimal. It never changes.
    pub organizer_key: String,
    /// Who may issue.
    pub keys: Vec<ManifestKey>,
    /// Who may issue no more: a desk has shut the station out, or made it something that does not sell. A ticket of such
    /// a key is good only if the cloud has its sale.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub revoked: Vec<ManifestKey>,
    /// How each desk but the organizer became one. None is ever taken out: whoever has missed editions follows them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub grants: Vec<DeskGrant>,
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
    /// Whether it is a desk, which may sign the next edition.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub desk: bool,
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
    /// Its signature is not that of the key it names.
    #[error("the manifest was altered after it was signed")]
    Signature,
    /// The key that signed it is not known to be one of the event's desks.
    #[error("the manifest was signed by a station that is not one of the event's desks")]
    Signer,
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
    /// The public key of the desk that signed it, hexadecimal.
    pub signer_key: String,
}

impl Manifest {
    /// Signs it.
    pub fn seal(&self, desk: &SigningKey) -> Result<SealedManifest, ManifestError> {
        self.check()?;
        let text = serde_json::to_string(self).map_err(|_| ManifestError::Text)?;
        let signature = desk.sign(&signed(&text)).to_bytes();
        let signer_key = hex(desk.verifying_key().as_bytes());
        Ok(SealedManifest { text, signature: hex(&signature), signer_key })
    }

    /// The organizer's key.
    pub fn organizer(&self) -> Result<VerifyingKey, ManifestError> {
        key_from_hex(&self.organizer_key).ok_or(ManifestError::Form)
    }

    /// The keys of both lists.
    pub fn all_keys(&self) -> impl Iterator<Item = &ManifestKey> {
        self.keys.iter().chain(&self.revoked)
    }

    fn check(&self) -> Result<(), ManifestError> {
        self.organizer()?;
        if self.grants.len() > GRANTS_MAX {
            return Err(ManifestError::Text);
        }
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
    /// The key that signed it, as it names itself.
    pub fn signer(&self) -> Result<VerifyingKey, ManifestError> {
        key_from_hex(&self.signer_key).ok_or(ManifestError::Form)
    }

    /// Reads it, if the key that it names has signed it. Whether that key may sign is not looked at.
    pub fn read(&self) -> Result<Manifest, ManifestError> {
        if self.text.len() > TEXT_MAX {
            return Err(ManifestError::Text);
        }
        let signature = from_hex::<64>(&self.signature).ok_or(ManifestError::Form)?;
        self.signer()?
            .verify_strict(&signed(&self.text), &Signature::from_bytes(&signature))
            .map_err(|_| ManifestError::Signature)?;
        let manifest: Manifest = serde_json::from_str(&self.text).map_err(|_| ManifestError::Text)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Reads it, if one of the event's desks has signed it by what is trusted already.
    pub fn open(&self, trust: &Trust) -> Result<Manifest, ManifestError> {
        let manifest = self.read()?;
        if trust.allows(&manifest, &self.signer()?) { Ok(manifest) } else { Err(ManifestError::Signer) }
    }

    /// Reads the manifest of an event that nothing is known of: its organizer is whom it names.
    pub fn open_first(&self) -> Result<Manifest, ManifestError> {
        let trust = Trust::at_first(&self.read()?)?;
        self.open(&trust)
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
        let public_key = hex(key.verifying_key().as_bytes());
        Manifest {
            event_id: EventId::from_bytes([7; 16]),
            edition: 1,
            organizer_key: public_key.clone(),
            keys: vec![ManifestKey { station_id: StationId::from_bytes([1; 16]), public_key, desk: true }],
            revoked: Vec::new(),
            grants: Vec::new(),
            classes: Vec::new(),
        }
    }

    #[test]
    fn a_manifest_is_read_back_as_it_was_signed() {
        let (organizer, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let sealed = manifest(&organizer).seal(&organizer).unwrap();
        assert_eq!(sealed.open_first(), Ok(manifest(&organizer)));
        let altered =
            SealedManifest { text: sealed.text.replace("edition\":1", "edition\":2"), ..sealed.clone() };
        assert_eq!(altered.open_first(), Err(ManifestError::Signature));
        let claimed = SealedManifest { signer_key: hex(other.verifying_key().as_bytes()), ..sealed };
        assert_eq!(claimed.open_first(), Err(ManifestError::Signature));
        let by_another = manifest(&organizer).seal(&other).unwrap();
        assert_eq!(by_another.open_first(), Err(ManifestError::Signer));
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
