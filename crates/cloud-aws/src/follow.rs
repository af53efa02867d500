//! What has changed, page by page. The next page is on its way while the caller works on the one it has, and never
//! more than one: memory stays flat, and 70,000 tickets wait for the slower of network and disk alone.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use wicket_domain::cloud::{InventoryRecord, TicketRecord};
use wicket_domain::id::EventId;
use wicket_station::cloud::{Answered, CloudFault, CloudTrouble, Page};

use crate::fault::fault;
use crate::item::{Item, number, read, text, values};
use crate::reach::Reach;

/// A longer text is no place in a list: the key's three parts are bounded to 2,048, 1,024 and 38 bytes.
const RESUME_MAX: usize = 8_192;

/// Which index is followed.
#[derive(Clone, Copy)]
pub(crate) struct Index {
    name: &'static str,
    partition: &'static str,
    own: &'static str,
    /// What a station uses of an item beside the partition, which it knows: the rest is not sent, for it costs as much
    /// as the reading.
    used: &'static [&'static str],
}

/// Seats, counters and grants.
pub(crate) const CHANGES: Index = Index {
    name: "ChangesIndex",
    partition: "concertId",
    own: "seatId",
    used: &[
        "seatId",
        "state",
        "station",
        "epoch",
        "holdUntil",
        "payUntil",
        "version",
        "updatedAt",
        "capacity",
        "remaining",
        "granted",
    ],
};
/// Tickets.
pub(crate) const TICKETS: Index = Index {
    name: "EventIndex",
    partition: "eventId",
    own: "ticketId",
    used: &[
        "ticketId",
        "orderId",
        "orderCode",
        "seatId",
        "label",
        "category",
        "holder",
        "status",
        "admissionId",
        "annulled",
        "validatedAt",
        "gate",
        "station",
        "updatedAt",
    ],
};

/// An item that a station follows.
pub(crate) trait Followed: Send + Sized + 'static {
    fn from_item(item: Item) -> Option<Self>;
}

impl Followed for TicketRecord {
    fn from_item(item: Item) -> Option<Self> {
        read(item)
    }
}

impl Followed for InventoryRecord {
    fn from_item(item: Item) -> Option<Self> {
        let id = item.get("seatId")?.as_s().ok()?;
        if id.starts_with("ga#") {
            read(item).map(Self::Counter)
        } else if id.starts_with("grant#") {
            read(item).map(Self::Grant)
        } else {
            read(item).map(Self::Seat)
        }
    }
}

/// What is followed, and from when on.
#[derive(Clone)]
pub(crate) struct Following {
    pub(crate) reach: Arc<Reach>,
    pub(crate) table: String,
    pub(crate) index: Index,
    pub(crate) event: EventId,
    pub(crate) since: i64,
}

/// A page as it came.
struct Raw {
    items: Vec<Item>,
    next: Option<String>,
}

type Fetched = (Answered<Raw>, Option<Item>);

impl Following {
    async fn page(self, start: Option<Item>) -> Fetched {
        let asked = self.reach.clients.table.query();
        let partition = std::iter::once(&self.index.partition);
        let named = partition.chain(self.index.used).map(|name| (format!("#{name}"), (*name).to_owned()));
        let used: Vec<String> = self.index.used.iter().map(|name| format!("#{name}")).collect();
        let answer = asked
            .table_name(&self.table)
            .index_name(self.index.name)
            .key_condition_expression(format!("#{} = :event AND #updatedAt >= :since", self.index.partition))
            .projection_expression(used.join(", "))
            .set_expression_attribute_names(Some(named.collect()))
            .set_expression_attribute_values(Some(values([
                ("event", text(self.event.to_string())),
                ("since", number(self.since)),
            ])))
            .set_exclusive_start_key(start)
            .send()
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return (Err(self.reach.table_asked().fault(&error)), None),
        };
        let last = answer.last_evaluated_key.filter(|key| !key.is_empty());
        let next = match last.as_ref().map(|key| self.place(key)).transpose() {
            Ok(next) => next,
            Err(error) => return (Err(error), None),
        };
        let mut items = answer.items.unwrap_or_default();
        for item in &mut items {
            item.insert(self.index.partition.to_owned(), text(self.event.to_string()));
        }
        (Ok(Raw { items, next }), last)
    }

    /// A place in the list as a text.
    fn place(&self, key: &Item) -> Answered<String> {
        let parts: BTreeMap<String, Part> =
            key.iter().filter_map(|(name, value)| Some((name.clone(), Part::of(value)?))).collect();
        let whole = parts.len() == key.len() && self.names_fit(parts.keys().map(String::as_str));
        let place = Place { since: self.since, key: parts };
        let text = serde_json::to_string(&place).ok().filter(|text| whole && text.len() <= RESUME_MAX);
        text.ok_or_else(|| self.reach.table_asked().unreadable("a place to go on from"))
    }

    /// Reads [`Following::place`] back, and goes on from the time it was made with: `DynamoDB` takes a place only within
    /// the range that is asked for. It was kept in a file, so it is checked like any other input.
    fn resumed(self, text: &str) -> Answered<(Self, Item)> {
        let lost = || fault(CloudTrouble::Rejected, "the place to go on from cannot be read; begin again");
        if text.len() > RESUME_MAX {
            return Err(lost());
        }
        let Place { since, key } = serde_json::from_str(text).map_err(|_| lost())?;
        let within = |part: &Part| matches!(part, Part::N(digits) if digits.parse::<i64>().is_ok_and(|updated_at| updated_at >= since));
        let fits = self.names_fit(key.keys().map(String::as_str))
            && key.get("updatedAt").is_some_and(within)
            && key.get(self.index.partition) == Some(&Part::S(self.event.to_string()))
            && matches!(key.get(self.index.own), Some(Part::S(own)) if !own.is_empty());
        if !fits {
            return Err(lost());
        }
        let key = key.into_iter().map(|(name, part)| (name, part.into_value())).collect();
        Ok((Self { since, ..self }, key))
    }

    fn names_fit<'a>(&self, names: impl Iterator<Item = &'a str>) -> bool {
        let mut wanted = [self.index.partition, self.index.own, "updatedAt"];
        let mut met: Vec<&str> = names.collect();
        wanted.sort_unstable();
        met.sort_unstable();
        met == wanted
    }
}

