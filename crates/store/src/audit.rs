//! The audit log's rows; `domain::audit` says how they are sealed.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};
use wicket_domain::audit::{Entry, FIRST, Seal};

use crate::error::StoreError;
use crate::row::Time;
use crate::write::{Read, Write};

/// A sealed entry.
pub struct AuditRow {
    /// 1, 2, 3 …
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What sort of act.
    pub kind: String,
    /// Its facts as JSON.
    pub body: String,
    /// Its seal over the entry before.
    pub seal: Seal,
}

impl Read<'_> {
    /// Walks the whole log, oldest first, one entry at a time in memory.
    pub fn each_audit(&self, mut visit: impl FnMut(AuditRow)) -> Result<(), StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT seq, at, actor, kind, body, seal FROM audit ORDER BY seq")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(AuditRow {
                seq: row.get(0)?,
                at: row.get::<_, Time>(1)?.0,
                actor: row.get(2)?,
                kind: row.get(3)?,
                body: row.get(4)?,
                seal: row.get(5)?,
            });
        }
        Ok(())
    }
}

impl Read<'_> {
    /// The moment of the newest entry, as the clock said it then.
    pub fn last_audit_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT at FROM audit ORDER BY seq DESC LIMIT 1")?;
        Ok(statement.query_row([], |row| row.get::<_, Time>(0)).optional()?.map(|time| time.0))
    }

    /// The number of the newest entry there ever was, also when it is gone.
    pub fn last_audit_seq(&self) -> Result<u64, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")?;
        Ok(statement.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
    }
}

impl Read<'_> {
    /// Whether one of the newest `among` entries is of that kind.
    pub fn is_audited_lately(&self, kind: &str, among: u64) -> Result<bool, StoreError> {
        let after = self.last_audit_seq()?.saturating_sub(among);
        let sql = "SELECT EXISTS (SELECT 1 FROM audit WHERE seq > ?1 AND kind = ?2)";
        Ok(self.conn.prepare_cached(sql)?.query_row((after, kind), |row| row.get(0))?)
    }
}

impl Write<'_> {
    /// Appends an entry, sealed over the last one.
    pub fn append_audit(&self, at: Timestamp, actor: &str, kind: &str, body: &str) -> Result<(), StoreError> {
        let last: Option<(u64, Seal)> = self
            .conn
            .prepare_cached("SELECT seq, seal FROM audit ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (last_seq, previous) = last.unwrap_or((0, FIRST));
        // The number after a tail that was cut off is not given again: the gap stays, however long the log grows.
        let seq = last_seq.max(self.last_audit_seq()?).saturating_add(1);
        let entry = Entry { seq, at, actor, kind, body };
        self.conn
            .prepare_cached(
                "INSERT INTO audit (seq, at, actor, kind, body, seal)
                 VALUES (:seq, :at, :actor, :kind, :body, :seal)",
            )?
            .execute(named_params! {
                ":seq": entry.seq,
                ":at": Time(at),
                ":actor": actor,
                ":kind": kind,
                ":body": body,
                ":seal": entry.seal(&previous),
            })?;
        Ok(())
    }
}
