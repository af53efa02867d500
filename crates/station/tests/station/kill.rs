//! The power cut: a till that sells and admits is killed at a random moment, again and again, and what it had said was
//! done must be in the file, once.
//!
//! The till is this test program itself, started once more with [`TILL`] set.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;

use wicket_domain::cloud::StationKind;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::pin::Cost;
use wicket_station::ports::{MarkFolder, SystemClock, SystemRandom};
use wicket_station::view::{SaleOutcome, ScanRequest, SeatLine, StandingLine, VerdictWord};

use crate::support::{Dice, House, PIN, draft, scan, wants};

/// The file that the till works on.
const TILL: &str = "WICKET_TEST_TILL";
const ROUNDS: u64 = 40;
/// In every fourth round the till is killed while it starts.
const STARTING: u64 = 4;
/// The till is killed so long after its first acknowledged sale, at most, in milliseconds.
const LONGEST: u64 = 150;
/// A till that is killed while it starts is killed so long after it was begun, at most, in milliseconds.
const START: u64 = 50;
/// The hall: more seats than all rounds together sell, so that each sale sells seats.
const ROWS: usize = 80;
const SEATS_IN_A_ROW: usize = 75;
/// A till that says nothing for so long is stuck.
const SILENCE: Duration = Duration::from_mins(1);

/// What the till said it had done.
#[derive(Default)]
struct Told {
    orders: HashSet<String>,
    tickets: HashSet<String>,
    admitted: HashSet<String>,
}

impl Told {
    fn take(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("sold"), Some(order)) => {
                assert!(self.orders.insert(order.into()), "order {order} was told twice");
                self.tickets.extend(words.map(str::to_owned));
            }
            (Some("admitted"), Some(ticket)) => {
                assert!(self.admitted.insert(ticket.into()), "ticket {ticket} was admitted twice");
            }
            _ => {}
        }
    }
}

/// Sells and admits until it is killed. Does nothing unless it was started as the till.
#[test]
fn till() {
    let Some(path) = std::env::var_os(TILL) else { return };
    let path = Path::new(&path);
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let station = Station::open(path, clock, random, Arc::new(marks(path)), Cost::Least).unwrap();
    if station.start(None).unwrap().station.is_none() {
        station.set_up("Window A", StationKind::Desk, "Ada", PIN, false).unwrap();
    }
    let Ok(event) = station.find_event("Evening") else { return wait_to_be_killed() };
    let say = |line: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{line}").unwrap();
        out.flush().unwrap();
    };
    let free = station.seat_lines(event, true).unwrap();
    for pair in free.chunks_exact(2) {
        let mut request = wants(event, &[]);
        request.seats = pair.iter().map(|line: &SeatLine| line.seat_id.clone()).collect();
        request.standing = vec![StandingLine { area_id: "Floor".into(), count: 1 }];
        let outcome = station.sell(&Actor::CommandLine, &request).unwrap();
        let SaleOutcome::Sold { receipt } = outcome else { panic!("not sold: {outcome:?}") };
        let ids: Vec<_> = receipt.tickets.iter().map(|ticket| ticket.ticket_id.to_string()).collect();
        say(format!("sold {} {}", receipt.order_id, ids.join(" ")));
        let ticket = &receipt.tickets[0];
        // By this computer's clock the doors are closed.
        let request = ScanRequest { any_time: true, ..scan(&ticket.token, Some("North"), Some(event)) };
        let verdict = station.admit(&Actor::CommandLine, &request).unwrap();
        assert_eq!(verdict.verdict, VerdictWord::Admitted);
        say(format!("admitted {}", ticket.ticket_id));
    }
    panic!("the hall is sold out before the last round");
}

fn wait_to_be_killed() {
    loop {
        std::thread::park();
    }
}

/// What the till's computer remembers of it.
fn marks(path: &Path) -> MarkFolder {
    MarkFolder::at(path.with_extension("state"))
}

/// Starts the till. What it complains of stands among the test's own output.
fn begin(house: &House) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::till", "--nocapture", "--test-threads=1"])
        .env(TILL, house.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills the till, which must not have ended by itself before.
fn kill(child: &mut Child) {
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(was_killed(status), "the till ended by itself: {status}");
}

#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(9)
}

#[cfg(not(unix))]
fn was_killed(status: ExitStatus) -> bool {
    !status.success()
}

