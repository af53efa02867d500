//! What is asked of the cloud's tables, as values: an item, a condition that it has to meet, and what then changes.
//!
//! Rules about seats, tickets and money are made of these and stand once. The AWS side tells them to DynamoDB, and
//! [`Write::apply`] does to a map what DynamoDB would do; tests hold both to each other.

mod apply;
mod condition;
mod value;

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use condition::Condition;
pub use value::Value;

/// An attribute's name.
pub type Name = Cow<'static, str>;

/// One of the cloud's tables (`docs/contract.md`, "Tables").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Who may sell which seat.
    SeatInventory,
    /// One item an order.
    Orders,
    /// One item a ticket.
    Tickets,
    /// Published events.
    Events,
    /// Members, their points and tiers.
    FanClubMembers,
    /// Buyers.
    Customers,
    /// Payments of orders.
    Payments,
    /// Stations that were met.
    Stations,
    /// What two places did that cannot both be right.
    Conflicts,
    /// Pages of what changed, for stations.
    Changes,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 10] = [
        Self::SeatInventory,
        Self::Orders,
        Self::Tickets,
        Self::Events,
        Self::FanClubMembers,
        Self::Customers,
        Self::Payments,
        Self::Stations,
        Self::Conflicts,
        Self::Changes,
    ];

    /// Its name, which the environment's stands before.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeatInventory => "SeatInventory",
            Self::Orders => "Orders",
            Self::Tickets => "Tickets",
            Self::Events => "Events",
            Self::FanClubMembers => "FanClubMembers",
            Self::Customers => "Customers",
            Self::Payments => "Payments",
            Self::Stations => "Stations",
            Self::Conflicts => "Conflicts",
            Self::Changes => "Changes",
        }
    }

    /// The attributes of the key: the partition's, and the one within it where there is one.
    pub const fn key(self) -> &'static [&'static str] {
        match self {
            Self::SeatInventory => &["concertId", "seatId"],
            Self::Orders => &["orderId"],
            Self::Tickets => &["ticketId"],
            Self::Events => &["eventId"],
            Self::FanClubMembers => &["fanClubId"],
            Self::Customers => &["customerId"],
            Self::Payments => &["paymentId", "createdAt"],
            Self::Stations => &["venue", "stationId"],
            Self::Conflicts => &["eventId", "conflictId"],
            Self::Changes => &["feed", "number"],
        }
    }
}

/// A row: attributes by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Item(std::collections::BTreeMap<Name, Value>);

impl Item {
    /// An item without attributes.
    pub const fn new() -> Self {
        Self(std::collections::BTreeMap::new())
    }

    /// An attribute.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether an attribute is there.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A text attribute.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole-number attribute that fits.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(number) => i64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// A set of texts; an empty one where there is none.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let texts = match self.get(name) {
            Some(Value::Texts(texts)) => Some(texts),
            _ => None,
        };
        texts.into_iter().flatten().map(String::as_str)
    }

    /// Puts an attribute in, in place of what was there.
    pub fn put(&mut self, name: impl Into<Name>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// Takes an attribute out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Every attribute, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attributes of a record.
    ///
    /// # Errors
    /// When the record is no object, or holds a number that is not whole.
    pub fn of(record: &impl Serialize) -> Result<Self, NotAnItem> {
        match serde_json::to_value(record).map_err(|_| NotAnItem)? {
            serde_json::Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| Some((Name::Owned(name), Value::of(value)?)))
                .collect::<Option<_>>()
                .map(Self)
                .ok_or(NotAnItem),
            _ => Err(NotAnItem),
        }
    }

    /// The record that this item is.
    ///
    /// # Errors
    /// When it is another one.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, NotAnItem> {
        let fields = self.0.into_iter().map(|(name, value)| (name.into_owned(), value.json()));
        serde_json::from_value(serde_json::Value::Object(fields.collect())).map_err(|_| NotAnItem)
    }
}

