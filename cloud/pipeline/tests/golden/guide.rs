//! What a station is told that is to be paired.

use serde_json::{Value, json};
use wicket_domain::cloud::VenueId;
use wicket_domain::pairing::{Pairing, PairingCode, VERSION};
use wicket_pipeline::memory::Memory;
use wicket_pipeline::pairing_guide::PairingGuide;

use crate::events::feed;
use crate::{call, now};

const API: &str = "https://abcdef1234.execute-api.eu-central-1.amazonaws.com";

fn cloud() -> Memory {
    let queue = |name: &str| format!("https://sqs.eu-central-1.amazonaws.com/123456789012/prod-{name}");
    let memory = Memory::new(now());
    memory.guide(Pairing {
        version: VERSION,
        environment: "prod".to_owned(),
        region: "eu-central-1".to_owned(),
        endpoint: None,
        dynamodb_endpoint: None,
        events_table: "prod-Events".to_owned(),
        changes_table: "prod-Changes".to_owned(),
        station_queue_url: queue("StationQueue"),
        admission_queue_url: queue("AdmissionQueue"),
        bucket: "prod-wicket-files-123456789012-eu-central-1".to_owned(),
        user_pool_id: "eu-central-1_aBcDeFgHi".to_owned(),
        user_pool_client_id: "1h57kf5cpq17m0eml12EXAMPLE".to_owned(),
        identity_pool_id: Some("eu-central-1:11111111-2222-3333-4444-555555555555".to_owned()),
        api_url: API.to_owned(),
        venue: VenueId::alone(),
        emulator: None,
    });
    memory
}

fn question(venue: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "GET /venues/{venue}/pairing",
        "pathParameters": {"venue": venue},
        "headers": {"accept": "application/json"},
        "isBase64Encoded": false,
    })
}

fn taken(answer: &Value, venue: &str) -> Pairing {
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let code = PairingCode::of(API, &venue.parse().unwrap()).unwrap();
    Pairing::answered(answer["body"].as_str().unwrap(), &code).unwrap()
}

#[test]
fn a_new_station_is_told_what_the_cloud_is_made_of() {
    let answer = feed::<PairingGuide>(&cloud(), "pairing-guide", &question("house"));
    assert_eq!(answer["headers"]["cache-control"], "public, max-age=300");
    assert_eq!(taken(&answer, "house").bucket, "prod-wicket-files-123456789012-eu-central-1");
}

#[test]
fn every_house_that_could_be_is_answered_alike() {
    let memory = cloud();
    let there = taken(&call::<PairingGuide>(&memory, question("house")), "house");
    let nowhere = taken(&call::<PairingGuide>(&memory, question("no-such-house")), "no-such-house");
    assert_eq!(Pairing { venue: there.venue.clone(), ..nowhere }, there);
    for odd in ["", "House", "a house", "%2e%2e", "-", &"x".repeat(41)] {
        let answer = call::<PairingGuide>(&memory, question(odd));
        assert_eq!(
            (&answer["statusCode"], &answer["headers"]["cache-control"]),
            (&json!(400), &json!("no-store"))
        );
        assert!(!answer["body"].as_str().unwrap().contains("prod"), "{answer}");
    }
}
