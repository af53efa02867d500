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
#[derive(Clone)]
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
    /// Why not; none is an admission, or an annulment of one.
    pub reason: Option<Refusal>,
    /// Who scanned.
    pub actor: &'a str,
    /// Whether the ticket was chosen from its order.
    pub by_hand: bool,
    /// The reason of the hour against which somebody was let in all the same.
    pub out_of_hours: Option<Refusal>,
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
    /// Why not; none is an admission, or an annulment of one.
    pub reason: Option<Refusal>,
    /// Who scanned.
    pub actor: String,
    /// Whether the ticket was chosen from its order.
    pub by_hand: bool,
    /// The reason of the hour against which somebody was let in all the same.
    pub out_of_hours: Option<Refusal>,
    /// The scan whose admission this one undoes.
    pub annuls: Option<ScanId>,
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

const SCAN_COLUMNS: &str =
    "scan_id, ticket_id, at, gate, reason, event_no, actor, by_hand, out_of_hours, annuls FROM scan";

/// Counts among the station's last scans alone.
const AMONG_THE_LAST: &str = "scan_no > (SELECT coalesce(max(scan_no), 0) FROM scan) - :recent";

fn read_scan(row: &Row<'_>) -> rusqlite::Result<Result<ScanRow, StoreError>> {
    let words: [Option<String>; 2] = [row.get(4)?, row.get(8)?];
    let scan = ScanRow {
        scan_id: row.get::<_, Id<ScanId>>(0)?.0,
        ticket_id: row.get::<_, Option<Id<TicketId>>>(1)?.map(|id| id.0),
        at: row.get::<_, Time>(2)?.0,
        gate: row.get(3)?,
        reason: None,
        event_no: row.get(5)?,
        actor: row.get(6)?,
        by_hand: row.get(7)?,
        out_of_hours: None,
        annuls: row.get::<_, Option<Id<ScanId>>>(9)?.map(|id| id.0),
    };
    let [reason, out_of_hours] = words.map(refusal);
    Ok(reason.and_then(|reason| Ok(ScanRow { reason, out_of_hours: out_of_hours?, ..scan })))
}

fn refusal(word: Option<String>) -> Result<Option<Refusal>, StoreError> {
    word.map(|word| known(Refusal::from_word(&word), "reason of a refusal")).transpose()
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
        let sql = format!(
            "SELECT {SCAN_COLUMNS} WHERE {AMONG_THE_LAST} AND (:event_no IS NULL OR event_no = :event_no)
             ORDER BY scan_no DESC LIMIT :limit"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let params = named_params! { ":recent": RECENT, ":event_no": event_no, ":limit": limit };
        let rows = statement.query_map(params, read_scan)?;
        rows.map(|row| row?).collect()
    }

    /// One scan. A recent one is found at once.
    pub fn scan(&self, scan_id: ScanId) -> Result<Option<ScanRow>, StoreError> {
        let sql = format!("SELECT {SCAN_COLUMNS} WHERE scan_id = ?1 ORDER BY scan_no DESC LIMIT 1");
        self.conn.prepare_cached(&sql)?.query_row([Id(scan_id)], read_scan).optional()?.transpose()
    }

    /// The scan that undid the admission of another scan.
    pub fn annulment_of(&self, scan_id: ScanId) -> Result<Option<ScanRow>, StoreError> {
        let sql = format!("SELECT {SCAN_COLUMNS} WHERE annuls = ?1");
        self.conn.prepare_cached(&sql)?.query_row([Id(scan_id)], read_scan).optional()?.transpose()
    }

    /// How many admissions with a ticket were undone at this station.
    pub fn annulments(&self, ticket_id: TicketId) -> Result<u32, StoreError> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT count(*) FROM scan WHERE ticket_id = ?1 AND annuls IS NOT NULL")?;
        Ok(count(statement.query_row([Id(ticket_id)], |row| row.get(0))?))
    }

    /// How many were admitted to an event since `since` and not taken back.
    pub fn admitted_since(&self, event_no: i64, since: Timestamp) -> Result<u32, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM scan
             WHERE {AMONG_THE_LAST} AND event_no = :event_no AND reason IS NULL AND annuls IS NULL AND at > :since
               AND NOT EXISTS (SELECT 1 FROM scan undone WHERE undone.annuls = scan.scan_id)"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let params = named_params! { ":recent": RECENT, ":event_no": event_no, ":since": Time(since) };
        Ok(count(statement.query_row(params, |row| row.get(0))?))
    }

    /// How many scans there were altogether, refused ones too.
    pub fn scan_count(&self) -> Result<u64, StoreError> {
        Ok(self.conn.query_row("SELECT count(*) FROM scan", [], |row| row.get(0))?)
    }

    /// How many admissions were undone altogether.
    pub fn annulment_count(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM scan WHERE annuls IS NOT NULL";
        Ok(self.conn.query_row(sql, [], |row| row.get(0))?)
    }

    /// How many tickets are admitted altogether.
    pub fn admission_count(&self) -> Result<u64, StoreError> {
        Ok(self.conn.query_row("SELECT count(*) FROM admission", [], |row| row.get(0))?)
    }
}

impl Write<'_> {
    /// Writes a scan, and the admission if it is one. The ticket's key refuses a second admission.
    pub fn insert_scan(&self, scan: &NewScan<'_>) -> Result<(), StoreError> {
        self.write_scan(scan, None)?;
        if let (Some(ticket_id), None) = (scan.ticket_id, scan.reason) {
            self.conn
                .prepare_cached("INSERT INTO admission (ticket_id, scan_no) VALUES (?1, ?2)")?
                .execute((Id(ticket_id), self.conn.last_insert_rowid()))?;
        }
        Ok(())
    }

    /// Writes that the admission of the scan `annuls` was undone: its ticket can be admitted again.
    pub fn insert_annulment(&self, scan: &NewScan<'_>, annuls: ScanId) -> Result<(), StoreError> {
        self.write_scan(scan, Some(annuls))?;
        self.conn
            .prepare_cached("DELETE FROM admission WHERE ticket_id = ?1")?
            .execute([scan.ticket_id.map(Id)])?;
        Ok(())
    }

    fn write_scan(&self, scan: &NewScan<'_>, annuls: Option<ScanId>) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO scan (scan_id, event_no, ticket_id, at, gate, reason, actor, by_hand, out_of_hours, annuls)
                 VALUES (:scan_id, :event_no, :ticket_id, :at, :gate, :reason, :actor, :by_hand, :out_of_hours,
                         :annuls)",
            )?
            .execute(named_params! {
                ":scan_id": Id(scan.scan_id),
                ":event_no": scan.event_no,
                ":ticket_id": scan.ticket_id.map(Id),
                ":at": Time(scan.at),
                ":gate": scan.gate,
                ":reason": scan.reason.map(Refusal::as_str),
                ":actor": scan.actor,
                ":by_hand": scan.by_hand,
                ":out_of_hours": scan.out_of_hours.map(Refusal::as_str),
                ":annuls": annuls.map(Id),
            })?;
        Ok(())
    }
}
