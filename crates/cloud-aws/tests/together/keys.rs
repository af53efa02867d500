//! A stolen key, in earnest: one office lets a station in, another revokes it, and a third station judges its tickets.

use jiff::{SignedDuration, Timestamp};
use wicket_domain::id::TicketId;
use wicket_domain::judge::Refusal;
use wicket_domain::token::TokenPayload;

use super::dev_cloud::{DevCloud, text};
use super::post::{BY, Post, two, wants};

pub(crate) fn a_stolen_key_issues_nothing_and_what_was_sold_before_is_good(cloud: &DevCloud) {
    let (north, south, event) = two(cloud, "Tech Summit");
    let east = Post::new("East", false, &cloud.pairing());
    north.lets_in(&east);
    north.sync();
    east.sync();
    let seats = south.free(event);
    let before = south.sold(&wants(event, &seats[..1])).tickets[0].token.clone();
    south.sync();
    cloud.quiet();
    north.sync();

    let key = south.stolen_key();
    let forged = |no: u8| {
        let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
        TokenPayload::new(&key.verifying_key(), 0, event, TicketId::new(yesterday, [no; 10])).sign(&key)
    };
    assert_eq!(north.admit(&forged(1), "North gate").reason, None, "nobody knows that it is stolen");
    let id = south.station.register().unwrap().station_id;
    east.station.revoke_station(&BY, id).unwrap();
    east.sync();
    north.sync();
    let events = cloud.items("Events");
    let record = events.iter().find(|item| text(item, "eventId") == event.to_string()).unwrap();
    let signer = record["manifest"].as_m().unwrap()["signerKey"].as_s().unwrap();
    let office = wicket_domain::cloud::key_text(&east.stolen_key().verifying_key());
    assert_eq!(
        *signer, office,
        "the office that revoked it wrote the edition, and did not publish the event"
    );
    assert_eq!(north.admit(&forged(2), "North gate").reason, Some(Refusal::KeyRevoked));
    assert_eq!(north.admit(&before, "North gate").reason, None, "the cloud has its sale");

    // What the station sells from now on reaches nobody.
    let waiting = south.station.outbox_view().unwrap().waiting;
    let late = south.station.sell(&BY, &wants(event, &south.free(event)[..1]));
    assert!(!matches!(late, Ok(wicket_station::view::SaleOutcome::Sold { .. })), "{late:?}");
    assert_eq!(south.station.outbox_view().unwrap().waiting, waiting);
}
