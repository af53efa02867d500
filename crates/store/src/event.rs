//! Events, and how much of them is sold and used.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use wicket_domain::event::{Event, Publication, Venue};
use wicket_domain::id::EventId;
use wicket_domain::money::Currency;

use crate::category::CategoryRow;
use crate::error::StoreError;
use crate::issuer::IssuerRow;
use crate::row::{Id, Time, count, known};
use crate::standing::StandingRow;
use crate::write::{Read, Write};

/// An event as stored.
#[derive(Clone)]
pub struct EventRow {
    /// Its short key within this file.
    pub event_no: i64,
    /// The event.
    pub event: Event,
    /// Its plan.
    pub plan_no: i64,
    /// Numbered seats altogether.
    pub seats: u32,
    /// Tickets sold here.
    pub sold: u32,
    /// Tickets sold elsewhere, as far as the cloud has told.
    pub sold_elsewhere: u32,
    /// Tickets whose holders are inside.
    pub admitted: u32,
    /// Whether it has left the lists; what was sold for it stays.
    pub removed: bool,
    /// Whether other stations sell it too.
    pub publication: Publication,
    /// The key of the station that published it, once it is published.
    pub organizer_key: Option<[u8; 32]>,
    /// The edition of its manifest.
    pub edition: u32,
}

/// Everything a new event brings; its seats follow by [`Write::insert_seat`].
pub struct NewEvent<'a> {
    /// The event.
    pub event: &'a Event,
    /// The plan's row.
    pub plan_no: i64,
    /// How many numbered seats will follow.
    pub seats: u32,
    /// One for each category of the plan and each standing area.
    pub categories: &'a [CategoryRow],
    /// Where people stand.
    pub standing: &'a [StandingRow],
    /// Who may issue its tickets.
    pub issuers: &'a [IssuerRow],
}

const EVENT_COLUMNS: &str =
    "e.event_no, e.event_id, e.name, e.kind, e.venue_name, e.venue_address, e.time_zone,
    e.starts_at, e.currency, e.sample, e.plan_no, c.sold, c.admitted, e.removed_at IS NOT NULL,
    c.seats, e.cloud_version, e.organizer_key, e.edition, c.sold_elsewhere, e.doors_from, e.doors_until,
    e.sells_until
    FROM event e JOIN event_count c ON c.event_no = e.event_no";

fn read(row: &Row<'_>) -> rusqlite::Result<Result<EventRow, StoreError>> {
    let currency: String = row.get(8)?;
    let venue = Venue { name: row.get(4)?, address: row.get(5)?, time_zone: row.get(6)? };
    let (event_no, plan_no) = (row.get(0)?, row.get(10)?);
    let (event_id, name, kind) = (row.get::<_, Id<EventId>>(1)?.0, row.get(2)?, row.get(3)?);
    let (starts_at, sample) = (row.get::<_, Time>(7)?.0, row.get(9)?);
    let (sold, admitted, removed) = (count(row.get(11)?), count(row.get(12)?), row.get(13)?);
    let seats = count(row.get(14)?);
    let publication = publication(row.get(15)?);
    let (organizer_key, edition) = (row.get(16)?, row.get(17)?);
    let sold_elsewhere = count(row.get(18)?);
    let time =
        |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<Time>>(column)?.map(|time| time.0));
    let (doors_from, doors_until, sells_until) = (time(19)?, time(20)?, time(21)?);
    Ok(known(Currency::stored(&currency), "currency").map(|currency| {
        let event = Event {
            event_id,
            name,
            kind,
            venue,
            starts_at,
            currency,
            sample,
            doors_from,
            doors_until,
            sells_until,
        };
        EventRow {
            event_no,
            event,
            plan_no,
            seats,
            sold,
            sold_elsewhere,
            admitted,
            removed,
            publication,
            organizer_key,
            edition,
        }
    }))
}

/// What the column `cloud_version` means.
const fn publication(column: Option<u64>) -> Publication {
    match column {
        None => Publication::Own,
        Some(0) => Publication::Publishing,
        Some(version) => Publication::Live { version },
    }
}

/// What the column `cloud_version` has for it.
const fn column(publication: Publication) -> Option<u64> {
    match publication {
        Publication::Own => None,
        Publication::Publishing => Some(0),
        Publication::Live { version } => Some(version),
    }
}

impl Read<'_> {
    /// The events on sale or past, soonest first, without removed ones.
    pub fn events(&self) -> Result<Vec<EventRow>, StoreError> {
        let sql =
            format!("SELECT {EVENT_COLUMNS} WHERE e.removed_at IS NULL ORDER BY e.starts_at, e.event_no");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([], read)?;
        rows.map(|row| row?).collect()
    }

    /// The event of this id, removed or not.
    pub fn event(&self, event_id: EventId) -> Result<Option<EventRow>, StoreError> {
        let sql = format!("SELECT {EVENT_COLUMNS} WHERE e.event_id = ?1");
        self.conn.prepare_cached(&sql)?.query_row([Id(event_id)], read).optional()?.transpose()
    }

    /// The event whose id begins with these 8 bytes, removed or not: tickets name their event by them.
    pub fn event_of_prefix(&self, prefix: u64) -> Result<Option<EventId>, StoreError> {
        let first = u128::from(prefix) << 64;
        let last = first | u128::from(u64::MAX);
        let bounds = (first.to_be_bytes(), last.to_be_bytes());
        let mut statement = self
            .conn
            .prepare_cached("SELECT event_id FROM event WHERE event_id BETWEEN ?1 AND ?2 LIMIT 1")?;
        Ok(statement.query_row(bounds, |row| row.get::<_, Id<EventId>>(0)).optional()?.map(|id| id.0))
    }

    /// The event of this short key.
    pub fn event_by_no(&self, event_no: i64) -> Result<EventRow, StoreError> {
        let sql = format!("SELECT {EVENT_COLUMNS} WHERE e.event_no = ?1");
        let row = self.conn.prepare_cached(&sql)?.query_row([event_no], read).optional()?.transpose()?;
        known(row, "event")
    }
}

