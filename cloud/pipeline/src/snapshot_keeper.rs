//! `SnapshotKeeper`: folds a feed's pages into one file, with which a new station begins (`docs/contract.md`,
//! "Following"). The tables' stream calls it for each hundredth page.
//!
//! Pages that a file holds go by themselves after a while; no other page ever does, and never a feed's last. So whoever
//! misses a page finds it in the file.

use std::collections::BTreeMap;
use std::io::{BufReader, Read as _, Write as _};
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use wicket_domain::cloud::{ChangePage, Folded, NotASnapshot, SNAPSHOT_MAX, Snapshot, snapshot_key};
use wicket_domain::table::{Condition, Item, Key, Table, Value, Write};

use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::stream::Stream;
use crate::world::{File, Find, Kept, World};

/// A file is made at each page whose number is a multiple of this. The template's filter says the same.
const EVERY: u64 = 100;
/// How long a page stays that a file holds: stations that have begun follow pages.
const PAGES_STAY: Duration = Duration::from_hours(30 * 24);
/// Units of writing that are spent at once on dates, and the pause after them. A feed is one partition, which takes 1,000
/// units a second, and new pages come first.
const UNITS_AT_ONCE: usize = 100;
const PAUSE: Duration = Duration::from_millis(500);
/// DynamoDB counts a write in units of this many bytes.
const UNIT_BYTES: usize = 1_024;
/// Left over at the end of a call. Pages that have no date by then stay for good.
const TO_END: Duration = Duration::from_secs(2);

/// The function.
pub struct SnapshotKeeper {
    world: World,
}

/// What it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshots {
    /// Files it wrote.
    pub snapshots: u32,
}

/// A feed's pages up to one of them.
#[derive(Default)]
struct Reading {
    folded: Folded,
    /// The last page in it.
    number: u64,
    /// Pages beside the file, with their bytes.
    pages: Vec<(u64, usize)>,
}

impl Function for SnapshotKeeper {
    type Event = Stream;
    type Answer = Snapshots;

    const NEEDS: &'static [Need] = &[Need::Table(Table::Changes), Need::Files];

    fn new(world: World) -> Self {
        Self { world }
    }

    async fn handle(&self, stream: Stream, call: &Call) -> Result<Snapshots, Fault> {
        let mut due = BTreeMap::new();
        for record in stream.records {
            let Some((feed, number)) = record.key().and_then(|key| named(&key)) else { continue };
            if number > 0 && number % EVERY == 0 {
                let highest = due.entry(feed).or_insert(number);
                *highest = number.max(*highest);
            }
        }
        let mut snapshots = 0;
        for (feed, number) in due {
            snapshots += u32::from(self.keep(&feed, number, call).await?);
        }
        Ok(Snapshots { snapshots })
    }
}

impl SnapshotKeeper {
    /// Sees to it that a feed's file holds all pages up to this one; gives whether that took a new file.
    async fn keep(&self, feed: &str, number: u64, call: &Call) -> Result<bool, Fault> {
        let key = snapshot_key(feed);
        let lies = self.world.files.get(key.clone()).await?;
        let mut reading = match &lies {
            Some(kept) => self.opened(feed, kept)?,
            None => Reading::default(),
        };
        let before = reading.number;
        if before >= number {
            return Ok(false);
        }
        self.read_on(feed, number, &mut reading).await?;
        let text = reading.folded.text(feed, number);
        let file = File { key, media_type: "application/gzip", name: "snapshot.gz", bytes: packed(&text)? };
        if !self.world.files.replace(file, lies.map(|kept| kept.tag)).await? {
            return Err(Fault::Waiting("another writes this feed's file"));
        }
        tracing::info!(feed, number, "a snapshot");
        let held = reading.pages.into_iter().filter(|(page, _)| *page < number);
        self.date(feed, held.collect(), call).await?;
        Ok(true)
    }

