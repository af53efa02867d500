//! What the cloud tells of an event: how far its feeds have been read, its tickets, its conflicts.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use wicket_domain::id::{EventId, ScanId, StationId, TicketId};
use wicket_domain::judge::CloudSale;

use crate::error::StoreError;
use crate::row::{Id, Time, count, known};
use crate::write::{Read, Write};

/// How far an event's feed has been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FollowRow {
    /// Every page up to this one is here.
    pub number: u64,
    /// Whether the feed's end has been reached once.
    pub whole: bool,
}

/// A ticket as the cloud has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudTicketRow {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its order, as the cloud names it.
    pub order_id: Option<String>,
    /// The station that sold it.
    pub sold_by: Option<StationId>,
    /// Its order's code.
    pub order_code: Option<String>,
    /// Its seat.
    pub seat_id: Option<String>,
    /// As people say it.
    pub label: Option<String>,
    /// What it was priced by.
    pub category: Option<String>,
    /// Who it was sold to.
    pub holder: Option<String>,
    /// The cloud's word: `valid`, `used`, `void` …
    pub status: String,
    /// The admission that used it.
    pub admission_id: Option<ScanId>,
    /// When.
    pub admitted_at: Option<Timestamp>,
    /// At which gate.
    pub gate: Option<String>,
    /// By which station.
    pub station: Option<String>,
    /// The cloud's time of writing, in milliseconds.
    pub updated_at: i64,
    /// Admissions that were undone, in order.
    pub annulled: Vec<ScanId>,
}

/// A conflict as the cloud tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRow {
    /// Its event.
    pub event_no: i64,
    /// Its id.
    pub conflict_id: String,
    /// When it was found.
    pub at: Timestamp,
    /// When somebody settled it.
    pub settled_at: Option<Timestamp>,
    /// All of it as JSON.
    pub record: String,
}

/// Where two of the columns stand in a row.
const CLOUD_HOLDER: usize = 5;
const CLOUD_EVENT_NO: usize = 15;

const TICKET_COLUMNS: &str =
    "ticket_id, order_code, seat_id, label, category, holder, status, admission_id, admitted_at,
                      gate, station, updated_at, order_id, annulled, sold_by";

fn read_ticket(row: &Row<'_>) -> rusqlite::Result<CloudTicketRow> {
    Ok(CloudTicketRow {
        ticket_id: row.get::<_, Id<TicketId>>(0)?.0,
        order_code: row.get(1)?,
        seat_id: row.get(2)?,
        label: row.get(3)?,
        category: row.get(4)?,
        holder: row.get(5)?,
        status: row.get(6)?,
        admission_id: row.get::<_, Option<Id<ScanId>>>(7)?.map(|id| id.0),
        admitted_at: row.get::<_, Option<Time>>(8)?.map(|time| time.0),
        gate: row.get(9)?,
        station: row.get(10)?,
        updated_at: row.get(11)?,
        order_id: row.get(12)?,
        annulled: read_annulled(&row.get::<_, String>(13)?),
        sold_by: row.get::<_, Option<Id<StationId>>>(14)?.map(|id| id.0),
    })
}

/// What cannot be read is left out: at worst a late message of an undone admission is believed once more.
fn read_annulled(list: &str) -> Vec<ScanId> {
    // Nearly every ticket has none.
    if list == NONE { Vec::new() } else { serde_json::from_str(list).unwrap_or_default() }
}

const NONE: &str = "[]";

fn read_conflict(row: &Row<'_>) -> rusqlite::Result<ConflictRow> {
    Ok(ConflictRow {
        event_no: row.get(0)?,
        conflict_id: row.get(1)?,
        at: row.get::<_, Time>(2)?.0,
        settled_at: row.get::<_, Option<Time>>(3)?.map(|time| time.0),
        record: row.get(4)?,
    })
}

