//! Files with many tickets: events of 70,000 seats through the station's own door, and then orders, tickets,
//! admissions, audit entries and messages in bulk, as the station would have written them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use rusqlite::{Connection, Statement, params};
use serde_json::json;
use wicket_domain::audit::{Entry, FIRST, Seal};
use wicket_domain::cloud::StationKind;
use wicket_domain::id::{EventId, MessageId, OrderId, PaymentId, ScanId, StationId, TicketId};
use wicket_domain::money::{Currency, Money};
use wicket_domain::price::CategoryPrice;
use wicket_domain::seat::SeatId;
use wicket_domain::token::TokenPayload;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::events::{EventDraft, HoursDraft, VenueDraft};
use wicket_station::pin::Cost;
use wicket_station::ports::{MarkFolder, SystemClock, SystemRandom};

use crate::Result;

/// Seats of one event: sections of rows of seats.
const SECTIONS: u32 = 100;
const ROWS: u32 = 25;
const SEATS: u32 = 28;
pub(crate) const STADIUM: u32 = SECTIONS * ROWS * SEATS;
/// At most so many are sold in the event that the measuring goes on with.
const LAST: u32 = 20_000;
const PRICE: i64 = 5_000;

/// A file with tickets, and what can still happen in it.
pub(crate) struct Filled {
    pub(crate) tickets: u32,
    pub(crate) station: Station,
    pub(crate) event_id: EventId,
    /// Free seats of the last event, two neighbours each, in no order.
    pub(crate) free: Vec<[SeatId; 2]>,
    /// Tokens of its tickets that nobody has come with yet.
    pub(crate) waiting: Vec<String>,
    pub(crate) some_code: String,
    pub(crate) path: PathBuf,
}

impl Filled {
    pub(crate) fn new(dir: &Path, tickets: u32) -> Result<Self> {
        let path = dir.join(format!("{tickets}.sqlite"));
        let last = tickets.min(LAST);
        let full = (tickets - last).div_ceil(STADIUM);
        let mut events = Vec::new();
        {
            let station = open(&path)?;
            station.set_up("Window 1", StationKind::Desk, "Ada", "2580", false)?;
            let plan = stadium_json();
            for n in 0..=full {
                events.push(station.import_event(&Actor::CommandLine, plan.as_bytes(), &draft(n)?)?.0);
            }
        }
        let event_id = *events.last().ok_or("no event")?;
        let mut bulk = Bulk::begin(&path)?;
        let (mut waiting, mut left) = (Vec::new(), tickets - last);
        for event in &events {
            let sold = if *event == event_id { last } else { left.min(STADIUM) };
            left -= if *event == event_id { 0 } else { sold };
            waiting = bulk.event(*event, sold)?;
        }
        let some_code = bulk.finish()?;
        let mut dice = Dice(u64::from(tickets));
        let mut free: Vec<_> =
            (last / 2..STADIUM / 2).map(|pair| [seat_id(2 * pair), seat_id(2 * pair + 1)]).collect();
        shuffle(&mut free, &mut dice);
        shuffle(&mut waiting, &mut dice);
        Ok(Self { tickets, station: open(&path)?, event_id, free, waiting, some_code, path })
    }
}

fn open(path: &Path) -> Result<Station> {
    let marks = path.with_extension("state");
    Ok(Station::open(
        path,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Arc::new(MarkFolder::at(marks)),
        Cost::Least,
    )?)
}

fn draft(n: u32) -> Result<EventDraft> {
    Ok(EventDraft {
        name: format!("Match {n}"),
        kind: "Sports".into(),
        venue: VenueDraft {
            name: Some("Stadium".into()),
            address: None,
            time_zone: "America/Los_Angeles".into(),
        },
        starts_at: Timestamp::from_second(1_900_000_000 + i64::from(n))?,
        currency: Currency::USD,
        prices: vec![CategoryPrice { category: "Seat".into(), price: Money::new(PRICE, Currency::USD) }],
        standing: Vec::new(),
        // The gate is measured years before.
        hours: HoursDraft { doors_from: Some(Timestamp::UNIX_EPOCH), ..HoursDraft::default() },
    })
}

