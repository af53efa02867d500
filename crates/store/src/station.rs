//! The station's own row: its name and its signing key.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};
use wicket_domain::cloud::StationKind;
use wicket_domain::id::StationId;

use crate::error::StoreError;
use crate::row::{Id, Time, known};
use crate::write::{Read, Write};

/// This installation.
#[derive(Clone)]
pub struct StationRow {
    /// Its id.
    pub station_id: StationId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: StationKind,
    /// The public half of its Ed25519 key.
    pub public_key: [u8; 32],
    /// The secret half.
    pub secret_key: [u8; 32],
    /// Its fence: raised when a supervisor gives its unsold seats back.
    pub epoch: u32,
    /// When it was set up.
    pub created_at: Timestamp,
}

impl Read<'_> {
    /// This station, once it is set up.
    pub fn station(&self) -> Result<Option<StationRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT station_id, name, public_key, secret_key, epoch, created_at, kind FROM station
             WHERE singleton = 1",
        )?;
        let row = statement
            .query_row([], |row| {
                let kind = row.get::<_, String>(6)?.parse().ok();
                let (station_id, name) = (row.get::<_, Id<StationId>>(0)?.0, row.get(1)?);
                let (public_key, secret_key) = (row.get(2)?, row.get(3)?);
                let (epoch, created_at) = (row.get(4)?, row.get::<_, Time>(5)?.0);
                Ok(known(kind, "kind of station").map(|kind| StationRow {
                    station_id,
                    name,
                    kind,
                    public_key,
                    secret_key,
                    epoch,
                    created_at,
                }))
            })
            .optional()?;
        row.transpose()
    }
}

impl Write<'_> {
    /// Sets the station up. It can be done once.
    pub fn insert_station(&self, station: &StationRow) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO station (singleton, station_id, name, kind, public_key, secret_key, epoch, created_at)
             VALUES (1, :station_id, :name, :kind, :public_key, :secret_key, :epoch, :created_at)",
            named_params! {
                ":station_id": Id(station.station_id),
                ":name": station.name,
                ":kind": station.kind.as_str(),
                ":public_key": station.public_key,
                ":secret_key": station.secret_key,
                ":epoch": station.epoch,
                ":created_at": Time(station.created_at),
            },
        )?;
        Ok(())
    }

    /// The next number of a request at the cloud's doors. Nobody has it a second time once this is committed.
    pub fn next_counter(&self) -> Result<u64, StoreError> {
        let sql = "UPDATE station SET counter = counter + 1 WHERE singleton = 1 RETURNING counter";
        Ok(self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// Counts on from there, where this file has counted less far.
    pub fn count_from(&self, counter: u64) -> Result<(), StoreError> {
        self.conn.execute("UPDATE station SET counter = max(counter, ?1) WHERE singleton = 1", [counter])?;
        Ok(())
    }

    /// Changes what the station is for.
    pub fn set_kind(&self, kind: StationKind) -> Result<(), StoreError> {
        self.conn.execute("UPDATE station SET kind = ?1 WHERE singleton = 1", [kind.as_str()])?;
        Ok(())
    }
}
