//! The cloud this station is paired with, and how the last requests to it went.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};
use wicket_domain::cloud::Approval;
use wicket_domain::door::Standing;

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

/// What the register of stations said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisterState {
    /// Whether a desk has let this station in; none until the register has said anything.
    pub approval: Option<Approval>,
    /// Whether its house has a desk that lets stations in.
    pub founded: bool,
    /// Whether this file is the station's one and newest.
    pub standing: Standing,
}

impl Default for RegisterState {
    fn default() -> Self {
        Self { approval: None, founded: false, standing: Standing::Known }
    }
}

/// The pairing and its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudRow {
    /// What the cloud answered when the station was paired, as JSON.
    pub pairing: String,
    /// Since when.
    pub paired_at: Timestamp,
    /// How it goes.
    pub link: LinkState,
    /// What the register said.
    pub register: RegisterState,
}

const APPROVALS: &[(&str, Approval)] =
    &[("pending", Approval::Pending), ("approved", Approval::Approved), ("revoked", Approval::Revoked)];
const STANDINGS: &[(&str, Standing)] =
    &[("known", Standing::Known), ("copy", Standing::Copy), ("old", Standing::Old)];

fn word<T: Copy>(known: &[(&str, T)], text: Option<&str>) -> Option<T> {
    known.iter().find(|(word, _)| Some(*word) == text).map(|(_, value)| *value)
}

impl Read<'_> {
    /// The cloud, if there is one.
    pub fn cloud(&self) -> Result<Option<CloudRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT pairing, paired_at, online, since, trouble, words, offset_ms, synced_at, approval, founded, standing
             FROM cloud WHERE singleton = 1",
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
                register: RegisterState {
                    approval: word(APPROVALS, row.get::<_, Option<String>>(8)?.as_deref()),
                    founded: row.get(9)?,
                    standing: word(STANDINGS, Some(&row.get::<_, String>(10)?)).unwrap_or(Standing::Known),
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

    /// Notes what the register said.
    pub fn put_register(&self, register: &RegisterState) -> Result<(), StoreError> {
        let standing = STANDINGS.iter().find(|(_, standing)| *standing == register.standing);
        self.conn.execute(
            "UPDATE cloud SET approval = :approval, founded = :founded, standing = :standing WHERE singleton = 1",
            named_params! {
                ":approval": register.approval.map(Approval::as_str),
                ":founded": register.founded,
                ":standing": standing.map(|(word, _)| word),
            },
        )?;
        Ok(())
    }

    /// Takes over the epoch that the cloud has for this station.
    pub fn set_epoch(&self, epoch: u32) -> Result<(), StoreError> {
        self.conn.execute("UPDATE station SET epoch = ?1 WHERE singleton = 1", [epoch])?;
        Ok(())
    }
}
