//! What the next edition of a manifest lists, given the register of stations.

use std::collections::HashSet;

use ed25519_dalek::SigningKey;

use super::{DeskGrant, Manifest, ManifestKey, StationRecord};
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
        let as_it_is = |key: &ManifestKey| record(key).map_or_else(|| key.clone(), ManifestKey::of);
        let may = |key: &ManifestKey| record(key).map(StationRecord::may_issue);
        let (mut keys, out): (Vec<_>, Vec<_>) =
            self.keys.iter().map(as_it_is).partition(|key| may(key) != Some(false));
        let (back, mut revoked): (Vec<_>, Vec<_>) =
            self.revoked.iter().map(as_it_is).partition(|key| may(key) == Some(true));
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
    /// The next edition for the register as it is now, as `desk` writes it; none where nothing changes.
    #[must_use]
    pub fn following(&self, stations: &[StationRecord], desk: &SigningKey) -> Option<Self> {
        let lists = KeyLists { keys: self.keys.clone(), revoked: self.revoked.clone() };
        let KeyLists { keys, revoked } = lists.following(stations)?;
        let edition = self.edition.saturating_add(1);
        let was_desk = |key: &ManifestKey| self.keys.iter().any(|before| before == key);
        let new = keys.iter().filter(|key| key.desk && !was_desk(key));
        let granted = new.filter_map(|key| DeskGrant::new(desk, self.event_id, edition, &key.public_key));
        let grants = self.grants.iter().cloned().chain(granted).collect();
        Some(Self { edition, keys, revoked, grants, ..self.clone() })
    }
}

impl ManifestKey {
    /// A station's key.
    pub fn of(station: &StationRecord) -> Self {
        let desk = station.may_issue() && station.kind.is_desk();
        Self { station_id: station.station_id, public_key: station.public_key.clone(), desk }
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
    use proptest::prelude::*;

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
    fn a_desk_that_signs_makes_new_desks_and_unmakes_old_ones() {
        let kinds = |two, three| {
            [
                station(1, StationKind::Desk, Approval::Approved),
                station(2, two, Approval::Approved),
                station(3, three, Approval::Approved),
            ]
        };
        let signer = |no: u8| SigningKey::from_bytes(&[no; 32]);
        let first = Manifest {
            event_id: crate::id::EventId::from_bytes([7; 16]),
            edition: 1,
            organizer_key: station(1, StationKind::Desk, Approval::Approved).public_key,
            keys: vec![ManifestKey::of(&station(1, StationKind::Desk, Approval::Approved))],
            revoked: Vec::new(),
            grants: Vec::new(),
            classes: Vec::new(),
        };
        let desks = |manifest: &Manifest| {
            numbers(&manifest.keys.iter().filter(|key| key.desk).cloned().collect::<Vec<_>>())
        };
        let mut trusted = crate::cloud::Trust::after(&first);
        let mut manifest = first;
        for (two, three, by, expected) in [
            (StationKind::Desk, StationKind::Till, 1, vec![1, 2]),
            (StationKind::Desk, StationKind::Desk, 2, vec![1, 2, 3]),
            (StationKind::Till, StationKind::Desk, 3, vec![1, 3]),
            (StationKind::Desk, StationKind::Desk, 3, vec![1, 2, 3]),
        ] {
            manifest = manifest.following(&kinds(two, three), &signer(by)).unwrap();
            assert_eq!(desks(&manifest), expected);
            let opened = manifest.seal(&signer(by)).unwrap().open(&trusted).unwrap();
            trusted = crate::cloud::Trust::after(&opened);
            assert_eq!(manifest.following(&kinds(two, three), &signer(1)), None);
        }
        assert_eq!(manifest.grants.len(), 3, "2 was made a desk twice");
        assert!(manifest.seal(&signer(2)).unwrap().open_first().is_ok(), "a new gate follows the grants");
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

    fn any_station() -> impl Strategy<Value = StationRecord> {
        let approval =
            prop_oneof![Just(Approval::Pending), Just(Approval::Approved), Just(Approval::Revoked)];
        (1_u8..9, 0..StationKind::ALL.len(), approval)
            .prop_map(|(no, kind, approval)| station(no, StationKind::ALL[kind], approval))
    }

    /// A register has each station once.
    fn any_register() -> impl Strategy<Value = Vec<StationRecord>> {
        proptest::collection::vec(any_station(), 0..8).prop_map(|stations| {
            let by_id: std::collections::BTreeMap<_, _> =
                stations.into_iter().map(|station| (station.station_id, station)).collect();
            by_id.into_values().collect()
        })
    }

    proptest! {
        #[test]
        fn however_the_register_changes_no_key_is_lost_and_only_sellers_are_trusted(
            registers in proptest::collection::vec(any_register(), 1..8),
        ) {
            let mut lists = KeyLists::default();
            for register in registers {
                let next = lists.following(&register).unwrap_or_else(|| lists.clone());
                prop_assert_eq!(next.following(&register), None, "once is enough");
                let all = |lists: &KeyLists| {
                    numbers(&lists.keys).into_iter().chain(numbers(&lists.revoked)).collect::<Vec<_>>()
                };
                let (before, after) = (all(&lists), all(&next));
                prop_assert!(before.iter().all(|key| after.contains(key)));
                prop_assert_eq!(after.iter().collect::<HashSet<_>>().len(), after.len(), "none is there twice");
                for record in &register {
                    let listed = next.keys.iter().find(|key| key.is_of(record));
                    prop_assert_eq!(listed.is_some(), record.may_issue());
                    let desk = listed.is_some_and(|key| key.desk);
                    prop_assert_eq!(desk, record.may_issue() && record.kind == StationKind::Desk);
                }
                prop_assert!(next.revoked.iter().all(|key| !key.desk));
                lists = next;
            }
        }
    }
}
