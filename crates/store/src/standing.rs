//! An event's standing areas.

use rusqlite::named_params;

use crate::claim::StandingClaimRow;
use crate::error::StoreError;
use crate::write::{Read, Write};

/// A standing area.
#[derive(Clone)]
pub struct StandingRow {
    /// Its id: the text of its area in the plan.
    pub area_id: String,
    /// What it is priced by.
    pub category_no: u16,
    /// Places.
    pub capacity: u32,
    /// Places sold by this station.
    pub sold: u32,
    /// Who may sell them.
    pub claim: StandingClaimRow,
}

impl Read<'_> {
    /// An event's standing areas in their order.
    pub fn standing(&self, event_no: i64) -> Result<Vec<StandingRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT area_id, category_no, capacity, sold, granted, grant_version, giving_back, allotted,
                    left_for_all, counter_version
             FROM standing_area WHERE event_no = ?1 ORDER BY category_no",
        )?;
        let rows = statement.query_map([event_no], |row| {
            Ok(StandingRow {
                area_id: row.get(0)?,
                category_no: row.get(1)?,
                capacity: row.get(2)?,
                sold: row.get(3)?,
                claim: StandingClaimRow {
                    granted: row.get(4)?,
                    grant_version: row.get(5)?,
                    giving_back: row.get(6)?,
                    allotted: row.get(7)?,
                    left_for_all: row.get(8)?,
                    counter_version: row.get(9)?,
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    pub(crate) fn insert_standing(&self, event_no: i64, area: &StandingRow) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO standing_area (event_no, area_id, category_no, capacity, sold)
             VALUES (:event_no, :area_id, :category_no, :capacity, 0)",
            named_params! {
                ":event_no": event_no,
                ":area_id": area.area_id,
                ":category_no": area.category_no,
                ":capacity": area.capacity,
            },
        )?;
        Ok(())
    }
}
