//! What the cloud has to hear, numbered without a gap: what waits, what was delivered, and what it will not take.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use wicket_domain::id::MessageId;

use crate::error::StoreError;
use crate::row::{Id, Time, count, known};
use crate::write::{Read, Write};

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// It will be sent.
    Waiting,
    /// The cloud has it.
    Sent,
    /// The cloud will not take it as it is.
    Dead,
}

impl OutboxState {
    const fn code(self) -> u8 {
        match self {
            Self::Waiting => 0,
            Self::Sent => 1,
            Self::Dead => 2,
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Waiting),
            1 => Some(Self::Sent),
            2 => Some(Self::Dead),
            _ => None,
        }
    }
}

/// A message of the outbox.
#[derive(Debug, Clone)]
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
    /// How far it is.
    pub state: OutboxState,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// Why the last try was in vain.
    pub words: Option<String>,
}

/// How the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Messages that wait.
    pub waiting: u32,
    /// When what the oldest of them tells happened.
    pub oldest: Option<Timestamp>,
    /// Messages that the cloud will not take.
    pub dead: u32,
}

const COLUMNS: &str = "outbox.sequence, message_id, epoch, kind, occurred_at, body, state, attempts, words";
/// Messages by number. The states are named, since a row of `outbox_state` is found by its state and its number.
const BY_NUMBER: &str =
    "outbox CROSS JOIN outbox_state AS of ON of.sequence = outbox.sequence AND of.state IN (0, 1, 2)";
/// Messages of one state, in order.
const BY_STATE: &str = "outbox_state AS of CROSS JOIN outbox ON outbox.sequence = of.sequence";

fn read(row: &Row<'_>) -> rusqlite::Result<Result<OutboxRow, StoreError>> {
    let state = known(OutboxState::from_code(row.get(6)?), "message state");
    let (sequence, message_id) = (row.get(0)?, row.get::<_, Id<MessageId>>(1)?.0);
    let (epoch, kind, occurred_at) = (row.get(2)?, row.get(3)?, row.get::<_, Time>(4)?.0);
    let (body, attempts, words) = (row.get(5)?, row.get(7)?, row.get(8)?);
    Ok(state.map(|state| OutboxRow {
        sequence,
        message_id,
        epoch,
        kind,
        occurred_at,
        body,
        state,
        attempts,
        words,
    }))
}

