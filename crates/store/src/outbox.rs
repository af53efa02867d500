//! What the cloud has to hear, numbered without a gap.

use jiff::Timestamp;
use rusqlite::named_params;
use wicket_domain::id::MessageId;

use crate::error::StoreError;
use crate::row::{Id, Time};
use crate::write::{Read, Write};

/// A message that waits.
pub struct OutboxRow {
    /// Gapless within the station.
    pub sequence: u64,
    /// Its idempotency key.
    pub message_id: MessageId,
    /// The station's fence when it was written.
    pub epoch: u32,
    /// What its body is.
    pub kind: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// The body as JSON.
    pub body: String,
}

impl Read<'_> {
    /// Messages after `after`, in order, at most `limit`.
    pub fn outbox(&self, after: u64, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT sequence, message_id, epoch, kind, occurred_at, body FROM outbox
             WHERE sequence > :after ORDER BY sequence LIMIT :limit",
        )?;
        let rows = statement.query_map(named_params! { ":after": after, ":limit": limit }, |row| {
            Ok(OutboxRow {
                sequence: row.get(0)?,
                message_id: row.get::<_, Id<MessageId>>(1)?.0,
                epoch: row.get(2)?,
                kind: row.get(3)?,
                occurred_at: row.get::<_, Time>(4)?.0,
                body: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// Appends a message with the next number.
    pub fn append_outbox(
        &self,
        message_id: MessageId,
        epoch: u32,
        kind: &str,
        at: Timestamp,
        body: &str,
    ) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO outbox (message_id, epoch, kind, occurred_at, body)
                 VALUES (:message_id, :epoch, :kind, :occurred_at, :body)",
            )?
            .execute(named_params! {
                ":message_id": Id(message_id),
                ":epoch": epoch,
                ":kind": kind,
                ":occurred_at": Time(at),
                ":body": body,
            })?;
        Ok(())
    }
}
