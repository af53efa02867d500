//! Measures many stations that follow one event while tickets are sold, for `cargo xtask bench`: 60 real stations on real
//! files against a development cloud. One measure a line, as JSON, on standard output.
//!
//! First it finds how many tickets a second the development cloud carries on this machine: without a backlog, and with every
//! station told in time. Then it sells at four fifths of the second rate, for five minutes or for `WICKET_CROWD_SECONDS`. If no
//! rate was in time, it takes the first one. Cloud and stations share the machine's processors.
//!
//! Needs `WICKET_XTASK` and `WICKET_FUNCTIONS`, as `cargo xtask bench` sets them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement that meets the unexpected ends there, and counts far below 2^52"
)]

mod board;
mod crowd;
#[path = "../../tests/together/dev_cloud.rs"]
#[allow(dead_code, reason = "the measurement needs a part of what the tests need")]
mod dev_cloud;
mod hall;
#[path = "../../tests/together/post.rs"]
#[allow(dead_code, reason = "the measurement needs a part of what the tests need")]
mod post;
mod processors;
mod tills;

use std::ops::Range;
use std::time::Duration;

use serde_json::json;

use crowd::{Crowd, OTHERS};
use dev_cloud::DevCloud;
use processors::Processors;

/// Tickets a second that are tried in turn, until the cloud does not carry one of them.
const RATES: [f64; 10] = [3.0, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0, 27.0, 36.0, 48.0];
/// How long each of them is tried.
const TRIED: Duration = Duration::from_secs(20);
/// While a rate is tried, a sale at the end may take so much longer than one at the beginning. More means a backlog.
const GROWTH: Duration = Duration::from_secs(1);
/// At the end of a trial the queues may hold what is sold in this number of seconds. If they hold more, that is a
/// backlog, too.
const IN_QUEUES: f64 = 4.0;
/// Messages of an order of two tickets: its own, and one in each of the four queues behind the topic.
const MESSAGES: f64 = 5.0 / 2.0;
/// The part of the rate that came in time, which is then held.
const HELD: f64 = 0.8;
const HELD_FOR: Duration = Duration::from_mins(5);
/// What has not come to every station so long after the last sale is missing.
const PATIENCE: Duration = Duration::from_mins(2);
const TARGET_SECONDS: f64 = 3.0;

fn main() {
    let seconds = std::env::var("WICKET_CROWD_SECONDS").ok().and_then(|text| text.parse().ok());
    let held_for = seconds.map_or(HELD_FOR, Duration::from_secs);
    eprintln!("Starting a development cloud …");
    let cloud = DevCloud::up("crowd");
    let crowd = Crowd::gather(&cloud);
    std::thread::scope(|scope| {
        let crowd = &crowd;
        // The rounds end with this, also where a check fails: otherwise the scope would wait for them for ever.
        let _ends = crowd.follow(scope);
        crowd.wait_for_event();
        let Carried { without_backlog, in_time } = carried(crowd, &cloud);
        measure(
            "tickets a second that leave no backlog in the development cloud",
            without_backlog,
            "per s",
            None,
        );
        measure("tickets a second of which every station hears in time", in_time, "per s", None);
        let rate = if in_time > 0.0 { in_time } else { without_backlog };
        hold(crowd, &cloud, rate * HELD, held_for);
    });
}

/// The highest of [`RATES`] for each of two demands; 0 where none met it.
#[derive(Default)]
struct Carried {
    /// It leaves no backlog.
    without_backlog: f64,
    /// And 99 % of the sales have come to the last station within [`TARGET_SECONDS`].
    in_time: f64,
}