/// Lets the till work for a while, kills it, and takes in all that it managed to say. It is killed `moment` after its
/// first sale, or, with `starting`, after it was begun.
fn one_evening(house: &House, told: &mut Told, moment: Duration, starting: bool) {
    let mut child = begin(house);
    let out = BufReader::new(child.stdout.take().unwrap());
    let (send, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    let mut first = String::new();
    while !starting && !first.starts_with("sold") {
        first = lines.recv_timeout(SILENCE).expect("the till sells");
        told.take(&first);
    }
    std::thread::sleep(moment);
    kill(&mut child);
    reader.join().unwrap();
    // The last line may be cut off; it counts when it is whole, which a ticket's last id shows.
    for line in lines.try_iter() {
        let whole = line.split_whitespace().skip(1).all(|id| id.len() == 36);
        if whole && !line.is_empty() {
            told.take(&line);
        }
    }
}

/// Compares the file with what was said, and with itself.
fn check(house: &House, told: &Told) {
    let window_a = house.window();
    let report = window_a.verify_audit().unwrap();
    assert!(report.sound, "{:?}", report.findings);
    assert_eq!(
        house.number("SELECT count(*) FROM audit WHERE kind = 'copied'"),
        0,
        "its mark is never ahead of it"
    );
    let conn = house.sql();
    let ids = |sql: &str| {
        let mut rows = conn.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| row.get::<_, [u8; 16]>(0)).unwrap();
        let mut found: HashMap<String, u32> = HashMap::new();
        for id in rows {
            let id = wicket_domain::id::OrderId::from_bytes(id.unwrap()).to_string();
            *found.entry(id).or_default() += 1;
        }
        found
    };
    let (orders, tickets) = (ids("SELECT order_id FROM orders"), ids("SELECT ticket_id FROM ticket"));
    let admitted = ids("SELECT ticket_id FROM admission");
    for (kind, kept, told) in [
        ("order", &orders, &told.orders),
        ("ticket", &tickets, &told.tickets),
        ("admission", &admitted, &told.admitted),
    ] {
        for id in told {
            assert_eq!(kept.get(id), Some(&1), "{kind} {id} was acknowledged");
        }
    }
    let none = |sql: &str| assert_eq!(house.number(sql), 0, "{sql}");
    none("SELECT count(*) FROM seat s WHERE state = 2 AND NOT EXISTS
          (SELECT 1 FROM ticket t WHERE t.ticket_id = s.ticket_id AND t.seat_id = s.seat_id AND status = 'valid')");
    none(
        "SELECT count(*) FROM ticket t WHERE seat_id NOT LIKE 'ga#%' AND NOT EXISTS
          (SELECT 1 FROM seat s WHERE s.event_no = t.event_no AND s.seat_id = t.seat_id AND s.state = 2
                                  AND s.ticket_id = t.ticket_id)",
    );
    none("SELECT (SELECT sum(total) FROM orders) - (SELECT sum(amount) FROM payment)");
    none("SELECT (SELECT sum(total) FROM orders) - (SELECT sum(price) FROM ticket)");
    none("SELECT (SELECT sold FROM event_count) - (SELECT count(*) FROM ticket)");
    none("SELECT (SELECT sold FROM standing_area) - (SELECT count(*) FROM ticket WHERE seat_id LIKE 'ga#%')");
    none("SELECT (SELECT admitted FROM event_count) - (SELECT count(*) FROM admission)");
    none("SELECT max(sequence) - count(*) FROM outbox");
    none("SELECT (SELECT count(*) FROM outbox) - (SELECT count(*) FROM outbox_state)");
    none(
        "SELECT (SELECT count(*) FROM outbox) - (SELECT count(*) FROM orders) - (SELECT count(*) FROM scan)",
    );
}

/// The house's small hall with many more seats.
fn wide_hall() -> String {
    let mut hall: serde_json::Value = serde_json::from_str(&crate::support::hall_json()).unwrap();
    let row = |row: usize| {
        let seat = |n: usize| {
            json!({
                "seat_guid": format!("{row}-{n}"), "seat_number": n.to_string(),
                "position": { "x": n * 25, "y": 0 }, "category": if row < 9 { "Near" } else { "Far" },
            })
        };
        let seats: Vec<_> = (1..=SEATS_IN_A_ROW).map(seat).collect();
        json!({ "row_number": row.to_string(), "position": { "x": 0, "y": row * 30 }, "seats": seats })
    };
    hall["zones"][0]["rows"] = (1..=ROWS).map(row).collect();
    hall.to_string()
}

#[test]
fn what_was_acknowledged_survives_any_kill() {
    let house = House::empty();
    let window_a = house.window();
    window_a.set_up("Window A", StationKind::Desk, "Ada", PIN, false).unwrap();
    let mut draft = draft("Evening");
    draft.standing[0].capacity = 100_000;
    window_a.import_event(&Actor::CommandLine, wide_hall().as_bytes(), &draft).unwrap();
    drop(window_a);
    let (mut told, dice) = (Told::default(), Dice::new(11));
    let (mut selling, mut admitting) = (0, 0);
    for round in 0..ROUNDS {
        let starting = round % STARTING == STARTING - 1;
        let moment = dice.roll(if starting { START } else { LONGEST });
        let seats = || house.number("SELECT count(*) FROM seat WHERE state = 2");
        let (before, admitted) = (seats(), told.admitted.len());
        one_evening(&house, &mut told, Duration::from_millis(moment), starting);
        check(&house, &told);
        if !starting {
            assert!(seats() >= before + 2, "round {round} sold seats");
            selling += 1;
            admitting += u64::from(told.admitted.len() > admitted);
        }
    }
    assert_eq!(selling, ROUNDS - ROUNDS / STARTING);
    assert!(admitting * 2 >= selling, "admissions were acknowledged in {admitting} of {selling} rounds");
}

#[test]
fn a_station_killed_at_its_first_start_starts_again() {
    let dice = Dice::new(12);
    for _ in 0..10 {
        let house = House::empty();
        let mut child = begin(&house);
        std::thread::sleep(Duration::from_millis(dice.roll(START)));
        kill(&mut child);
        let window_a = house.window();
        let start = window_a.start(None).unwrap();
        assert!(start.notices.is_empty(), "a file that was only begun is not damaged");
        if start.station.is_none() {
            window_a.set_up("Window A", StationKind::Desk, "Ada", PIN, false).unwrap();
        }
        assert!(window_a.verify_audit().unwrap().sound);
    }
}