impl Read<'_> {
    /// The number of the newest message that ever was; 0 before the first.
    pub fn last_message(&self) -> Result<u64, StoreError> {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'";
        let last = self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        Ok(last.unwrap_or(0))
    }

    /// Messages after `after`, in order, whatever became of them, at most `limit`.
    pub fn outbox(&self, after: u64, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {BY_NUMBER} WHERE outbox.sequence > ?1 ORDER BY outbox.sequence LIMIT ?2"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((after, limit), read)?;
        rows.map(|row| row?).collect()
    }

    /// Messages that wait, in order, at most `limit`.
    pub fn outbox_waiting(&self, after: u64, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {BY_STATE} WHERE state = 0 AND of.sequence > ?1 ORDER BY of.sequence LIMIT ?2"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((after, limit), read)?;
        rows.map(|row| row?).collect()
    }

    /// Messages that wait and are of a kind (`of_it`), or of any other, in order, at most `limit`.
    pub fn outbox_waiting_of(
        &self,
        kind: &str,
        of_it: bool,
        after: u64,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {BY_STATE}
             WHERE state = 0 AND of.sequence > ?1 AND (kind = ?2) = ?3 ORDER BY of.sequence LIMIT ?4"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((after, kind, of_it, limit), read)?;
        rows.map(|row| row?).collect()
    }

    /// Messages that the cloud will not take, in order, at most `limit`.
    pub fn outbox_dead(&self, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM {BY_STATE} WHERE state = 2 ORDER BY of.sequence LIMIT ?1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([limit], read)?;
        rows.map(|row| row?).collect()
    }

    /// The last messages, newest first.
    pub fn outbox_newest(&self, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM {BY_NUMBER} ORDER BY outbox.sequence DESC LIMIT ?1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([limit], read)?;
        rows.map(|row| row?).collect()
    }

    /// One message.
    pub fn outbox_message(&self, sequence: u64) -> Result<Option<OutboxRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM {BY_NUMBER} WHERE outbox.sequence = ?1");
        self.conn.prepare_cached(&sql)?.query_row([sequence], read).optional()?.transpose()
    }

    /// A message's number, by its id.
    pub fn outbox_number(&self, message_id: MessageId) -> Result<Option<u64>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT sequence FROM outbox WHERE message_id = ?1")?;
        Ok(statement.query_row([Id(message_id)], |row| row.get(0)).optional()?)
    }

    /// How the outbox stands.
    pub fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        let mut waiting = self.conn.prepare_cached("SELECT count(*) FROM outbox_state WHERE state = 0")?;
        let sql = format!("SELECT occurred_at FROM {BY_STATE} WHERE state = 0 ORDER BY of.sequence LIMIT 1");
        let mut oldest = self.conn.prepare_cached(&sql)?;
        let mut dead = self.conn.prepare_cached("SELECT count(*) FROM outbox_state WHERE state = 2")?;
        Ok(OutboxCounts {
            waiting: count(waiting.query_row([], |row| row.get(0))?),
            oldest: oldest.query_row([], |row| row.get::<_, Time>(0)).optional()?.map(|time| time.0),
            dead: count(dead.query_row([], |row| row.get(0))?),
        })
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
    ) -> Result<OutboxRow, StoreError> {
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
        let sequence = known(u64::try_from(self.conn.last_insert_rowid()).ok(), "message number")?;
        self.conn.prepare_cached("INSERT INTO outbox_state (sequence) VALUES (?1)")?.execute([sequence])?;
        Ok(OutboxRow {
            sequence,
            message_id,
            epoch,
            kind: kind.to_owned(),
            occurred_at: at,
            body: body.to_owned(),
            state: OutboxState::Waiting,
            attempts: 0,
            words: None,
        })
    }

    /// Numbers the next message beyond `sequence`: the cloud has had messages of those numbers.
    pub fn number_messages_after(&self, sequence: u64) -> Result<(), StoreError> {
        let changed = self
            .conn
            .execute("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'outbox'", [sequence])?;
        if changed == 0 {
            self.conn.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?1)", [sequence])?;
        }
        Ok(())
    }

    /// Notes that the cloud has a message.
    pub fn message_sent(&self, sequence: u64, at: Timestamp) -> Result<(), StoreError> {
        self.settle_message(sequence, OutboxState::Sent, 0, None, at)
    }

    /// Notes that the cloud will not take a message as it is. It is kept.
    pub fn message_died(&self, sequence: u64, words: &str, at: Timestamp) -> Result<(), StoreError> {
        self.settle_message(sequence, OutboxState::Dead, 1, Some(words), at)
    }

    fn settle_message(
        &self,
        sequence: u64,
        state: OutboxState,
        tries: u32,
        words: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "UPDATE outbox_state SET state = :state, attempts = attempts + :tries, words = :words, settled_at = :at
                 WHERE sequence = :sequence AND state = 0",
            )?
            .execute(named_params! {
                ":sequence": sequence,
                ":state": state.code(),
                ":tries": tries,
                ":words": words,
                ":at": Time(at),
            })?;
        Ok(())
    }

    /// Counts a try in vain; the message goes on waiting.
    pub fn message_tried(&self, sequence: u64, words: &str) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "UPDATE outbox_state SET attempts = attempts + 1, words = ?2 WHERE sequence = ?1 AND state = 0",
            )?
            .execute((sequence, words))?;
        Ok(())
    }

    /// Lets a dead message wait again; says whether it was dead.
    pub fn revive_message(&self, sequence: u64) -> Result<bool, StoreError> {
        let changed = self.conn.execute(
            "UPDATE outbox_state SET state = 0, settled_at = NULL WHERE sequence = ?1 AND state = 2",
            [sequence],
        )?;
        Ok(changed == 1)
    }

    /// Lets every dead message wait again; gives how many.
    pub fn revive_all_messages(&self) -> Result<usize, StoreError> {
        Ok(self.conn.execute("UPDATE outbox_state SET state = 0, settled_at = NULL WHERE state = 2", [])?)
    }

    /// Clears away messages that were delivered before `before`, at most `limit`; gives how many.
    pub fn clear_delivered(&self, before: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let old = "sequence IN (SELECT sequence FROM outbox_state
                                WHERE state = 1 AND settled_at < ?1 ORDER BY sequence LIMIT ?2)";
        // The messages first: what became of them says which they are.
        let cleared = self
            .conn
            .prepare_cached(&format!("DELETE FROM outbox WHERE {old}"))?
            .execute((Time(before), limit))?;
        self.conn
            .prepare_cached(&format!("DELETE FROM outbox_state WHERE state = 1 AND {old}"))?
            .execute((Time(before), limit))?;
        Ok(cleared)
    }
}
