//! The power cut: a till that sells and admits is killed at a random moment, again and again, and what it had said was
//! done must be in the file, once.
//!
//! The till is this test program itself, started once more with [`TILL`] set.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::pin::Cost;
use wicket_station::ports::{SystemClock, SystemRandom};
use wicket_station::view::{SaleOutcome, StandingLine, VerdictWord};

use crate::support::{Dice, House, scan, wants};

/// The file that the till works on.
const TILL: &str = "WICKET_TEST_TILL";
const ROUNDS: u64 = 40;
/// The till is killed so long after its first acknowledged sale, at most.
const LONGEST: u64 = 150;
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

/// Sells and admits until it is killed or sold out. Does nothing unless it was started as the till.
#[test]
fn till() {
    let Some(path) = std::env::var_os(TILL) else { return };
    let station =
        Station::open(Path::new(&path), Arc::new(SystemClock), Arc::new(SystemRandom), Cost::Least).unwrap();
    let event = station.find_event("Evening").unwrap();
    let say = |line: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{line}").unwrap();
        out.flush().unwrap();
    };
    loop {
        let mut request = wants(event, &[]);
        let free = station.best_seats(event, None, 2, None).unwrap();
        let lines = station.seat_lines(event, false).unwrap();
        match free {
            Some(best) => {
                request.seats = best.seats.iter().map(|seat| lines[*seat as usize].seat_id.clone()).collect();
            }
            None => request.standing = vec![StandingLine { area_id: "Floor".into(), count: 2 }],
        }
        let SaleOutcome::Sold { receipt } = station.sell(&Actor::CommandLine, &request).unwrap() else {
            return;
        };
        let ids: Vec<_> = receipt.tickets.iter().map(|ticket| ticket.ticket_id.to_string()).collect();
        say(format!("sold {} {}", receipt.order_id, ids.join(" ")));
        let ticket = &receipt.tickets[0];
        let verdict =
            station.admit(&Actor::CommandLine, &scan(&ticket.token, Some("North"), Some(event))).unwrap();
        assert_eq!(verdict.verdict, VerdictWord::Admitted);
        say(format!("admitted {}", ticket.ticket_id));
    }
}

/// Lets the till work for a while after its first sale, kills it, and takes in all that it managed to say.
fn one_evening(house: &House, told: &mut Told, moment: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::till", "--nocapture", "--test-threads=1"])
        .env(TILL, house.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (send, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    let mut first = String::new();
    while !first.starts_with("sold") {
        first = lines.recv_timeout(SILENCE).expect("the till sells");
        told.take(&first);
    }
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    // The last line may be cut off; it counts when it is whole, which a ticket's last id shows.
    for line in lines.try_iter() {
        let whole = line.split_whitespace().skip(1).all(|id| id.len() == 36);
        if whole && !line.is_empty() {
            told.take(&line);
        }
    }
}

fn check(house: &House, told: &Told) {
    let window_a = house.window();
    let report = window_a.verify_audit().unwrap();
    assert!(report.sound, "{:?}", report.findings);
    let conn = house.sql();
    let ids = |sql: &str| -> Vec<String> {
        let mut rows = conn.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| row.get::<_, [u8; 16]>(0)).unwrap();
        rows.map(|id| wicket_domain::id::OrderId::from_bytes(id.unwrap()).to_string()).collect()
    };
    let (orders, tickets) = (ids("SELECT order_id FROM orders"), ids("SELECT ticket_id FROM ticket"));
    let admitted = ids("SELECT ticket_id FROM admission");
    for (kind, kept, told) in [
        ("order", &orders, &told.orders),
        ("ticket", &tickets, &told.tickets),
        ("admission", &admitted, &told.admitted),
    ] {
        for id in told {
            assert_eq!(kept.iter().filter(|other| *other == id).count(), 1, "{kind} {id} was acknowledged");
        }
    }
    let none = |sql: &str| assert_eq!(house.number(sql), 0, "{sql}");
    none("SELECT count(*) FROM seat s WHERE state = 2 AND NOT EXISTS
          (SELECT 1 FROM ticket t WHERE t.ticket_id = s.ticket_id AND t.seat_id = s.seat_id AND status = 'valid')");
    none(
        "SELECT count(*) FROM ticket t WHERE seat_id NOT LIKE 'ga#%' AND NOT EXISTS
          (SELECT 1 FROM seat s WHERE s.seat_id = t.seat_id AND s.state = 2 AND s.ticket_id = t.ticket_id)",
    );
    none("SELECT (SELECT sum(total) FROM orders) - (SELECT sum(amount) FROM payment)");
    none("SELECT (SELECT sum(total) FROM orders) - (SELECT sum(price) FROM ticket)");
    none("SELECT (SELECT sold FROM event_count) - (SELECT count(*) FROM ticket)");
    none("SELECT (SELECT sold FROM standing_area) - (SELECT count(*) FROM ticket WHERE seat_id LIKE 'ga#%')");
    none("SELECT (SELECT admitted FROM event_count) - (SELECT count(*) FROM admission)");
    none("SELECT max(sequence) - count(*) FROM outbox");
    none(
        "SELECT (SELECT count(*) FROM outbox) - (SELECT count(*) FROM orders) - (SELECT count(*) FROM scan)",
    );
}

#[test]
fn what_was_acknowledged_survives_any_kill() {
    let house = House::empty();
    let window_a = house.window();
    window_a.set_up("Window A", "Ada", crate::support::PIN, false).unwrap();
    let mut draft = crate::support::draft("Evening");
    draft.standing[0].capacity = 1_000_000;
    window_a.import_event(&Actor::CommandLine, crate::support::hall_json().as_bytes(), &draft).unwrap();
    drop(window_a);
    let (mut told, dice) = (Told::default(), Dice::new(11));
    for _ in 0..ROUNDS {
        one_evening(&house, &mut told, Duration::from_millis(dice.roll(LONGEST)));
        check(&house, &told);
    }
    assert!(told.orders.len() as u64 >= ROUNDS, "each evening sold something");
}