impl<N: Into<Name>, V: Into<Value>> FromIterator<(N, V)> for Item {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// An item and a record that do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an item that is not the record it should be")]
pub struct NotAnItem;

/// Which item: a table and the key in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The table.
    pub table: Table,
    /// The attributes that [`Table::key`] names.
    pub item: Item,
}

impl Key {
    /// An item of a table whose key is one attribute.
    pub fn of(table: Table, id: impl Into<Value>) -> Self {
        Self { table, item: table.key().iter().copied().zip([id.into()]).collect() }
    }

    /// An item of a table whose key are two attributes.
    pub fn pair(table: Table, partition: impl Into<Value>, within: impl Into<Value>) -> Self {
        Self { table, item: table.key().iter().copied().zip([partition.into(), within.into()]).collect() }
    }
}

/// What becomes of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is this now.
    Set(Value),
    /// It is this now, unless it was there.
    SetOnce(Value),
    /// It is not there any more.
    Remove,
    /// So much is added; what is not there counts as nothing.
    Add(i128),
    /// These belong to the set, too.
    Insert(BTreeSet<String>),
    /// One more than it was; what is not there counts as 1.
    Next,
}

/// A change of one item, made whether or not the item is there yet, where its condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Which item.
    pub key: Key,
    /// What becomes of each attribute that changes; none is named twice. Where none changes, the condition is looked at
    /// and nothing is made: such a write is good in transactions only.
    pub changes: Vec<(Name, Change)>,
    /// What has to hold; nothing has to, where there is none.
    pub condition: Option<Condition>,
    /// Whether the item is asked for as it is after the write.
    pub wants_new: bool,
}

impl Write {
    /// A write that changes nothing yet.
    pub const fn to(key: Key) -> Self {
        Self { key, changes: Vec::new(), condition: None, wants_new: false }
    }

    /// Changes an attribute.
    #[must_use]
    pub fn change(mut self, name: impl Into<Name>, change: Change) -> Self {
        self.changes.push((name.into(), change));
        self
    }

    /// Sets an attribute.
    #[must_use]
    pub fn set(self, name: impl Into<Name>, value: impl Into<Value>) -> Self {
        self.change(name, Change::Set(value.into()))
    }

    /// Sets an attribute where there is something to set.
    #[must_use]
    pub fn set_some(self, name: impl Into<Name>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Sets an attribute, or takes it away where there is nothing to set.
    #[must_use]
    pub fn set_or_remove(self, name: impl Into<Name>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self.remove(name),
        }
    }

    /// Sets an attribute unless it has been set.
    #[must_use]
    pub fn set_once(self, name: impl Into<Name>, value: impl Into<Value>) -> Self {
        self.change(name, Change::SetOnce(value.into()))
    }

    /// Sets every attribute of a record but the key's.
    ///
    /// # Errors
    /// As [`Item::of`] has them.
    pub fn set_record(mut self, record: &impl Serialize) -> Result<Self, NotAnItem> {
        for (name, value) in Item::of(record)?.0 {
            if !self.key.item.has(&name) {
                self = self.set(name, value);
            }
        }
        Ok(self)
    }

    /// Takes an attribute away.
    #[must_use]
    pub fn remove(self, name: impl Into<Name>) -> Self {
        self.change(name, Change::Remove)
    }

    /// Adds to a number.
    #[must_use]
    pub fn add(self, name: impl Into<Name>, number: impl Into<i128>) -> Self {
        self.change(name, Change::Add(number.into()))
    }

    /// Adds texts to a set.
    #[must_use]
    pub fn insert(self, name: impl Into<Name>, texts: impl IntoIterator<Item = String>) -> Self {
        self.change(name, Change::Insert(texts.into_iter().collect()))
    }

    /// Makes `version` the next. An item that was not there begins with 2: a station that publishes an event at this
    /// moment takes 1 for a seat that it wrote itself.
    #[must_use]
    pub fn next_version(self) -> Self {
        self.change("version", Change::Next)
    }

    /// Makes the write only where this holds.
    #[must_use]
    pub fn only_if(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Asks for the item as it is after the write.
    #[must_use]
    pub const fn giving_new(mut self) -> Self {
        self.wants_new = true;
        self
    }
}
