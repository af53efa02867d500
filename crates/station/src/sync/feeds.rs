//! How far this process has read the feeds it follows, where the file need not know.

use std::collections::{BTreeMap, HashMap};
use std::sync::{MutexGuard, PoisonError};

use wicket_domain::cloud::{EventMark, EventStatus};

use crate::Station;

/// What this process has read.
#[derive(Default)]
pub(crate) struct Feeds {
    /// The last page of an event's feed, by the event's number here.
    read: HashMap<i64, u64>,
    /// How many entries of an event's feed could not be read.
    unreadable: HashMap<i64, u32>,
    /// When the feed of an event that is not followed in every round was asked for last, in milliseconds.
    looked: HashMap<i64, i64>,
    /// When somebody at this station had to do with an event last, in milliseconds.
    used: HashMap<i64, i64>,
    /// The last page of the house's feed, which every process reads from its beginning.
    house: u64,
    /// Entries of the house's feed that could not be read.
    house_unreadable: u32,
    /// The newest that the house's feed says of each event.
    marks: BTreeMap<String, EventMark>,
}

impl Feeds {
    /// The last page that was read of an event's feed; 0 where none was.
    pub(crate) fn read_up_to(&self, event_no: i64) -> u64 {
        self.read.get(&event_no).copied().unwrap_or(0)
    }

    /// Notes that a page of an event's feed was read.
    pub(crate) fn note_read(&mut self, event_no: i64, number: u64) {
        self.read.insert(event_no, number);
    }

    /// Counts entries that could not be read; gives how many there are of the event. They are counted until somebody
    /// starts a newer Wicket, which reads them again.
    pub(crate) fn note_unreadable(&mut self, event_no: i64, more: u32) -> u32 {
        let known = self.unreadable.entry(event_no).or_default();
        *known = known.saturating_add(more);
        *known
    }

    /// Whether an event was looked at longer than `every` ago (milliseconds), and notes that it is now. A clock that was
    /// set makes it due, too.
    pub(crate) fn is_due(&mut self, event_no: i64, now: i64, every: i64) -> bool {
        let looked = self.looked.get(&event_no).copied();
        let due =
            looked.is_none_or(|looked| now.saturating_sub(looked).unsigned_abs() >= every.unsigned_abs());
        if due {
            self.looked.insert(event_no, now);
        }
        due
    }

    /// Notes that somebody here has to do with an event.
    pub(crate) fn note_used(&mut self, event_no: i64, now: i64) {
        self.used.insert(event_no, now);
    }

    /// Whether somebody here had to do with an event in the last `within` milliseconds, by a clock that may have been set.
    pub(crate) fn is_used(&self, event_no: i64, now: i64, within: i64) -> bool {
        let used = self.used.get(&event_no);
        used.is_some_and(|used| now.saturating_sub(*used).unsigned_abs() <= within.unsigned_abs())
    }

    /// The last page that was read of the house's feed.
    pub(crate) const fn house(&self) -> u64 {
        self.house
    }

    /// Notes a page of the house's feed.
    pub(crate) fn note_house(&mut self, number: u64, unreadable: u32, marks: Vec<EventMark>) {
        self.house = number;
        self.house_unreadable = self.house_unreadable.saturating_add(unreadable);
        for mark in marks {
            let known = self.marks.get(&mark.event_id).is_some_and(|known| known.version > mark.version);
            if !known {
                self.marks.insert(mark.event_id.clone(), mark);
            }
        }
    }

    /// How many entries of the house's feed could not be read.
    pub(crate) const fn house_unreadable(&self) -> u32 {
        self.house_unreadable
    }

    /// The house's events on sale that are not long past.
    pub(crate) fn on_sale(&self, now: i64) -> Vec<EventMark> {
        let taken = |mark: &&EventMark| mark.status == EventStatus::Live && mark.until > now;
        self.marks.values().filter(taken).cloned().collect()
    }
}

impl Station {
    pub(crate) fn feeds(&self) -> MutexGuard<'_, Feeds> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
