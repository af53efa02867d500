//! Keeping manifests current: as the register changes, a desk writes the next edition, which lists who may issue tickets,
//! who may no more, and which desks may sign the edition after it.
//!
//! Any desk of the event does so. Two that do so at once write the same; the cloud takes the first, and the other reads it.

use wicket_domain::cloud::{EventRecord, KeyLists, ManifestKey, StationRecord, hex};
use wicket_domain::id::StationId;
use wicket_store::{EventRow, IssuerRow};

use super::take::{opened, unreadable};
use super::{StepError, is_followed};
use crate::Station;
use crate::fault::Fault;
use crate::keys::Own;

/// Milliseconds after which the desk that published an event asks for the register again: each question costs a request and
/// a write to the file, which wakes every window.
const OWN_EVERY_MS: i64 = 10_000;
/// The same at the other desks, which leave the next edition to the first as long as it is there.
const OTHERS_EVERY_MS: i64 = 60_000;

/// The register as one round reads it: once at most, and only if an event may need it.
pub(crate) struct RegisterReading {
    /// Whether this station has published an event that is followed.
    publishes: bool,
    /// What the register said; none while nobody has asked, or when somebody asked a moment ago.
    stations: Option<Vec<StationRecord>>,
    asked: bool,
}

impl RegisterReading {
    /// What the register said.
    pub(crate) fn stations(&self) -> &[StationRecord] {
        self.stations.as_deref().unwrap_or_default()
    }
}

impl Station {
    /// Begins a round's reading of the register. Nothing is asked yet.
    pub(crate) fn register_reading(&self, own: &Own) -> Result<RegisterReading, Fault> {
        let followed = self.followed(self.clock.now())?;
        let publishes = followed.iter().any(|row| organizes(own, row));
        Ok(RegisterReading { publishes, stations: None, asked: false })
    }

    /// Whether this desk has to write the next edition of an event: the register says something of its keys that the file
    /// does not.
    pub(crate) fn edition_is_due(
        &self,
        own: &Own,
        row: &EventRow,
        register: &mut RegisterReading,
    ) -> Result<bool, StepError> {
        if !own.kind.is_desk() || !is_followed(row, self.clock.now()) || !row.publication.is_live() {
            return Ok(false);
        }
        let issuers = self.store.read::<_, Fault>(|read| Ok(read.issuers_of(row.event_no)?))?;
        if !is_desk_of(own, &issuers) {
            return Ok(false);
        }
        if !std::mem::replace(&mut register.asked, true) {
            let every = if register.publishes { OWN_EVERY_MS } else { OTHERS_EVERY_MS };
            register.stations = match self.stations_now_and_then(every) {
                // The account of whoever is signed in may not ask. The desk that published the event tells its people so.
                Err(StepError::Cloud(fault)) if fault.trouble.bars_one() && !register.publishes => None,
                asked => asked?,
            };
        }
        // Asked a moment ago: no edition is due now.
        let Some(stations) = &register.stations else { return Ok(false) };
        let (revoked, keys) = issuers.iter().partition::<Vec<_>, _>(|issuer| issuer.revoked);
        let listed = |issuers: Vec<&IssuerRow>| issuers.into_iter().map(listed).collect();
        let lists = KeyLists { keys: listed(keys), revoked: listed(revoked) };
        Ok(lists.following(stations).is_some())
    }

    /// Writes the next edition of an event's manifest, if the register asks for one. Says whether it did.
    pub(crate) fn write_edition(
        &self,
        own: &Own,
        record: &EventRecord,
        stations: &[StationRecord],
    ) -> Result<bool, StepError> {
        let event_id = record.event.event_id;
        let known = self.store.read::<_, Fault>(|read| {
            let Some(row) = read.event(event_id)? else { return Ok(None) };
            let issuers = read.issuers_of(row.event_no)?;
            Ok(Some((row, issuers)))
        })?;
        let Some((row, issuers)) = known else { return Ok(false) };
        let Some((_, manifest)) = opened(record, row.edition, &issuers)? else { return Ok(false) };
        let Some(next) = manifest.following(stations, &own.key) else { return Ok(false) };
        if !is_desk_of(own, &issuers) {
            return Ok(false);
        }
        let sealed = next.seal(&own.key).map_err(|error| unreadable(&error.to_string()))?;
        let next = EventRecord {
            manifest: sealed,
            version: record.version.saturating_add(1),
            updated_at: self.link.cloud_now(),
            ..record.clone()
        };
        // Somebody else was quicker: their edition is read in the next round.
        if self.put_event(&next, Some(record.version))? { self.update_from(&row, &next) } else { Ok(false) }
    }
}

/// Whether this station has published an event.
fn organizes(own: &Own, row: &EventRow) -> bool {
    row.organizer_key == Some(own.key.verifying_key().to_bytes())
}

/// Whether this station may sign the next edition.
fn is_desk_of(own: &Own, issuers: &[IssuerRow]) -> bool {
    let key = own.key.verifying_key().to_bytes();
    issuers.iter().any(|issuer| issuer.public_key == key && issuer.desk && !issuer.revoked)
}

/// A key as a manifest lists it.
fn listed(issuer: &IssuerRow) -> ManifestKey {
    // Of a key whose station nobody knows, the register knows nothing either.
    let station_id = issuer.station_id.unwrap_or(StationId::from_bytes([0; 16]));
    ManifestKey { station_id, public_key: hex(&issuer.public_key), desk: issuer.desk }
}