fn carried(crowd: &Crowd, cloud: &DevCloud) -> Carried {
    let mut carried = Carried::default();
    for rate in RATES {
        let sold = crowd.sell(rate, TRIED);
        let backlog: u32 = cloud.backlog().iter().map(|(_, count)| count).sum();
        let kept_up = sold.len() as f64 / TRIED.as_secs_f64() / rate;
        let all_there = crowd.board.wait_for(&sold, PATIENCE);
        let third = sold.len() / 3;
        let [early, late] = [sold.start..sold.start + third, sold.end - third..sold.end];
        let [early, late] = [early, late].map(|part| middle(&crowd.board.slowest(&part)));
        let p99 = seconds(percentile(&crowd.board.slowest(&sold), 0.99));
        let first_p99 = seconds(percentile(&crowd.board.quickest(&sold), 0.99));
        eprintln!(
            "{rate} tickets a second: {:.0} % sold in time; to the last station in {:.2} s at first, {:.2} s at last, \
             {p99:.2} s for 99 % ({first_p99:.2} s to the first); {backlog} messages in the queues at the end",
            kept_up * 100.0,
            early.as_secs_f64(),
            late.as_secs_f64()
        );
        // The next trial begins with empty queues.
        cloud.quiet();
        let in_queues = f64::from(backlog) > IN_QUEUES * MESSAGES * rate;
        if kept_up < 0.95 || !all_there || in_queues || late > early + GROWTH {
            break;
        }
        carried.without_backlog = rate;
        if p99 < TARGET_SECONDS {
            carried.in_time = rate;
        }
    }
    assert!(
        carried.without_backlog > 0.0,
        "the development cloud does not even carry {} tickets a second",
        RATES[0]
    );
    carried
}

/// Sells at a rate, and tells how long each sale took to the last station.
fn hold(crowd: &Crowd, cloud: &DevCloud, rate: f64, held_for: Duration) {
    eprintln!("Selling {rate:.1} tickets a second for {} s …", held_for.as_secs());
    let (before, faults) = (Processors::now(cloud), crowd.faults());
    let sold = crowd.sell(rate, held_for);
    let used = Processors::now(cloud).since(&before);
    crowd.board.wait_for(&sold, PATIENCE);
    let really = sold.len() as f64 / held_for.as_secs_f64();
    let minutes = held_for.as_secs_f64() / 60.0;
    measure(&format!("tickets a second sold for {minutes:.1} minutes"), really, "per s", None);
    let minutes_sold = sold.clone().step_by(((really * 60.0) as usize).max(1));
    for (minute, start) in minutes_sold.enumerate() {
        let part = start..(start + (really * 60.0) as usize).min(sold.end);
        let (slowest, quickest) = (crowd.board.slowest(&part), crowd.board.quickest(&part));
        let [first, last, p99] =
            [middle(&quickest), middle(&slowest), percentile(&slowest, 0.99)].map(seconds);
        eprintln!(
            "minute {}: to the first station {first:.2} s, to the last {last:.2} s, p99 {p99:.2} s",
            minute + 1
        );
    }
    tell_delays(crowd, &sold);
    used.tell(held_for);
    measure("rounds of the stations that met a fault meanwhile", (crowd.faults() - faults) as f64, "", None);
    let missing = crowd.missing(&(0..sold.end), PATIENCE);
    missing.iter().take(20).for_each(|what| eprintln!("missing: {what}"));
    measure("tickets and sold seats that a station has not heard of", missing.len() as f64, "", Some(0.0));
    assert!(missing.is_empty(), "every station has every change");
}

fn tell_delays(crowd: &Crowd, sold: &Range<usize>) {
    let [slowest, quickest] = [crowd.board.slowest(sold), crowd.board.quickest(sold)];
    measure(&format!("sale to the last of {OTHERS} stations, median"), seconds(middle(&slowest)), "s", None);
    let name = format!("sale to the last of {OTHERS} stations, p99");
    measure(&name, seconds(percentile(&slowest, 0.99)), "s", Some(TARGET_SECONDS));
    // Of 59 stations that ask by turns, one asks at once: up to there it is the cloud's time, the rest is their pause.
    measure("sale to the first of them (the cloud's part), median", seconds(middle(&quickest)), "s", None);
    measure(
        "sale to the first of them (the cloud's part), p99",
        seconds(percentile(&quickest, 0.99)),
        "s",
        None,
    );
}

/// A value that should be low, or one that is only told.
fn measure(name: &str, value: f64, unit: &str, target: Option<f64>) {
    let better = if target.is_some() || unit == "s" { "lower" } else { "higher" };
    println!(
        "{}",
        json!({ "measure": name, "value": value, "unit": unit, "target": target, "better": better })
    );
}

fn middle(sorted: &[Duration]) -> Duration {
    percentile(sorted, 0.5)
}

/// The value at this share of the sorted values: 0.99 gives the one that 99 % do not exceed.
fn percentile(sorted: &[Duration], part: f64) -> Duration {
    let last = sorted.len().checked_sub(1).expect("something was sold");
    sorted[((sorted.len() as f64 * part).ceil() as usize).saturating_sub(1).min(last)]
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
