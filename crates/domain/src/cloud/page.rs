//! Pages of a feed, as they lie in the table (`docs/contract.md`, "Following").

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::Change;
use crate::table::Value;

/// A page ends with the change that takes it past this many bytes of text. A stadium's seats come to some 250 pages.
const PAGE_BYTES: usize = 48_000;
/// A longer text is packed. This much, the feed's name and the number take one unit of writing.
const PLAIN_MAX: usize = 800;
/// What unpacks to more than this is none of ours.
const TEXT_MAX: u64 = 1_000_000;

/// One page of a feed. Pages are numbered from 1 without a gap, and never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePage {
    /// Its number.
    pub number: u64,
    /// In the order in which they happened, as far as one item is concerned. An item may come again.
    pub changes: Vec<Change>,
    /// Changes of a kind that this Wicket cannot read; they are told, not dropped in silence.
    pub unreadable: u32,
}

impl ChangePage {
    /// Reads a page of a feed from its number and its text; none where the text is no page at all.
    pub fn read(feed: &str, number: u64, text: &str) -> Option<Self> {
        let (_, event_id) = feed.split_once('#')?;
        let entries: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        let many = entries.len();
        let changes: Vec<_> = entries.into_iter().filter_map(|entry| Change::read(entry, event_id)).collect();
        let unreadable = u32::try_from(many.saturating_sub(changes.len())).unwrap_or(u32::MAX);
        Some(Self { number, changes, unreadable })
    }

    /// The same from the packed text.
    pub fn unpack(feed: &str, number: u64, packed: &[u8]) -> Option<Self> {
        let mut text = String::new();
        let read = GzDecoder::new(packed).take(TEXT_MAX + 1).read_to_string(&mut text).ok()?;
        if read as u64 > TEXT_MAX { None } else { Self::read(feed, number, &text) }
    }

    /// The same from what lies in the table: see [`stored`].
    pub fn of(feed: &str, number: u64, value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Self::read(feed, number, text),
            Value::Bytes(packed) => Self::unpack(feed, number, packed),
            _ => None,
        }
    }
}

/// The texts of pages that hold these changes, in order.
pub fn pages_of(changes: impl IntoIterator<Item = Change>) -> Vec<String> {
    let (mut pages, mut page, mut bytes) = (Vec::new(), Vec::new(), 0);
    for change in changes {
        let entry = change.written();
        bytes += entry.to_string().len();
        page.push(entry);
        if bytes >= PAGE_BYTES {
            pages.push(Json::Array(std::mem::take(&mut page)).to_string());
            bytes = 0;
        }
    }
    if !page.is_empty() {
        pages.push(Json::Array(page).to_string());
    }
    pages
}

/// A page's text as it lies in the table. One that is longer than a unit of writing is packed with gzip: in a rush each
/// page says the same of many seats, and every station of the event reads it.
pub fn stored(text: String) -> Value {
    if text.len() <= PLAIN_MAX {
        return Value::Text(text);
    }
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    match packing.write_all(text.as_bytes()).and_then(|()| packing.finish()) {
        Ok(packed) => Value::Bytes(packed),
        // Memory takes every write.
        Err(_) => Value::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{EventMark, EventStatus};

    const FEED: &str = "hall#e";

    fn marks(count: u64) -> Vec<Change> {
        let mark =
            |version| EventMark { event_id: "e".to_owned(), version, status: EventStatus::Live, until: 9 };
        (0..count).map(|version| Change::Event(mark(version))).collect()
    }

    #[test]
    fn what_a_newer_cloud_says_is_counted_and_the_rest_is_read() {
        let text = r#"[{"weather":{"rain":true}},{"ticket":{"ticketId":"t"}},7,{},
            {"ticket":{"ticketId":"t","status":"valid","updatedAt":1,"colour":"red"}}]"#;
        let page = ChangePage::read(FEED, 1, text).unwrap();
        assert_eq!((page.changes.len(), page.unreadable), (1, 4));
        for odd in ["", "{}", "[", "null"] {
            assert_eq!(ChangePage::read(FEED, 1, odd), None, "{odd}");
        }
    }

    #[test]
    fn a_short_page_lies_as_its_text_and_a_long_one_packed() {
        for (count, is_packed) in [(1, false), (10, false), (20, true), (400, true)] {
            let [text] = pages_of(marks(count)).try_into().unwrap();
            let length = text.len();
            let value = stored(text);
            let page = ChangePage::of(FEED, 3, &value).unwrap();
            assert_eq!(page, ChangePage { number: 3, changes: marks(count), unreadable: 0 });
            match value {
                Value::Bytes(packed) => assert!(is_packed && packed.len() * 4 < length, "{}", packed.len()),
                _ => assert!(!is_packed, "{length}"),
            }
        }
    }

    #[test]
    fn what_unpacks_to_no_page_or_to_too_much_is_none() {
        let Value::Bytes(whole) = stored(pages_of(marks(400)).remove(0)) else { panic!() };
        assert_eq!(ChangePage::unpack(FEED, 1, &whole[..whole.len() / 2]), None, "cut");
        assert_eq!(ChangePage::unpack(FEED, 1, b"[]"), None, "not packed");
        let Value::Bytes(bomb) = stored(format!("[{}]", " ".repeat(1_000_000))) else { panic!() };
        assert!(bomb.len() < 10_000);
        assert_eq!(ChangePage::unpack(FEED, 1, &bomb), None);
        assert_eq!(ChangePage::of(FEED, 1, &Value::Number(7)), None);
    }
}
