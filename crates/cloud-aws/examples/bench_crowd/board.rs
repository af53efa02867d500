//! What was sold and when, and when each station had it in its file.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wicket_domain::id::TicketId;

/// A ticket and its way to the stations that did not sell it.
struct Row {
    ticket: TicketId,
    /// When its sale had been committed.
    sold_at: Instant,
    seller: usize,
    /// How many stations have it.
    stations: usize,
    quickest: Duration,
    slowest: Duration,
}

/// All of them, in the order in which they were noted.
pub(crate) struct Board {
    rows: Mutex<Vec<Row>>,
    /// How many stations have to get each.
    others: usize,
}

impl Board {
    pub(crate) const fn new(others: usize) -> Self {
        Self { rows: Mutex::new(Vec::new()), others }
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Row>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows().len()
    }

    /// Notes a sale that was just committed.
    pub(crate) fn note_sale(&self, seller: usize, tickets: impl Iterator<Item = TicketId>) {
        let sold_at = Instant::now();
        let row = |ticket| Row {
            ticket,
            sold_at,
            seller,
            stations: 0,
            quickest: Duration::MAX,
            slowest: Duration::ZERO,
        };
        self.rows().extend(tickets.map(row));
    }

    /// Tickets that others than this station have sold, in a range of the board.
    pub(crate) fn of_others(&self, station: usize, range: &Range<usize>) -> Vec<(usize, TicketId)> {
        let rows = self.rows();
        let range = range.start..range.end.min(rows.len());
        let start = range.start;
        let numbered = rows[range].iter().zip(start..);
        numbered.filter(|(row, _)| row.seller != station).map(|(row, number)| (number, row.ticket)).collect()
    }

    /// Notes that a station had these in its file at this moment.
    pub(crate) fn note_arrival(&self, numbers: &[usize], at: Instant) {
        let mut rows = self.rows();
        for number in numbers {
            let row = &mut rows[*number];
            let took = at.saturating_duration_since(row.sold_at);
            row.stations += 1;
            row.quickest = row.quickest.min(took);
            row.slowest = row.slowest.max(took);
        }
    }

    /// Waits until every station has all of a range; says whether it came to that.
    pub(crate) fn wait_for(&self, range: &Range<usize>, most: Duration) -> bool {
        let begun = Instant::now();
        loop {
            if self.rows()[range.clone()].iter().all(|row| row.stations >= self.others) {
                return true;
            }
            if begun.elapsed() > most {
                return false;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// From the sale to the last station that has it so far, sorted.
    pub(crate) fn slowest(&self, range: &Range<usize>) -> Vec<Duration> {
        self.sorted(range, |row| row.slowest)
    }

    /// From the sale to the first station, sorted.
    pub(crate) fn quickest(&self, range: &Range<usize>) -> Vec<Duration> {
        self.sorted(range, |row| row.quickest)
    }

    fn sorted(&self, range: &Range<usize>, took: impl Fn(&Row) -> Duration) -> Vec<Duration> {
        let mut times: Vec<_> = self.rows()[range.clone()].iter().map(took).collect();
        times.sort_unstable();
        times
    }
}
