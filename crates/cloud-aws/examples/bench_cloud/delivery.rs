//! Delivering 10,000 waiting sales, beside a bare loop that sends the same batches.

use std::time::{Duration, Instant};

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use wicket_domain::pairing::Pairing;
use wicket_station::view::SaleRequest;

use crate::dev_cloud::DevCloud;
use crate::post::{Post, standing};
use crate::rate;

const SALES: usize = 10_000;
/// Both are measured so often, in turns: what else the machine does meanwhile hits both.
const TURNS: u32 = 2;
const TARGET: f64 = 0.95;

pub(crate) fn measure(cloud: &DevCloud) {
    eprintln!("Delivering {SALES} sales …");
    // A queue of its own: the pipeline working on the messages would take the processor from both.
    let url = cloud.runtime.block_on(async {
        let made = cloud.queues.create_queue().queue_name("bench-StationQueue").send().await.unwrap();
        made.queue_url.unwrap()
    });
    let pairing = Pairing { station_queue_url: url.clone(), ..cloud.pairing() };
    let post = Post::new("Till", true, &pairing);
    post.lets_in(&post);
    // Standing places of events that are this station's alone: five events of 2,000 places.
    let events: Vec<_> = post.station.events().unwrap().into_iter().map(|line| line.event.event_id).collect();
    for n in 0..SALES {
        let event = events[n % events.len()];
        let request = SaleRequest { holder: Some("Grace Hopper".into()), ..standing(event, "Floor", 1) };
        post.sold(&request);
    }
    let bodies: Vec<String> =
        (1..=SALES as u64).map(|n| compact(&post.station.message_json(n).unwrap())).collect();
    let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..TURNS {
        bare += send_bare(cloud, &url, &bodies);
        purge(cloud, &url);
        let begun = Instant::now();
        post.sync();
        ours += begun.elapsed();
        assert_eq!(post.station.cloud_status().unwrap().waiting, 0, "everything was delivered");
        purge(cloud, &url);
        post.forget_all_deliveries();
    }
    let count = f64::from(TURNS) * SALES as f64;
    let name = format!("{SALES} waiting sales delivered");
    rate(&name, count / ours.as_secs_f64(), count / bare.as_secs_f64(), TARGET);
}

fn compact(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json).unwrap().to_string()
}

fn send_bare(cloud: &DevCloud, url: &str, bodies: &[String]) -> Duration {
    let begun = Instant::now();
    cloud.runtime.block_on(async {
        for batch in bodies.chunks(10) {
            let entries = batch.iter().enumerate().map(|(n, body)| {
                SendMessageBatchRequestEntry::builder().id(n.to_string()).message_body(body).build().unwrap()
            });
            let sent = cloud.queues.send_message_batch().queue_url(url).set_entries(Some(entries.collect()));
            assert!(sent.send().await.unwrap().failed.is_empty());
        }
    });
    begun.elapsed()
}

fn purge(cloud: &DevCloud, url: &str) {
    cloud.runtime.block_on(async { cloud.queues.purge_queue().queue_url(url).send().await.unwrap() });
}
