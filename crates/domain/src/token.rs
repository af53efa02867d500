//! The token in a ticket's QR code: what a gate needs to trust a ticket without asking anybody.
//!
//! The format is `docs/contract.md`, "Token in the QR": `WK1:` and base45 of 32 bytes of payload and 64 bytes of
//! Ed25519 signature, 148 characters. Decoding takes only the one canonical text of a token. It does not judge: whether the
//! key may issue tickets and whether the ticket admits its holder is decided elsewhere.

mod base45;
mod scanned;

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Variant;

use crate::id::{EventId, TicketId};

pub use scanned::{Scanned, scanned};

const PREFIX: &str = "WK1:";
/// How many characters a token has, its prefix included.
pub const TOKEN_LENGTH: usize = 148;
const VERSION: u8 = 1;
const CONTEXT: &[u8; 16] = b"wicket ticket v1";
const PAYLOAD: usize = 32;
const SIGNATURE: usize = 64;

/// Names the key that signed: the first 4 bytes of SHA-256 of the Ed25519 public key, big-endian (`docs/contract.md`).
/// Two keys may share one by chance; enrolment refuses that within an event.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, type = "number"))]
#[serde(transparent)]
pub struct KeyId(u32);

impl KeyId {
    /// Takes the number as it stands in the database.
    pub const fn from_value(value: u32) -> Self {
        Self(value)
    }

    /// Computes the id of a public key.
    pub fn of(public_key: &[u8; 32]) -> Self {
        let hash: [u8; 32] = Sha256::digest(public_key).into();
        let [a, b, c, d, ..] = hash;
        Self(u32::from_be_bytes([a, b, c, d]))
    }

    /// Gives the number.
    pub const fn value(self) -> u32 {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// Gives what a token says of its event: the first 8 bytes of the event's UUID, big-endian.
pub fn event_prefix(event: EventId) -> u64 {
    event.uuid().as_u64_pair().0
}

/// Why a text is not a token. A steward hears "not a ticket" for each; the difference helps a technician.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAToken {
    /// Some other code.
    #[error("the code does not begin with {PREFIX}")]
    Foreign,
    /// Cut off or run together with something.
    #[error("the code does not have {TOKEN_LENGTH} characters")]
    Length,
    /// Characters or groups that base45 does not have.
    #[error("the code has characters that a ticket's code cannot have")]
    Damaged,
    /// From a later version of Wicket.
    #[error("the code is of version {0}, which this version of Wicket does not know")]
    Version(u8),
    /// Flags that must be zero.
    #[error("the code has flags {0:#04x}, which this version of Wicket does not know")]
    Flags(u8),
    /// Not a `UUIDv7`.
    #[error("the ticket id in the code is not one that Wicket makes")]
    TicketId,
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenPayload {
    /// Reserved; zero in version 1, and refused by [`Token::decode`] if not.
    pub flags: u8,
    /// The ticket class: which zones, gates and times it is good for, by the event's manifest.
    pub class: u16,
    /// The key that signs.
    pub key_id: KeyId,
    /// The event, as [`event_prefix`] gives it.
    pub event: u64,
    /// The ticket; `UUIDv7`, or the token will not decode.
    pub ticket: TicketId,
}

impl TokenPayload {
    /// Says that `key` issues `ticket` of `class` for `event`.
    pub fn new(key: &VerifyingKey, class: u16, event: EventId, ticket: TicketId) -> Self {
        Self { flags: 0, class, key_id: KeyId::of(key.as_bytes()), event: event_prefix(event), ticket }
    }

    /// Signs with the key that [`TokenPayload::key_id`] names and writes the text for the QR code: characters of
    /// its alphanumeric alphabet alone.
    pub fn sign(&self, key: &SigningKey) -> String {
        let payload = self.to_bytes();
        let signature = key.sign(&signed_bytes(&payload)).to_bytes();
        let text = [payload.as_chunks::<2>().0, signature.as_chunks::<2>().0].map(base45::encode).concat();
        format!("{PREFIX}{text}")
    }

    fn to_bytes(self) -> [u8; PAYLOAD] {
        let Self { flags, class, key_id, event, ticket } = self;
        let mut bytes = [0; PAYLOAD];
        let fields = [VERSION, flags]
            .into_iter()
            .chain(class.to_be_bytes())
            .chain(key_id.0.to_be_bytes())
            .chain(event.to_be_bytes())
            .chain(*ticket.as_bytes());
        for (byte, field) in bytes.iter_mut().zip(fields) {
            *byte = field;
        }
        bytes
    }

    fn from_bytes(bytes: &[u8; PAYLOAD]) -> Result<Self, NotAToken> {
        let &[version, flags, c0, c1, k0, k1, k2, k3, e0, e1, e2, e3, e4, e5, e6, e7, ref ticket @ ..] =
            bytes;
        if version != VERSION {
            return Err(NotAToken::Version(version));
        }
        if flags != 0 {
            return Err(NotAToken::Flags(flags));
        }
        let ticket = TicketId::from_bytes(*ticket);
        if ticket.uuid().get_version_num() != 7 || ticket.uuid().get_variant() != Variant::RFC4122 {
            return Err(NotAToken::TicketId);
        }
        Ok(Self {
            flags,
            class: u16::from_be_bytes([c0, c1]),
            key_id: KeyId(u32::from_be_bytes([k0, k1, k2, k3])),
            event: u64::from_be_bytes([e0, e1, e2, e3, e4, e5, e6, e7]),
            ticket,
        })
    }
}

fn signed_bytes(payload: &[u8; PAYLOAD]) -> [u8; CONTEXT.len() + PAYLOAD] {
    let mut bytes = [0; CONTEXT.len() + PAYLOAD];
    for (byte, &source) in bytes.iter_mut().zip(CONTEXT.iter().chain(payload)) {
        *byte = source;
    }
    bytes
}

/// A token that was read. Nothing it says may be believed before [`Token::verify`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it says.
    pub payload: TokenPayload,
    signature: [u8; SIGNATURE],
}

impl Token {
    /// Reads a token's text. There is exactly one text for each token; every other is refused.
    pub fn decode(text: &str) -> Result<Self, NotAToken> {
        let body = text.strip_prefix(PREFIX).ok_or(NotAToken::Foreign)?;
        if text.len() != TOKEN_LENGTH {
            return Err(NotAToken::Length);
        }
        let bytes = base45::decode(body).ok_or(NotAToken::Damaged)?;
        let (payload, signature) = bytes.split_first_chunk::<PAYLOAD>().ok_or(NotAToken::Length)?;
        let signature = <[u8; SIGNATURE]>::try_from(signature).map_err(|_| NotAToken::Length)?;
        Ok(Self { payload: TokenPayload::from_bytes(payload)?, signature })
    }

    /// Says whether `key` signed this: Ed25519, verified strictly (no weak keys, no malleable signatures).
    pub fn verify(&self, key: &VerifyingKey) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(&signed_bytes(&self.payload.to_bytes()), &signature).is_ok()
    }
}

#[cfg(test)]
mod tests;
