//! The Tickets table. A sale and an admission may write a ticket in either order: each sets what it knows, and neither
//! takes back what the other said.

use wicket_domain::cloud::{CloudTicketStatus, ConflictKind, code_digest};
use wicket_domain::pipeline::{TopicMessage, TopicTicket, conflict};
use wicket_domain::table::{Condition, Key, Table, Write};

use crate::conflicts::{self, facts, sale_facts};
use crate::fault::Fault;
use crate::world::{World, Written};

/// Writes the tickets of a sale; those that are there already stay as they are.
pub(crate) async fn issue(world: &World, message: &TopicMessage, now: i64) -> Result<(), Fault> {
    for ticket in &message.tickets {
        let Written::No(item) = world.write(sold(message, ticket, now)).await? else { continue };
        let item = item.unwrap_or_default();
        let other = item.text("orderId").unwrap_or_default();
        if other == message.order_id {
            continue;
        }
        let first =
            facts([("orderId", Some(other.to_owned())), ("ticketId", Some(ticket.ticket_id.clone()))]);
        let id = conflict::rejected(&ticket.ticket_id, &message.order_id);
        let kind = ConflictKind::MessageRejected;
        let mut record =
            conflicts::conflict(kind, &message.concert_id, id, now, (first, sale_facts(message)));
        record.ticket_id = Some(ticket.ticket_id.clone());
        record.order_id = Some(message.order_id.clone());
        conflicts::report(world, &record).await?;
    }
    Ok(())
}

pub(crate) fn key(ticket_id: &str) -> Key {
    Key::of(Table::Tickets, ticket_id)
}

fn sold(message: &TopicMessage, ticket: &TopicTicket, now: i64) -> Write {
    Write::to(key(&ticket.ticket_id))
        .set("orderId", &message.order_id)
        .set_some("soldBy", message.station_id.map(|station| station.to_string()))
        .set_once("eventId", &message.concert_id)
        .set_once("status", CloudTicketStatus::Valid.as_str())
        .set_some("orderCode", message.order_code.as_ref())
        .set("seatId", ticket.seat_id.as_str())
        .set("label", ticket.label())
        .set("category", &ticket.seat_class)
        .set_some("categoryNo", ticket.category_no)
        .set_some("holder", message.holder.as_ref())
        .set_some("codeDigest", ticket.token.as_deref().map(code_digest))
        .set("updatedAt", now)
        .only_if(Condition::lacks("orderId"))
}

/// Notes where a ticket's PDF lies, and the digest of its code, if the ticket is known.
pub(crate) async fn set_pdf(
    world: &World,
    ticket_id: &str,
    path: &str,
    code: Option<&str>,
) -> Result<(), Fault> {
    let write = Write::to(key(ticket_id))
        .set("pdfUrl", path)
        .set_some("codeDigest", code.map(code_digest))
        .only_if(Condition::has("orderId"));
    world.write(write).await.map(|_| ())
}
