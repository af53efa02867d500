//! What the station holds, read from its file directly: the monkey trusts none of the program's own reading.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};
use wicket_domain::id::EventId;

/// A cart's id, an order's or a ticket's, as the file has it.
pub(crate) type Id = Vec<u8>;

/// The file at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Truth {
    pub(crate) events: BTreeMap<i64, EventRow>,
    pub(crate) orders: Vec<OrderRow>,
    pub(crate) scans: Vec<ScanRow>,
    pub(crate) admitted: BTreeSet<Id>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct EventRow {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) prices: BTreeMap<i64, i64>,
    /// By seat id.
    pub(crate) seats: BTreeMap<String, SeatRow>,
    pub(crate) areas: BTreeMap<String, AreaRow>,
    pub(crate) sold: i64,
    pub(crate) admitted: i64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct SeatRow {
    pub(crate) number: i64,
    pub(crate) category: i64,
    /// 0 free, 1 held, 2 sold, 3 blocked; a hold that ran out is free.
    pub(crate) state: u8,
    pub(crate) cart: Option<Id>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct AreaRow {
    pub(crate) category: i64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct OrderRow {
    pub(crate) code: String,
    pub(crate) event: i64,
    pub(crate) sold_at: i64,
    pub(crate) holder: Option<String>,
    pub(crate) total: i64,
    pub(crate) received: i64,
    pub(crate) change: i64,
    pub(crate) printed: i64,
    pub(crate) tickets: Vec<TicketRow>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct TicketRow {
    pub(crate) id: Id,
    /// A seat's id; a standing place has its area's and a number.
    pub(crate) seat: String,
    pub(crate) zone: String,
    pub(crate) category: i64,
    pub(crate) price: i64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ScanRow {
    pub(crate) number: i64,
    pub(crate) id: Id,
    pub(crate) ticket: Option<Id>,
    pub(crate) reason: Option<String>,
}

/// The station's file, open for reading alone.
pub(crate) struct File(Connection);

impl File {
    pub(crate) fn open(data: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file =
            Connection::open_with_flags(data.join("wicket.sqlite"), flags).expect("the station's file");
        file.busy_timeout(std::time::Duration::from_secs(10)).expect("a time to wait");
        Self(file)
    }

    /// Key and secret key of the station, for writing its tickets' codes.
    pub(crate) fn secret_key(&self) -> [u8; 32] {
        self.0.query_row("SELECT secret_key FROM station", [], |row| row.get(0)).expect("a station")
    }

    /// Reads everything in one transaction. `now` is in milliseconds since 1970.
    pub(crate) fn read(&mut self, now: i64) -> Truth {
        let read = self.0.transaction().expect("a transaction");
        let mut events = BTreeMap::new();
        each(
            &read,
            "SELECT event.event_no, event_id, name, coalesce(sold, 0), coalesce(admitted, 0) FROM event
             LEFT JOIN event_count USING (event_no) WHERE removed_at IS NULL",
            |row| {
                let event = EventRow {
                    id: row.get(1)?,
                    name: row.get(2)?,
                    sold: row.get(3)?,
                    admitted: row.get(4)?,
                    ..EventRow::default()
                };
                events.insert(row.get::<_, i64>(0)?, event);
                Ok(())
            },
        );
        each(&read, "SELECT event_no, category_no, price FROM category", |row| {
            let price = row.get(2)?;
            of(&mut events, row.get(0)?).prices.insert(row.get(1)?, price);
            Ok(())
        });
        each(&read, "SELECT event_no, area_id, category_no FROM standing_area", |row| {
            let area = AreaRow { category: row.get(2)? };
            of(&mut events, row.get(0)?).areas.insert(row.get(1)?, area);
            Ok(())
        });
        each(
            &read,
            "SELECT event_no, seat_id, seat_no, category_no, state, cart_id, hold_until FROM seat",
            |row| {
                let ran_out = row.get::<_, Option<i64>>(6)?.is_some_and(|until| until <= now);
                let seat = SeatRow {
                    number: row.get(2)?,
                    category: row.get(3)?,
                    state: if ran_out { 0 } else { row.get(4)? },
                    cart: if ran_out { None } else { row.get(5)? },
                };
                of(&mut events, row.get(0)?).seats.insert(row.get(1)?, seat);
                Ok(())
            },
        );
        let mut truth = Truth { events, ..Truth::default() };
        truth.read_orders(&read);
        each(&read, "SELECT scan_no, scan_id, ticket_id, reason FROM scan ORDER BY scan_no", |row| {
            truth.scans.push(ScanRow {
                number: row.get(0)?,
                id: row.get(1)?,
                ticket: row.get(2)?,
                reason: row.get(3)?,
            });
            Ok(())
        });
        each(&read, "SELECT ticket_id FROM admission", |row| {
            truth.admitted.insert(row.get(0)?);
            Ok(())
        });
        truth
    }
}

impl Truth {
    fn read_orders(&mut self, read: &Connection) {
        let mut by_id: BTreeMap<Id, OrderRow> = BTreeMap::new();
        each(
            read,
            "SELECT orders.order_id, code, event_no, sold_at, holder, total, printed,
                    coalesce(sum(received), 0), coalesce(sum(change_given), 0)
             FROM orders LEFT JOIN payment USING (order_id) GROUP BY orders.order_id",
            |row| {
                let order = OrderRow {
                    code: row.get(1)?,
                    event: row.get(2)?,
                    sold_at: row.get(3)?,
                    holder: row.get(4)?,
                    total: row.get(5)?,
                    printed: row.get(6)?,
                    received: row.get(7)?,
                    change: row.get(8)?,
                    tickets: Vec::new(),
                };
                by_id.insert(row.get(0)?, order);
                Ok(())
            },
        );
        each(
            read,
            "SELECT order_id, ticket_id, seat_id, zone, category_no, price FROM ticket ORDER BY ticket_id",
            |row| {
                let ticket = TicketRow {
                    id: row.get(1)?,
                    seat: row.get(2)?,
                    zone: row.get(3)?,
                    category: row.get(4)?,
                    price: row.get(5)?,
                };
                if let Some(order) = by_id.get_mut(&row.get::<_, Id>(0)?) {
                    order.tickets.push(ticket);
                }
                Ok(())
            },
        );
        self.orders = by_id.into_values().collect();
        self.orders.sort_by_key(|order| order.sold_at);
    }

    pub(crate) fn order(&self, code: &str) -> Option<&OrderRow> {
        self.orders.iter().find(|order| order.code == code)
    }

    pub(crate) fn event_called(&self, name: &str) -> Option<i64> {
        self.events.iter().find(|(_, event)| event.name == name).map(|(number, _)| *number)
    }

    pub(crate) fn last_scan(&self) -> i64 {
        self.scans.last().map_or(0, |scan| scan.number)
    }

    /// The carts that hold seats now.
    pub(crate) fn carts(&self) -> BTreeSet<Id> {
        self.events
            .values()
            .flat_map(|event| event.seats.values())
            .filter_map(|seat| seat.cart.clone())
            .collect()
    }

    /// The order of a ticket, and the ticket.
    pub(crate) fn ticket(&self, id: &[u8]) -> Option<(&OrderRow, &TicketRow)> {
        self.orders
            .iter()
            .find_map(|order| Some((order, order.tickets.iter().find(|ticket| ticket.id == id)?)))
    }
}

/// An id as the window writes it.
pub(crate) fn uuid(id: &[u8]) -> String {
    <[u8; 16]>::try_from(id).map_or_else(|_| String::new(), |bytes| EventId::from_bytes(bytes).to_string())
}

fn of(events: &mut BTreeMap<i64, EventRow>, number: i64) -> &mut EventRow {
    events.entry(number).or_default()
}

fn each(read: &Connection, sql: &str, mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>) {
    let mut statement = read.prepare_cached(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut rows = statement.query([]).unwrap_or_else(|error| panic!("{sql}: {error}"));
    while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{sql}: {error}")) {
        take(row).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}
