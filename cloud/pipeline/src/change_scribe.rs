//! `ChangeScribe`: writes what changed in the tables into numbered pages, which stations follow
//! (`docs/contract.md`, "Following").
//!
//! Several of it run at once, one for each part of each table's stream. Each appends to a feed under the next number, if
//! nobody else took it, and only where the number before is there: so no number is ever missing. A batch that fails is
//! called again whole, so a change may stand in two pages; stations go by versions.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::Serialize;
use wicket_domain::cloud::{Change, EventMark, VenueId, event_feed, house_feed, pages_of, stored};
use wicket_domain::table::{Condition, Item, Key, Table, Value, Write};

use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::houses::Houses;
use crate::stream::Stream;
use crate::world::{Find, World, Written};

/// Others may take the next number while this one asks for it.
const TRIES: u32 = 64;
/// The versions that an event has when its item is made, and when it goes on sale.
const FIRST: u64 = 1;
const ON_SALE: u64 = 2;
/// A seat that was sold before anybody published it begins with this version; whoever publishes it writes 1.
const SOLD_EARLY: u64 = 2;
/// More feeds than this, and what is known of their ends is dropped.
const FEEDS_MAX: usize = 4_096;

/// The function.
pub struct ChangeScribe {
    world: World,
    houses: Houses,
    /// The highest number that is known to be taken, by feed. It may be behind.
    ends: RefCell<HashMap<String, u64>>,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pages {
    /// How many pages.
    pub pages: u32,
}

impl Function for ChangeScribe {
    type Event = Stream;
    type Answer = Pages;

    const NEEDS: &'static [Need] = &[
        Need::Table(Table::Changes),
        Need::Table(Table::Events),
        Need::Table(Table::SeatInventory),
        Need::Table(Table::Tickets),
        Need::Table(Table::Conflicts),
    ];

    fn new(world: World) -> Self {
        Self { world, houses: Houses::default(), ends: RefCell::default() }
    }

    async fn handle(&self, stream: Stream, _: &Call) -> Result<Pages, Fault> {
        let mut items = Vec::with_capacity(stream.records.len());
        for record in stream.records {
            // What is removed was forgotten by its own rule; no station has to hear of it.
            if record.dynamodb.new_image.is_none() {
                continue;
            }
            let Some(table) = record.table() else {
                return Err(Fault::Broken("a stream of no table of ours".to_owned()));
            };
            // What no item of ours holds says nothing, and is told apart below.
            items.push((table, record.item().unwrap_or_default()));
        }
        self.write_down(items).await
    }
}

impl ChangeScribe {
    /// Writes down how these items of these tables stand now, in order.
    ///
    /// # Errors
    /// When a request was not answered; some pages may be written.
    pub async fn write_down(&self, items: Vec<(Table, Item)>) -> Result<Pages, Fault> {
        let mut feeds: BTreeMap<String, News> = BTreeMap::new();
        let mut told = VecDeque::from(items);
        while let Some((table, item)) = told.pop_front() {
            let (event, change) = match Change::of(table, item) {
                Ok(Some(news)) => news,
                Ok(None) => continue,
                // Tried again it would be the same, and hold up what comes after it.
                Err(error) => {
                    tracing::error!(table = table.as_str(), %error, "an item that cannot be told to stations");
                    self.world.count(&[("ChangesUnreadable", 1)]);
                    continue;
                }
            };
            // Seats and tickets of an event that nobody has published are followed by nobody yet.
            let Some(house) = self.houses.owner(&self.world, &event).await? else { continue };
            let feed = match &change {
                Change::Event(mark) => {
                    told.extend(self.before_publishing(mark).await?);
                    let Ok(venue) = house.parse::<VenueId>() else { continue };
                    house_feed(&venue)
                }
                _ => event_feed(&house, &event),
            };
            feeds.entry(feed).or_default().add(change);
        }
        let mut pages = 0;
        for (feed, news) in feeds {
            for page in news.pages() {
                self.append(&feed, stored(page)).await?;
                pages += 1;
            }
        }
        Ok(Pages { pages })
    }

    /// What happened to an event's seats and tickets before it was published, and was told to nobody: it is told when the
    /// event's item first appears. The index of tickets may be behind then, so they are told once more when the event goes
    /// on sale. The seats that are published themselves, which may be a stadium's, are told by their own stream.
    async fn before_publishing(&self, mark: &EventMark) -> Result<Vec<(Table, Item)>, Fault> {
        let mut items = Vec::new();
        if mark.version <= FIRST {
            let sold = Condition::at_least("version", SOLD_EARLY);
            items.extend(self.of_event(Table::SeatInventory, &mark.event_id, sold).await?);
            // Each has one; DynamoDB takes no attribute of the key here.
            let any = Condition::has("kind");
            items.extend(self.of_event(Table::Conflicts, &mark.event_id, any).await?);
        }
        if mark.version <= ON_SALE {
            let tickets = self.world.tables.tickets_of(mark.event_id.clone()).await?;
            items.extend(tickets.into_iter().map(|item| (Table::Tickets, item)));
        }
        Ok(items)
    }

    /// An event's items of a table for which this holds, looked through page by page.
    async fn of_event(
        &self,
        table: Table,
        event: &str,
        condition: Condition,
    ) -> Result<Vec<(Table, Item)>, Fault> {
        let (mut items, mut after) = (Vec::new(), None);
        loop {
            let find = Find { table, partition: event.to_owned(), after, condition: condition.clone() };
            let found = self.world.tables.find(find).await?;
            items.extend(found.items.into_iter().map(|item| (table, item)));
            after = found.next;
            if after.is_none() {
                return Ok(items);
            }
        }
    }

    /// Appends a page under the next number.
    async fn append(&self, feed: &str, page: Value) -> Result<(), Fault> {
        let known = self.ends.borrow().get(feed).copied();
        let mut end = match known {
            Some(end) => end,
            None => self.end(feed).await?,
        };
        for _ in 0..TRIES {
            let number = end.saturating_add(1);
            let write = Write::to(Key::pair(Table::Changes, feed, number))
                .set("changes", page.clone())
                .set("writtenAt", self.world.millis())
                .only_if(Condition::lacks("number"));
            if let Written::Yes(_) = self.world.write(write).await? {
                self.note_end(feed, number);
                return Ok(());
            }
            // A refused write costs as much as one that is done, and a look where the feed ends costs little.
            end = self.end(feed).await?;
        }
        Err(Fault::Waiting("others write to the same feed"))
    }

    /// The highest number of a feed; 0 where it has no page yet.
    async fn end(&self, feed: &str) -> Result<u64, Fault> {
        let newest = self.world.tables.newest(Table::Changes, feed.to_owned()).await?;
        let number = newest.as_ref().and_then(|page| page.number("number"));
        Ok(number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0))
    }

    fn note_end(&self, feed: &str, end: u64) {
        let mut ends = self.ends.borrow_mut();
        if ends.len() >= FEEDS_MAX {
            ends.clear();
        }
        ends.insert(feed.to_owned(), end);
    }
}

/// What is new in a feed, each item once, as it stood last.
#[derive(Default)]
struct News {
    changes: Vec<Option<Change>>,
    places: HashMap<(&'static str, String), usize>,
}

impl News {
    fn add(&mut self, change: Change) {
        let before = self.places.insert(change.about(), self.changes.len());
        if let Some(place) = before.and_then(|before| self.changes.get_mut(before)) {
            *place = None;
        }
        self.changes.push(Some(change));
    }

    /// The pages' texts.
    fn pages(self) -> Vec<String> {
        pages_of(self.changes.into_iter().flatten())
    }
}
