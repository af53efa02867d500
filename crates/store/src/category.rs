//! What an event's places cost, and when and where they are good.

use jiff::Timestamp;
use rusqlite::named_params;

use crate::error::StoreError;
use crate::row::{Time, known};
use crate::write::{Read, Write};

/// A category: the price list's line and the ticket class in the token.
#[derive(Clone)]
pub struct CategoryRow {
    /// The class in the token.
    pub category_no: u16,
    /// Its name in the plan, or the standing area's.
    pub name: String,
    /// In minor units of the event's currency.
    pub price: i64,
    /// Tickets of it are not good before.
    pub valid_from: Option<Timestamp>,
    /// Tickets of it are not good from then on.
    pub valid_until: Option<Timestamp>,
    /// The gates it is good at; none means all.
    pub gates: Vec<String>,
}

impl Read<'_> {
    /// An event's categories in their order.
    pub fn categories(&self, event_no: i64) -> Result<Vec<CategoryRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT category_no, name, price, valid_from, valid_until, gates FROM category
             WHERE event_no = ?1 ORDER BY category_no",
        )?;
        let rows = statement.query_map([event_no], |row| {
            let gates: String = row.get(5)?;
            let category = CategoryRow {
                category_no: row.get(0)?,
                name: row.get(1)?,
                price: row.get(2)?,
                valid_from: row.get::<_, Option<Time>>(3)?.map(|time| time.0),
                valid_until: row.get::<_, Option<Time>>(4)?.map(|time| time.0),
                gates: Vec::new(),
            };
            Ok((category, gates))
        })?;
        rows.map(|row| {
            let (category, gates) = row?;
            let gates = known(serde_json::from_str(&gates).ok(), "list of gates")?;
            Ok(CategoryRow { gates, ..category })
        })
        .collect()
    }
}

impl Write<'_> {
    pub(crate) fn insert_category(&self, event_no: i64, category: &CategoryRow) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO category (event_no, category_no, name, price, valid_from, valid_until, gates)
             VALUES (:event_no, :category_no, :name, :price, :valid_from, :valid_until, :gates)",
            named_params! {
                ":event_no": event_no,
                ":category_no": category.category_no,
                ":name": category.name,
                ":price": category.price,
                ":valid_from": category.valid_from.map(Time),
                ":valid_until": category.valid_until.map(Time),
                ":gates": known(serde_json::to_string(&category.gates).ok(), "list of gates")?,
            },
        )?;
        Ok(())
    }

    /// Takes over what a category costs and where and when its tickets are good. Its name stays: tickets carry it.
    pub fn update_category(&self, event_no: i64, category: &CategoryRow) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE category SET price = :price, valid_from = :valid_from, valid_until = :valid_until, gates = :gates
             WHERE event_no = :event_no AND category_no = :category_no",
            named_params! {
                ":event_no": event_no,
                ":category_no": category.category_no,
                ":price": category.price,
                ":valid_from": category.valid_from.map(Time),
                ":valid_until": category.valid_until.map(Time),
                ":gates": known(serde_json::to_string(&category.gates).ok(), "list of gates")?,
            },
        )?;
        Ok(())
    }
}