impl Write<'_> {
    /// Adds an event without its seats; gives its short key.
    pub fn insert_event(&self, new: &NewEvent<'_>) -> Result<i64, StoreError> {
        let event = new.event;
        self.conn.execute(
            "INSERT INTO event (event_id, name, kind, venue_name, venue_address, time_zone, starts_at, currency,
                                sample, plan_no, doors_from, doors_until, sells_until)
             VALUES (:event_id, :name, :kind, :venue_name, :venue_address, :time_zone, :starts_at, :currency,
                     :sample, :plan_no, :doors_from, :doors_until, :sells_until)",
            named_params! {
                ":event_id": Id(event.event_id),
                ":name": event.name,
                ":kind": event.kind,
                ":venue_name": event.venue.name,
                ":venue_address": event.venue.address,
                ":time_zone": event.venue.time_zone,
                ":starts_at": Time(event.starts_at),
                ":currency": event.currency.code(),
                ":sample": event.sample,
                ":plan_no": new.plan_no,
                ":doors_from": event.doors_from.map(Time),
                ":doors_until": event.doors_until.map(Time),
                ":sells_until": event.sells_until.map(Time),
            },
        )?;
        let event_no = self.conn.last_insert_rowid();
        self.conn
            .execute("INSERT INTO event_count (event_no, seats) VALUES (?1, ?2)", (event_no, new.seats))?;
        for category in new.categories {
            self.insert_category(event_no, category)?;
        }
        for area in new.standing {
            self.insert_standing(event_no, area)?;
        }
        self.put_issuers(event_no, new.issuers)?;
        Ok(event_no)
    }

    /// Removes an event: wholly when nothing was sold or scanned, otherwise from the lists only.
    pub fn remove_event(&self, event_no: i64, at: Timestamp) -> Result<(), StoreError> {
        let used: bool = self.conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM orders WHERE event_no = ?1)
                 OR EXISTS (SELECT 1 FROM scan WHERE event_no = ?1)",
            [event_no],
            |row| row.get(0),
        )?;
        if used {
            self.conn
                .execute("UPDATE event SET removed_at = ?2 WHERE event_no = ?1", (event_no, Time(at)))?;
            return Ok(());
        }
        for table in [
            "seat",
            "standing_area",
            "standing_hold",
            "cloud_ticket",
            "follow",
            "conflict",
            "category",
            "issuer_key",
            "event_count",
            "event",
        ] {
            self.conn.execute(&format!("DELETE FROM {table} WHERE event_no = ?1"), [event_no])?;
        }
        self.conn.execute("DELETE FROM plan WHERE plan_no NOT IN (SELECT plan_no FROM event)", [])?;
        Ok(())
    }

    /// Adds to the counts what happened at other stations; `admitted` is negative where admissions were undone.
    pub fn add_elsewhere(&self, event_no: i64, sold: u32, admitted: i64) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "UPDATE event_count SET sold_elsewhere = sold_elsewhere + :sold,
                        admitted = max(admitted + :admitted, 0)
                 WHERE event_no = :event_no",
            )?
            .execute(named_params! { ":event_no": event_no, ":sold": sold, ":admitted": admitted })?;
        Ok(())
    }

    /// Notes how an event stands in the cloud.
    pub fn set_publication(
        &self,
        event_no: i64,
        publication: Publication,
        organizer_key: &[u8; 32],
        edition: u32,
    ) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE event SET cloud_version = :version, organizer_key = :organizer_key, edition = :edition
             WHERE event_no = :event_no",
            named_params! {
                ":event_no": event_no,
                ":version": column(publication),
                ":organizer_key": organizer_key,
                ":edition": edition,
            },
        )?;
        Ok(())
    }

    /// Takes over what an event is called, where and when it is, and its hours.
    pub fn update_event(&self, event_no: i64, event: &Event) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE event SET name = :name, kind = :kind, venue_name = :venue_name, venue_address = :venue_address,
                    time_zone = :time_zone, starts_at = :starts_at, doors_from = :doors_from,
                    doors_until = :doors_until, sells_until = :sells_until
             WHERE event_no = :event_no",
            named_params! {
                ":event_no": event_no,
                ":name": event.name,
                ":kind": event.kind,
                ":venue_name": event.venue.name,
                ":venue_address": event.venue.address,
                ":time_zone": event.venue.time_zone,
                ":starts_at": Time(event.starts_at),
                ":doors_from": event.doors_from.map(Time),
                ":doors_until": event.doors_until.map(Time),
                ":sells_until": event.sells_until.map(Time),
            },
        )?;
        Ok(())
    }

    /// Takes one admission out of the counts that lists and gates show.
    pub fn count_annulment(&self, event_no: i64) -> Result<(), StoreError> {
        self.conn
            .prepare_cached("UPDATE event_count SET admitted = max(admitted - 1, 0) WHERE event_no = ?1")?
            .execute([event_no])?;
        Ok(())
    }

    /// Adds to the counts that lists and gates show.
    pub fn add_to_counts(&self, event_no: i64, sold: u32, admitted: u32) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "UPDATE event_count SET sold = sold + :sold, admitted = admitted + :admitted
                 WHERE event_no = :event_no",
            )?
            .execute(named_params! { ":event_no": event_no, ":sold": sold, ":admitted": admitted })?;
        Ok(())
    }
}
