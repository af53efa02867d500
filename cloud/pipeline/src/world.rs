//! The ports: all that the pipeline asks of what is around it. AWS stands behind them in the functions, maps in
//! [`crate::memory`].

use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use jiff::Timestamp;
use wicket_domain::pairing::Pairing;
use wicket_domain::table::{Condition, Item, Key, Table, Value, Write};

use crate::fault::Fault;

/// An answer that is waited for.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + 'a>>;

/// What became of a conditional write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It was made; the item as it is now, where that was asked for.
    Yes(Option<Item>),
    /// The condition did not hold; the item that is there.
    No(Option<Item>),
}

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transacted {
    /// Every write was made.
    Done,
    /// Nothing was changed: the conditions of these writes did not hold. There is one at least.
    Refused(Vec<Refusal>),
    /// Nothing was changed: another write was at one of the items at this moment.
    InTheWay,
}

/// A write of a transaction whose condition did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its place among the transaction's writes, from 0.
    pub part: usize,
    /// The item that is there.
    pub item: Option<Item>,
}

/// Which item to read, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The item.
    pub key: Key,
    /// Whether every earlier write has to be seen.
    pub consistent: bool,
    /// These attributes only; all of them where none is named.
    pub only: &'static [&'static str],
}

/// Which items of a partition to look for, and from where on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// The table; its keys have two parts.
    pub table: Table,
    /// The first part of the key.
    pub partition: String,
    /// Items whose second part is greater; all of them without it.
    pub after: Option<Value>,
    /// What has to hold of an item.
    pub condition: Condition,
}

/// Items that were found, in the order of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The items.
    pub items: Vec<Item>,
    /// Where to go on; none at the partition's end.
    pub next: Option<Value>,
}

/// Items of an index to look up: one partition of it, up to a number in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    /// The table.
    pub table: Table,
    /// The index's name. It keeps whole items.
    pub index: &'static str,
    /// The index's partition: attribute and value.
    pub partition: (&'static str, String),
    /// The attribute that orders the partition, and the highest number wanted.
    pub up_to: (&'static str, i64),
    /// So many items at most, the lowest first.
    pub most: u32,
}

/// The tables. Every write is conditional, or one transaction of conditional writes.
pub trait Tables {
    /// Makes a write where its condition holds.
    fn write(&self, write: Write) -> Asked<'_, Written>;

    /// Makes all writes, or none. No two may be of one item; there are at most 100.
    fn transact(&self, writes: Vec<Write>) -> Asked<'_, Transacted>;

    /// Makes each of some writes that do not depend on one another, several at once, as [`Tables::write`] does. After a
    /// fault some of them may have been made.
    fn write_each(&self, writes: Vec<Write>) -> Asked<'_, Vec<Written>>;

    /// Reads an item; none where none is.
    fn read(&self, read: Read) -> Asked<'_, Option<Item>>;

    /// Reads every item of a partition, every earlier write seen, in the order of their keys. For partitions that stay
    /// small: a house's stations.
    fn partition(&self, table: Table, partition: String) -> Asked<'_, Vec<Item>>;

    /// Reads the last item of a partition, every earlier write seen; none where there is none.
    fn newest(&self, table: Table, partition: String) -> Asked<'_, Option<Item>>;

    /// Reads the tickets of an event, by an index that may be behind.
    fn tickets_of(&self, event: String) -> Asked<'_, Vec<Item>>;

    /// Looks through a part of a partition, every earlier write seen.
    fn find(&self, find: Find) -> Asked<'_, Found>;

    /// Looks up items by an index, which may be a moment behind its table.
    fn look_up(&self, look_up: LookUp) -> Asked<'_, Vec<Item>>;
}

/// Where the pipeline publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Sales, for the other functions.
    TourTicketing,
    /// News for fans.
    FanNotification,
}

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where.
    pub topic: Topic,
    /// A letter's subject: ASCII, one line, at most 100 characters.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// Whether the text is JSON with one text for each kind of subscriber.
    pub by_subscriber: bool,
    /// What subscribers choose by.
    pub attributes: Vec<(&'static str, String)>,
}

/// The topics, and text messages to telephones.
pub trait Topics {
    /// Publishes a notice.
    fn publish(&self, notice: Notice) -> Asked<'_, ()>;

    /// Sends a text message to a number (E.164).
    fn send_text(&self, phone: String, words: String) -> Asked<'_, ()>;
}

/// A file to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it lies in the bucket.
    pub key: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What a browser calls it.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A file as it lies in the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What tells these bytes from others in the same place.
    pub tag: String,
}

/// The bucket.
pub trait Files {
    /// Keeps a file, in place of one that lies there.
    fn put(&self, file: File) -> Asked<'_, ()>;

