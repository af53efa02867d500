//! Keeping manifests current: as the register changes, the next edition lists who may issue tickets and who may no more.

use wicket_domain::cloud::{EventRecord, KeyLists, ManifestKey, StationRecord, hex};
use wicket_domain::id::StationId;
use wicket_store::{EventRow, IssuerRow};

use super::Cut;
use super::take::{opened, unreadable};
use crate::Station;
use crate::fault::Fault;
use crate::keys::Own;

impl Station {
    /// Whether the register says something of an event's keys that the file does not.
    pub(crate) fn edition_is_due(&self, row: &EventRow, stations: &[StationRecord]) -> Result<bool, Fault> {
        let issuers = self.store.read::<_, Fault>(|read| Ok(read.issuers_of(row.event_no)?))?;
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
    ) -> Result<bool, Cut> {
        let (_, manifest) = opened(record)?;
        let Some(next) = manifest.following(stations) else { return Ok(false) };
        let sealed = next.seal(&own.key).map_err(|error| unreadable(&error.to_string()))?;
        let next = EventRecord {
            manifest: sealed,
            version: record.version.saturating_add(1),
            updated_at: self.cloud_now(),
            ..record.clone()
        };
        // Somebody else was quicker: their edition is read in the next round.
        if self.put_event(&next, Some(record.version))?
            && let Some(row) = self.store.read::<_, Fault>(|read| Ok(read.event(next.event.event_id)?))?
        {
            return self.update_from(&row, &next);
        }
        Ok(false)
    }
}

/// A key as a manifest lists it.
fn listed(issuer: &IssuerRow) -> ManifestKey {
    // Of a key whose station nobody knows, the register knows nothing either.
    let station_id = issuer.station_id.unwrap_or(StationId::from_bytes([0; 16]));
    ManifestKey { station_id, public_key: hex(&issuer.public_key) }
}
