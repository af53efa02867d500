//! Checking the audit log: the chain of seals, and whether it agrees with the orders and admissions it speaks of.

use jiff::Timestamp;
use serde::Deserialize;
use wicket_domain::audit::{Entry, FIRST, Seal};
use wicket_domain::id::{OrderId, ScanId, TicketId};
use wicket_domain::money::{Currency, Money};
use wicket_domain::order::{OrderCode, TicketStatus};
use wicket_domain::seat::SeatId;
use wicket_store::{AuditRow, Read, TicketRow};

use crate::Station;
use crate::fault::Fault;
use crate::view::AuditReport;

/// A report names this many findings; a broken log has thousands.
const FINDINGS_MAX: usize = 20;
/// A check of a million sales takes seconds; whoever waits is told after each so many entries.
pub const TOLD_EACH: u64 = 50_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SaleFacts {
    order_id: OrderId,
    code: String,
    currency: Currency,
    total: String,
    received: String,
    tickets: Vec<SoldTicket>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
struct SoldTicket {
    ticket_id: TicketId,
    seat_id: SeatId,
    price: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AdmissionFacts {
    ticket_id: TicketId,
    scan_id: ScanId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnnulmentFacts {
    ticket_id: TicketId,
    scan_id: ScanId,
    annuls: ScanId,
}

/// The walk through the log.
struct Walk {
    previous: Seal,
    entries: u64,
    sales: u64,
    admissions: u64,
    annulments: u64,
    refusals: u64,
    printings: u64,
    findings: Vec<String>,
}

impl Walk {
    fn found(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    fn chain(&mut self, row: &AuditRow) {
        self.entries += 1;
        if row.seq != self.entries {
            self.found(format!("Entry {} is missing before entry {}.", self.entries, row.seq));
            self.entries = row.seq;
        }
        let entry = Entry { seq: row.seq, at: row.at, actor: &row.actor, kind: &row.kind, body: &row.body };
        if entry.seal(&self.previous) != row.seal {
            self.found(format!("Entry {} was changed, or the one before it was.", row.seq));
        }
        self.previous = row.seal;
    }

    fn compare(&mut self, read: &Read<'_>, row: &AuditRow) -> Result<(), Fault> {
        match row.kind.as_str() {
            "sale" => self.sale(read, row)?,
            "admission" => self.admission(read, row)?,
            "annulment" => self.annulment(read, row)?,
            "refusal" => self.refusals += 1,
            "print" => self.printings += 1,
            _ => {}
        }
        Ok(())
    }

    /// What was cut off the log, or put in beside it, shows in the numbers.
    fn counts(&mut self, read: &Read<'_>) -> Result<(), Fault> {
        let last = read.last_audit_seq()?;
        if last > self.entries {
            self.found(format!(
                "Everything after entry {} is missing; the last one was {last}.",
                self.entries
            ));
        }
        let undone = read.annulment_count()?;
        let scans = self.admissions + self.annulments + self.refusals;
        let numbers = [
            ("sales", self.sales, read.order_count()?, "orders"),
            // What was undone is in the log and no longer in the list.
            ("admissions", self.admissions, read.admission_count()? + undone, "admissions"),
            ("annulments", self.annulments, undone, "annulments"),
            ("scans", scans, read.scan_count()?, "scans"),
            ("printings", self.printings, read.printing_count()?, "printings"),
        ];
        for (told, entries, rows, found) in numbers {
            if entries != rows {
                self.found(format!("The log tells of {entries} {told}, but there are {rows} {found}."));
            }
        }
        Ok(())
    }

    fn sale(&mut self, read: &Read<'_>, row: &AuditRow) -> Result<(), Fault> {
        self.sales += 1;
        let Ok(facts) = serde_json::from_str::<SaleFacts>(&row.body) else {
            self.found(format!("Entry {} is not a sale that can be read.", row.seq));
            return Ok(());
        };
        let Some(order) = read.order(facts.order_id)? else {
            self.found(format!("Entry {} speaks of order {}, which is gone.", row.seq, facts.order_id));
            return Ok(());
        };
        let money = |minor| Money::new(minor, facts.currency).decimal();
        let rows = read.tickets(facts.order_id)?;
        let mut tickets: Vec<_> = rows
            .iter()
            .map(|row| SoldTicket {
                ticket_id: row.ticket_id,
                seat_id: row.seat_id.clone(),
                price: money(row.price),
            })
            .collect();
        let mut told = facts.tickets;
        tickets.sort_unstable();
        told.sort_unstable();
        let paid: Vec<_> =
            read.payments(facts.order_id)?.iter().map(|row| (row.amount, row.received)).collect();
        let paid_as_told = matches!(paid.as_slice(), [(amount, received)] if money(*amount) == facts.total && money(*received) == facts.received);
        let same = money(order.total) == facts.total && order.code.as_str() == facts.code && tickets == told;
        if !same || !paid_as_told {
            self.found(format!("Order {} differs from what entry {} says of it.", order.code, row.seq));
        }
        self.seats(read, &order.code, &rows)
    }

    /// A seat that was set free by hand could be sold again.
    fn seats(&mut self, read: &Read<'_>, code: &OrderCode, tickets: &[TicketRow]) -> Result<(), Fault> {
        let valid = tickets.iter().filter(|row| row.status == TicketStatus::Valid);
        for row in valid.filter(|row| row.seat_id.standing_area().is_none()) {
            let seat = read.seat(row.event_no, &row.seat_id, true, Timestamp::MIN)?;
            if seat.and_then(|seat| seat.ticket_id) != Some(row.ticket_id) {
                let label = row.place.label();
                self.found(format!("{label} is in order {code}, but the seat is not marked as sold to it."));
            }
        }
        Ok(())
    }

    fn admission(&mut self, read: &Read<'_>, row: &AuditRow) -> Result<(), Fault> {
        self.admissions += 1;
        let Ok(facts) = serde_json::from_str::<AdmissionFacts>(&row.body) else {
            self.found(format!("Entry {} is not an admission that can be read.", row.seq));
            return Ok(());
        };
        let known = read.admission(facts.ticket_id)?.map(|admission| admission.scan_id);
        if known != Some(facts.scan_id) && read.annulment_of(facts.scan_id)?.is_none() {
            let ticket = facts.ticket_id;
            self.found(format!(
                "Entry {} admitted ticket {ticket}; the list of admissions disagrees.",
                row.seq
            ));
        }
        Ok(())
    }

    fn annulment(&mut self, read: &Read<'_>, row: &AuditRow) -> Result<(), Fault> {
        self.annulments += 1;
        let Ok(facts) = serde_json::from_str::<AnnulmentFacts>(&row.body) else {
            self.found(format!("Entry {} is not an annulment that can be read.", row.seq));
            return Ok(());
        };
        let undone = read.annulment_of(facts.annuls)?;
        let told = undone.map(|scan| (scan.scan_id, scan.ticket_id));
        if told != Some((facts.scan_id, Some(facts.ticket_id))) {
            let ticket = facts.ticket_id;
            self.found(format!(
                "Entry {} undid an admission of ticket {ticket}; the list of scans disagrees.",
                row.seq
            ));
        }
        Ok(())
    }
}

impl Station {
    /// Reads the whole log in one consistent view and compares it with what it speaks of.
    pub fn verify_audit(&self) -> Result<AuditReport, Fault> {
        self.verify_audit_telling(&mut |_| {})
    }

    /// The same, telling how many entries have been read, each time another [`TOLD_EACH`] have.
    pub fn verify_audit_telling(&self, tell: &mut dyn FnMut(u64)) -> Result<AuditReport, Fault> {
        self.own()?;
        self.store.read(|read| {
            let mut walk = Walk {
                previous: FIRST,
                entries: 0,
                sales: 0,
                admissions: 0,
                annulments: 0,
                refusals: 0,
                printings: 0,
                findings: Vec::new(),
            };
            let mut failure = None;
            read.each_audit(|row| {
                walk.chain(&row);
                if walk.entries.is_multiple_of(TOLD_EACH) {
                    tell(walk.entries);
                }
                if let Err(fault) = walk.compare(read, &row) {
                    failure.get_or_insert(fault);
                }
            })?;
            if let Some(fault) = failure {
                return Err(fault);
            }
            walk.counts(read)?;
            Ok(AuditReport {
                sound: walk.findings.is_empty(),
                entries: walk.entries,
                findings: walk.findings,
            })
        })
    }
}
