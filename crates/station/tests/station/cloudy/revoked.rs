//! A station's key is stolen. The desk revokes it: what the thief writes is worth nothing, what was sold before is.

use std::sync::{Arc, Mutex};

use ed25519_dalek::SigningKey;
use jiff::SignedDuration;
use serde_json::Value;
use serde_json::value::RawValue;
use wicket_domain::cloud::StationKind;
use wicket_domain::door::Audience;
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::judge::Refusal;
use wicket_domain::message::Envelope;
use wicket_domain::token::TokenPayload;
use wicket_station::actor::Actor;
use wicket_station::view::HandRequest;

use super::pretend::{Weather, World};
use super::together::Post;
use crate::support::{House, add_event, admit, sold, wants};

const BY: Actor = Actor::CommandLine;

/// A house with an office that has published an event, a window that sells, and a gate.
struct Evening {
    world: Arc<Mutex<World>>,
    office: Post,
    window: Post,
    gate: Post,
    event: EventId,
}

impl Evening {
    fn begin() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        world.lock().unwrap().strict = true;
        let office = Post::new(&world, "Office", 11);
        office.station.approve_station(&BY, id(&office), None).unwrap();
        let (window, gate) = (Post::new(&world, "Window", 22), Post::new(&world, "Gate", 33));
        office.station.approve_station(&BY, id(&window), Some(StationKind::Till)).unwrap();
        office.station.approve_station(&BY, id(&gate), Some(StationKind::Gate)).unwrap();
        let event = add_event(&office.station, "Evening");
        office.station.publish_event(&BY, event, &mut |_| ()).unwrap();
        for post in [&window, &gate] {
            post.station.probe().unwrap();
        }
        let evening = Self { world, office, window, gate, event };
        evening.round();
        evening
    }

    /// Everybody's next round, with the pipeline's work between them.
    fn round(&self) {
        for post in [&self.office, &self.window] {
            post.sync();
        }
        self.world.lock().unwrap().take_sales();
        for post in [&self.office, &self.window, &self.gate] {
            post.sync();
        }
    }

    fn revoke(&self, post: &Post) {
        self.office.station.revoke_station(&BY, id(post)).unwrap();
        self.round_of_others();
    }

    fn round_of_others(&self) {
        self.office.sync();
        self.gate.sync();
    }

    /// A ticket that whoever holds this key writes, dated yesterday.
    fn forged(&self, key: &SigningKey, event: EventId) -> String {
        let yesterday = self.office.house.now() - SignedDuration::from_hours(24);
        TokenPayload::new(&key.verifying_key(), 0, event, TicketId::new(yesterday, [7; 10])).sign(key)
    }

    /// The reason at the gate, asked with its line up, and then with its line down.
    fn reasons(&self, token: &str) -> [Option<Refusal>; 2] {
        [Weather::Fine, Weather::Cut].map(|weather| {
            self.gate.line.set(weather);
            let reason = admit(&self.gate.station, token).reason;
            self.gate.line.set(Weather::Fine);
            reason
        })
    }
}

pub(super) fn id(post: &Post) -> wicket_domain::id::StationId {
    post.station.register().unwrap().station_id
}

/// The key that lies in a house's file.
pub(super) fn stolen(house: &House) -> SigningKey {
    let secret: [u8; 32] =
        house.sql().query_row("SELECT secret_key FROM station", [], |row| row.get(0)).unwrap();
    SigningKey::from_bytes(&secret)
}

#[test]
fn what_a_thief_writes_is_refused_at_every_gate_after_the_next_round() {
    let evening = Evening::begin();
    let key = stolen(&evening.window.house);
    let token = evening.forged(&key, evening.event);
    evening.gate.line.set(Weather::Cut);
    assert_eq!(
        admit(&evening.gate.station, &evening.forged(&key, evening.event)).reason,
        None,
        "no one knows"
    );
    evening.gate.line.set(Weather::Fine);
    evening.revoke(&evening.window);
    let another = TicketId::new(evening.office.house.now() - SignedDuration::from_hours(48), [8; 10]);
    let another = TokenPayload::new(&key.verifying_key(), 0, evening.event, another).sign(&key);
    assert_eq!(evening.reasons(&another), [Some(Refusal::KeyRevoked); 2]);
    assert_eq!(evening.reasons(&token), [Some(Refusal::KeyRevoked); 2], "the one that was let in, too");
    for post in [&evening.office, &evening.gate] {
        assert_eq!(admit(&post.station, &another).reason, Some(Refusal::KeyRevoked));
    }
    let verdict = admit(&evening.gate.station, &another);
    assert!(verdict.ticket.is_none(), "nothing in it is believed: {verdict:?}");
}

