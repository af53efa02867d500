//! The next edition of a manifest: any office of the event writes it, and gates take it from nobody else.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use ed25519_dalek::SigningKey;
use wicket_domain::cloud::{DeskGrant, Manifest, ManifestKey, StationKind, key_text};
use wicket_domain::id::{EventId, StationId, TicketId};
use wicket_domain::judge::Refusal;
use wicket_domain::token::TokenPayload;
use wicket_station::actor::Actor;

use super::pretend::{Weather, World};
use super::revoked::{id, stolen};
use super::together::Post;
use crate::support::{add_event, admit, sold, wants};

const BY: Actor = Actor::CommandLine;

/// A house with two offices, the first of which has published an event, and a gate that has it.
struct Offices {
    world: Arc<Mutex<World>>,
    first: Post,
    second: Post,
    gate: Post,
    event: EventId,
}

impl Offices {
    /// The gate has heard nothing since the first edition.
    fn begin() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        world.lock().unwrap().strict = true;
        let first = Post::new(&world, "First office", 11);
        first.station.approve_station(&BY, id(&first), None).unwrap();
        let event = add_event(&first.station, "Evening");
        first.station.publish_event(&BY, event, &mut |_| ()).unwrap();
        let gate = Post::new(&world, "Gate", 33);
        first.station.approve_station(&BY, id(&gate), Some(StationKind::Gate)).unwrap();
        gate.station.probe().unwrap();
        gate.sync();
        let second = Post::new(&world, "Second office", 22);
        first.station.approve_station(&BY, id(&second), Some(StationKind::Desk)).unwrap();
        second.station.probe().unwrap();
        first.sync();
        second.sync();
        Self { world, first, second, gate, event }
    }

    /// A window that an office lets in.
    fn window(&self, by: &Post, seed: u64) -> Post {
        let window = Post::new(&self.world, "Window", seed);
        by.station.approve_station(&BY, id(&window), Some(StationKind::Till)).unwrap();
        window.station.probe().unwrap();
        window.sync();
        window
    }

    fn manifest(&self) -> Manifest {
        self.world.lock().unwrap().events[&self.event.to_string()].manifest.read().unwrap()
    }

    /// A ticket that the cloud has never heard of.
    fn ticket(&self, key: &SigningKey, no: u8) -> String {
        let ticket = TicketId::new(self.first.house.now(), [no; 10]);
        TokenPayload::new(&key.verifying_key(), 0, self.event, ticket).sign(key)
    }

    /// Puts an edition into the table as nobody's clerk would.
    fn smuggle(&self, signer: &SigningKey, change: impl FnOnce(&mut Manifest)) {
        let mut next = self.manifest();
        next.edition += 1;
        change(&mut next);
        let mut world = self.world.lock().unwrap();
        let record = world.events.get_mut(&self.event.to_string()).unwrap();
        record.manifest = next.seal(signer).unwrap();
        record.version += 1;
    }

    /// A round of the gate that refuses the edition it finds.
    fn gate_refuses(&self) {
        let round = self.gate.station.sync_round().unwrap();
        assert_eq!(round.fault, None);
        let words = round.warning.expect("it says so").words;
        assert!(words.contains("not one of the event's desks"), "{words}");
    }
}

fn listed(key: &SigningKey, desk: bool) -> ManifestKey {
    let public_key = key_text(&key.verifying_key());
    ManifestKey { station_id: StationId::from_bytes([9; 16]), public_key, desk }
}

#[test]
fn the_second_office_writes_the_next_edition_while_the_first_is_away() {
    let offices = Offices::begin();
    offices.first.line.set(Weather::Cut);
    let window = offices.window(&offices.second, 44);
    let token = offices.ticket(&stolen(&window.house), 1);
    assert_eq!(admit(&offices.gate.station, &token).reason, Some(Refusal::UnknownIssuer));
    offices.second.sync();
    // The gate has missed the edition that names the second office.
    offices.gate.sync();
    assert_eq!(admit(&offices.gate.station, &token).reason, None);
    assert_eq!(offices.manifest().edition, 3);
    // And the first, back again, has nothing to add.
    offices.first.line.set(Weather::Fine);
    offices.first.house.pass(1);
    offices.first.sync();
    offices.first.sync();
    assert_eq!(offices.manifest().edition, 3);
    let late = sold(&window.station, &wants(offices.event, &["A-1"])).tickets[0].token.clone();
    assert_eq!(admit(&offices.first.station, &late).reason, None);
}

