//! Scans at the gate, and the one admission a ticket has.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use wicket_domain::id::{ScanId, TicketId};
use wicket_domain::judge::Refusal;

use crate::error::StoreError;
use crate::row::{Id, Time, count, known};
use crate::write::{Read, Write};

/// The gate shows its last scans from so many of the station's last ones; the time this takes stays the same however
/// many there were.
const RECENT: u32 = 5_000;

/// A scan about to be written.
pub struct NewScan<'a> {
    /// Its id.
    pub scan_id: ScanId,
    /// The event the gate admits to, or the ticket's.
    pub event_no: Option<i64>,
    /// The ticket, if the code was a genuine one.
    pub ticket_id: Option<TicketId>,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub gate: Option<&'a str>,
    /// Why not; none is an admission.
    pub reason: Option<Refusal>,
    /// Who scanned.
    pub actor: &'a str,
}

/// A scan as stored.
pub struct ScanRow {
    /// Its id.
    pub scan_id: ScanId,
    /// The event, where the ticket or the gate says it.
    pub event_no: Option<i64>,
    /// The ticket, if the code was a genuine one.
    pub ticket_id: Option<TicketId>,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub gate: Option<String>,
    /// Why not; none is an admission.
    pub reason: Option<Refusal>,
}

/// The admission of a ticket.
pub struct AdmissionRow {
    /// The scan that admitted.
    pub scan_id: ScanId,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub gate: Option<String>,
}

fn read_scan(row: &Row<'_>) -> rusqlite::Result<Result<ScanRow, StoreError>> {
    let word: Option<String> = row.get(4)?;
    let scan = ScanRow {
        scan_id: row.get::<_, Id<ScanId>>(0)?.0,
        ticket_id: row.get::<_, Option<Id<TicketId>>>(1)?.map(|id| id.0),
        at: row.get::<_, Time>(2)?.0,
        gate: row.get(3)?,
        reason: None,
        event_no: row.get(5)?,
    };
    Ok(match word {
        None => Ok(scan),
        Some(word) => known(Refusal::from_word(&word), "reason of a refusal")
            .map(|reason| ScanRow { reason: Some(reason), ..scan }),
    })
}

impl Read<'_> {
    /// A ticket's admission, if there was one.
    pub fn admission(&self, ticket_id: TicketId) -> Result<Option<AdmissionRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.scan_id, s.at, s.gate FROM admission a JOIN scan s ON s.scan_no = a.scan_no
             WHERE a.ticket_id = ?1",
        )?;
        let row = statement.query_row([Id(ticket_id)], |row| {
            Ok(AdmissionRow {
                scan_id: row.get::<_, Id<ScanId>>(0)?.0,
                at: row.get::<_, Time>(1)?.0,
                gate: row.get(2)?,
            })
        });
        Ok(row.optional()?)
    }

    /// The last scans, newest first, of one event or of all.
    pub fn recent_scans(&self, event_no: Option<i64>, limit: u32) -> Result<Vec<ScanRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT scan_id, ticket_id, at, gate, reason, event_no FROM scan
             WHERE scan_no > (SELECT coalesce(max(scan_no), 0) FROM scan) - :recent
               AND (:event_no IS NULL OR event_no = :event_no)
             ORDER BY scan_no DESC LIMIT :limit",
        )?;
        let params = named_params! { ":recent": RECENT, ":event_no": event_no, ":limit": limit };
        let rows = statement.query_map(params, read_scan)?;
        rows.map(|row| row?).collect()
    }

    /// How many were admitted to an event since `since`.
    pub fn admitted_since(&self, event_no: i64, since: Timestamp) -> Result<u32, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT count(*) FROM scan
             WHERE scan_no > (SELECT coalesce(max(scan_no), 0) FROM scan) - :recent
               AND event_no = :event_no AND reason IS NULL AND at > :since",
        )?;
        let params = named_params! { ":recent": RECENT, ":event_no": event_no, ":since": Time(since) };
        Ok(count(statement.query_row(params, |row| row.get(0))?))
    }

    /// How many scans there were altogether, refused ones too.
    pub fn scan_count(&self) -> Result<u64, StoreError> {
        Ok(self.conn.query_row("SELECT count(*) FROM scan", [], |row| row.get(0))?)
    }

    /// How many tickets were admitted altogether.
    pub fn admission_count(&self) -> Result<u64, StoreError> {
        Ok(self.conn.query_row("SELECT count(*) FROM admission", [], |row| row.get(0))?)
    }
}

impl Write<'_> {
    /// Writes a scan, and the admission if it is one. The ticket's key refuses a second admission.
    pub fn insert_scan(&self, scan: &NewScan<'_>) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO scan (scan_id, event_no, ticket_id, at, gate, reason, actor)
                 VALUES (:scan_id, :event_no, :ticket_id, :at, :gate, :reason, :actor)",
            )?
            .execute(named_params! {
                ":scan_id": Id(scan.scan_id),
                ":event_no": scan.event_no,
                ":ticket_id": scan.ticket_id.map(Id),
                ":at": Time(scan.at),
                ":gate": scan.gate,
                ":reason": scan.reason.map(Refusal::as_str),
                ":actor": scan.actor,
            })?;
        if let (Some(ticket_id), None) = (scan.ticket_id, scan.reason) {
            self.conn
                .prepare_cached("INSERT INTO admission (ticket_id, scan_no) VALUES (?1, ?2)")?
                .execute((Id(ticket_id), self.conn.last_insert_rowid()))?;
        }
        Ok(())
    }
}