/// Where a reading that was cut off goes on.
#[derive(Serialize, Deserialize)]
struct Place {
    /// What the reading began with.
    since: i64,
    /// The last item it has seen.
    key: BTreeMap<String, Part>,
}

/// One part of a key.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    S(String),
    N(String),
}

impl Part {
    fn of(value: &AttributeValue) -> Option<Self> {
        match value {
            AttributeValue::S(text) => Some(Self::S(text.clone())),
            AttributeValue::N(digits) => Some(Self::N(digits.clone())),
            _ => None,
        }
    }

    fn into_value(self) -> AttributeValue {
        match self {
            Self::S(text) => AttributeValue::S(text),
            Self::N(digits) => AttributeValue::N(digits),
        }
    }
}

/// Where an iteration is.
enum State {
    /// A page is on its way.
    Fetching(JoinHandle<Fetched>),
    /// The first step was wrong already.
    Wrong(CloudFault),
    /// Nothing more comes.
    Over,
}

/// Pages, one ahead. After a fault it ends; the last page's `next` goes on.
pub(crate) struct Ahead<T> {
    following: Following,
    runtime: Handle,
    state: State,
    brings: PhantomData<fn() -> T>,
}

impl<T: Followed> Ahead<T> {
    pub(crate) fn new(following: Following, runtime: Handle, resume: Option<String>) -> Self {
        let (following, state) = match resume {
            None => (following.clone(), State::Fetching(runtime.spawn(following.page(None)))),
            Some(text) => match following.clone().resumed(&text) {
                Ok((going_on, start)) => {
                    let page = going_on.clone().page(Some(start));
                    (going_on, State::Fetching(runtime.spawn(page)))
                }
                Err(wrong) => (following, State::Wrong(wrong)),
            },
        };
        Self { following, runtime, state, brings: PhantomData }
    }
}

impl<T: Followed> Iterator for Ahead<T> {
    type Item = Answered<Page<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Over => None,
            State::Wrong(wrong) => Some(Err(wrong)),
            State::Fetching(mut task) => {
                let Ok((page, last)) = self.runtime.block_on(&mut task) else {
                    return Some(Err(fault(CloudTrouble::Unreadable, "a page was given up")));
                };
                if last.is_some() {
                    self.state = State::Fetching(self.runtime.spawn(self.following.clone().page(last)));
                }
                // Read here, while the next page is on its way.
                Some(page.map(records))
            }
        }
    }
}

fn records<T: Followed>(raw: Raw) -> Page<T> {
    let mut page = Page { items: Vec::with_capacity(raw.items.len()), unreadable: 0, next: raw.next };
    for item in raw.items {
        match T::from_item(item) {
            Some(record) => page.items.push(record),
            None => page.unreadable = page.unreadable.saturating_add(1),
        }
    }
    page
}

impl<T> Drop for Ahead<T> {
    fn drop(&mut self) {
        if let State::Fetching(task) = &self.state {
            task.abort();
        }
    }
}
