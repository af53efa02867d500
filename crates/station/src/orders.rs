//! Orders: finding them, looking at one, and its tickets on paper.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use jiff::tz::TimeZone;
use wicket_domain::fold::fold;
use wicket_domain::id::{CartId, OrderId, TicketId};
use wicket_domain::message::{MessageKind, Reprint};
use wicket_domain::money::Money;
use wicket_domain::order::{OrderCode, PaymentMethod};
use wicket_domain::plan::SeatingPlan;
use wicket_domain::seat::{Place, SeatId};
use wicket_domain::token::{Token, TokenPayload, scanned};
use wicket_print::{Format, Seat, Ticket, TicketNumber};
use wicket_store::{EventRow, OrderRow, Read, TicketRow};

use crate::Station;
use crate::actor::Actor;
use crate::admit::admission_view;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::lookup::seller_of;
use crate::view::{OrderLine, OrderView, Receipt, TicketView};

/// A list of orders is this long at most.
const LIST_MAX: u32 = 200;
/// A search text is cut to this many characters.
const QUERY_MAX: usize = 80;

impl Station {
    /// Finds orders by code, id, holder's name or seat, the one sold last first; without a text, the newest ones. A
    /// ticket's token finds its order; whether it is genuine is the gate's question, not this one's.
    pub fn find_orders(&self, query: &str, limit: u32) -> Result<Vec<OrderLine>, Fault> {
        if let Ok(token) = Token::decode(&scanned(query).text) {
            return self.order_of_ticket(token.payload.ticket);
        }
        let limit = limit.clamp(1, LIST_MAX);
        let query: String = query.trim().chars().take(QUERY_MAX).collect();
        if let Some(line) = self.order_named(&query)? {
            return Ok(vec![line]);
        }
        let seats = if query.is_empty() { Vec::new() } else { self.seats_called(&query, limit)? };
        let now = self.clock.now();
        self.store.read(|read| {
            let mut found = Vec::new();
            if query.is_empty() {
                found = read.newest_orders(limit)?;
            } else {
                found.extend(read.orders_by_code(&query.to_ascii_uppercase(), limit)?);
                found.extend(read.orders_by_holder(&query, None, limit)?);
                for (event_no, seat_id) in &seats {
                    let ticket = read.seat(*event_no, seat_id, true, now)?.and_then(|seat| seat.ticket_id);
                    let ticket = ticket.map(|id| read.ticket(id)).transpose()?.flatten();
                    found.extend(ticket.map(|row| read.order(row.order_id)).transpose()?.flatten());
                }
            }
            let mut seen = HashSet::new();
            found.retain(|row: &OrderRow| seen.insert(row.order_id));
            found.sort_by_key(|row| std::cmp::Reverse(row.order_id));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            found.into_iter().map(|row| order_line(read, &row)).collect()
        })
    }

    fn order_of_ticket(&self, ticket_id: TicketId) -> Result<Vec<OrderLine>, Fault> {
        self.store.read(|read| {
            let ticket = read.ticket(ticket_id)?;
            let order = ticket.map(|row| read.order(row.order_id)).transpose()?.flatten();
            order.iter().map(|row| order_line(read, row)).collect()
        })
    }

    /// The order whose id or whole code this is: nothing else has to be looked through.
    fn order_named(&self, text: &str) -> Result<Option<OrderLine>, Fault> {
        let (id, code) = (OrderId::from_str(text).ok(), OrderCode::from_str(text).ok());
        self.store.read(|read| {
            let row = match (id, code) {
                (Some(id), _) => read.order(id)?,
                (None, Some(code)) => read.orders_by_code(code.as_str(), 1)?.pop(),
                (None, None) => None,
            };
            row.map(|row| order_line(read, &row)).transpose()
        })
    }