fn parts(seat: u32) -> (u32, u32, u32) {
    (seat / (ROWS * SEATS), seat / SEATS % ROWS, seat % SEATS + 1)
}

fn seat_id(seat: u32) -> SeatId {
    let (section, row, number) = parts(seat);
    SeatId::new(format!("{section}-{row}-{number}"))
}

fn stadium_json() -> String {
    let seats = |section: u32, row: u32| {
        let first = (section * ROWS + row) * SEATS;
        let seat = |n: u32| {
            json!({
                "seat_guid": seat_id(first + n).as_str(),
                "seat_number": (n + 1).to_string(),
                "position": { "x": n * 12, "y": 0 },
                "category": "Seat",
            })
        };
        json!({
            "row_number": row.to_string(),
            "position": { "x": 0, "y": row * 12 },
            "seats": (0..SEATS).map(seat).collect::<Vec<_>>(),
        })
    };
    let zone = |section: u32| {
        json!({
            "name": format!("Section {section}"),
            "position": { "x": section % 10 * 400, "y": section / 10 * 400 },
            "rows": (0..ROWS).map(|row| seats(section, row)).collect::<Vec<_>>(),
            "areas": [],
        })
    };
    json!({
        "name": "Stadium",
        "size": { "width": 4000, "height": 4000 },
        "categories": [{ "name": "Seat", "color": "#2f74b5" }],
        "zones": (0..SECTIONS).map(zone).collect::<Vec<_>>(),
    })
    .to_string()
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn bytes(&mut self) -> [u8; 10] {
        let (a, b) = (self.next().to_be_bytes(), self.next().to_be_bytes());
        let mut bytes = [0; 10];
        for (byte, source) in bytes.iter_mut().zip(a.into_iter().chain(b)) {
            *byte = source;
        }
        bytes
    }
}

/// The code of the order of this number: scattered over all codes, and no code twice.
fn code(number: u64) -> String {
    const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let mut rest = number.wrapping_mul(17_179_869_143) % 31_u64.pow(7);
    let letter = |_| {
        let letter = LETTERS.get(usize::try_from(rest % 31).unwrap_or(0)).copied();
        rest /= 31;
        letter.map_or('2', char::from)
    };
    (0..7).map(letter).collect()
}

fn shuffle<T>(list: &mut [T], dice: &mut Dice) {
    for at in (1..list.len()).rev() {
        let other = usize::try_from(dice.next() % (at as u64 + 1)).unwrap_or(0);
        list.swap(at, other);
    }
}

/// Many rows in one transaction that need not survive a power cut.
struct Bulk {
    conn: Connection,
    dice: Dice,
    key: SigningKey,
    station_id: StationId,
    seal: Seal,
    seq: i64,
    sequence: i64,
    scans: i64,
    millis: i64,
    orders: u64,
    code: String,
}

const INSERTS: [&str; 8] = [
    "INSERT INTO orders (order_id, code, event_no, sold_at, actor, channel, holder, holder_key, total, cart_id)
     VALUES (?1, ?2, ?3, ?4, 'command line', 'command_line', ?5, lower(?5), 10000, ?1)",
    "INSERT INTO ticket (ticket_id, order_id, event_no, seat_id, zone, row_name, seat_number, category_no, price)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 5000)",
    "UPDATE seat SET state = 2, ticket_id = ?1 WHERE event_no = ?2 AND seat_id = ?3",
    "INSERT INTO payment (order_id, payment_id, method, amount, received, change_given, paid_at)
     VALUES (?1, ?2, 'cash', 10000, 10000, 0, ?3)",
    "INSERT INTO audit (seq, at, actor, kind, body, seal) VALUES (?1, ?2, 'command line', ?3, ?4, ?5)",
    "INSERT INTO outbox (sequence, message_id, epoch, kind, occurred_at, body) VALUES (?1, ?2, 1, ?3, ?4, ?5)",
    "INSERT INTO scan (scan_no, scan_id, event_no, ticket_id, at, gate, actor)
     VALUES (?1, ?2, ?3, ?4, ?5, 'North', 'command line')",
    "INSERT INTO admission (ticket_id, scan_no) VALUES (?1, ?2)",
];

