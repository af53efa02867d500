//! Checking the audit log: the chain of seals, and whether it agrees with the orders and admissions it speaks of.

use serde::Deserialize;
use wicket_domain::audit::{Entry, FIRST, Seal};
use wicket_domain::id::{OrderId, ScanId, TicketId};
use wicket_domain::money::Currency;
use wicket_store::{AuditRow, Read};

use crate::Station;
use crate::fault::Fault;
use crate::view::AuditReport;

/// A report names this many findings; a broken log has thousands.
const FINDINGS_MAX: usize = 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SaleFacts {
    order_id: OrderId,
    currency: Currency,
    total: String,
    tickets: Vec<SoldTicket>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SoldTicket {
    ticket_id: TicketId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AdmissionFacts {
    ticket_id: TicketId,
    scan_id: ScanId,
}

/// The walk through the log.
struct Walk {
    previous: Seal,
    entries: u64,
    sales: u64,
    admissions: u64,
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
        let total = wicket_domain::money::Money::new(order.total, facts.currency).decimal();
        let mut tickets: Vec<_> = read.tickets(facts.order_id)?.iter().map(|row| row.ticket_id).collect();
        let mut told: Vec<_> = facts.tickets.iter().map(|ticket| ticket.ticket_id).collect();
        tickets.sort_unstable();
        told.sort_unstable();
        if total != facts.total || tickets != told {
            self.found(format!("Order {} differs from what entry {} says of it.", order.code, row.seq));
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
        if known != Some(facts.scan_id) {
            let ticket = facts.ticket_id;
            self.found(format!(
                "Entry {} admitted ticket {ticket}; the list of admissions disagrees.",
                row.seq
            ));
        }
        Ok(())
    }
}

impl Station {
    /// Reads the whole log in one consistent view and compares it with what it speaks of.
    pub fn verify_audit(&self) -> Result<AuditReport, Fault> {
        self.own()?;
        self.store.read(|read| {
            let mut walk =
                Walk { previous: FIRST, entries: 0, sales: 0, admissions: 0, findings: Vec::new() };
            let mut failure = None;
            read.each_audit(|row| {
                walk.chain(&row);
                let compared = match row.kind.as_str() {
                    "sale" => walk.sale(read, &row),
                    "admission" => walk.admission(read, &row),
                    _ => Ok(()),
                };
                if let Err(fault) = compared {
                    failure.get_or_insert(fault);
                }
            })?;
            if let Some(fault) = failure {
                return Err(fault);
            }
            let (orders, admissions) = (read.order_count()?, read.admission_count()?);
            if orders != walk.sales {
                let sales = walk.sales;
                walk.found(format!("The log tells of {sales} sales, but there are {orders} orders."));
            }
            if admissions != walk.admissions {
                let told = walk.admissions;
                walk.found(format!("The log tells of {told} admissions, but there are {admissions}."));
            }
            Ok(AuditReport {
                sound: walk.findings.is_empty(),
                entries: walk.entries,
                findings: walk.findings,
            })
        })
    }
}
