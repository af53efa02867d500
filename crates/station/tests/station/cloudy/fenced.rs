//! A station that will not come back: a desk takes back what it owns, and it can go on later.

use std::sync::{Arc, Mutex};

use wicket_domain::cloud::CloudSeatState;
use wicket_domain::id::EventId;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::{ClaimOutcome, SaleOutcome, SaleRequest, StandingLine};

use super::pretend::{Line, Weather, World};
use super::together::{Post, two};
use crate::support::{sold, wants};

const BY: Actor = Actor::CommandLine;

/// The seats that the cloud has as this station's own.
fn owned(world: &Mutex<World>, post: &Post) -> Vec<String> {
    let me = post.station.register().unwrap().station_id;
    let world = world.lock().unwrap();
    let own =
        world.seats.values().filter(|seat| seat.station == Some(me) && seat.state == CloudSeatState::Owned);
    own.map(|seat| seat.seat_id.to_string()).collect()
}

fn standing(event: EventId, count: u32) -> SaleRequest {
    SaleRequest { standing: vec![StandingLine { area_id: "Floor".into(), count }], ..wants(event, &[]) }
}

#[test]
fn what_a_lost_station_had_is_on_sale_again() {
    let (world, north, south, event) = two();
    south.station.allot(&BY, event, 3).unwrap();
    let owned = owned(&world, &south);
    assert_eq!(owned.len(), 3);
    let places = {
        let world = world.lock().unwrap();
        world.grants.values().map(|grant| grant.granted).sum::<u32>()
    };
    // Its network is gone, and it sells one of them all the same.
    south.line.set(Weather::Cut);
    let last = sold(&south.station, &wants(event, &[&owned[0]]));
    let id = south.station.register().unwrap().station_id;
    let fenced = north.station.fence_station(&BY, id).unwrap();
    assert_eq!((fenced.places, fenced.station.epoch), (3 + places, 2));
    north.sync();
    for seat in &owned {
        let outcome = north.station.claim_places(&BY, &wants(event, &[seat])).unwrap();
        assert_eq!(outcome, ClaimOutcome::Owned, "{seat}");
    }

    south.line.set(Weather::Fine);
    south.station.probe().unwrap();
    let told = south.station.start(None).unwrap().notices;
    assert!(told.iter().any(|notice| notice.code == "fenced"), "{told:?}");
    let again = south.station.sell(&BY, &wants(event, &[&owned[1]])).unwrap();
    assert!(matches!(again, SaleOutcome::Taken { .. }), "it is the other's: {again:?}");
    south.sync();
    let world = world.lock().unwrap();
    let order = last.order_id.to_string();
    assert!(
        world.messages.iter().any(|message| message["body"]["orderId"] == order.as_str()),
        "what it sold is told"
    );
}

#[test]
fn what_it_owned_before_is_not_its_own_again_by_reading_of_it() {
    let (world, north, south, event) = two();
    south.station.allot(&BY, event, 2).unwrap();
    let before = owned(&world, &south);
    assert_eq!(before.len(), 2);
    let id = south.station.register().unwrap().station_id;
    // Fenced; nobody has given anything back yet.
    world.lock().unwrap().station(id).put("epoch", 2);
    south.station.probe().unwrap();
    // Every record of the event is read once more, as after a snapshot, each as if it were new.
    for seat in world.lock().unwrap().seats.values_mut() {
        seat.version += 10;
        seat.updated_at += 60_000;
    }
    for grant in world.lock().unwrap().grants.values_mut() {
        grant.version += 10;
        grant.updated_at += 60_000;
    }
    south.sync();
    // Before the next round, which would give back what nobody needs.
    south.line.set(Weather::Cut);
    let sale = south.station.sell(&BY, &wants(event, &[&before[0]])).unwrap();
    assert!(!matches!(sale, SaleOutcome::Sold { .. }), "{sale:?}");
    let sale = south.station.sell(&BY, &standing(event, 1)).unwrap();
    assert!(!matches!(sale, SaleOutcome::Sold { .. }), "{sale:?}");

    // With the network it claims them anew, under its new epoch, and no desk takes those back.
    south.line.set(Weather::Fine);
    south.sync();
    let claimed = south.station.claim_places(&BY, &wants(event, &[&before[0]])).unwrap();
    assert_eq!(claimed, ClaimOutcome::Owned);
    let claimed = south.station.claim_places(&BY, &standing(event, 1)).unwrap();
    assert_eq!(claimed, ClaimOutcome::Owned);
    south.line.set(Weather::Cut);
    let fenced = north.station.fence_station(&BY, id).unwrap();
    assert_eq!(fenced.station.epoch, 3, "fenced once more, those go too");
    assert_eq!(owned(&world, &south), Vec::<String>::new());
}

#[test]
fn only_an_office_takes_places_back_and_never_its_own() {
    let (world, north, south, _) = two();
    let id = north.station.register().unwrap().station_id;
    assert_eq!(north.station.fence_station(&BY, id).unwrap_err().code, Code::NotAllowed);
    let other = south.station.register().unwrap().station_id;
    world.lock().unwrap().station(other).put("kind", "till");
    south.station.probe().unwrap();
    assert_eq!(south.station.fence_station(&BY, id).unwrap_err().code, Code::NotAllowed);
    north.line.set(Weather::Cut);
    assert_eq!(north.station.fence_station(&BY, other).unwrap_err().code, Code::Cloud);
    assert_eq!(world.lock().unwrap().station(other).number("epoch"), Some(1));
}

#[test]
fn a_claim_that_a_fence_overtakes_is_made_once_more() {
    for request in [|event| wants(event, &["A-1"]), |event| standing(event, 2)] {
        let (world, north, south, event) = two();
        let id = south.station.register().unwrap().station_id;
        // Another window of the same station, which hears of the fence while the claim's answer is on its way.
        let window = south.house.window();
        window.connect(Some(Line::new(&world, 5) as _)).unwrap();
        let fences = Arc::clone(&world);
        *south.line.after_claim.lock().unwrap() = Some(Box::new(move || {
            fences.lock().unwrap().station(id).put("epoch", 2);
            window.probe().unwrap();
        }));
        let claimed = south.station.claim_places(&BY, &request(event)).unwrap();
        assert_eq!(claimed, ClaimOutcome::Owned);
        let of_now = {
            let world = world.lock().unwrap();
            let seats = world.seats.values().filter(|seat| seat.station == Some(id)).map(|seat| seat.epoch);
            let grants = world.grants.values().filter(|grant| grant.station == id && grant.granted > 0);
            seats.chain(grants.map(|grant| Some(grant.epoch))).collect::<Vec<_>>()
        };
        assert_eq!(of_now, [Some(2)], "owned in the epoch that the station is in");
        drop(north);
    }
}
