//! The Tickets table. A sale and an admission may write a ticket in either order: each sets what it knows, and neither
//! takes back what the other said.

use aws_sdk_dynamodb::Client;
use wicket_domain::cloud::{CloudTicketStatus, ConflictKind};
use wicket_domain::pipeline::{TopicMessage, TopicTicket, conflict};

use crate::conflicts::{self, facts, sale_facts};
use crate::fault::Fault;
use crate::table::{Change, Written, number, text, text_of};

/// Writes the tickets of a sale; those that are there already stay as they are.
pub(crate) async fn issue(
    client: &Client,
    tables: (&str, &str),
    message: &TopicMessage,
    now: i64,
) -> Result<(), Fault> {
    let (tickets, conflicts) = tables;
    for ticket in &message.tickets {
        let change = sold(tickets, message, ticket, now);
        let Written::No(item) = change.write(client).await? else { continue };
        let item = item.unwrap_or_default();
        let other = text_of(&item, "orderId").unwrap_or_default();
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
        conflicts::report(client, conflicts, &record).await?;
    }
    Ok(())
}

fn sold(table: &str, message: &TopicMessage, ticket: &TopicTicket, now: i64) -> Change {
    Change::of(table, [("ticketId", text(&ticket.ticket_id))])
        .set("orderId", text(&message.order_id))
        .set_once("eventId", text(&message.concert_id))
        .set_once("status", text(CloudTicketStatus::Valid.as_str()))
        .set_some("orderCode", message.order_code.as_deref().map(text))
        .set("seatId", text(ticket.seat_id.as_str()))
        .set("label", text(ticket.label()))
        .set("category", text(&ticket.seat_class))
        .set_some("categoryNo", ticket.category_no.map(number))
        .set_some("holder", message.holder.as_deref().map(text))
        .set_some("qrCode", ticket.token.as_deref().map(text))
        .set("updatedAt", number(now))
        .only_if("attribute_not_exists(#orderId)")
}

/// Notes where a ticket's PDF lies, if the ticket is known.
pub(crate) async fn set_pdf(client: &Client, table: &str, ticket_id: &str, key: &str) -> Result<(), Fault> {
    let change = Change::of(table, [("ticketId", text(ticket_id))])
        .set("pdfUrl", text(key))
        .only_if("attribute_exists(#orderId)");
    change.write(client).await.map(|_| ())
}
