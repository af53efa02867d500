//! Tills that sell two neighbouring seats at a time, at a given pace.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use wicket_station::view::SaleOutcome;

use crate::crowd::{Crowd, SELLING};
use crate::hall;
use crate::post::wants;

const TICKETS: f64 = 2.0;

impl Crowd {
    /// Sells tickets at this rate, a second, for this time. Each sale claims its seats in the cloud, as at a window. Returns where
    /// the sales stand on the board. A till that is behind sells without a pause.
    pub(crate) fn sell(&self, rate: f64, how_long: Duration) -> Range<usize> {
        let start = self.board.len();
        let begun = Instant::now();
        let pace = Duration::from_secs_f64(TICKETS * SELLING.len() as f64 / rate);
        std::thread::scope(|scope| {
            for seller in SELLING {
                // One after the other, not all at once.
                let first = pace * (seller - SELLING.start) as u32 / SELLING.len() as u32;
                scope.spawn(move || {
                    let mut due = begun + first;
                    while due < begun + how_long && begun.elapsed() < how_long {
                        std::thread::sleep(due.saturating_duration_since(Instant::now()));
                        self.sell_one(seller);
                        due += pace;
                    }
                });
            }
        });
        start..self.board.len()
    }

    fn sell_one(&self, seller: usize) {
        let number = self.tried.fetch_add(1, Ordering::Relaxed);
        assert!(number < hall::PAIRS, "the hall is sold out: shorten WICKET_CROWD_SECONDS");
        match self.posts[seller].sell(&wants(self.event, &hall::pair(number))) {
            SaleOutcome::Sold { receipt } => {
                self.board.note_sale(seller, receipt.tickets.iter().map(|ticket| ticket.ticket_id));
            }
            // A claim that was answered too late: these seats are given back, and the next ones are tried.
            other => eprintln!("not sold: {other:?}"),
        }
    }
}
