//! What the next edition of a manifest lists, given the register of stations.

use std::collections::HashSet;

use super::{Manifest, ManifestKey, StationRecord};
use crate::token::KeyId;

/// The two lists of keys in a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyLists {
    /// Who may issue.
    pub keys: Vec<ManifestKey>,
    /// Who may issue no more.
    pub revoked: Vec<ManifestKey>,
}

impl KeyLists {
    /// The lists as the register has them now; none where nothing changes.
    ///
    /// A key never leaves both lists, so that tickets sold before are still known. A key that the register does not have
    /// stays as it is. A station whose key's short id is taken is left out: its tickets could not be told from others'.
    pub fn following(&self, stations: &[StationRecord]) -> Option<Self> {
        let record = |key: &ManifestKey| stations.iter().find(|station| key.is_of(station));
        let may = |key: &ManifestKey| record(key).map(StationRecord::may_issue);
        let (mut keys, out): (Vec<_>, Vec<_>) =
            self.keys.iter().cloned().partition(|key| may(key) != Some(false));
        let (back, mut revoked): (Vec<_>, Vec<_>) =
            self.revoked.iter().cloned().partition(|key| may(key) == Some(true));
        keys.extend(back);
        revoked.extend(out);
        let mut taken: HashSet<_> = keys.iter().chain(&revoked).filter_map(ManifestKey::id).collect();
        for station in stations.iter().filter(|station| station.may_issue()) {
            let key = ManifestKey::of(station);
            if key.id().is_some_and(|id| taken.insert(id)) {
                keys.push(key);
            }
        }
        let next = Self { keys, revoked };
        (next != *self).then_some(next)
    }
}

impl Manifest {
    /// The next edition for the register as it is now; none where nothing changes.
    #[must_use]
    pub fn following(&self, stations: &[StationRecord]) -> Option<Self> {
        let lists = KeyLists { keys: self.keys.clone(), revoked: self.revoked.clone() };
        let KeyLists { keys, revoked } = lists.following(stations)?;
        Some(Self { edition: self.edition.saturating_add(1), keys, revoked, ..self.clone() })
    }
}

impl ManifestKey {
    /// A station's key.
    pub fn of(station: &StationRecord) -> Self {
        Self { station_id: station.station_id, public_key: station.public_key.clone() }
    }

    /// How tickets name the key; none where it is none.
    pub fn id(&self) -> Option<KeyId> {
        self.bytes().map(|bytes| KeyId::of(&bytes))
    }

    /// Whether it is this station's key.
    pub fn is_of(&self, station: &StationRecord) -> bool {
        self.station_id == station.station_id && self.public_key.eq_ignore_ascii_case(&station.public_key)
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::cloud::{Approval, StationKind, key_text};
    use crate::id::StationId;

    fn station(no: u8, kind: StationKind, approval: Approval) -> StationRecord {
        StationRecord {
            venue: "house".parse().unwrap(),
            station_id: StationId::from_bytes([no; 16]),
            name: String::new(),
            kind,
            public_key: key_text(&SigningKey::from_bytes(&[no; 32]).verifying_key()),
            approval,
            decided_by: None,
            epoch: 1,
            last_sequence: 0,
            last_seen: 0,
            software: String::new(),
        }
    }

    fn numbers(keys: &[ManifestKey]) -> Vec<u8> {
        keys.iter().map(|key| key.station_id.as_bytes()[0]).collect()
    }

    #[test]
    fn who_sells_is_listed_and_who_no_longer_does_is_revoked() {
        use StationKind::{Desk, Gate, Kiosk, Till};
        let register = |four: Approval, five: StationKind| {
            [
                station(1, Desk, Approval::Approved),
                station(2, Gate, Approval::Approved),
                station(3, Till, Approval::Pending),
                station(4, Kiosk, four),
                station(5, five, Approval::Approved),
            ]
        };
        let first = KeyLists::default().following(&register(Approval::Approved, Till)).unwrap();
        assert_eq!((numbers(&first.keys), numbers(&first.revoked)), (vec![1, 4, 5], vec![]));
        assert_eq!(first.following(&register(Approval::Approved, Till)), None, "nothing changes");
        let later = first.following(&register(Approval::Revoked, Gate)).unwrap();
        assert_eq!((numbers(&later.keys), numbers(&later.revoked)), (vec![1], vec![4, 5]));
        assert_eq!(later.following(&register(Approval::Revoked, Gate)), None);
        let back = later.following(&register(Approval::Revoked, Till)).unwrap();
        assert_eq!((numbers(&back.keys), numbers(&back.revoked)), (vec![1, 5], vec![4]), "it sells again");
    }

    #[test]
    fn a_key_that_the_register_does_not_have_stays_as_it_is() {
        let known = KeyLists::default()
            .following(&[
                station(1, StationKind::Till, Approval::Approved),
                station(2, StationKind::Till, Approval::Approved),
            ])
            .unwrap();
        let half = known.following(&[station(2, StationKind::Till, Approval::Revoked)]).unwrap();
        assert_eq!((numbers(&half.keys), numbers(&half.revoked)), (vec![1], vec![2]));
        assert_eq!(half.following(&[]), None);
        // Somebody else's key under a known id is not that station's.
        let other = StationRecord {
            public_key: station(9, StationKind::Till, Approval::Approved).public_key,
            ..station(1, StationKind::Till, Approval::Revoked)
        };
        assert_eq!(half.following(&[other]), None);
    }
}
