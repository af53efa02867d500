//! Sales, admissions and single-row commits in turns.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use wicket_domain::money::{Currency, Money};
use wicket_station::actor::Actor;
use wicket_station::view::{SaleOutcome, SaleRequest, ScanRequest, VerdictWord};

use crate::Result;
use crate::fill::Filled;

/// Of each sort in a row before the next sort's turn.
const BLOCK: u32 = 8;
const ROUNDS: u32 = 150;

/// Events a second in one file.
pub(crate) struct Rates {
    pub(crate) tickets: u32,
    pub(crate) sale: f64,
    pub(crate) admission: f64,
    pub(crate) commit: f64,
}

#[derive(Default, Clone)]
struct Spent {
    sale: Duration,
    admission: Duration,
    commit: Duration,
}

/// Everybody's turns.
pub(crate) struct Turns<'a> {
    files: &'a mut [Filled],
    commits: Connection,
}

impl<'a> Turns<'a> {
    pub(crate) fn new(dir: &Path, files: &'a mut [Filled]) -> Result<Self> {
        let commits = Connection::open(dir.join("commits.sqlite"))?;
        commits.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        commits.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 2500;
             CREATE TABLE entry (entry_no INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;",
        )?;
        Ok(Self { files, commits })
    }

    pub(crate) fn run(self) -> Result<Vec<Rates>> {
        let Self { files, commits } = self;
        let mut spent = vec![Spent::default(); files.len()];
        // The first round is for warming up and does not count.
        for round in 0..=ROUNDS {
            let mut turns: Vec<_> = files.iter_mut().zip(&mut spent).collect();
            // Who comes after whom changes, since each leaves the disk with something to do.
            if round % 2 == 1 {
                turns.reverse();
            }
            for (file, spent) in turns {
                let turn = Spent { commit: commit(&commits)?, sale: sell(file)?, ..Spent::default() };
                let turn = Spent { commit: turn.commit + commit(&commits)?, admission: admit(file)?, ..turn };
                if round > 0 {
                    spent.commit += turn.commit;
                    spent.sale += turn.sale;
                    spent.admission += turn.admission;
                }
            }
        }
        let count = f64::from(ROUNDS * BLOCK);
        let rates = files.iter().zip(&spent).map(|(file, spent)| Rates {
            tickets: file.tickets,
            sale: count / spent.sale.as_secs_f64(),
            admission: count / spent.admission.as_secs_f64(),
            commit: 2.0 * count / spent.commit.as_secs_f64(),
        });
        Ok(rates.collect())
    }
}

fn commit(conn: &Connection) -> Result<Duration> {
    let mut statement = conn.prepare_cached("INSERT INTO entry (words) VALUES ('one small row')")?;
    let began = Instant::now();
    for _ in 0..BLOCK {
        statement.execute([])?;
    }
    Ok(began.elapsed())
}

fn sell(file: &mut Filled) -> Result<Duration> {
    let mut requests = Vec::new();
    for _ in 0..BLOCK {
        requests.push(SaleRequest {
            event_id: file.event_id,
            cart_id: Some(file.station.open_cart()?),
            seats: file.free.pop().ok_or("sold out")?.into(),
            standing: Vec::new(),
            cash: Money::new(12_000, Currency::USD),
            holder: None,
            contact: None,
            fan_club_id: None,
            any_time: false,
        });
    }
    let mut sold = Vec::new();
    let began = Instant::now();
    for request in &requests {
        match file.station.sell(&Actor::CommandLine, request)? {
            SaleOutcome::Sold { receipt } => sold.push(receipt),
            other => return Err(format!("not sold: {other:?}").into()),
        }
    }
    let spent = began.elapsed();
    // One of each two comes in when those who wait already have.
    let tokens = sold.into_iter().filter_map(|receipt| Some(receipt.tickets.into_iter().next()?.token));
    file.waiting.splice(0..0, tokens);
    Ok(spent)
}

fn admit(file: &mut Filled) -> Result<Duration> {
    let mut requests = Vec::new();
    for _ in 0..BLOCK {
        requests.push(ScanRequest {
            text: file.waiting.pop().ok_or("everybody is inside")?,
            gate: Some("North".into()),
            event_id: Some(file.event_id),
            any_time: false,
        });
    }
    let began = Instant::now();
    for request in &requests {
        let verdict = file.station.admit(&Actor::CommandLine, request)?;
        if verdict.verdict != VerdictWord::Admitted {
            return Err(format!("not admitted: {verdict:?}").into());
        }
    }
    Ok(began.elapsed())
}
