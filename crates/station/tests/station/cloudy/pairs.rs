//! Pairing: a code names an address and a house, and a cloud answers there, or something else does.

use std::sync::Mutex;

use wicket_domain::cloud::StationKind;
use wicket_domain::pairing::{Pairing, PairingCode, PairingError};
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::cloud::{CloudFault, CloudTrouble, Guide, GuideFault};
use wicket_station::fault::{Code, Fault};
use wicket_station::view::CloudMode;

use crate::support::{House, PIN};

/// Answers always the same, and notes where it was asked.
pub(super) struct Told {
    answer: Result<String, GuideFault>,
    asked: Mutex<Vec<String>>,
}

impl Told {
    pub(super) fn of(pairing: &Pairing) -> Self {
        Self::said(Ok(pairing.json()))
    }

    fn said(answer: Result<String, GuideFault>) -> Self {
        Self { answer, asked: Mutex::default() }
    }
}

impl Guide for Told {
    fn ask(&self, code: &PairingCode) -> Result<String, GuideFault> {
        self.asked.lock().unwrap().push(code.question());
        self.answer.clone()
    }
}

pub(super) fn pairing() -> Pairing {
    let json = serde_json::json!({
        "version": 2, "environment": "dev", "region": "us-east-1",
        "eventsTable": "dev-Events", "changesTable": "dev-Changes",
        "stationQueueUrl": "https://sqs.us-east-1.amazonaws.com/1/dev-StationQueue",
        "admissionQueueUrl": "https://sqs.us-east-1.amazonaws.com/1/dev-AdmissionQueue",
        "bucket": "dev-wicket-files", "userPoolId": "us-east-1_a", "userPoolClientId": "c", "venue": "house",
        "apiUrl": "https://abcdef1234.execute-api.us-east-1.amazonaws.com",
    });
    Pairing::read(&json.to_string()).unwrap()
}

/// Pairs a station as [`pairing`] says.
pub(super) fn pair(station: &Station) {
    join(station, &Told::of(&pairing())).unwrap();
}

fn join(station: &Station, told: &Told) -> Result<Pairing, Fault> {
    station.pair(&Actor::CommandLine, &pairing().code().unwrap().text(), told)
}

fn window(house: &House) -> Station {
    let station = house.window();
    station.set_up("North", StationKind::Desk, "Ada", PIN, false).unwrap();
    station
}

#[test]
fn a_station_asks_where_the_code_says_and_keeps_the_answer() {
    let house = House::empty();
    let station = window(&house);
    assert_eq!(station.cloud_status().unwrap().mode, CloudMode::Standalone);
    let told = Told::of(&pairing());
    assert_eq!(join(&station, &told).unwrap(), pairing());
    let asked = "https://abcdef1234.execute-api.us-east-1.amazonaws.com/venues/house/pairing";
    assert_eq!(*told.asked.lock().unwrap(), [asked]);
    assert_eq!(station.pairing().unwrap(), Some(pairing()));
    let status = station.cloud_status().unwrap();
    assert_eq!((status.mode, status.online), (CloudMode::Connected, false), "nothing was answered yet");
    let moved = Pairing { bucket: "other-files".into(), ..pairing() };
    join(&station, &Told::of(&moved)).unwrap();
    assert_eq!(station.pairing().unwrap(), Some(moved), "a new pairing asks anew");
}

#[test]
fn any_webcam_reads_the_code() {
    let house = House::empty();
    let station = window(&house);
    assert_eq!(station.pairing_view().unwrap_err().code, Code::NotPaired);
    pair(&station);
    let view = station.pairing_view().unwrap();
    assert_eq!(view.code, "WKP2:ABCDEF1234.EXECUTE-API.US-EAST-1.AMAZONAWS.COM/HOUSE");
    // Version 3 (29 modules a side) at error correction M. All settings of a stack were version 19, with 93 modules, at L.
    assert_eq!(view.modules.len(), 29);
    assert!(view.modules.iter().all(|row| row.len() == view.modules.len()));
}

#[test]
fn what_is_no_code_is_not_asked_about() {
    let house = House::empty();
    let station = window(&house);
    let told = Told::of(&pairing());
    for (text, code) in [
        ("WK1:HELLO", Code::BadInput),
        ("WKP2:EXAMPLE.ORG", Code::BadInput),
        ("", Code::BadInput),
        ("WKP1.e30", Code::OtherVersion),
    ] {
        assert_eq!(station.pair(&Actor::CommandLine, text, &told).unwrap_err().code, code, "{text}");
    }
    assert!(told.asked.lock().unwrap().is_empty());
    assert_eq!(station.pairing().unwrap(), None);
}

#[test]
fn another_cloud_is_another_stations() {
    let house = House::empty();
    let station = window(&house);
    pair(&station);
    let other = Pairing { environment: "prod".into(), ..pairing() };
    assert_eq!(join(&station, &Told::of(&other)).unwrap_err().code, Code::AlreadySetUp);
    assert_eq!(station.pairing().unwrap(), Some(pairing()));
}

#[test]
fn why_a_station_cannot_be_paired_is_said_with_the_next_step() {
    let house = House::empty();
    let station = window(&house);
    let line = |trouble| {
        Err(GuideFault::Cloud(CloudFault {
            trouble,
            words: "the API cannot be reached: no such host".into(),
        }))
    };
    let club = Pairing { venue: "club".parse().unwrap(), ..pairing() };
    for (answer, code, words) in [
        (
            line(CloudTrouble::Unreachable),
            Code::NoAnswer,
            "abcdef1234.execute-api.us-east-1.amazonaws.com cannot be",
        ),
        (line(CloudTrouble::Slow), Code::NoAnswer, "does not answer in time"),
        (line(CloudTrouble::Broken), Code::NoAnswer, "Try again in a few minutes"),
        (Err(GuideFault::NoWicket), Code::NoWicket, "no Wicket cloud"),
        (Ok("<html>Welcome to the hotel</html>".into()), Code::NoWicket, "no Wicket cloud"),
        (Err(GuideFault::Cancelled), Code::NoAnswer, "was not paired"),
        (Ok(club.json()), Code::NoWicket, "another house"),
        (Ok(r#"{"version":1}"#.into()), Code::OtherVersion, "older than this Wicket"),
        (Ok(r#"{"version":3}"#.into()), Code::OtherVersion, "Update Wicket"),
    ] {
        let fault = join(&station, &Told::said(answer)).unwrap_err();
        assert!(fault.code == code && fault.message.contains(words), "{fault:?}, not {words}");
        assert_eq!(station.pairing().unwrap(), None, "nothing was changed");
    }
    let far = Pairing { station_queue_url: "http://example.org/q".into(), ..pairing() };
    let fault = join(&station, &Told::of(&far)).unwrap_err();
    assert_eq!(fault.message, PairingError::Field("addresses").to_string());
}