impl Bulk {
    fn begin(path: &Path) -> Result<Self> {
        let conn = Connection::open(path)?;
        conn.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(()))?;
        conn.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN")?;
        let (seq, seal) = conn
            .query_row("SELECT seq, seal FROM audit ORDER BY seq DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap_or((0, FIRST));
        let (secret, id): ([u8; 32], [u8; 16]) =
            conn.query_row("SELECT secret_key, station_id FROM station", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(Self {
            conn,
            dice: Dice(7),
            key: SigningKey::from_bytes(&secret),
            station_id: StationId::from_bytes(id),
            seal,
            seq,
            sequence: 0,
            scans: 0,
            millis: 1_750_000_000_000,
            orders: 0,
            code: String::new(),
        })
    }

    /// Sells the first seats of an event in pairs and admits the first half; gives the tokens of the others.
    fn event(&mut self, event_id: EventId, sold: u32) -> Result<Vec<String>> {
        let event_no: i64 = self.conn.query_row(
            "SELECT event_no FROM event WHERE event_id = ?1",
            [event_id.as_bytes()],
            |row| row.get(0),
        )?;
        // The statements borrow the connection, and the rest of `self` is written to meanwhile.
        let conn = std::mem::replace(&mut self.conn, Connection::open_in_memory()?);
        let mut waiting = Vec::new();
        {
            let mut prepared = Vec::new();
            for sql in INSERTS {
                prepared.push(conn.prepare(sql)?);
            }
            let mut prepared: [Statement<'_>; 8] = prepared.try_into().map_err(|_| "eight statements")?;
            for pair in 0..sold / 2 {
                let tickets = self.order(&mut prepared, event_id, event_no, pair)?;
                for ticket in tickets {
                    if pair < sold / 4 {
                        self.admission(&mut prepared, event_id, event_no, ticket)?;
                    } else {
                        let key = self.key.verifying_key();
                        waiting.push((key, ticket));
                    }
                }
            }
        }
        conn.execute(
            "UPDATE event_count SET sold = ?2, admitted = ?3 WHERE event_no = ?1",
            params![event_no, sold, sold / 4 * 2],
        )?;
        self.conn = conn;
        // Only so many are ever shown at the gate; signing all would take longer than the rest.
        waiting.truncate(LAST as usize);
        let token = |(key, ticket)| TokenPayload::new(&key, 0, event_id, ticket).sign(&self.key);
        Ok(if sold <= LAST { waiting.into_iter().map(token).collect() } else { Vec::new() })
    }

    fn order(
        &mut self,
        [order, ticket, seat, payment, audit, outbox, ..]: &mut [Statement<'_>; 8],
        event_id: EventId,
        event_no: i64,
        pair: u32,
    ) -> Result<[TicketId; 2]> {
        self.millis += 10;
        let at = Timestamp::from_millisecond(self.millis)?;
        let order_id = OrderId::new(at, self.dice.bytes());
        self.orders += 1;
        self.code = code(self.orders);
        // One order in twenty has a name, as at a window.
        let holder = pair.is_multiple_of(20).then(|| format!("Holder {pair}"));
        order.execute(params![order_id.as_bytes(), self.code, event_no, self.millis, holder])?;
        let ids = [TicketId::new(at, self.dice.bytes()), TicketId::new(at, self.dice.bytes())];
        for (id, at) in ids.iter().zip([2 * pair, 2 * pair + 1]) {
            let ((section, row, number), seat_id) = (parts(at), seat_id(at));
            ticket.execute(params![
                id.as_bytes(),
                order_id.as_bytes(),
                event_no,
                seat_id.as_str(),
                format!("Section {section}"),
                row.to_string(),
                number.to_string()
            ])?;
            seat.execute(params![id.as_bytes(), event_no, seat_id.as_str()])?;
        }
        let payment_id = PaymentId::new(at, self.dice.bytes());
        payment.execute(params![order_id.as_bytes(), payment_id.as_bytes(), self.millis])?;
        let told = ids
            .iter()
            .zip([2 * pair, 2 * pair + 1])
            .map(|(id, at)| json!({ "ticketId": id, "seatId": seat_id(at), "price": "50.00" }));
        let body = json!({
            "orderId": order_id, "code": self.code, "currency": "USD", "total": "100.00", "method": "cash",
            "received": "100.00", "tickets": told.collect::<Vec<_>>(),
        });
        self.sealed(audit, at, "sale", &body.to_string())?;
        let body = self.message(at, order_id, event_id, pair, &ids);
        self.sent(outbox, at, "purchase", &body)?;
        Ok(ids)
    }

    fn message(
        &self,
        at: Timestamp,
        order_id: OrderId,
        event_id: EventId,
        pair: u32,
        ids: &[TicketId; 2],
    ) -> String {
        let lines = ids.iter().zip([2 * pair, 2 * pair + 1]).map(|(id, at)| {
            let (section, row, number) = parts(at);
            json!({
                "ticketId": id, "seatId": seat_id(at), "row": row.to_string(), "seatNumber": number.to_string(),
                "section": format!("Section {section}"), "seatClass": "Seat", "price": 50.00, "isFanClubMember": false,
            })
        });
        json!({
            "orderId": order_id, "orderCode": self.code, "concertId": event_id, "concertName": "Match",
            "concertDate": at, "tickets": lines.collect::<Vec<_>>(), "totalAmount": 100.00, "currency": "USD",
            "paymentStatus": "Completed", "purchaseTimestamp": at, "channel": "command_line",
            "stationId": self.station_id, "payment": { "method": "cash", "received": 100.00, "change": 0.00 },
        })
        .to_string()
    }

    fn admission(
        &mut self,
        [.., audit, outbox, scan, admission]: &mut [Statement<'_>; 8],
        event_id: EventId,
        event_no: i64,
        ticket: TicketId,
    ) -> Result<()> {
        self.scans += 1;
        let at = Timestamp::from_millisecond(self.millis)?;
        let scan_id = ScanId::new(at, self.dice.bytes());
        scan.execute(params![self.scans, scan_id.as_bytes(), event_no, ticket.as_bytes(), self.millis])?;
        admission.execute(params![ticket.as_bytes(), self.scans])?;
        let body = json!({
            "scanId": scan_id, "eventId": event_id, "ticketId": ticket, "outcome": "entry", "gate": "North",
            "scannedAt": at,
        })
        .to_string();
        self.sealed(audit, at, "admission", &body)?;
        self.sent(outbox, at, "admission", &body)
    }

    fn sealed(&mut self, audit: &mut Statement<'_>, at: Timestamp, kind: &str, body: &str) -> Result<()> {
        self.seq += 1;
        let seq = u64::try_from(self.seq)?;
        self.seal = Entry { seq, at, actor: "command line", kind, body }.seal(&self.seal);
        audit.execute(params![self.seq, at.as_millisecond(), kind, body, self.seal])?;
        Ok(())
    }

    fn sent(&mut self, outbox: &mut Statement<'_>, at: Timestamp, kind: &str, body: &str) -> Result<()> {
        self.sequence += 1;
        let message_id = MessageId::new(at, self.dice.bytes());
        outbox.execute(params![self.sequence, message_id.as_bytes(), kind, at.as_millisecond(), body])?;
        Ok(())
    }

    /// Ends the transaction, and puts the file back on its feet; gives an order's code.
    fn finish(self) -> Result<String> {
        self.conn.execute_batch("INSERT INTO outbox_state (sequence) SELECT sequence FROM outbox; COMMIT")?;
        self.conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        std::fs::File::open(self.conn.path().ok_or("no path")?)?.sync_all()?;
        Ok(self.code)
    }
}
