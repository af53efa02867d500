//! 60 stations of one house, each with the rounds and pauses that the window's threads give it.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Scope;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use wicket_domain::cloud::StationKind;
use wicket_domain::id::{EventId, TicketId};
use wicket_station::Station;
use wicket_station::fault::Fault;
use wicket_station::sync::{Heard, SyncRound};

use crate::board::Board;
use crate::dev_cloud::DevCloud;
use crate::hall;
use crate::post::{BY, Post};

/// How many stations have to hear of a sale: all but the one that sold.
pub(crate) const OTHERS: usize = STATIONS - 1;
const STATIONS: usize = 60;
/// A desk, these tills, and gates.
const TILLS: usize = 39;
/// Tills that sell; the others only follow. The first station is the desk.
pub(crate) const SELLING: Range<usize> = 1..5;
/// Between two rounds while all is well: the stations' beginnings are spread over it.
const PAUSE: Duration = Duration::from_secs(2);
const EVENT_PATIENCE: Duration = Duration::from_mins(5);

pub(crate) struct Crowd {
    pub(crate) posts: Vec<Post>,
    pub(crate) event: EventId,
    pub(crate) board: Board,
    /// Pairs of seats that were tried already, by all tills together.
    pub(crate) tried: AtomicUsize,
    over: AtomicBool,
    faults: AtomicUsize,
}

/// One sort of a station's rounds.
type Round = fn(&Station) -> Result<SyncRound, Fault>;

/// Ends the rounds when it goes.
pub(crate) struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Crowd {
    /// Sets up all stations, each let in by the desk, which then publishes an event.
    pub(crate) fn gather(cloud: &DevCloud) -> Self {
        eprintln!("Setting up {STATIONS} stations …");
        let pairing = cloud.pairing();
        let desk = Post::new("Office", false, &pairing);
        desk.lets_in(&desk);
        let mut posts = vec![desk];
        for number in 1..STATIONS {
            let (name, kind) =
                if number <= TILLS { ("Till", StationKind::Till) } else { ("Gate", StationKind::Gate) };
            let post = Post::of_kind(&format!("{name} {number}"), kind, false, &pairing);
            posts[0].lets_in(&post);
            posts.push(post);
        }
        let (event, _) = posts[0].station.import_event(&BY, hall::plan().as_bytes(), &hall::event()).unwrap();
        eprintln!("Publishing {} seats …", 2 * hall::PAIRS);
        posts[0].publish(event);
        Self {
            posts,
            event,
            board: Board::new(OTHERS),
            tried: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            faults: AtomicUsize::new(0),
        }
    }

    /// Rounds that ended with a fault so far.
    pub(crate) fn faults(&self) -> usize {
        self.faults.load(Ordering::Relaxed)
    }

    /// Begins the rounds of all stations, each on three threads as in the window. They go on until the answer is dropped.
    pub(crate) fn follow<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) -> Ends<'scope> {
        for (number, post) in self.posts.iter().enumerate() {
            let later = PAUSE * number as u32 / STATIONS as u32;
            let station = &post.station;
            scope.spawn(move || self.run(later, station, Station::deliver_round, true, || ()));
            scope.spawn(move || self.run(later, station, Station::load_round, false, || ()));
            let mut watch = Watch::on(self, number);
            scope.spawn(move || self.run(later, station, Station::follow_round, false, || watch.look()));
        }
        Ends(&self.over)
    }

    /// As `keep_in_step` of the window does (`src-tauri/src/cloud.rs`), until the measurement is over. `after` each round,
    /// something is looked at.
    fn run(&self, later: Duration, station: &Station, round: Round, sends: bool, mut after: impl FnMut()) {
        std::thread::sleep(later);
        let mut seen = Heard::default();
        while !self.over.load(Ordering::Relaxed) {
            let done = round(station).unwrap();
            after();
            let well = done.fault.is_none();
            if !well {
                self.faults.fetch_add(1, Ordering::Relaxed);
            }
            seen = if sends && well {
                station.wait_for_news(seen, done.pause)
            } else {
                station.wait_for_hurry(seen, done.pause)
            };
        }
    }

    /// Waits until every station has the event and all of its seats.
    pub(crate) fn wait_for_event(&self) {
        eprintln!("Waiting until every station follows it …");
        let begun = Instant::now();
        for post in &self.posts {
            let file = reading(post);
            let follows = || {
                let sql = "SELECT count(*) FROM follow WHERE whole = 1";
                file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() == 1
            };
            while !follows() {
                assert!(begun.elapsed() < EVENT_PATIENCE, "a station never took the event");
                std::thread::sleep(Duration::from_millis(200));
            }
        }
        // What comes next is then news of sales alone.
        self.posts[0].wait_for_pages();
    }

    /// What stations have not heard of these sales after a while, in words. A seat is marked as sold by another function
    /// than the one that writes its ticket, and may come later.
    pub(crate) fn missing(&self, sold: &Range<usize>, most: Duration) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let missing = self.missing_now(sold);
            if missing.is_empty() || begun.elapsed() > most {
                return missing;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    fn missing_now(&self, sold: &Range<usize>) -> Vec<String> {
        let mut missing = Vec::new();
        for (number, post) in self.posts.iter().enumerate() {
            let file = reading(post);
            for (_, ticket) in self.board.of_others(number, sold) {
                if !has(&file, ticket.as_bytes()) {
                    missing.push(format!("station {number} lacks ticket {ticket}"));
                }
            }
            // Each ticket is a seat's. Sold elsewhere, or by this station itself.
            let sql = "SELECT count(*) FROM seat WHERE claim = 4 OR ticket_id IS NOT NULL";
            let seats: usize = file.query_row(sql, [], |row| row.get(0)).unwrap();
            for _ in seats..sold.len() {
                missing.push(format!("station {number} has {seats} of {} seats as sold", sold.len()));
            }
        }
        missing
    }
}

/// Looks into a station's file for what others have sold.
struct Watch<'a> {
    crowd: &'a Crowd,
    number: usize,
    file: Connection,
    /// How much of the board has been read.
    read: usize,
    waiting: Vec<(usize, TicketId)>,
}

impl<'a> Watch<'a> {
    fn on(crowd: &'a Crowd, number: usize) -> Self {
        Self { crowd, number, file: reading(&crowd.posts[number]), read: 0, waiting: Vec::new() }
    }

    /// A round has ended: what is in the file now came with it. The round's end is taken as the moment, so that no time is
    /// too short.
    fn look(&mut self) {
        let at = Instant::now();
        let end = self.crowd.board.len();
        self.waiting.extend(self.crowd.board.of_others(self.number, &(self.read..end)));
        self.read = end;
        let mut arrived = Vec::new();
        self.waiting.retain(|(row, ticket)| {
            let there = has(&self.file, ticket.as_bytes());
            if there {
                arrived.push(*row);
            }
            !there
        });
        self.crowd.board.note_arrival(&arrived, at);
    }
}

fn has(file: &Connection, ticket: &[u8]) -> bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM cloud_ticket WHERE ticket_id = ?1)";
    file.prepare_cached(sql).unwrap().query_row([ticket], |row| row.get(0)).unwrap()
}

fn reading(post: &Post) -> Connection {
    Connection::open_with_flags(post.file(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}
