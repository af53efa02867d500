//! Finding a ticket without its code: by its order's code or id, or by the name it was sold to.

use std::collections::HashSet;
use std::str::FromStr;

use wicket_domain::fold::fold;
use wicket_domain::id::{EventId, OrderId, TicketId};
use wicket_domain::judge::{AtGate, Refusal, judge};
use wicket_domain::order::OrderCode;
use wicket_store::{CloudTicketRow, OrderRow, Read};

use super::Presented;
use super::known::{Known, known};
use crate::Station;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::setup::checked_name;
use crate::view::{GateOrder, GateTicket};

/// A gate lists so many orders at most: whoever types two letters of a name types a third.
const ORDERS_MAX: usize = 20;
/// So many tickets of other stations are looked at for them.
const TICKETS_MAX: usize = 400;
/// A search text is cut to this many characters.
const QUERY_MAX: usize = 80;

/// Tickets that belong together, before the gate has looked at each.
struct Found {
    event_no: i64,
    code: Option<String>,
    holder: Option<String>,
    /// Its id, as far as one of its tickets says it.
    order_id: Option<String>,
    /// Whether this station sold it.
    own: bool,
    tickets: Vec<TicketId>,
}

impl Station {
    /// The orders of a code, an id or a holder's name, whoever sold them, with what the gate would say of each ticket.
    /// Orders of the gate's own event come first, then the newest.
    pub fn orders_at_gate(
        &self,
        query: &str,
        gate: Option<&str>,
        event_id: Option<EventId>,
    ) -> Result<Vec<GateOrder>, Fault> {
        let own = self.own()?;
        let gate = gate.map(|gate| checked_name("The gate", gate)).transpose()?;
        let query: String = query.trim().chars().take(QUERY_MAX).collect();
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let here = AtGate { event_id, gate, at: self.clock.now(), any_time: false };
        self.store.read(|read| {
            let event = event_id.map(|event_id| read.event(event_id)).transpose()?.flatten();
            let event_no = event.map(|row| row.event_no);
            let mut found = found(read, &query, event_no)?;
            found.sort_by_key(|order| event_no.is_some_and(|here| here != order.event_no));
            found.truncate(ORDERS_MAX);
            found.into_iter().map(|order| gate_order(read, &own, &here, order)).collect()
        })
    }

    /// A ticket that was chosen from its order, so far as its own file or the cloud vouches for it.
    pub(super) fn chosen(&self, own: &Own, ticket_id: TicketId) -> Result<Presented, Fault> {
        self.store.read(|read| presented(read, own, ticket_id)?.ok_or_else(unknown_ticket))
    }
}

/// Own orders first, then what the cloud has told of others. Of a name, the orders of the gate's own event are all among
/// them, however many newer ones of other events there are.
fn found(read: &Read<'_>, query: &str, event_no: Option<i64>) -> Result<Vec<Found>, Fault> {
    let (code, id) = (OrderCode::from_str(query).ok(), OrderId::from_str(query).ok());
    let by_id = id.map(|id| read.order(id)).transpose()?.flatten();
    let by_code = code.map(|code| read.orders_by_code(code.as_str(), 1)).transpose()?.unwrap_or_default();
    let mut own: Vec<_> = by_id.into_iter().chain(by_code).collect();
    let mut told = read.cloud_tickets_of_order(&query.to_uppercase(), &query.to_lowercase())?;
    if own.is_empty() && told.is_empty() {
        let most = u32::try_from(ORDERS_MAX).unwrap_or(u32::MAX);
        if event_no.is_some() {
            own = read.orders_by_holder(query, event_no, most)?;
            told = read.cloud_tickets_of_holder(is_named(query), event_no, TICKETS_MAX)?;
        }
        own.extend(read.orders_by_holder(query, None, most)?);
        told.extend(read.cloud_tickets_of_holder(is_named(query), None, TICKETS_MAX)?);
    }
    let (mut orders_seen, mut tickets_seen) = (HashSet::new(), HashSet::new());
    own.retain(|row| orders_seen.insert(row.order_id));
    told.retain(|(_, ticket)| tickets_seen.insert(ticket.ticket_id));
    let mut orders = own.iter().map(|row| own_order(read, row)).collect::<Result<Vec<_>, Fault>>()?;
    for (event_no, ticket) in told {
        if !read.has_ticket(ticket.ticket_id)? {
            add(&mut orders, event_no, ticket);
        }
    }
    Ok(orders)
}

