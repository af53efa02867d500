//! What a feed's first pages come to, in one file: a new station begins with it (`docs/contract.md`, "Following").
//!
//! A text, packed with gzip. Its first line says of which feed it is and up to which page: `{"feed":"…","number":…}`.
//! Each line after it is what a page holds.

use std::collections::BTreeMap;
use std::io::{BufRead, Read as _};

use serde::{Deserialize, Serialize};

use super::{Change, ChangePage, pages_of};

/// A longer line is none of ours.
const LINE_MAX: u64 = 1_000_000;
/// A file that unpacks to more than this is none of ours: a million tickets come to a third.
pub const SNAPSHOT_MAX: u64 = 1_000_000_000;

/// Where a feed's snapshot lies in the bucket.
pub fn snapshot_key(feed: &str) -> String {
    format!("snapshots/{}.gz", feed.replacen('#', "/", 1))
}

/// Pages folded together: each item once, as whoever has read them all knows it.
#[derive(Debug, Default)]
pub struct Folded {
    items: BTreeMap<(&'static str, String), Change>,
}

impl Folded {
    /// Takes over a page's changes.
    pub fn add(&mut self, changes: Vec<Change>) {
        for change in changes {
            let about = change.about();
            let known = self.items.remove(&about);
            self.items.insert(about, change.told_after(known));
        }
    }

    /// The file's text, before it is packed.
    pub fn text(self, feed: &str, number: u64) -> String {
        let head = Head { feed: feed.to_owned(), number };
        // A head always has a JSON form.
        let mut text = serde_json::to_string(&head).unwrap_or_default();
        for page in pages_of(self.items.into_values()) {
            text.push('\n');
            text.push_str(&page);
        }
        text
    }
}

#[derive(Serialize, Deserialize)]
struct Head {
    feed: String,
    number: u64,
}

/// Why a file is no snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotASnapshot {
    /// It is damaged, or something else.
    #[error("the snapshot cannot be read")]
    Damaged,
    /// It is another feed's.
    #[error("the snapshot is of another feed")]
    Another,
}

/// A snapshot as it is read, part by part. Nothing comes after a fault.
pub struct Snapshot<R> {
    /// Every page up to this one is in it.
    pub number: u64,
    feed: String,
    text: Option<R>,
}

impl<R: BufRead> Snapshot<R> {
    /// Opens the unpacked text of a feed's snapshot.
    ///
    /// # Errors
    /// When it is none of this feed.
    pub fn open(feed: &str, mut text: R) -> Result<Self, NotASnapshot> {
        let head = line(&mut text)?.ok_or(NotASnapshot::Damaged)?;
        let head: Head = serde_json::from_str(&head).map_err(|_| NotASnapshot::Damaged)?;
        if head.feed != feed {
            return Err(NotASnapshot::Another);
        }
        Ok(Self { number: head.number, feed: head.feed, text: Some(text) })
    }
}

impl<R: BufRead> Iterator for Snapshot<R> {
    /// Each has the number of the whole.
    type Item = Result<ChangePage, NotASnapshot>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text.as_mut()?;
        let page = line(text).and_then(|line| {
            let page = line
                .map(|line| ChangePage::read(&self.feed, self.number, &line).ok_or(NotASnapshot::Damaged));
            page.transpose()
        });
        if !matches!(page, Ok(Some(_))) {
            self.text = None;
        }
        page.transpose()
    }
}

/// The next line; none at the end.
fn line(text: &mut impl BufRead) -> Result<Option<String>, NotASnapshot> {
    let mut line = Vec::new();
    let read = text.take(LINE_MAX).read_until(b'\n', &mut line).map_err(|_| NotASnapshot::Damaged)?;
    if read == 0 {
        return Ok(None);
    }
    String::from_utf8(line).map(Some).map_err(|_| NotASnapshot::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{EventMark, EventStatus};

    const FEED: &str = "hall#events";

    fn mark(event: u32, version: u64) -> Change {
        let event_id = format!("event-{event:04}");
        Change::Event(EventMark { event_id, version, status: EventStatus::Live, until: 9 })
    }

    fn read(text: &str) -> Result<Vec<ChangePage>, NotASnapshot> {
        Snapshot::open(FEED, text.as_bytes())?.collect()
    }

    #[test]
    fn each_item_stands_in_it_once_as_it_was_told_last() {
        let mut folded = Folded::default();
        folded.add(vec![mark(1, 1), mark(2, 1)]);
        folded.add(vec![mark(1, 3), mark(1, 2)]);
        let pages = read(&folded.text(FEED, 7)).unwrap();
        let known = ChangePage { number: 7, changes: vec![mark(1, 3), mark(2, 1)], unreadable: 0 };
        assert_eq!(pages, [known]);
        assert_eq!(read(&Folded::default().text(FEED, 0)), Ok(Vec::new()));
    }

    #[test]
    fn it_comes_in_parts_of_a_page_each() {
        let mut folded = Folded::default();
        folded.add((0..2_000).map(|event| mark(event, 1)).collect());
        let pages = read(&folded.text(FEED, 9)).unwrap();
        assert!(pages.len() > 2, "{}", pages.len());
        assert_eq!(pages.iter().map(|page| page.changes.len()).sum::<usize>(), 2_000);
    }

    #[test]
    fn what_is_damaged_or_of_another_feed_is_told() {
        let mut folded = Folded::default();
        folded.add((0..2_000).map(|event| mark(event, 1)).collect());
        let whole = folded.text(FEED, 9);
        assert_eq!(read(&whole[..whole.len() - 1]), Err(NotASnapshot::Damaged));
        assert_eq!(read(""), Err(NotASnapshot::Damaged));
        assert_eq!(read("[]"), Err(NotASnapshot::Damaged));
        let another = Snapshot::open("club#events", whole.as_bytes());
        assert_eq!(another.err(), Some(NotASnapshot::Another));
        let endless = format!("{}[{}]", Folded::default().text(FEED, 1) + "\n", "0,".repeat(600_000));
        assert_eq!(read(&endless), Err(NotASnapshot::Damaged), "a line that is too long is not read whole");
    }

    #[test]
    fn a_feed_has_one_place_in_the_bucket_below_its_house() {
        assert_eq!(snapshot_key("hall#events"), "snapshots/hall/events.gz");
    }
}
