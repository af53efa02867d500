//! What wakes whoever runs the rounds.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::Station;

/// Something to tell the cloud has come up.
#[derive(Default)]
pub(crate) struct News {
    count: Mutex<Heard>,
    changed: Condvar,
}

/// How much news there has been, as [`Station::wait_for_news`] tells it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Something is to be sent.
    news: u64,
    /// Somebody did what may have ended the trouble.
    hurry: u64,
}

impl Station {
    /// Tells whoever runs the rounds that something is to be sent.
    pub(crate) fn tell_news(&self) {
        self.tell(|heard| heard.news = heard.news.wrapping_add(1));
    }

    /// Tells whoever runs the rounds that somebody did what may have ended the trouble: paired, signed in, tried again.
    pub(crate) fn tell_hurry(&self) {
        self.tell(|heard| heard.hurry = heard.hurry.wrapping_add(1));
    }

    fn tell(&self, change: impl FnOnce(&mut Heard)) {
        let mut count = self.news.count.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut count);
        self.news.changed.notify_all();
    }

    /// Waits until something is to be sent, or `most` has passed. `seen` is what the last call gave.
    pub fn wait_for_news(&self, seen: Heard, most: Duration) -> Heard {
        self.wait_while(most, |heard| *heard == seen)
    }

    /// The same after a fault: what is to be sent now would meet it too, so only somebody who may have ended it counts.
    pub fn wait_for_hurry(&self, seen: Heard, most: Duration) -> Heard {
        self.wait_while(most, |heard| heard.hurry == seen.hurry)
    }

    fn wait_while(&self, most: Duration, quiet: impl Fn(&Heard) -> bool) -> Heard {
        let count = self.news.count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.news.changed.wait_timeout_while(count, most, |heard| quiet(heard));
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
