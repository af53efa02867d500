//! The two ways into the file: [`Read`] sees one consistent moment, [`Write`] is one durable transaction.

use std::ops::Deref;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::StoreError;

/// One consistent view of the file.
pub struct Read<'c> {
    pub(crate) conn: &'c Connection,
}

/// One transaction: everything in it is on disk together, or nothing is.
pub struct Write<'c> {
    read: Read<'c>,
}

impl Read<'_> {
    /// Runs `work` on what the file holds at its first look.
    pub(crate) fn run<T, E: From<StoreError>>(
        conn: &Connection,
        work: impl FnOnce(&Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let view = conn.unchecked_transaction().map_err(StoreError::from)?;
        work(&Read { conn: &view })
    }
}

impl Write<'_> {
    /// Runs `work` in an immediate transaction and commits it when it ends well; otherwise nothing is changed.
    pub(crate) fn run<T, E: From<StoreError>>(
        conn: &mut Connection,
        work: impl FnOnce(&Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = Transaction::new(conn, TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let value = work(&Write { read: Read { conn: &transaction } })?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(value)
    }
}

impl<'c> Deref for Write<'c> {
    type Target = Read<'c>;

    fn deref(&self) -> &Read<'c> {
        &self.read
    }
}
