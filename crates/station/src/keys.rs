//! The station's signing key and the keys it trusts, read from the file once and kept.

use std::sync::Arc;

use ed25519_dalek::{SigningKey, VerifyingKey};
use wicket_domain::cloud::{StationKind, VenueId};
use wicket_domain::door::Audience;
use wicket_domain::id::StationId;
use wicket_domain::judge::IssuerKey;
use wicket_domain::pairing::Pairing;
use wicket_domain::token::KeyId;

use crate::Station;
use crate::fault::{Code, Fault};

/// What does not change while a station runs, and would otherwise be read for every sale and scan.
#[derive(Default)]
pub(crate) struct Keys {
    own: Option<Arc<Own>>,
    issuers: Option<Arc<Vec<IssuerKey>>>,
}

impl Keys {
    /// Reads the station's own row again: its epoch, its kind or its cloud has changed.
    pub(crate) fn forget_own(&mut self) {
        self.own = None;
    }

    /// Reads the trusted keys again at the next scan: events have changed.
    pub(crate) fn forget_issuers(&mut self) {
        self.issuers = None;
    }
}

/// The station itself.
pub(crate) struct Own {
    pub(crate) station_id: StationId,
    pub(crate) name: String,
    pub(crate) kind: StationKind,
    /// For whom it signs. Nobody reads what a station without a cloud signs.
    pub(crate) audience: Audience,
    pub(crate) epoch: u32,
    pub(crate) key: SigningKey,
}

impl Station {
    /// The station's identity and key; a fault until it is set up.
    pub(crate) fn own(&self) -> Result<Arc<Own>, Fault> {
        if let Some(own) = &self.keys().own {
            return Ok(Arc::clone(own));
        }
        let (row, cloud) = self.store.read::<_, Fault>(|read| Ok((read.station()?, read.cloud()?)))?;
        let row = row.ok_or_else(|| {
            let message =
                "This station is not set up yet. Open Wicket, or run `wicket init --station NAME --pin PIN`.";
            Fault::new(Code::NotSetUp, message)
        })?;
        let key = SigningKey::from_bytes(&row.secret_key);
        let pairing = cloud.and_then(|row| Pairing::parse(&row.pairing).ok());
        let (environment, venue) = match pairing {
            Some(pairing) => (pairing.environment, pairing.venue),
            None => (String::new(), VenueId::alone()),
        };
        let own = Arc::new(Own {
            station_id: row.station_id,
            name: row.name,
            kind: row.kind,
            audience: Audience { environment, venue },
            epoch: row.epoch,
            key,
        });
        self.keys().own = Some(Arc::clone(&own));
        Ok(own)
    }

    /// The keys that may issue tickets. `fresh` reads them again: another process may have added an event.
    pub(crate) fn issuers(&self, fresh: bool) -> Result<Arc<Vec<IssuerKey>>, Fault> {
        if !fresh && let Some(issuers) = &self.keys().issuers {
            return Ok(Arc::clone(issuers));
        }
        let rows = self.store.read::<_, Fault>(|read| Ok(read.issuers()?))?;
        let issuers = rows
            .into_iter()
            .filter_map(|row| {
                // A stored key that is not a point on the curve can have signed nothing.
                let public_key = VerifyingKey::from_bytes(&row.public_key).ok()?;
                let key_id = KeyId::from_value(row.key_id);
                Some(IssuerKey { event_id: row.event_id, key_id, public_key, revoked_from: row.revoked_from })
            })
            .collect();
        let mut issuers: Vec<_> = issuers;
        // A station trusts its own tickets before the organizer's next edition names it.
        let events = self.store.read::<_, Fault>(|read| Ok(read.events()?))?;
        let own = self.own()?.key.verifying_key();
        let key_id = KeyId::of(own.as_bytes());
        for event in events {
            let event_id = event.event.event_id;
            if !issuers.iter().any(|key: &IssuerKey| key.event_id == event_id && key.key_id == key_id) {
                issuers.push(IssuerKey { event_id, key_id, public_key: own, revoked_from: None });
            }
        }
        let issuers = Arc::new(issuers);
        self.keys().issuers = Some(Arc::clone(&issuers));
        Ok(issuers)
    }
}
