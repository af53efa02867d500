//! The cloud's own key: it signs the tickets of the web shop's orders, so that a gate admits them as any station's.
//!
//! The key is made of a secret that the deployment draws once (`IssuingKey` in the template). One function alone reads it,
//! and no log, table or message has it. The public half stands in the table of stations, under a house that no station can
//! have; the registrar shows it to each house's desks as an issuer like any other.

use std::time::Duration;

use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};
use wicket_domain::cloud::{ManifestKey, SealedManifest, key_text};
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::pipeline::TopicMessage;
use wicket_domain::table::{Condition, Key, Table, Write};
use wicket_domain::token::TokenPayload;

use crate::cached::Cached;
use crate::fault::Fault;
use crate::world::{Read, Secret, World};

/// The partition of the cloud's own row; no house is called so.
const CLOUD: &str = "#cloud";
const ROW: &str = "web-shop";
/// Fewer signs are no secret.
const SECRET_MIN: usize = 32;
const KEY_GOOD_FOR: Duration = Duration::from_hours(1);
/// A manifest may have learned of the key a moment ago.
const MANIFEST_GOOD_FOR: Duration = Duration::from_secs(20);

/// The row with the public half.
pub(crate) fn row_key() -> Key {
    Key::pair(Table::Stations, CLOUD, ROW)
}

/// The key that a secret makes.
///
/// # Errors
/// When the secret is too short to be one.
pub fn key_of(secret: &str) -> Result<SigningKey, Fault> {
    if secret.len() < SECRET_MIN {
        return Err(Fault::Broken("the issuing key's secret is too short".to_owned()));
    }
    let seed =
        Sha256::new().chain_update(b"wicket issuing key v1").chain_update(secret.as_bytes()).finalize();
    Ok(SigningKey::from_bytes(&seed.into()))
}

/// Signs tickets with the cloud's key.
pub(crate) struct Issuer {
    key: Cached<SigningKey>,
    /// Whether an event's manifest names the key, by event.
    named: Cached<bool>,
}

impl Issuer {
    pub(crate) fn new() -> Self {
        Self { key: Cached::new(KEY_GOOD_FOR), named: Cached::new(MANIFEST_GOOD_FOR) }
    }

    async fn key(&self, world: &World) -> Result<SigningKey, Fault> {
        let ask = async || key_of(&world.settings.secret(Secret::IssuingKey).await?);
        self.key.get(world, "key", ask).await
    }

    /// Writes the public half where the registrar finds it, once.
    pub(crate) async fn introduce(&self, world: &World) -> Result<(), Fault> {
        let public_key = key_text(&self.key(world).await?.verifying_key());
        let write = Write::to(row_key()).set("publicKey", &public_key);
        let other = Condition::lacks("publicKey").or(!Condition::is("publicKey", &public_key));
        world.write(write.only_if(other)).await.map(|_| ())
    }

    /// Signs the tickets of an order of the web, where its event's manifest names the key; every other order stays as it
    /// is. The same ticket always gets the same code.
    pub(crate) async fn issue(&self, world: &World, message: &mut TopicMessage) -> Result<(), Fault> {
        if !message.settled || message.tickets.iter().any(|ticket| ticket.token.is_some()) {
            return Ok(());
        }
        let Ok(event) = message.concert_id.parse::<EventId>() else { return Ok(()) };
        let key = self.key(world).await?;
        if !self.is_named(world, &message.concert_id, &key).await? {
            tracing::warn!(order = %message.order_id, event = %event, "the web shop is not in the event's manifest");
            return Ok(());
        }
        for ticket in &mut message.tickets {
            let (Some(class), Ok(id)) = (ticket.category_no, ticket.ticket_id.parse::<TicketId>()) else {
                return Err(Fault::Broken("a ticket of the web without class or id".to_owned()));
            };
            ticket.token = Some(TokenPayload::new(&key.verifying_key(), class, event, id).sign(&key));
        }
        Ok(())
    }

    async fn is_named(&self, world: &World, event_id: &str, key: &SigningKey) -> Result<bool, Fault> {
        let public_key = key_text(&key.verifying_key());
        let ask = async || {
            let key = Key::of(Table::Events, event_id);
            let item = world.tables.read(Read { key, consistent: false, only: &["manifest"] }).await?;
            Ok(item.and_then(|item| item.read().ok()).is_some_and(|event| names(&event, &public_key)))
        };
        self.named.get(world, event_id, ask).await
    }
}

#[derive(serde::Deserialize)]
struct Published {
    manifest: SealedManifest,
}

fn names(event: &Published, public_key: &str) -> bool {
    // Who signed it was looked at before it was written (`DeskClerk`). Keys that may issue no more are in a list of their own.
    let manifest = event.manifest.read();
    let good = |key: &ManifestKey| key.public_key.eq_ignore_ascii_case(public_key);
    manifest.is_ok_and(|manifest| manifest.keys.iter().any(good))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_always_makes_the_same_key_and_a_short_one_none() {
        let (one, other) = ("a".repeat(64), "b".repeat(64));
        assert_eq!(key_of(&one).unwrap().to_bytes(), key_of(&one).unwrap().to_bytes());
        assert_ne!(key_of(&one).unwrap().to_bytes(), key_of(&other).unwrap().to_bytes());
        assert!(key_of("short").is_err());
    }
}