#[test]
fn what_the_window_sold_before_is_good_online_and_offline() {
    let evening = Evening::begin();
    let before = sold(&evening.window.station, &wants(evening.event, &["A-1", "A-2"]));
    evening.round();
    // Sold before as well, but the cloud has not heard of it.
    evening.window.line.set(Weather::Cut);
    evening.office.sync();
    let key = stolen(&evening.window.house);
    evening.revoke(&evening.window);
    let [first, second] = [0, 1].map(|no| before.tickets[no].token.clone());
    assert_eq!(admit(&evening.gate.station, &first).reason, None);
    evening.gate.line.set(Weather::Cut);
    let offline = admit(&evening.gate.station, &second);
    assert_eq!((offline.reason, offline.offline), (None, true));
    assert_eq!(admit(&evening.gate.station, &first).reason, Some(Refusal::AlreadyAdmitted));
    let forged = evening.forged(&key, evening.event);
    assert_eq!(admit(&evening.gate.station, &forged).reason, Some(Refusal::KeyRevoked));
}

#[test]
fn a_sale_that_arrives_after_the_key_was_revoked_is_not_from_before() {
    let evening = Evening::begin();
    sold(&evening.window.station, &wants(evening.event, &["A-1"]));
    evening.round();
    let genuine = evening.world.lock().unwrap().messages.last().unwrap().clone();
    let key = stolen(&evening.window.house);
    evening.revoke(&evening.window);
    // The thief holds the key and the sign-in, and sends a sale of yesterday.
    let token = evening.forged(&key, evening.event);
    let payload = wicket_domain::token::Token::decode(&token).unwrap().payload;
    let mut body = genuine["body"].clone();
    body["orderId"] = "13030303-0303-0303-0303-030303030303".into();
    body["tickets"][0]["ticketId"] = payload.ticket.to_string().into();
    body["tickets"][0]["token"] = token.clone().into();
    let sent = send(&key, &genuine, &body);
    let mut world = evening.world.lock().unwrap();
    world.put_message(&sent);
    assert_eq!(world.take_sales(), 1, "the genuine one is there already, the other is not taken");
    drop(world);
    evening.round_of_others();
    assert_eq!(evening.reasons(&token), [Some(Refusal::KeyRevoked); 2]);
}

/// A message as a station seals it.
fn send(key: &SigningKey, like: &Value, body: &Value) -> String {
    let mut envelope: Envelope<Box<RawValue>> = serde_json::from_value(like.clone()).unwrap();
    envelope.body = RawValue::from_string(body.to_string()).unwrap();
    envelope.sequence += 1;
    let audience = Audience { environment: "dev".to_owned(), venue: envelope.venue.clone() };
    envelope.signature = audience.sign_message(key, &envelope);
    serde_json::to_string(&envelope).unwrap()
}

