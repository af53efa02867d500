//! Orders, their tickets and their payments.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, ToSql, named_params};
use wicket_domain::fold::fold;
use wicket_domain::id::{CartId, OrderId, PaymentId, TicketId};
use wicket_domain::order::{OrderCode, PaymentMethod, TicketStatus};
use wicket_domain::seat::{Place, SeatId};

use crate::error::StoreError;
use crate::row::{Id, Time, known};
use crate::write::{Read, Write};

/// A sale about to be written.
pub struct NewOrder<'a> {
    /// Its id.
    pub order_id: OrderId,
    /// Its code.
    pub code: &'a OrderCode,
    /// Its event.
    pub event_no: i64,
    /// When.
    pub sold_at: Timestamp,
    /// Who sells.
    pub actor: &'a str,
    /// `box_office` or `command_line`.
    pub channel: &'a str,
    /// To whom.
    pub holder: Option<&'a str>,
    /// In minor units.
    pub total: i64,
    /// The cart it was, if it was one.
    pub cart_id: Option<CartId>,
}

/// A ticket about to be written.
pub struct NewTicket<'a> {
    /// Its id.
    pub ticket_id: TicketId,
    /// Its order.
    pub order_id: OrderId,
    /// Its event.
    pub event_no: i64,
    /// Its seat, or `ga#AREA`.
    pub seat_id: &'a SeatId,
    /// As printed.
    pub place: &'a Place,
    /// Its class.
    pub category_no: u16,
    /// In minor units.
    pub price: i64,
}

/// A payment about to be written.
pub struct NewPayment {
    /// Its id.
    pub payment_id: PaymentId,
    /// What it pays.
    pub order_id: OrderId,
    /// How.
    pub method: PaymentMethod,
    /// In minor units.
    pub amount: i64,
    /// What was handed over, in minor units.
    pub received: i64,
    /// When.
    pub paid_at: Timestamp,
}

/// An order as stored.
pub struct OrderRow {
    /// Its id.
    pub order_id: OrderId,
    /// Its code.
    pub code: OrderCode,
    /// Its event.
    pub event_no: i64,
    /// When it was sold.
    pub sold_at: Timestamp,
    /// By whom.
    pub actor: String,
    /// To whom.
    pub holder: Option<String>,
    /// In minor units.
    pub total: i64,
    /// How many times it was printed.
    pub printed: u32,
}

/// A ticket as stored.
pub struct TicketRow {
    /// Its id.
    pub ticket_id: TicketId,
    /// Its order.
    pub order_id: OrderId,
    /// Its event.
    pub event_no: i64,
    /// Its seat, or `ga#AREA`.
    pub seat_id: SeatId,
    /// As printed.
    pub place: Place,
    /// Its class.
    pub category_no: u16,
    /// In minor units.
    pub price: i64,
    /// Whether it stands.
    pub status: TicketStatus,
}

/// A payment as stored.
pub struct PaymentRow {
    /// How.
    pub method: PaymentMethod,
    /// In minor units.
    pub amount: i64,
    /// In minor units.
    pub received: i64,
    /// In minor units.
    pub change: i64,
}

const ORDER_COLUMNS: &str =
    "o.order_id, o.code, o.event_no, o.sold_at, o.actor, o.holder, o.total, o.printed FROM orders o";
const TICKET_COLUMNS: &str =
    "ticket_id, order_id, event_no, seat_id, zone, row_name, seat_number, category_no,
    price, status FROM ticket";

fn read_order(row: &Row<'_>) -> rusqlite::Result<Result<OrderRow, StoreError>> {
    let code: String = row.get(1)?;
    let code = known(code.parse().ok(), "order code");
    let order_id = row.get::<_, Id<OrderId>>(0)?.0;
    let (event_no, sold_at, actor) = (row.get(2)?, row.get::<_, Time>(3)?.0, row.get(4)?);
    let (holder, total, printed) = (row.get(5)?, row.get(6)?, row.get(7)?);
    Ok(code.map(|code| OrderRow { order_id, code, event_no, sold_at, actor, holder, total, printed }))
}

fn read_ticket(row: &Row<'_>) -> rusqlite::Result<Result<TicketRow, StoreError>> {
    let word: String = row.get(9)?;
    let status = known(TicketStatus::from_word(&word), "ticket status");
    let ticket = TicketRow {
        ticket_id: row.get::<_, Id<TicketId>>(0)?.0,
        order_id: row.get::<_, Id<OrderId>>(1)?.0,
        event_no: row.get(2)?,
        seat_id: SeatId::new(row.get::<_, String>(3)?),
        place: Place { zone: row.get(4)?, row: row.get(5)?, number: row.get(6)? },
        category_no: row.get(7)?,
        price: row.get(8)?,
        status: TicketStatus::Valid,
    };
    Ok(status.map(|status| TicketRow { status, ..ticket }))
}

