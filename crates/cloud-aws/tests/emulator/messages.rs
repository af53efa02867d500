//! The outbox's messages.

use wicket_station::cloud::{Cloud, CloudTrouble, Delivery, Parcel, Queue};

use crate::stage::Stage;

fn parcels(count: u64) -> Vec<Parcel> {
    (0..count)
        .map(|sequence| Parcel { sequence, body: format!("{{\"sequence\":{sequence},\"who\":\"Zoë\"}}") })
        .collect()
}

#[test]
fn each_batch_lands_in_its_queue() {
    let stage = Stage::new();
    assert_eq!(stage.cloud.send(Queue::Station, &parcels(10))(), Ok(vec![Delivery::Taken; 10]));
    assert_eq!(stage.cloud.send(Queue::Admission, &parcels(2))(), Ok(vec![Delivery::Taken; 2]));
    assert_eq!(stage.cloud.send(Queue::Station, &[])(), Ok(Vec::new()));
    let mut bodies = Vec::new();
    for address in [&stage.pairing.station_queue_url, &stage.pairing.admission_queue_url] {
        loop {
            let asked = stage.queues.receive_message().queue_url(address).max_number_of_messages(10);
            let messages = stage.runtime.block_on(asked.send()).unwrap().messages.unwrap_or_default();
            if messages.is_empty() {
                break;
            }
            bodies.extend(messages.into_iter().filter_map(|message| message.body));
        }
    }
    assert_eq!(bodies.len(), 12);
    for parcel in parcels(10) {
        assert!(bodies.contains(&parcel.body));
    }
}

#[test]
fn what_does_not_fit_is_not_sent() {
    let stage = Stage::new();
    let many = stage.cloud.send(Queue::Station, &parcels(11))().unwrap_err();
    assert_eq!(many.trouble, CloudTrouble::Rejected);
    let long = Parcel { sequence: 1, body: "x".repeat(262_145) };
    assert_eq!(stage.cloud.send(Queue::Station, &[long])().unwrap_err().trouble, CloudTrouble::Rejected);
}

#[test]
fn a_queue_of_another_environment_is_not_there() {
    let stage = Stage::new();
    let mut pairing = stage.pairing.clone();
    pairing.station_queue_url.push_str("-gone");
    let clock = std::sync::Arc::new(wicket_station::ports::SystemClock);
    let cloud = wicket_cloud_aws::AwsCloud::new(&pairing, clock, wicket_cloud_aws::Sign::Chain).unwrap();
    let fault = cloud.send(Queue::Station, &parcels(1))().unwrap_err();
    assert_eq!(fault.trouble, CloudTrouble::NotThere, "{fault}");
}