    /// What a file holds. One that is damaged is made anew, as long as all pages are there.
    fn opened(&self, feed: &str, kept: &Kept) -> Result<Reading, Fault> {
        match unfolded(feed, &kept.bytes) {
            Ok(reading) => Ok(reading),
            Err(NotASnapshot::Damaged) => {
                tracing::error!(feed, "a snapshot that cannot be read");
                self.world.count(&[("SnapshotsUnreadable", 1)]);
                Ok(Reading::default())
            }
            Err(error @ NotASnapshot::Another) => Err(Fault::Broken(error.to_string())),
        }
    }

    /// Reads the pages after those that are folded, up to this one. The last that a file holds is among them where there is
    /// one, for its date.
    async fn read_on(&self, feed: &str, number: u64, reading: &mut Reading) -> Result<(), Fault> {
        let mut after = reading.number.checked_sub(1);
        loop {
            let found = self.world.tables.find(Find {
                table: Table::Changes,
                partition: feed.to_owned(),
                after: after.map(Into::into),
                condition: Condition::has("changes"),
            });
            let found = found.await?;
            for item in found.items {
                let Some((page, changes)) = named(&item).map(|(_, page)| page).zip(item.get("changes"))
                else {
                    return Err(Fault::Broken("a page that is none".to_owned()));
                };
                if page > number {
                    break;
                }
                reading.pages.push((page, length(changes)));
                if page <= reading.number {
                    continue;
                }
                let next = reading.number.saturating_add(1);
                let read = ChangePage::of(feed, page, changes).filter(|read| read.unreadable == 0);
                let (true, Some(read)) = (page == next, read) else {
                    return Err(Fault::Broken(format!("page {next} is missing, or cannot be read")));
                };
                reading.folded.add(read.changes);
                reading.number = page;
            }
            after = match found.next {
                Some(Value::Number(next)) if reading.number < number => u64::try_from(next).ok(),
                _ => break,
            };
        }
        if reading.number == number { Ok(()) } else { Err(Fault::Waiting("the pages are not all there")) }
    }

    /// Says when these pages go.
    async fn date(&self, feed: &str, pages: Vec<(u64, usize)>, call: &Call) -> Result<(), Fault> {
        let goes = self.world.now().as_second().saturating_add(PAGES_STAY.as_secs().cast_signed());
        let (mut writes, mut units) = (Vec::new(), 0);
        for (page, bytes) in pages {
            let write = Write::to(Key::pair(Table::Changes, feed, page)).set("expiresAt", goes);
            writes.push(write.only_if(Condition::has("changes")));
            units += bytes / UNIT_BYTES + 1;
            if units >= UNITS_AT_ONCE {
                self.world.tables.write_each(std::mem::take(&mut writes)).await?;
                units = 0;
                if self.world.time.passed() >= call.until.saturating_sub(TO_END) {
                    return Ok(());
                }
                self.world.time.sleep(PAUSE).await;
            }
        }
        self.world.tables.write_each(writes).await?;
        Ok(())
    }
}

/// Which page of which feed an item is.
fn named(item: &Item) -> Option<(String, u64)> {
    Some((item.text("feed")?.to_owned(), u64::try_from(item.number("number")?).ok()?))
}

/// The bytes of a page as it lies in the table.
const fn length(changes: &Value) -> usize {
    match changes {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => 0,
    }
}

fn unfolded(feed: &str, bytes: &[u8]) -> Result<Reading, NotASnapshot> {
    let text = BufReader::new(GzDecoder::new(bytes).take(SNAPSHOT_MAX));
    let snapshot = Snapshot::open(feed, text)?;
    let mut reading = Reading { number: snapshot.number, ..Reading::default() };
    for page in snapshot {
        let page = page?;
        if page.unreadable > 0 {
            return Err(NotASnapshot::Damaged);
        }
        reading.folded.add(page.changes);
    }
    Ok(reading)
}

fn packed(text: &str) -> Result<Vec<u8>, Fault> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    let packed = packing.write_all(text.as_bytes()).and_then(|()| packing.finish());
    packed.map_err(|error| Fault::Broken(error.to_string()))
}