/// The pattern of texts that contain this one, to the letter.
fn containing(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for sign in word.chars() {
        if matches!(sign, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

impl Read<'_> {
    /// Whether this station has sold a ticket.
    pub fn has_ticket(&self, ticket_id: TicketId) -> Result<bool, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM ticket WHERE ticket_id = ?1)")?;
        Ok(statement.query_row([Id(ticket_id)], |row| row.get(0))?)
    }

    /// The order of this id.
    pub fn order(&self, order_id: OrderId) -> Result<Option<OrderRow>, StoreError> {
        let sql = format!("SELECT {ORDER_COLUMNS} WHERE o.order_id = ?1");
        self.conn.prepare_cached(&sql)?.query_row([Id(order_id)], read_order).optional()?.transpose()
    }

    /// The order that a cart became.
    pub fn order_of_cart(&self, cart_id: CartId) -> Result<Option<OrderRow>, StoreError> {
        let sql = format!("SELECT {ORDER_COLUMNS} WHERE o.cart_id = ?1");
        self.conn.prepare_cached(&sql)?.query_row([Id(cart_id)], read_order).optional()?.transpose()
    }

    /// Orders whose code begins with `prefix`, newest first, at most `limit`.
    pub fn orders_by_code(&self, prefix: &str, limit: u32) -> Result<Vec<OrderRow>, StoreError> {
        let sql = format!(
            "SELECT {ORDER_COLUMNS} WHERE o.order_id IN (
                 SELECT order_id FROM orders WHERE code >= ?1 AND code < ?1 || '~' ORDER BY order_id DESC LIMIT ?2)
             ORDER BY o.order_id DESC"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((prefix, limit), read_order)?;
        rows.map(|row| row?).collect()
    }

    /// Orders whose holder's name contains every word of `words`, newest first. Both are folded
    /// ([`wicket_domain::fold`]); a text of which nothing is left fits none. Orders of one event alone, where it is given.
    pub fn orders_by_holder(
        &self,
        words: &str,
        event_no: Option<i64>,
        limit: u32,
    ) -> Result<Vec<OrderRow>, StoreError> {
        let folded = fold(words);
        let patterns: Vec<_> = folded.split(' ').filter(|word| !word.is_empty()).map(containing).collect();
        let Some((first, others)) = patterns.split_first() else { return Ok(Vec::new()) };
        let also = " AND holder_key LIKE ? ESCAPE '\\'".repeat(others.len());
        let there = if event_no.is_some() { " AND event_no = ?" } else { "" };
        // The index of names knows the ids too, so the rows are only looked up of those that are listed.
        let sql = format!(
            "SELECT {ORDER_COLUMNS} WHERE o.order_id IN (
                 SELECT order_id FROM orders
                 WHERE holder_key IS NOT NULL AND holder_key LIKE ? ESCAPE '\\'{also}{there}
                 ORDER BY order_id DESC LIMIT ?)
             ORDER BY o.order_id DESC"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let words = std::iter::once(first).chain(others).map(|pattern| pattern as &dyn ToSql);
        let event_no = event_no.iter().map(|event_no| event_no as &dyn ToSql);
        let values: Vec<_> = words.chain(event_no).chain(std::iter::once(&limit as &dyn ToSql)).collect();
        let rows = statement.query_map(values.as_slice(), read_order)?;
        rows.map(|row| row?).collect()
    }

    /// The id of the order that was sold last: order ids are given in sequence, so it is the greatest.
    pub fn last_order_id(&self) -> Result<Option<OrderId>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT order_id FROM orders ORDER BY order_id DESC LIMIT 1")?;
        Ok(statement.query_row([], |row| row.get::<_, Id<OrderId>>(0)).optional()?.map(|id| id.0))
    }

    /// The newest orders of all events.
    pub fn newest_orders(&self, limit: u32) -> Result<Vec<OrderRow>, StoreError> {
        let sql = format!("SELECT {ORDER_COLUMNS} ORDER BY o.order_id DESC LIMIT ?1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([limit], read_order)?;
        rows.map(|row| row?).collect()
    }

    /// Whether a code is in use.
    pub fn code_in_use(&self, code: &OrderCode) -> Result<bool, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM orders WHERE code = ?1)")?;
        Ok(statement.query_row([code.as_str()], |row| row.get(0))?)
    }

    /// How many orders there are.
    pub fn order_count(&self) -> Result<u64, StoreError> {
        Ok(self.conn.query_row("SELECT count(*) FROM orders", [], |row| row.get(0))?)
    }

    /// How many times orders were printed altogether.
    pub fn printing_count(&self) -> Result<u64, StoreError> {
        Ok(self.conn.query_row("SELECT coalesce(sum(printed), 0) FROM orders", [], |row| row.get(0))?)
    }

    /// One ticket.
    pub fn ticket(&self, ticket_id: TicketId) -> Result<Option<TicketRow>, StoreError> {
        let sql = format!("SELECT {TICKET_COLUMNS} WHERE ticket_id = ?1");
        self.conn.prepare_cached(&sql)?.query_row([Id(ticket_id)], read_ticket).optional()?.transpose()
    }

    /// An order's tickets, in the order they were sold.
    pub fn tickets(&self, order_id: OrderId) -> Result<Vec<TicketRow>, StoreError> {
        let sql = format!("SELECT {TICKET_COLUMNS} WHERE order_id = ?1 ORDER BY ticket_id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([Id(order_id)], read_ticket)?;
        rows.map(|row| row?).collect()
    }

    /// How an order was paid.
    pub fn payments(&self, order_id: OrderId) -> Result<Vec<PaymentRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT method, amount, received, change_given FROM payment WHERE order_id = ?1 ORDER BY payment_id",
        )?;
        let rows = statement.query_map([Id(order_id)], |row| {
            let method: String = row.get(0)?;
            Ok((method, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        rows.map(|row| {
            let (word, amount, received, change) = row?;
            let method = (word == PaymentMethod::Cash.as_str()).then_some(PaymentMethod::Cash);
            Ok(PaymentRow { method: known(method, "payment method")?, amount, received, change })
        })
        .collect()
    }
}

impl Write<'_> {
    /// Writes an order.
    pub fn insert_order(&self, order: &NewOrder<'_>) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO orders (order_id, code, event_no, sold_at, actor, channel, holder, holder_key, total,
                                     cart_id)
                 VALUES (:order_id, :code, :event_no, :sold_at, :actor, :channel, :holder, :holder_key, :total,
                         :cart_id)",
            )?
            .execute(named_params! {
                ":order_id": Id(order.order_id),
                ":code": order.code.as_str(),
                ":event_no": order.event_no,
                ":sold_at": Time(order.sold_at),
                ":actor": order.actor,
                ":channel": order.channel,
                ":holder": order.holder,
                ":holder_key": order.holder.map(fold),
                ":total": order.total,
                ":cart_id": order.cart_id.map(Id),
            })?;
        Ok(())
    }

    /// Writes a ticket.
    pub fn insert_ticket(&self, ticket: &NewTicket<'_>) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO ticket (ticket_id, order_id, event_no, seat_id, zone, row_name, seat_number,
                                     category_no, price)
                 VALUES (:ticket_id, :order_id, :event_no, :seat_id, :zone, :row_name, :seat_number,
                         :category_no, :price)",
            )?
            .execute(named_params! {
                ":ticket_id": Id(ticket.ticket_id),
                ":order_id": Id(ticket.order_id),
                ":event_no": ticket.event_no,
                ":seat_id": ticket.seat_id.as_str(),
                ":zone": ticket.place.zone,
                ":row_name": ticket.place.row,
                ":seat_number": ticket.place.number,
                ":category_no": ticket.category_no,
                ":price": ticket.price,
            })?;
        Ok(())
    }

    /// Writes a payment; the change is what was received beyond the amount.
    pub fn insert_payment(&self, payment: &NewPayment) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO payment (order_id, payment_id, method, amount, received, change_given, paid_at)
                 VALUES (:order_id, :payment_id, :method, :amount, :received, :received - :amount, :paid_at)",
            )?
            .execute(named_params! {
                ":order_id": Id(payment.order_id),
                ":payment_id": Id(payment.payment_id),
                ":method": payment.method.as_str(),
                ":amount": payment.amount,
                ":received": payment.received,
                ":paid_at": Time(payment.paid_at),
            })?;
        Ok(())
    }

    /// Counts one more printing; gives how many there have been now.
    pub fn count_printing(&self, order_id: OrderId) -> Result<u32, StoreError> {
        let printed = self
            .conn
            .prepare_cached("UPDATE orders SET printed = printed + 1 WHERE order_id = ?1 RETURNING printed")?
            .query_row([Id(order_id)], |row| row.get(0))
            .optional()?;
        known(printed, "order")
    }
}
