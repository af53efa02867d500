//! The cloud this station is paired with, and how the last requests to it went.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};

use crate::error::StoreError;
use crate::row::Time;
use crate::write::{Read, Write};

/// How the last requests went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkState {
    /// Whether the last one was answered.
    pub online: bool,
    /// Since when it has been so.
    pub since: Option<Timestamp>,
    /// A word for what is wrong.
    pub trouble: Option<String>,
    /// As the network or the service said it.
    pub words: Option<String>,
    /// How far this computer's clock is ahead of the cloud's, in milliseconds.
    pub offset_ms: Option<i64>,
    /// When everything was last up to date.
    pub synced_at: Option<Timestamp>,
}

/// The pairing and its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudRow {
    /// The pairing code.
    pub pairing: String,
    /// Since when.
    pub paired_at: Timestamp,
    /// How it goes.
    pub link: LinkState,
}

impl Read<'_> {
    /// The cloud, if there is one.
    pub fn cloud(&self) -> Result<Option<CloudRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT pairing, paired_at, online, since, trouble, words, offset_ms, synced_at FROM cloud
             WHERE singleton = 1",
        )?;
        let row = statement.query_row([], |row| {
            let time =
                |index| Ok::<_, rusqlite::Error>(row.get::<_, Option<Time>>(index)?.map(|time| time.0));
            Ok(CloudRow {
                pairing: row.get(0)?,
                paired_at: row.get::<_, Time>(1)?.0,
                link: LinkState {
                    online: row.get(2)?,
                    since: time(3)?,
                    trouble: row.get(4)?,
                    words: row.get(5)?,
                    offset_ms: row.get(6)?,
                    synced_at: time(7)?,
                },
            })
        });
        Ok(row.optional()?)
    }
}

impl Write<'_> {
    /// Pairs the station, or pairs it anew with the same cloud.
    pub fn put_pairing(&self, pairing: &str, at: Timestamp) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO cloud (singleton, pairing, paired_at) VALUES (1, :pairing, :at)
             ON CONFLICT (singleton) DO UPDATE SET pairing = :pairing, paired_at = :at",
            named_params! { ":pairing": pairing, ":at": Time(at) },
        )?;
        Ok(())
    }

    /// Notes how the last requests went.
    pub fn put_link(&self, link: &LinkState) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "UPDATE cloud SET online = :online, since = :since, trouble = :trouble, words = :words,
                        offset_ms = :offset_ms, synced_at = :synced_at
                 WHERE singleton = 1",
            )?
            .execute(named_params! {
                ":online": link.online,
                ":since": link.since.map(Time),
                ":trouble": link.trouble,
                ":words": link.words,
                ":offset_ms": link.offset_ms,
                ":synced_at": link.synced_at.map(Time),
            })?;
        Ok(())
    }

    /// Takes over the epoch that the cloud has for this station.
    pub fn set_epoch(&self, epoch: u32) -> Result<(), StoreError> {
        self.conn.execute("UPDATE station SET epoch = ?1 WHERE singleton = 1", [epoch])?;
        Ok(())
    }
}
