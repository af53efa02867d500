//! The station's own row: its name and its signing key.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};
use wicket_domain::id::StationId;

use crate::error::StoreError;
use crate::row::{Id, Time};
use crate::write::{Read, Write};

/// This installation.
#[derive(Clone)]
pub struct StationRow {
    /// Its id.
    pub station_id: StationId,
    /// Its name.
    pub name: String,
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
            "SELECT station_id, name, public_key, secret_key, epoch, created_at FROM station WHERE singleton = 1",
        )?;
        let row = statement
            .query_row([], |row| {
                Ok(StationRow {
                    station_id: row.get::<_, Id<StationId>>(0)?.0,
                    name: row.get(1)?,
                    public_key: row.get(2)?,
                    secret_key: row.get(3)?,
                    epoch: row.get(4)?,
                    created_at: row.get::<_, Time>(5)?.0,
                })
            })
            .optional()?;
        Ok(row)
    }
}

impl Write<'_> {
    /// Sets the station up. It can be done once.
    pub fn insert_station(&self, station: &StationRow) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO station (singleton, station_id, name, public_key, secret_key, epoch, created_at)
             VALUES (1, :station_id, :name, :public_key, :secret_key, :epoch, :created_at)",
            named_params! {
                ":station_id": Id(station.station_id),
                ":name": station.name,
                ":public_key": station.public_key,
                ":secret_key": station.secret_key,
                ":epoch": station.epoch,
                ":created_at": Time(station.created_at),
            },
        )?;
        Ok(())
    }
}