#[test]
fn a_revoked_key_borrows_no_other_stations_sale_and_no_other_class() {
    let evening = Evening::begin();
    let offices = sold(&evening.office.station, &wants(evening.event, &["A-1"])).tickets[0].ticket_id;
    let windows = sold(&evening.window.station, &wants(evening.event, &["B-1"])).tickets[0].ticket_id;
    evening.round();
    let late = add_event(&evening.office.station, "Late Show");
    evening.office.station.publish_event(&BY, late, &mut |_| ()).unwrap();
    // A moment later the office asks once more who sells.
    evening.office.house.pass(1);
    evening.round();
    let key = stolen(&evening.window.house);
    evening.revoke(&evening.window);
    evening.gate.sync();
    let resigned =
        |event, class, ticket| TokenPayload::new(&key.verifying_key(), class, event, ticket).sign(&key);
    assert_eq!(
        evening.reasons(&resigned(evening.event, 0, offices)),
        [Some(Refusal::KeyRevoked); 2],
        "the office sold it"
    );
    assert_eq!(
        evening.reasons(&resigned(late, 0, windows)),
        [Some(Refusal::KeyRevoked); 2],
        "for another event"
    );
    // Near is class 0; what was sold is Far.
    let verdict = admit(&evening.gate.station, &resigned(evening.event, 0, windows));
    assert_eq!(verdict.ticket.unwrap().category.as_deref(), Some("Far"), "as the cloud has it");
}

#[test]
fn a_gates_key_issues_nothing_revoked_or_not() {
    let evening = Evening::begin();
    let other = Post::new(&evening.world, "Other gate", 44);
    evening.office.station.approve_station(&BY, id(&other), Some(StationKind::Gate)).unwrap();
    evening.round();
    let token = evening.forged(&stolen(&other.house), evening.event);
    assert_eq!(evening.reasons(&token), [Some(Refusal::UnknownIssuer); 2]);
    evening.revoke(&other);
    assert_eq!(evening.reasons(&token), [Some(Refusal::UnknownIssuer); 2]);
}

#[test]
fn a_key_that_an_edition_lists_no_longer_is_not_trusted_either() {
    let evening = Evening::begin();
    let before = sold(&evening.window.station, &wants(evening.event, &["A-1"])).tickets[0].token.clone();
    evening.round();
    let key = stolen(&evening.window.house);
    // An edition that the clerk would not take: the window stands in neither list.
    {
        let mut world = evening.world.lock().unwrap();
        let record = world.events.get_mut(&evening.event.to_string()).unwrap();
        let office = stolen(&evening.office.house);
        let mut manifest = record.manifest.read().unwrap();
        manifest.keys.retain(|listed| listed.bytes() != Some(key.verifying_key().to_bytes()));
        manifest.edition += 1;
        record.manifest = manifest.seal(&office).unwrap();
        record.version += 1;
    }
    evening.gate.sync();
    let forged = evening.forged(&key, evening.event);
    assert_eq!(evening.reasons(&forged), [Some(Refusal::KeyRevoked); 2]);
    assert_eq!(admit(&evening.gate.station, &before).reason, None, "the cloud has its sale");
}

#[test]
fn a_window_that_becomes_a_gate_issues_no_more_until_it_sells_again() {
    let evening = Evening::begin();
    let key = stolen(&evening.window.house);
    let become_kind = |kind| {
        evening.office.station.approve_station(&BY, id(&evening.window), Some(kind)).unwrap();
        evening.round_of_others();
    };
    become_kind(StationKind::Gate);
    assert_eq!(evening.reasons(&evening.forged(&key, evening.event)), [Some(Refusal::KeyRevoked); 2]);
    become_kind(StationKind::Till);
    assert_eq!(admit(&evening.gate.station, &evening.forged(&key, evening.event)).reason, None);
}

#[test]
fn a_revoked_stations_ticket_is_chosen_by_hand_only_where_the_cloud_has_its_sale() {
    let evening = Evening::begin();
    let before = sold(&evening.window.station, &wants(evening.event, &["A-1"]));
    evening.round();
    evening.window.line.set(Weather::Cut);
    evening.revoke(&evening.window);
    let chosen = |ticket_id| {
        let request = HandRequest { ticket_id, gate: None, event_id: Some(evening.event), any_time: false };
        evening.gate.station.admit_by_hand(&BY, &request)
    };
    let listed =
        evening.gate.station.orders_at_gate(before.code.as_str(), None, Some(evening.event)).unwrap();
    assert_eq!(listed[0].tickets[0].reason, None);
    assert_eq!(chosen(before.tickets[0].ticket_id).unwrap().reason, None);
    assert!(chosen(TicketId::new(evening.office.house.now(), [9; 10])).is_err(), "nobody has sold it");
}
