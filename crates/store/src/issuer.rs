//! Whose keys issue an event's tickets.

use rusqlite::{OptionalExtension, Row, named_params};
use wicket_domain::id::{EventId, StationId};

use crate::error::StoreError;
use crate::row::Id;
use crate::write::{Read, Write};

/// A key that issues an event's tickets, or has issued some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerRow {
    /// The first four bytes of the key's SHA-256.
    pub key_id: u32,
    /// Ed25519.
    pub public_key: [u8; 32],
    /// Whose key it is; none where an older Wicket wrote it.
    pub station_id: Option<StationId>,
    /// Whether it may issue no more.
    pub revoked: bool,
    /// Whether it is a desk's, which may sign the next edition of the manifest.
    pub desk: bool,
}

const ISSUER_COLUMNS: &str = "k.key_id, k.public_key, k.station_id, k.revoked, k.desk";

/// Where the event's id stands behind them.
const ISSUER_EVENT_ID: usize = 5;

fn read_issuer(row: &Row<'_>) -> rusqlite::Result<IssuerRow> {
    Ok(IssuerRow {
        key_id: row.get(0)?,
        public_key: row.get(1)?,
        station_id: row.get::<_, Option<Id<StationId>>>(2)?.map(|id| id.0),
        revoked: row.get(3)?,
        desk: row.get(4)?,
    })
}

impl Read<'_> {
    /// A key of an event, by its short id.
    pub fn issuer(&self, event_no: i64, key_id: u32) -> Result<Option<IssuerRow>, StoreError> {
        let sql = format!("SELECT {ISSUER_COLUMNS} FROM issuer_key k WHERE event_no = ?1 AND key_id = ?2");
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement.query_row((event_no, key_id), read_issuer).optional()?)
    }

    /// Every key of an event, revoked ones too.
    pub fn issuers_of(&self, event_no: i64) -> Result<Vec<IssuerRow>, StoreError> {
        let sql = format!("SELECT {ISSUER_COLUMNS} FROM issuer_key k WHERE event_no = ?1 ORDER BY key_id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([event_no], read_issuer)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every key of every event, revoked ones too.
    pub fn issuers(&self) -> Result<Vec<(EventId, IssuerRow)>, StoreError> {
        let sql = format!(
            "SELECT {ISSUER_COLUMNS}, e.event_id FROM issuer_key k JOIN event e ON e.event_no = k.event_no"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, Id<EventId>>(ISSUER_EVENT_ID)?.0, read_issuer(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// Writes an event's keys as a new edition of its manifest lists them. A key that it lists no longer stays in the file
    /// as a revoked one: tickets of it may have been sold. The first key of a short id stays.
    pub fn put_issuers(&self, event_no: i64, issuers: &[IssuerRow]) -> Result<(), StoreError> {
        self.conn.execute("UPDATE issuer_key SET revoked = 1, desk = 0 WHERE event_no = ?1", [event_no])?;
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO issuer_key (event_no, key_id, public_key, station_id, revoked, desk)
             VALUES (:event_no, :key_id, :public_key, :station_id, :revoked, :desk)
             ON CONFLICT (event_no, key_id) DO UPDATE
             SET station_id = :station_id, revoked = :revoked, desk = :desk
             WHERE public_key = :public_key",
        )?;
        for issuer in issuers {
            statement.execute(named_params! {
                ":event_no": event_no,
                ":key_id": issuer.key_id,
                ":public_key": issuer.public_key,
                ":station_id": issuer.station_id.map(Id),
                ":revoked": issuer.revoked,
                ":desk": issuer.desk,
            })?;
        }
        Ok(())
    }
}