    /// Seats by this name in events that have sold something, soonest event first.
    fn seats_called(&self, text: &str, limit: u32) -> Result<Vec<(i64, SeatId)>, Fault> {
        let events = self.store.read::<_, Fault>(|read| Ok(read.events()?))?;
        let mut named: HashMap<i64, Vec<SeatId>> = HashMap::new();
        let mut found = Vec::new();
        for event in events.iter().filter(|event| event.sold > 0) {
            let seats = match named.entry(event.plan_no) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(slot) => slot.insert(seats_named(self.plan(event.plan_no)?.as_ref(), text)),
            };
            found.extend(seats.iter().map(|seat_id| (event.event_no, seat_id.clone())));
        }
        // A text like "a" fits thousands of seats; more than fits the list is of no use to anybody.
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX).saturating_mul(50));
        Ok(found)
    }

    /// Finds one order by its id or code.
    pub fn find_order(&self, text: &str) -> Result<OrderId, Fault> {
        let text = text.trim();
        if let Ok(id) = OrderId::from_str(text) {
            return Ok(id);
        }
        let found =
            self.store.read::<_, Fault>(|read| Ok(read.orders_by_code(&text.to_ascii_uppercase(), 2)?))?;
        match found.as_slice() {
            [one] if !text.is_empty() => Ok(one.order_id),
            [_, _] if !text.is_empty() => {
                let message = format!("{text:?} fits several orders. Use the whole code.");
                Err(Fault::new(Code::Ambiguous, message))
            }
            _ => Err(unknown_order()),
        }
    }

    /// Everything about one order.
    pub fn order(&self, order_id: OrderId) -> Result<OrderView, Fault> {
        let own = self.own()?;
        self.store.read(|read| {
            let row = read.order(order_id)?.ok_or_else(unknown_order)?;
            let event = read.event_by_no(row.event_no)?;
            let currency = event.event.currency;
            let payment = read.payments(order_id)?.into_iter().next();
            let money = |minor: Option<i64>| Money::new(minor.unwrap_or(0), currency);
            Ok(OrderView {
                line: order_line(read, &row)?,
                tickets: ticket_views(read, &own, &event, order_id)?,
                method: payment.as_ref().map_or(PaymentMethod::Cash, |payment| payment.method),
                received: money(payment.as_ref().map(|payment| payment.received)),
                change: money(payment.as_ref().map(|payment| payment.change)),
                sold_by: seller_of(read, &row.actor)?,
                event: event.event,
            })
        })
    }

    /// The sale that a cart became, for whoever asked to sell it and did not hear the answer.
    pub fn sale_of(&self, cart_id: CartId) -> Result<Option<Receipt>, Fault> {
        let own = self.own()?;
        self.store.read(|read| read.order_of_cart(cart_id)?.map(|row| receipt(read, &own, &row)).transpose())
    }

    /// An order's tickets as a PDF. Nothing is counted as printed by this alone.
    pub fn tickets_pdf(&self, order_id: OrderId, format: Format) -> Result<Vec<u8>, Fault> {
        let own = self.own()?;
        let order = self.order(order_id)?;
        let zone = TimeZone::get(&order.event.venue.time_zone).unwrap_or(TimeZone::UTC);
        let of = u32::try_from(order.tickets.len()).unwrap_or(u32::MAX);
        let tickets: Vec<_> = order
            .tickets
            .into_iter()
            .zip(1..)
            .map(|(ticket, n)| Ticket {
                event: order.event.name.clone(),
                venue: order.event.venue.name.clone(),
                venue_address: order.event.venue.address.clone(),
                starts: order.event.starts_at.to_zoned(zone.clone()),
                seat: match (ticket.place.row, ticket.place.number) {
                    (None, None) => Seat::Area(ticket.place.zone),
                    (row, number) => {
                        let section = Some(ticket.place.zone).filter(|zone| !zone.is_empty());
                        Seat::Numbered { section, row: row.filter(|row| !row.is_empty()), number }
                    }
                },
                category: ticket.category,
                price: ticket.price.written(),
                order_code: order.line.code.to_string(),
                holder: order.line.holder.clone(),
                token: ticket.token,
                number: TicketNumber { n, of },
                issued_by: own.name.clone(),
            })
            .collect();
        Ok(wicket_print::tickets(&tickets, format)?)
    }

    /// Records that an order's tickets came out on paper or as a file, which an audit and the cloud hear of; gives how
    /// many times that has happened now.
    pub fn record_printing(&self, by: &Actor, order_id: OrderId, format: Format) -> Result<u32, Fault> {
        let own = self.own()?;
        let now = self.clock.now();
        self.write(|tx| {
            if tx.order(order_id)?.is_none() {
                return Err(unknown_order());
            }
            let times = tx.count_printing(order_id)?;
            tx.finish_sale(order_id)?;
            let body =
                serde_json::json!({ "orderId": order_id, "format": format.to_string(), "times": times });
            self.books(tx).enter(now, &by.text(), "print", &body.to_string())?;
            if times > 1 {
                let body = serde_json::to_string(&Reprint { order_id, times })
                    .map_err(|error| Fault::new(Code::Internal, error.to_string()))?;
                self.books(tx).send(&own, MessageKind::Reprint, now, &body)?;
            }
            Ok(times)
        })
    }
}