    /// Keeps a file in place of the one that has this tag, or where none lies. Gives whether that is how it was.
    fn replace(&self, file: File, tag: Option<String>) -> Asked<'_, bool>;

    /// A file; none where none lies.
    fn get(&self, key: String) -> Asked<'_, Option<Kept>>;

    /// Whether a file lies there.
    fn has(&self, key: String) -> Asked<'_, bool>;

    /// A link to a file. It works without signing in, and ends after `good_for` at the latest.
    fn link(&self, key: String, good_for: Duration) -> Asked<'_, String>;
}

/// A secret that the operator keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Secret {
    /// What Stripe signs its events with.
    StripeWebhook,
    /// What the third party knows the pipeline by.
    FulfilmentKey,
    /// What the cloud's own tickets are signed with.
    IssuingKey,
}

/// A parameter that the operator sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parameter {
    /// Where the third party listens.
    FulfilmentEndpoint,
    /// Whether orders from the web are taken: `on` or `off`.
    WebOrders,
    /// Whether the third party is told of orders: `on` or `off`.
    ThirdParty,
}

/// What the operator keeps for the pipeline. It may change while functions run.
pub trait Settings {
    /// A secret as it is now.
    fn secret(&self, secret: Secret) -> Asked<'_, String>;

    /// A parameter as it is now.
    fn parameter(&self, parameter: Parameter) -> Asked<'_, String>;
}

/// What the third party is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Where it listens.
    pub endpoint: String,
    /// The secret that proves who is calling.
    pub bearer: String,
    /// What it knows one thing by, which it may hear of more than once.
    pub idempotency_key: String,
    /// JSON.
    pub body: String,
}

/// Somebody else's computer.
pub trait ThirdParty {
    /// Posts JSON. Returns the status, or none where no answer came.
    fn post(&self, post: Post) -> Pin<Box<dyn Future<Output = Option<u16>> + '_>>;
}

/// Time, of both kinds.
pub trait Time {
    /// By the calendar.
    fn now(&self) -> Timestamp;

    /// Since some moment that stays the same; never backwards.
    fn passed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, how_long: Duration) -> Pin<Box<dyn Future<Output = ()> + '_>>;
}

/// Who counts for the dashboard.
pub trait Counts {
    /// Adds to each named count.
    fn count(&self, at: Timestamp, counts: &[(&'static str, u32)]);
}

/// Everything around a function.
#[derive(Clone)]
pub struct World {
    /// Which of the organizer's clouds this is: part of what stations sign.
    pub environment: String,
    /// The tables.
    pub tables: Rc<dyn Tables>,
    /// The topics.
    pub topics: Rc<dyn Topics>,
    /// The bucket.
    pub files: Rc<dyn Files>,
    /// Secrets and parameters.
    pub settings: Rc<dyn Settings>,
    /// The third party.
    pub third_party: Rc<dyn ThirdParty>,
    /// The time.
    pub time: Rc<dyn Time>,
    /// The dashboard's counts.
    pub counts: Rc<dyn Counts>,
    /// Whether somebody of the organizer's reads the letters to fans and sends them on.
    pub letters_are_read: bool,
    /// How long an order of the web owns its places before it is paid.
    pub pay_for: Duration,
    /// How often a message is tried before it becomes a dead letter.
    pub tries: u32,
    /// What a station that is to be paired is told; its house is that of a station without a cloud. One function has it.
    pub pairing: Option<Pairing>,
}

impl World {
    pub(crate) fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// Milliseconds since 1970.
    pub(crate) fn millis(&self) -> i64 {
        self.now().as_millisecond()
    }

    pub(crate) async fn write(&self, write: Write) -> Result<Written, Fault> {
        self.tables.write(write).await
    }

    /// An item with all its attributes, every earlier write seen.
    pub(crate) async fn read(&self, key: Key) -> Result<Option<Item>, Fault> {
        self.tables.read(Read { key, consistent: true, only: &[] }).await
    }

    /// Counts what happened; nothing when nothing did.
    pub(crate) fn count(&self, counts: &[(&'static str, u32)]) {
        let happened: Vec<_> = counts.iter().copied().filter(|(_, count)| *count > 0).collect();
        if !happened.is_empty() {
            self.counts.count(self.now(), &happened);
        }
    }

    /// What comes of some work before `until`; none when it is not done by then.
    pub(crate) async fn before<T>(&self, until: Duration, work: impl Future<Output = T>) -> Option<T> {
        let left = until.saturating_sub(self.time.passed());
        let (mut work, mut end) = (pin!(work), self.time.sleep(left));
        std::future::poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            end.as_mut().poll(context).map(|()| None)
        })
        .await
    }
}