impl Read<'_> {
    /// How far an event's feed has been read.
    pub fn follow(&self, event_no: i64) -> Result<FollowRow, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT number, whole FROM follow WHERE event_no = ?1")?;
        let row =
            statement.query_row([event_no], |row| Ok(FollowRow { number: row.get(0)?, whole: row.get(1)? }));
        Ok(row.optional()?.unwrap_or_default())
    }

    /// What the cloud says of a ticket.
    pub fn cloud_ticket(&self, ticket_id: TicketId) -> Result<Option<CloudTicketRow>, StoreError> {
        let sql = format!("SELECT {TICKET_COLUMNS} FROM cloud_ticket WHERE ticket_id = ?1");
        Ok(self.conn.prepare_cached(&sql)?.query_row([Id(ticket_id)], read_ticket).optional()?)
    }

    /// The event of a ticket that the cloud has told of and that has been sold: an admission alone says nothing of it.
    pub fn cloud_ticket_event(&self, ticket_id: TicketId) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT event_no FROM cloud_ticket WHERE ticket_id = ?1 AND seat_id IS NOT NULL";
        Ok(self.conn.prepare_cached(sql)?.query_row([Id(ticket_id)], |row| row.get(0)).optional()?)
    }

    /// A ticket's sale, where the cloud has it: an admission alone says nothing of one.
    pub fn cloud_sale(&self, ticket_id: TicketId) -> Result<Option<CloudSale>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT e.event_id, t.sold_by FROM cloud_ticket t JOIN event e ON e.event_no = t.event_no
             WHERE t.ticket_id = ?1 AND t.order_id IS NOT NULL",
        )?;
        let row = statement.query_row([Id(ticket_id)], |row| {
            let event_id = row.get::<_, Id<EventId>>(0)?.0;
            let sold_by = row.get::<_, Option<Id<StationId>>>(1)?.map(|id| id.0);
            Ok(CloudSale { event_id, sold_by })
        });
        Ok(row.optional()?)
    }

    /// Tickets of the order of this code or id, each with its event's number, in the order of their ids.
    pub fn cloud_tickets_of_order(
        &self,
        code: &str,
        id: &str,
    ) -> Result<Vec<(i64, CloudTicketRow)>, StoreError> {
        let sql = format!(
            "SELECT {TICKET_COLUMNS}, event_no FROM cloud_ticket WHERE order_code = ?1 OR order_id = ?2
             ORDER BY ticket_id"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map((code, id), |row| Ok((row.get(CLOUD_EVENT_NO)?, read_ticket(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Tickets that were sold to a name that fits, likewise, the newest first; of one event alone, where it is given.
    pub fn cloud_tickets_of_holder(
        &self,
        fits: impl Fn(&str) -> bool,
        event_no: Option<i64>,
        limit: usize,
    ) -> Result<Vec<(i64, CloudTicketRow)>, StoreError> {
        let sql = format!(
            "SELECT {TICKET_COLUMNS}, event_no FROM cloud_ticket
             WHERE holder IS NOT NULL AND (?1 IS NULL OR event_no = ?1) ORDER BY ticket_id DESC"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([event_no])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            // The name alone first: most do not fit.
            let holder = row.get_ref(CLOUD_HOLDER)?.as_str().unwrap_or_default();
            if fits(holder) {
                found.push((row.get(CLOUD_EVENT_NO)?, read_ticket(row)?));
                if found.len() == limit {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Conflicts, open ones first, then the newest.
    pub fn conflicts(&self, limit: u32) -> Result<Vec<ConflictRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT event_no, conflict_id, at, settled_at, record FROM conflict
             ORDER BY settled_at IS NOT NULL, at DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit], read_conflict)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One conflict.
    pub fn conflict(&self, event_no: i64, conflict_id: &str) -> Result<Option<ConflictRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT event_no, conflict_id, at, settled_at, record FROM conflict
             WHERE event_no = ?1 AND conflict_id = ?2",
        )?;
        Ok(statement.query_row((event_no, conflict_id), read_conflict).optional()?)
    }

    /// How many conflicts nobody has settled.
    pub fn open_conflicts(&self) -> Result<u32, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT count(*) FROM conflict WHERE settled_at IS NULL")?;
        Ok(count(statement.query_row([], |row| row.get(0))?))
    }
}

impl Write<'_> {
    /// Notes how far an event's feed has been read.
    pub fn put_follow(&self, event_no: i64, row: FollowRow) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO follow (event_no, number, whole) VALUES (:event_no, :number, :whole)
                 ON CONFLICT (event_no) DO UPDATE SET number = :number, whole = :whole",
            )?
            .execute(named_params! {
                ":event_no": event_no,
                ":number": row.number,
                ":whole": row.whole,
            })?;
        Ok(())
    }

    /// Writes what the cloud says of a ticket over what it said before.
    pub fn put_cloud_ticket(&self, event_no: i64, ticket: &CloudTicketRow) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO cloud_ticket (ticket_id, event_no, order_code, seat_id, label, category, holder, status,
                                           admission_id, admitted_at, gate, station, updated_at, order_id,
                                           annulled, sold_by)
                 VALUES (:ticket_id, :event_no, :order_code, :seat_id, :label, :category, :holder, :status,
                         :admission_id, :admitted_at, :gate, :station, :updated_at, :order_id, :annulled,
                         :sold_by)
                 ON CONFLICT (ticket_id) DO UPDATE
                 SET order_code = :order_code, seat_id = :seat_id, label = :label, category = :category,
                     holder = :holder, status = :status, admission_id = :admission_id, admitted_at = :admitted_at,
                     gate = :gate, station = :station, updated_at = :updated_at, order_id = :order_id,
                     annulled = :annulled, sold_by = :sold_by",
            )?
            .execute(named_params! {
                ":ticket_id": Id(ticket.ticket_id),
                ":event_no": event_no,
                ":order_code": ticket.order_code,
                ":seat_id": ticket.seat_id,
                ":label": ticket.label,
                ":category": ticket.category,
                ":holder": ticket.holder,
                ":status": ticket.status,
                ":admission_id": ticket.admission_id.map(Id),
                ":admitted_at": ticket.admitted_at.map(Time),
                ":gate": ticket.gate,
                ":station": ticket.station,
                ":updated_at": ticket.updated_at,
                ":order_id": ticket.order_id,
                ":sold_by": ticket.sold_by.map(Id),
                ":annulled": if ticket.annulled.is_empty() {
                    NONE.to_owned()
                } else {
                    known(serde_json::to_string(&ticket.annulled).ok(), "list of undone admissions")?
                },
            })?;
        Ok(())
    }

    /// Writes a conflict over what was known of it.
    pub fn put_conflict(&self, row: &ConflictRow) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO conflict (event_no, conflict_id, at, settled_at, record)
                 VALUES (:event_no, :conflict_id, :at, :settled_at, :record)
                 ON CONFLICT (event_no, conflict_id) DO UPDATE SET settled_at = :settled_at, record = :record",
            )?
            .execute(named_params! {
                ":event_no": row.event_no,
                ":conflict_id": row.conflict_id,
                ":at": Time(row.at),
                ":settled_at": row.settled_at.map(Time),
                ":record": row.record,
            })?;
        Ok(())
    }
}
