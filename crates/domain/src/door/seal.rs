//! Signatures over requests and envelopes: Ed25519, verified strictly, hexadecimal.

use std::borrow::Cow;

use ed25519_dalek::{Signature, Signer, SigningKey};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Door;
use crate::cloud::{VenueId, from_hex, hex, key_from_hex};
use crate::id::StationId;
use crate::message::Envelope;

const REQUEST: &str = "wicket request v1";
const MESSAGE: &str = "wicket message v1";

/// For whom something is signed: one of the organizer's clouds, and a house in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Which cloud: `prod`, `dev` …
    pub environment: String,
    /// Which house.
    pub venue: VenueId,
}

impl Audience {
    /// Signs a request's body.
    pub fn sign_request(&self, key: &SigningKey, door: Door, body: &str) -> String {
        hex(&key.sign(&self.request(door, body)).to_bytes())
    }

    /// Whether that key (hexadecimal) has signed the request.
    pub fn has_signed_request(&self, public_key: &str, door: Door, body: &str, signature: &str) -> bool {
        fits(public_key, &self.request(door, body), signature)
    }

    /// Signs a message, its body as it will stand in the envelope.
    pub fn sign_message(&self, key: &SigningKey, envelope: &Envelope<Box<RawValue>>) -> String {
        let text = self.message(&Stamped {
            message_id: &envelope.message_id.to_string(),
            station_id: envelope.station_id,
            epoch: envelope.epoch,
            sequence: envelope.sequence,
            kind: envelope.kind.as_str(),
            occurred_at: &envelope.occurred_at.to_string(),
            clock_offset_ms: envelope.clock_offset_ms,
            body: envelope.body.get(),
        });
        hex(&key.sign(&text).to_bytes())
    }

    /// Whether that key (hexadecimal) has signed the message.
    pub fn has_signed_message(&self, public_key: &str, envelope: &SealedEnvelope<'_>) -> bool {
        let text = self.message(&Stamped {
            message_id: &envelope.message_id,
            station_id: envelope.station_id,
            epoch: envelope.epoch,
            sequence: envelope.sequence,
            kind: &envelope.kind,
            occurred_at: &envelope.occurred_at,
            clock_offset_ms: envelope.clock_offset_ms,
            body: envelope.body.get(),
        });
        envelope.venue == self.venue && fits(public_key, &text, &envelope.signature)
    }

    fn request(&self, door: Door, body: &str) -> Vec<u8> {
        let Self { environment, venue } = self;
        format!("{REQUEST}\n{environment}\n{venue}\n{}\n{body}", door.as_str()).into_bytes()
    }

    /// A line each; the body comes last, so that no line end in it can pass for another field.
    fn message(&self, of: &Stamped<'_>) -> Vec<u8> {
        let Self { environment, venue } = self;
        let Stamped { message_id, station_id, epoch, sequence, kind, occurred_at, clock_offset_ms, body } =
            of;
        format!(
            "{MESSAGE}\n{environment}\n{venue}\n{station_id}\n{message_id}\n{epoch}\n{sequence}\n{kind}\n\
             {occurred_at}\n{clock_offset_ms}\n{body}"
        )
        .into_bytes()
    }
}

/// What of a message is signed.
struct Stamped<'a> {
    message_id: &'a str,
    station_id: StationId,
    epoch: u32,
    sequence: u64,
    kind: &'a str,
    occurred_at: &'a str,
    clock_offset_ms: i64,
    body: &'a str,
}

/// An envelope as it came, its texts letter by letter: the signature is over these.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedEnvelope<'a> {
    /// The idempotency key.
    #[serde(borrow)]
    pub message_id: Cow<'a, str>,
    /// The house.
    pub venue: VenueId,
    /// Who says to have sent it.
    pub station_id: StationId,
    /// The station's fence.
    pub epoch: u32,
    /// Its number at the station.
    pub sequence: u64,
    /// What the body is.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// By the station's clock.
    #[serde(borrow)]
    pub occurred_at: Cow<'a, str>,
    /// How far that clock was measured to be off.
    pub clock_offset_ms: i64,
    /// The message.
    #[serde(borrow)]
    pub body: &'a RawValue,
    /// Over all of it.
    #[serde(borrow)]
    pub signature: Cow<'a, str>,
}

