//! What the people at this station have to be told until somebody has read it.

use jiff::Timestamp;
use rusqlite::named_params;

use crate::error::StoreError;
use crate::row::Time;
use crate::write::{Read, Write};

/// Something to be told.
pub struct NoticeRow {
    /// Its number.
    pub notice_no: i64,
    /// What kind.
    pub code: String,
    /// What it is about.
    pub detail: String,
    /// Since when.
    pub at: Timestamp,
}

impl Read<'_> {
    /// What nobody has read yet, oldest first.
    pub fn notices(&self) -> Result<Vec<NoticeRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT notice_no, code, detail, at FROM notice WHERE read_at IS NULL ORDER BY notice_no",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(NoticeRow {
                notice_no: row.get(0)?,
                code: row.get(1)?,
                detail: row.get(2)?,
                at: row.get::<_, Time>(3)?.0,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What all notices of a kind are about, also of those that somebody has read.
    pub fn told(&self, code: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT detail FROM notice WHERE code = ?1")?;
        let rows = statement.query_map([code], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// Adds something to be told.
    pub fn insert_notice(&self, code: &str, detail: &str, at: Timestamp) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO notice (code, detail, at) VALUES (:code, :detail, :at)",
            named_params! { ":code": code, ":detail": detail, ":at": Time(at) },
        )?;
        Ok(())
    }

    /// Marks it as read.
    pub fn read_notice(&self, notice_no: i64, at: Timestamp) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE notice SET read_at = :at WHERE notice_no = :notice_no",
            named_params! { ":at": Time(at), ":notice_no": notice_no },
        )?;
        Ok(())
    }
}
