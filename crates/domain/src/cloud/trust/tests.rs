use super::*;
use crate::cloud::{ManifestKey, key_text};
use crate::id::StationId;

fn event() -> EventId {
    EventId::from_bytes([7; 16])
}

fn key(no: u8) -> SigningKey {
    SigningKey::from_bytes(&[no; 32])
}

fn public(no: u8) -> String {
    key_text(&key(no).verifying_key())
}

fn listed(no: u8, desk: bool) -> ManifestKey {
    ManifestKey { station_id: StationId::from_bytes([no; 16]), public_key: public(no), desk }
}

/// An edition of an event that station 1 has published.
fn edition(edition: u32, desks: &[u8], tills: &[u8], revoked: &[u8], grants: &[DeskGrant]) -> Manifest {
    let keys = desks.iter().map(|no| listed(*no, true)).chain(tills.iter().map(|no| listed(*no, false)));
    Manifest {
        event_id: event(),
        edition,
        organizer_key: public(1),
        keys: keys.collect(),
        revoked: revoked.iter().map(|no| listed(*no, false)).collect(),
        grants: grants.to_vec(),
        classes: Vec::new(),
    }
}

fn grant(by: u8, edition: u32, desk: u8) -> DeskGrant {
    DeskGrant::new(&key(by), event(), edition, &public(desk)).unwrap()
}

/// Whether a gate that has taken `known` takes `next` from this signer.
fn takes(known: &Manifest, next: &Manifest, signer: u8) -> bool {
    let sealed = next.seal(&key(signer)).unwrap();
    match sealed.open(&Trust::after(known)) {
        Ok(opened) => {
            assert_eq!(&opened, next);
            true
        }
        Err(error) => {
            assert_eq!(error, ManifestError::Signer);
            false
        }
    }
}

#[test]
fn any_desk_of_the_last_edition_signs_the_next() {
    let first = edition(1, &[1, 2], &[3], &[], &[grant(1, 1, 2)]);
    let second = edition(2, &[1, 2], &[3, 4], &[], &[grant(1, 1, 2)]);
    assert!(takes(&first, &second, 1) && takes(&first, &second, 2));
    assert!(!takes(&first, &second, 3), "a till signs nothing");
    assert!(!takes(&first, &second, 4) && !takes(&first, &second, 9));
    // Whoever writes an edition may write itself into it.
    for (desks, tills) in [([1, 2, 3], vec![4]), ([1, 2, 9], vec![3])] {
        let own = edition(2, &desks, &tills, &[], &[grant(1, 1, 2)]);
        assert!(!takes(&first, &own, desks[2]));
        let own = Manifest { grants: vec![grant(1, 1, 2), grant(desks[2], 2, desks[2])], ..own };
        assert!(!takes(&first, &own, desks[2]), "nobody makes a desk of itself");
    }
}

#[test]
fn editions_that_were_missed_are_followed_by_their_grants() {
    let first = edition(1, &[1], &[], &[], &[]);
    // Desk 1 made 2 one, 2 made 3 one, 3 has revoked both.
    let grants = [grant(1, 2, 2), grant(2, 3, 3)];
    let fifth = edition(5, &[3], &[], &[1, 2], &grants);
    assert!(takes(&first, &fifth, 3));
    let turned = [grants[1].clone(), grants[0].clone()];
    assert!(takes(&first, &edition(5, &[3], &[], &[1, 2], &turned), 3), "in whatever order they stand");
    assert_eq!(fifth.seal(&key(3)).unwrap().open_first(), Ok(fifth.clone()), "as a gate that is new");
    for (without, why) in [(&grants[..1], "nobody has made 3 a desk"), (&grants[1..], "nor 2")] {
        let broken = edition(5, &[3], &[], &[1, 2], without);
        assert!(!takes(&first, &broken, 3), "{why}");
        assert!(broken.seal(&key(3)).unwrap().open_first().is_err(), "{why}");
    }
}

#[test]
fn a_desk_that_is_none_any_more_signs_nothing_and_makes_nobody_a_desk() {
    let grants = [grant(1, 1, 2)];
    for known in [edition(4, &[1], &[], &[2], &grants), edition(4, &[1], &[2], &[], &grants)] {
        // It forgives itself, by the grant it had.
        assert!(!takes(&known, &edition(5, &[1, 2], &[], &[], &grants), 2));
        let mut more = grants.to_vec();
        for by_itself in [grant(2, 5, 2), grant(2, 5, 8)] {
            more.push(by_itself);
        }
        assert!(!takes(&known, &edition(5, &[1, 2, 8], &[], &[], &more), 8), "nor does its accomplice");
        // Desk 1 may make it one again.
        let again = [grant(1, 1, 2), grant(1, 5, 2)];
        assert!(takes(&known, &edition(6, &[1, 2], &[], &[], &again), 2));
    }
    let known = edition(1, &[1, 2], &[], &[], &grants);
    for without in [edition(2, &[1], &[], &[2], &grants), edition(2, &[1], &[2], &[], &grants)] {
        assert!(!takes(&known, &without, 2), "it is no desk in its own edition");
    }
}

#[test]
fn a_grant_is_good_for_its_event_edition_and_key_alone() {
    let first = edition(1, &[1], &[], &[], &[]);
    let second = |grant: DeskGrant| edition(2, &[1, 2], &[], &[], &[grant]);
    let good = grant(1, 2, 2);
    assert!(takes(&first, &second(good.clone()), 2));
    let elsewhere = DeskGrant::new(&key(1), EventId::from_bytes([8; 16]), 2, &public(2)).unwrap();
    for (odd, why) in [
        (elsewhere, "of another event"),
        (DeskGrant { edition: 3, ..good.clone() }, "of another edition"),
        (DeskGrant { desk: public(2), ..grant(1, 2, 3) }, "for another key"),
        (DeskGrant { by: public(1), ..grant(3, 2, 2) }, "in another's name"),
        (DeskGrant { signature: "00".repeat(64), ..good.clone() }, "unsigned"),
        (DeskGrant { by: "zz".to_owned(), ..good.clone() }, "by nobody"),
        (DeskGrant { desk: String::new(), ..good.clone() }, "for nobody"),
        (grant(1, 1, 2), "of an edition that was taken without it"),
    ] {
        assert!(!takes(&first, &second(odd), 2), "{why}");
    }
    assert_eq!(DeskGrant::new(&key(1), event(), 2, "no key"), None);
}

#[test]
fn a_long_chain_is_followed_to_its_end() {
    let first = edition(1, &[1], &[], &[], &[]);
    let mut grants: Vec<_> = (1..60).map(|no| grant(no, u32::from(no) + 1, no + 1)).collect();
    grants.reverse();
    let last = edition(60, &[60], &[], &[], &grants);
    assert!(takes(&first, &last, 60));
}