impl<'a> SealedEnvelope<'a> {
    /// Reads an envelope's outside; nothing where it is none, or is not signed.
    pub fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

fn fits(public_key: &str, text: &[u8], signature: &str) -> bool {
    let (Some(key), Some(signature)) = (key_from_hex(public_key), from_hex::<64>(signature)) else {
        return false;
    };
    key.verify_strict(text, &Signature::from_bytes(&signature)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::MessageId;
    use crate::message::MessageKind;

    fn key(no: u8) -> SigningKey {
        SigningKey::from_bytes(&[no; 32])
    }

    fn public(no: u8) -> String {
        hex(key(no).verifying_key().as_bytes())
    }

    fn audience(environment: &str, venue: &str) -> Audience {
        Audience { environment: environment.to_owned(), venue: venue.parse().unwrap() }
    }

    fn envelope() -> Envelope<Box<RawValue>> {
        Envelope {
            message_id: MessageId::from_bytes([9; 16]),
            venue: "hall".parse().unwrap(),
            station_id: StationId::from_bytes([1; 16]),
            epoch: 2,
            sequence: 7,
            kind: MessageKind::Reprint,
            occurred_at: "2026-11-20T18:02:03.25Z".parse().unwrap(),
            clock_offset_ms: -250,
            body: RawValue::from_string("{\"orderId\": \"a\",\n \"times\": 2}".to_owned()).unwrap(),
            signature: String::new(),
        }
    }

    fn sealed(audience: &Audience, signer: &SigningKey) -> String {
        let mut envelope = envelope();
        envelope.signature = audience.sign_message(signer, &envelope);
        serde_json::to_string(&envelope).unwrap()
    }

    #[test]
    fn a_message_is_its_stations_and_nobody_elses() {
        let here = audience("prod", "hall");
        let text = sealed(&here, &key(1));
        let read = SealedEnvelope::read(&text).unwrap();
        assert!(here.has_signed_message(&public(1), &read));
        assert!(!here.has_signed_message(&public(2), &read), "another station's key");
        for elsewhere in [audience("dev", "hall"), audience("prod", "club")] {
            assert!(!elsewhere.has_signed_message(&public(1), &read), "{elsewhere:?}");
        }
    }

    #[test]
    fn whatever_is_altered_breaks_the_seal() {
        let here = audience("prod", "hall");
        let text = sealed(&here, &key(1));
        for (from, to) in [
            ("\"sequence\":7", "\"sequence\":8"),
            ("\"epoch\":2", "\"epoch\":3"),
            ("\"times\": 2", "\"times\": 3"),
            ("\"times\": 2", "\"times\":2"),
            ("reprint", "purchase"),
            ("-250", "250"),
            ("18:02:03", "18:02:04"),
            ("09090909-0909", "09090909-0908"),
        ] {
            let altered = text.replacen(from, to, 1);
            assert_ne!(altered, text, "{from} is not there");
            let read = SealedEnvelope::read(&altered).unwrap();
            assert!(!here.has_signed_message(&public(1), &read), "{from} became {to}");
        }
    }

    #[test]
    fn a_request_is_good_at_its_own_door_alone() {
        let here = audience("prod", "hall");
        let signature = here.sign_request(&key(1), Door::Hello, "{}");
        let own = public(1);
        assert!(here.has_signed_request(&own, Door::Hello, "{}", &signature));
        assert!(!here.has_signed_request(&own, Door::Approve, "{}", &signature));
        assert!(!here.has_signed_request(&own, Door::Hello, "{ }", &signature));
        assert!(!here.has_signed_request(&public(2), Door::Hello, "{}", &signature));
        for nonsense in ["", "00", &"zz".repeat(64), &signature[..126]] {
            assert!(!here.has_signed_request(&own, Door::Hello, "{}", nonsense), "{nonsense}");
        }
    }
}
