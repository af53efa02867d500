//! The station's signing key and the keys of the events' issuers, read from the file once and kept. Whether an issuer is
//! still trusted is read at each scan.

use std::sync::Arc;

use ed25519_dalek::{SigningKey, VerifyingKey};
use wicket_domain::cloud::{StationKind, VenueId};
use wicket_domain::door::Audience;
use wicket_domain::id::{EventId, StationId};
use wicket_domain::judge::{IssuerKey, KeyStanding};
use wicket_domain::pairing::Pairing;
use wicket_domain::token::KeyId;
use wicket_store::{IssuerRow, Read};

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

    /// Reads the issuers' keys again at the next scan: events have changed.
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
        let pairing = cloud.and_then(|row| Pairing::read(&row.pairing).ok());
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

    /// The keys by which a ticket is genuine. `fresh` reads them again: another process may have added an event.
    pub(crate) fn issuers(&self, fresh: bool) -> Result<Arc<Vec<IssuerKey>>, Fault> {
        if !fresh && let Some(issuers) = &self.keys().issuers {
            return Ok(Arc::clone(issuers));
        }
        let (rows, events) = self.store.read::<_, Fault>(|read| Ok((read.issuers()?, read.events()?)))?;
        let known = |(event_id, row): (EventId, IssuerRow)| {
            // A stored key that is not a point on the curve can have signed nothing.
            let public_key = VerifyingKey::from_bytes(&row.public_key).ok()?;
            Some(IssuerKey { event_id, key_id: KeyId::from_value(row.key_id), public_key })
        };
        let mut issuers: Vec<_> = rows.into_iter().filter_map(known).collect();
        // A station knows its own tickets before the next edition names it.
        let own = self.own()?;
        for event in events {
            let (event_id, key_id) = (event.event.event_id, own.key_id());
            if !issuers.iter().any(|key| key.event_id == event_id && key.key_id == key_id) {
                issuers.push(IssuerKey { event_id, key_id, public_key: own.key.verifying_key() });
            }
        }
        let issuers = Arc::new(issuers);
        self.keys().issuers = Some(Arc::clone(&issuers));
        Ok(issuers)
    }
}

/// A station's key that may issue an event's tickets, as the file keeps it.
pub(crate) fn trusted(station_id: StationId, public_key: [u8; 32]) -> IssuerRow {
    let key_id = KeyId::of(&public_key).value();
    IssuerRow { key_id, public_key, station_id: Some(station_id), revoked: false, desk: false }
}

impl Own {
    /// How this station's tickets name its key.
    pub(crate) fn key_id(&self) -> KeyId {
        KeyId::of(self.key.verifying_key().as_bytes())
    }

    /// How a key of an event stands in the file by now. This station trusts its own key before an edition names it.
    pub(crate) fn standing_of(
        &self,
        read: &Read<'_>,
        event_no: i64,
        key_id: KeyId,
    ) -> Result<KeyStanding, Fault> {
        Ok(match read.issuer(event_no, key_id.value())? {
            Some(row) if row.revoked => KeyStanding::Revoked { station: row.station_id },
            Some(_) => KeyStanding::MayIssue,
            None if key_id == self.key_id() => KeyStanding::MayIssue,
            // Another process has removed it since the code was verified.
            None => KeyStanding::Revoked { station: None },
        })
    }
}