#[test]
fn the_second_office_revokes_the_first_and_a_new_gate_follows() {
    let offices = Offices::begin();
    let key = stolen(&offices.first.house);
    offices.second.station.revoke_station(&BY, id(&offices.first)).unwrap();
    offices.second.sync();
    let late = Post::new(&offices.world, "Late gate", 55);
    offices.second.station.approve_station(&BY, id(&late), Some(StationKind::Gate)).unwrap();
    late.station.probe().unwrap();
    for gate in [&offices.gate, &late] {
        gate.sync();
        assert_eq!(admit(&gate.station, &offices.ticket(&key, 2)).reason, Some(Refusal::KeyRevoked));
    }
    // The thief has the first office's key, and writes an edition in which all is well.
    let station_id = id(&offices.first);
    offices.smuggle(&key, |next| {
        let own = next.revoked.iter().position(|listed| listed.station_id == station_id).unwrap();
        let own = next.revoked.remove(own);
        next.keys.push(ManifestKey { desk: true, ..own });
    });
    offices.gate_refuses();
    assert_eq!(admit(&offices.gate.station, &offices.ticket(&key, 3)).reason, Some(Refusal::KeyRevoked));
}

#[test]
fn nobody_but_an_office_of_the_last_edition_signs_the_next() {
    let offices = Offices::begin();
    let window = offices.window(&offices.first, 44);
    offices.first.sync();
    offices.gate.sync();
    let (till, gate, own) =
        (stolen(&window.house), stolen(&offices.gate.house), SigningKey::from_bytes(&[9; 32]));
    for (no, thief) in [till, gate, own].into_iter().enumerate() {
        let genuine = offices.world.lock().unwrap().events.clone();
        let no = u8::try_from(no).unwrap();
        let token = offices.ticket(&SigningKey::from_bytes(&[100; 32]), no);
        offices.smuggle(&thief, |next| {
            let text = key_text(&thief.verifying_key());
            next.keys.retain(|listed| listed.public_key != text);
            next.keys.push(listed(&thief, true));
            next.keys.push(listed(&SigningKey::from_bytes(&[100; 32]), false));
            next.grants.extend(DeskGrant::new(&thief, next.event_id, next.edition, &text));
        });
        offices.gate_refuses();
        assert_eq!(admit(&offices.gate.station, &token).reason, Some(Refusal::UnknownIssuer));
        offices.world.lock().unwrap().events = genuine;
    }
}

#[test]
fn an_office_that_becomes_a_window_signs_no_more() {
    let offices = Offices::begin();
    let key = stolen(&offices.second.house);
    offices.first.station.approve_station(&BY, id(&offices.second), Some(StationKind::Till)).unwrap();
    offices.first.sync();
    offices.gate.sync();
    assert_eq!(admit(&offices.gate.station, &offices.ticket(&key, 1)).reason, None, "it still sells");
    offices.smuggle(&key, |next| next.keys.iter_mut().for_each(|listed| listed.desk = true));
    offices.gate_refuses();
}

#[test]
fn of_two_offices_that_write_at_once_the_cloud_takes_one() {
    let offices = Offices::begin();
    let window = Post::new(&offices.world, "Window", 44);
    offices.first.station.approve_station(&BY, id(&window), Some(StationKind::Till)).unwrap();
    let Offices { world, first, second, gate, event } = offices;
    second.house.pass(2);
    let second = Arc::new(second);
    let other = Arc::clone(&second);
    let happened = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mark = Arc::clone(&happened);
    *first.line.before_event.lock().unwrap() = Some(Box::new(move || {
        other.sync();
        mark.store(true, Ordering::SeqCst);
    }));
    first.sync();
    assert!(happened.load(Ordering::SeqCst), "the first office was about to write");
    let record = world.lock().unwrap().events[&event.to_string()].clone();
    assert_eq!(record.manifest.signer_key, key_text(&stolen(&second.house).verifying_key()));
    for _ in 0..2 {
        for post in [&first, second.as_ref(), &gate] {
            post.house.pass(2);
            post.sync();
        }
    }
    let after = world.lock().unwrap().events[&event.to_string()].clone();
    assert_eq!(after, record, "nobody writes it again");
    let manifest = after.manifest.read().unwrap();
    assert_eq!((manifest.edition, manifest.keys.len()), (3, 3));
}

#[test]
fn an_office_asks_for_the_register_once_a_minute_where_it_published_nothing() {
    let offices = Offices::begin();
    let asked = || offices.second.line.listed.load(Ordering::Relaxed);
    offices.second.house.pass(2);
    offices.second.sync();
    let before = asked();
    offices.second.sync();
    assert_eq!(asked(), before);
    offices.second.house.pass(1);
    offices.second.sync();
    assert_eq!(asked(), before + 1);
    assert_eq!(offices.gate.line.listed.load(Ordering::Relaxed), 0, "a gate never asks");
}

#[test]
fn an_office_whose_account_may_not_ask_says_nothing_of_it() {
    let offices = Offices::begin();
    offices.second.line.bar(&[super::pretend::Barred::Stations]);
    offices.second.house.pass(2);
    let round = offices.second.station.sync_round().unwrap();
    assert_eq!((round.fault, round.warning), (None, None));
}