/// Seats that are called `text`, with or without their zone; when there is none, those whose label contains it.
fn seats_named(plan: &SeatingPlan, text: &str) -> Vec<SeatId> {
    let wanted = fold(text);
    let (mut called, mut containing) = (Vec::new(), Vec::new());
    if wanted.is_empty() {
        return called;
    }
    for (index, seat) in plan.seats.iter().enumerate() {
        let place = plan.place(index);
        let label = place.as_ref().map_or_else(String::new, |place| fold(&place.label()));
        if seat.id.as_str() == text || place.is_some_and(|place| names_seat(&place, &label, &wanted)) {
            called.push(seat.id.clone());
        } else if label.contains(&wanted) {
            containing.push(seat.id.clone());
        }
    }
    if called.is_empty() { containing } else { called }
}

/// Whether the end of a seat's folded label, from a word on, names the seat by itself: its number alone does not where
/// it has a row.
fn names_seat(place: &Place, label: &str, wanted: &str) -> bool {
    let before = label.strip_suffix(wanted);
    if !before.is_some_and(|zone| zone.is_empty() || zone.ends_with(' ')) {
        return false;
    }
    let has_row = place.row.as_ref().is_some_and(|row| !row.is_empty());
    !has_row || place.number.as_ref().is_none_or(|number| wanted.len() > fold(number).len())
}

fn unknown_order() -> Fault {
    Fault::new(Code::NotFound, "There is no such order. Search by its code, the holder's name or the seat.")
}

fn order_line(read: &Read<'_>, row: &OrderRow) -> Result<OrderLine, Fault> {
    let event = read.event_by_no(row.event_no)?;
    let tickets = read.tickets(row.order_id)?;
    let mut admitted = 0;
    for ticket in &tickets {
        admitted += u32::from(read.admission(ticket.ticket_id)?.is_some());
    }
    Ok(OrderLine {
        order_id: row.order_id,
        code: row.code.clone(),
        time_zone: event.event.venue.time_zone,
        event: event.event.name,
        sold_at: row.sold_at,
        holder: row.holder.clone(),
        labels: tickets.iter().map(|ticket| ticket.place.label()).collect(),
        total: Money::new(row.total, event.event.currency),
        printed: row.printed,
        admitted,
    })
}

/// What a sale gave, read back.
pub(crate) fn receipt(read: &Read<'_>, own: &Own, row: &OrderRow) -> Result<Receipt, Fault> {
    let event = read.event_by_no(row.event_no)?;
    let money = |minor: i64| Money::new(minor, event.event.currency);
    let payment = read.payments(row.order_id)?.into_iter().next();
    Ok(Receipt {
        order_id: row.order_id,
        code: row.code.clone(),
        total: money(row.total),
        received: money(payment.as_ref().map_or(row.total, |payment| payment.received)),
        change: money(payment.as_ref().map_or(0, |payment| payment.change)),
        holder: row.holder.clone(),
        finished: !read.is_unfinished(row.order_id)?,
        tickets: ticket_views(read, own, &event, row.order_id)?,
    })
}

fn ticket_views(
    read: &Read<'_>,
    own: &Own,
    event: &EventRow,
    order_id: OrderId,
) -> Result<Vec<TicketView>, Fault> {
    let categories = read.categories(event.event_no)?;
    let view = |row: TicketRow| {
        let category = categories.iter().find(|category| category.category_no == row.category_no);
        let payload =
            TokenPayload::new(&own.key.verifying_key(), row.category_no, event.event.event_id, row.ticket_id);
        let admission = read.admission(row.ticket_id)?;
        Ok(TicketView {
            ticket_id: row.ticket_id,
            label: row.place.label(),
            seat_id: row.seat_id,
            place: row.place,
            category: category.map_or_else(String::new, |category| category.name.clone()),
            price: Money::new(row.price, event.event.currency),
            status: row.status,
            token: payload.sign(&own.key),
            admission: admission.as_ref().map(|row| admission_view(row, &own.name)),
        })
    };
    read.tickets(order_id)?.into_iter().map(view).collect()
}
