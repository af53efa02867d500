//! Who may have signed an edition of a manifest, by what is trusted already.
//!
//! An edition is trusted because a desk of an edition before it has signed it. A station that has missed editions may find
//! the next one signed by a desk that it has never heard of. Therefore each desk is made one by a grant that an earlier
//! desk has signed, and the grants stay in the manifest: they lead from any desk to the organizer.
//!
//! A grant is good from its edition on. A station that was a desk once and is none any more cannot use its old grant at a
//! gate that knows so.

use std::collections::HashSet;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::manifest::ManifestError;
use super::{Manifest, from_hex, hex, key_from_hex};
use crate::id::EventId;

const CONTEXT: &[u8] = b"wicket desk v1";

/// A desk's word that another station is a desk of the event, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeskGrant {
    /// The new desk's public key, hexadecimal.
    pub desk: String,
    /// The public key of the desk that says so, hexadecimal.
    pub by: String,
    /// The edition in which it was said.
    pub edition: u32,
    /// Ed25519 over event, edition and the new desk's key, hexadecimal.
    pub signature: String,
}

impl DeskGrant {
    /// Says that `desk` is a desk of the event from an edition on. A text that is no key is made no desk.
    pub fn new(by: &SigningKey, event_id: EventId, edition: u32, desk: &str) -> Option<Self> {
        let key = key_from_hex(desk)?;
        let signature = by.sign(&granted(event_id, edition, &key)).to_bytes();
        let by = hex(by.verifying_key().as_bytes());
        Some(Self { desk: hex(key.as_bytes()), by, edition, signature: hex(&signature) })
    }

    /// The desk's key, if `by` has signed this.
    fn holds(&self, event_id: EventId, by: &VerifyingKey) -> Option<VerifyingKey> {
        let desk = key_from_hex(&self.desk)?;
        let signature = Signature::from_bytes(&from_hex::<64>(&self.signature)?);
        by.verify_strict(&granted(event_id, self.edition, &desk), &signature).ok().map(|()| desk)
    }
}

fn granted(event_id: EventId, edition: u32, desk: &VerifyingKey) -> Vec<u8> {
    [CONTEXT, event_id.as_bytes(), &edition.to_be_bytes(), desk.as_bytes()].concat()
}

/// What is trusted of an event's manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The newest edition that was taken; 0 before the first.
    pub edition: u32,
    /// Who may sign the next one.
    pub desks: Vec<VerifyingKey>,
}

impl Trust {
    /// Where nothing is known of the event: the organizer that the manifest names is believed.
    pub fn at_first(manifest: &Manifest) -> Result<Self, ManifestError> {
        Ok(Self { edition: 0, desks: vec![manifest.organizer()?] })
    }

    /// Once this manifest was taken.
    pub fn after(manifest: &Manifest) -> Self {
        let desks = manifest.keys.iter().filter(|key| key.desk);
        let desks = desks.filter_map(|key| key_from_hex(&key.public_key)).collect();
        Self { edition: manifest.edition, desks }
    }

    /// Whether this key may have signed this edition: the edition lists it as a desk, and it is one by what is trusted or
    /// by a chain of newer grants.
    pub fn allows(&self, manifest: &Manifest, signer: &VerifyingKey) -> bool {
        let is_signer = |text: &str| key_from_hex(text).is_some_and(|key| key == *signer);
        let listed = manifest.keys.iter().any(|key| key.desk && is_signer(&key.public_key));
        listed && self.desks_by(manifest).contains(signer.as_bytes())
    }

    /// Every desk that can be reached. Each grant is verified once at most.
    fn desks_by(&self, manifest: &Manifest) -> HashSet<[u8; 32]> {
        let mut desks: HashSet<_> = self.desks.iter().map(VerifyingKey::to_bytes).collect();
        let newer = manifest.grants.iter().filter(|grant| grant.edition > self.edition);
        let mut open: Vec<_> = newer.filter_map(|grant| Some((key_from_hex(&grant.by)?, grant))).collect();
        loop {
            let (now, later): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|(by, _)| desks.contains(by.as_bytes()));
            if now.is_empty() {
                return desks;
            }
            let made = now.iter().filter_map(|(by, grant)| grant.holds(manifest.event_id, by));
            desks.extend(made.map(|desk| desk.to_bytes()));
            open = later;
        }
    }
}

#[cfg(test)]
mod tests;
