//! Seating plans.

use rusqlite::{OptionalExtension, named_params};

use crate::error::StoreError;
use crate::row::known;
use crate::write::{Read, Write};

impl Read<'_> {
    /// A plan's document, as it was stored.
    pub fn plan(&self, plan_no: i64) -> Result<String, StoreError> {
        let document = self
            .conn
            .prepare_cached("SELECT document FROM plan WHERE plan_no = ?1")?
            .query_row([plan_no], |row| row.get(0))
            .optional()?;
        known(document, "seating plan")
    }
}

impl Write<'_> {
    /// Stores a plan once; the same document again gives the same number.
    pub fn put_plan(&self, digest: &[u8; 32], name: &str, document: &str) -> Result<i64, StoreError> {
        self.conn.execute(
            "INSERT INTO plan (digest, name, document) VALUES (:digest, :name, :document)
             ON CONFLICT (digest) DO NOTHING",
            named_params! { ":digest": digest, ":name": name, ":document": document },
        )?;
        Ok(self.conn.query_row("SELECT plan_no FROM plan WHERE digest = ?1", [digest], |row| row.get(0))?)
    }
}
