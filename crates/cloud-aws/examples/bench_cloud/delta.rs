//! How long the longest admission takes while a delta of 1,000 items is applied.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use wicket_station::view::VerdictWord;

use crate::at_most;
use crate::dev_cloud::DevCloud;
use crate::post::{BY, standing};
use crate::snapshot::{Followed, put};

const ITEMS: usize = 1_000;
const DELTAS: usize = 20;
const TARGET_MS: f64 = 50.0;

pub(crate) fn measure(cloud: &DevCloud) {
    let followed = &Followed::of(cloud, DELTAS * ITEMS);
    let post = &followed.post;
    post.sync();
    assert_eq!(post.tickets_known(), followed.tickets.len() as i64);
    eprintln!("Admitting while deltas come …");
    // Tickets of an event that is this station's alone: the file is what is measured, not the network.
    post.station.add_sample(&BY).unwrap();
    let event = post.event("Yoga Retreat");
    let tokens: Vec<String> = (0..20)
        .flat_map(|_| post.sold(&standing(event, "Floor", 100)).tickets)
        .map(|ticket| ticket.token)
        .collect();
    let mut alone: Vec<_> = tokens[..200].iter().map(|token| admit(followed, token)).collect();
    alone.sort_unstable();
    let usual = alone[alone.len() / 2];
    // Odd while a delta is applied.
    let (done, turns) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (mut worst, mut during) = (Duration::ZERO, 0_u32);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for delta in 0..DELTAS {
                let from = delta * ITEMS;
                let at = 1_800_000_000_000 + i64::try_from(from).unwrap();
                let tickets = &followed.tickets[from..from + ITEMS];
                put(cloud, &cloud.table("Tickets"), followed.event, tickets, at, "used");
                post.wait_for_pages();
                turns.fetch_add(1, Ordering::SeqCst);
                post.sync();
                turns.fetch_add(1, Ordering::SeqCst);
            }
            done.store(true, Ordering::SeqCst);
        });
        let mut waiting = tokens[200..].iter().cycle();
        while !done.load(Ordering::SeqCst) {
            // Once all are inside they are refused, which is judged and recorded all the same. What the emulator does
            // while it is given the delta is not the station's; one that met a delta for a moment counts whole.
            let before = turns.load(Ordering::SeqCst);
            let took = admit(followed, waiting.next().unwrap());
            if before % 2 == 1 || turns.load(Ordering::SeqCst) != before {
                worst = worst.max(took);
                during += 1;
            }
            // Each becomes a message, and the emulator takes them slowly.
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    assert!(during > 50, "only {during} admissions met a delta");
    let delay = worst.saturating_sub(usual).as_secs_f64() * 1000.0;
    at_most(&format!("longest delay of an admission by deltas of {ITEMS} items"), delay, TARGET_MS, "ms");
}

fn admit(followed: &Followed, token: &str) -> Duration {
    let begun = Instant::now();
    let verdict = followed.post.admit(token, "North");
    assert!(verdict.verdict == VerdictWord::Admitted || verdict.reason.is_some());
    begun.elapsed()
}