/// Whether a name has every word of a text, as `Read::orders_by_holder` has it.
fn is_named(query: &str) -> impl Fn(&str) -> bool {
    let folded = fold(query);
    let words: Vec<_> = folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    move |holder| {
        let holder = fold(holder);
        !words.is_empty() && words.iter().all(|word| holder.contains(word))
    }
}

fn own_order(read: &Read<'_>, row: &OrderRow) -> Result<Found, Fault> {
    Ok(Found {
        event_no: row.event_no,
        code: Some(row.code.to_string()),
        holder: row.holder.clone(),
        order_id: Some(row.order_id.to_string()),
        own: true,
        tickets: read.tickets(row.order_id)?.iter().map(|ticket| ticket.ticket_id).collect(),
    })
}

/// Puts a ticket of another station to its order. An older Wicket kept no order's id with a ticket: such a ticket goes to
/// the order of its code. A ticket that is not in the file is of none of this station's own orders, whatever its code.
fn add(orders: &mut Vec<Found>, event_no: i64, ticket: CloudTicketRow) {
    let same = |order: &&mut Found| {
        order.event_no == event_no
            && match (&order.order_id, &ticket.order_id) {
                (Some(one), Some(other)) => one == other,
                _ => !order.own && order.code.is_some() && order.code == ticket.order_code,
            }
    };
    if let Some(order) = orders.iter_mut().find(same) {
        order.tickets.push(ticket.ticket_id);
        order.order_id = order.order_id.take().or(ticket.order_id);
        order.holder = order.holder.take().or(ticket.holder);
        return;
    }
    let CloudTicketRow { ticket_id, order_id, order_code: code, holder, .. } = ticket;
    orders.push(Found { event_no, code, holder, order_id, own: false, tickets: vec![ticket_id] });
}

fn gate_order(read: &Read<'_>, own: &Own, here: &AtGate, order: Found) -> Result<GateOrder, Fault> {
    let event = read.event_by_no(order.event_no)?.event;
    let mut ids = order.tickets;
    ids.sort_unstable();
    let mut tickets = Vec::with_capacity(ids.len());
    for ticket_id in ids {
        let Some(ticket) = presented(read, own, ticket_id)? else { continue };
        let Some(known) = known(read, own, &ticket, None)? else { continue };
        let reason = judge(&known.facts, here).err();
        tickets.push(gate_ticket(known, reason));
    }
    Ok(GateOrder {
        code: order.code,
        holder: order.holder,
        event_id: event.event_id,
        event: event.name,
        starts_at: event.starts_at,
        time_zone: event.venue.time_zone,
        tickets,
    })
}

fn gate_ticket(known: Known, reason: Option<Refusal>) -> GateTicket {
    let rules = known.facts.rules;
    GateTicket {
        ticket: known.shown,
        seat_id: known.seat_id,
        reason,
        first_admission: known.admission,
        valid_from: rules.valid_from,
        valid_until: rules.valid_until,
        gates: rules.gates,
    }
}

/// A ticket of this station's own, or one that the cloud has told of; its token need not be seen.
fn presented(read: &Read<'_>, own: &Own, ticket_id: TicketId) -> Result<Option<Presented>, Fault> {
    if let Some(row) = read.ticket(ticket_id)? {
        let event_id = read.event_by_no(row.event_no)?.event.event_id;
        let key_id = Some(own.key_id());
        return Ok(Some(Presented { ticket_id, event_id, class: Some(row.category_no), key_id }));
    }
    let Some(event_no) = read.cloud_ticket_event(ticket_id)? else { return Ok(None) };
    let event_id = read.event_by_no(event_no)?.event.event_id;
    Ok(Some(Presented { ticket_id, event_id, class: None, key_id: None }))
}

fn unknown_ticket() -> Fault {
    Fault::new(Code::NotFound, "This ticket is not known here. Search for its order again, or scan its code.")
}
