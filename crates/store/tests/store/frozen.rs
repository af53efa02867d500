//! Every schema that was ever released, as a file with rows in every table: today's code opens and reads them all.
//!
//! A new migration adds its predecessor's file here.

use rusqlite::Connection;
use wicket_domain::id::OrderId;
use wicket_domain::judge::Refusal;
use wicket_domain::seat::SeatState;
use wicket_store::{OutboxState, Store, StoreError};

use crate::support::{Folder, noon};

const SCHEMAS: [&str; 4] =
    [include_str!("../frozen/schema_1.sql"), SCHEMA_2, include_str!("../frozen/schema_3.sql"), SCHEMA_7];
const SCHEMA_2: &str = include_str!("../frozen/schema_2.sql");
const SCHEMA_7: &str = include_str!("../frozen/schema_7.sql");

/// Writes one of the old files.
fn thaw(folder: &Folder, sql: &str) {
    let conn = Connection::open(folder.file()).unwrap();
    conn.execute_batch(sql).unwrap();
}

#[test]
fn an_old_file_has_a_row_in_every_table() {
    for sql in SCHEMAS {
        let folder = Folder::new();
        thaw(&folder, sql);
        let conn = Connection::open(folder.file()).unwrap();
        let mut tables = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        let names: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        for name in names {
            let rows: i64 =
                conn.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0)).unwrap();
            assert!(rows > 0, "{name} is empty");
        }
    }
}

#[test]
fn every_old_file_is_read_as_it_was_written() {
    for (sql, others) in SCHEMAS.into_iter().zip([0, 0, 2, 2]) {
        let folder = Folder::new();
        thaw(&folder, sql);
        // As another window that has the file open does: what is in a cart could be in one of its.
        let lock = std::fs::File::create(folder.beside("wicket.lock")).unwrap();
        lock.lock_shared().unwrap();
        let opened = folder.open().unwrap();
        assert!(opened.set_aside.is_none());
        read_everything(&opened.store, others).unwrap();
        read_others(&opened.store, others).unwrap();
    }
}

/// What the cloud has told of tickets that another station sold and admitted, where it has told of some.
fn read_others(store: &Store, others: u32) -> Result<(), StoreError> {
    store.read(|read| {
        let event = &read.events()?[0];
        assert_eq!(event.sold_elsewhere, others);
        let told = read.cloud_tickets_of_order("K7QF2M9", "none")?;
        assert_eq!(told.len(), usize::try_from(others).unwrap());
        for (event_no, ticket) in &told {
            assert_eq!((*event_no, ticket.holder.as_deref()), (event.event_no, Some("Edith Clarke")));
            assert_eq!((ticket.order_id.as_deref(), ticket.annulled.len()), (None, 0));
        }
        let named = read.cloud_tickets_of_holder(|name| name.contains("Clarke"), None, 9)?;
        assert_eq!(named.len(), told.len());
        Ok(())
    })
}

#[test]
fn an_old_file_keeps_what_became_of_its_messages() {
    use OutboxState::{Sent, Waiting};
    let folder = Folder::new();
    thaw(&folder, SCHEMA_7);
    let store = folder.open().unwrap().store;
    let outbox = store.read::<_, StoreError>(|read| read.outbox(0, 100)).unwrap();
    let states: Vec<_> = outbox.iter().map(|row| (row.state, row.attempts)).collect();
    let waits = (Waiting, 0);
    assert_eq!(states, [(Sent, 1), (Sent, 1), waits, waits, waits, waits]);
    let numbers = |read: &wicket_store::Read<'_>| -> Result<_, StoreError> {
        assert_eq!(read.last_message()?, 6, "numbers go on");
        Ok(())
    };
    store.read(numbers).unwrap();
}

#[test]
fn a_key_that_was_revoked_from_a_time_on_is_revoked() {
    let folder = Folder::new();
    thaw(&folder, SCHEMA_7);
    let store = folder.open().unwrap().store;
    let issuers = store.read::<_, StoreError>(|read| read.issuers_of(1)).unwrap();
    let standing: Vec<_> = issuers.iter().map(|issuer| (issuer.key_id == 7, issuer.revoked)).collect();
    assert_eq!(standing, [(true, true), (false, false)]);
    let told = store.read::<_, StoreError>(|read| read.cloud_tickets_of_order("K7QF2M9", "none")).unwrap();
    assert!(told.iter().all(|(_, ticket)| ticket.sold_by.is_none()), "nobody has said whose sale it is");
}

#[test]
fn names_in_an_old_file_are_found_as_new_ones_are() {
    let folder = Folder::new();
    thaw(&folder, SCHEMA_2);
    let conn = Connection::open(folder.file()).unwrap();
    // More names than are read at once, so that the reading goes on where it stopped.
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20500)
                INSERT INTO orders (order_id, code, event_no, sold_at, actor, channel, holder, holder_key, total)
                SELECT randomblob(16), 'X' || i, 1, 0, 'a', 'box_office', 'Žofie ' || i, 'žofie ' || i, 0 FROM n";
    conn.execute_batch(many).unwrap();
    let fits = |read: &wicket_store::Read<'_>, words: &str| {
        read.orders_by_holder(words, None, 30_000).unwrap().len()
    };
    let keys = |conn: &Connection, like: &str| -> i64 {
        conn.query_row("SELECT count(*) FROM orders WHERE holder_key LIKE ?1", [like], |row| row.get(0))
            .unwrap()
    };
    assert_eq!((keys(&conn, "zofie %"), keys(&conn, "žofie %")), (0, 20_500));
    let store = folder.open().unwrap().store;
    assert_eq!((keys(&conn, "zofie %"), keys(&conn, "žofie %")), (20_500, 0));
    store
        .read::<_, StoreError>(|read| {
            for words in ["zoe", "ZOË", "o'brien", "obrien zoe", "isik", "Brien-Isik", "zoe\u{308}"] {
                assert_eq!(fits(read, words), 1, "{words}");
            }
            assert_eq!([fits(read, "%"), fits(read, "'"), fits(read, "zoe grace")], [0, 0, 0]);
            Ok(())
        })
        .unwrap();
}

fn read_everything(store: &Store, others: u32) -> Result<(), StoreError> {
    store.read(|read| {
        let station = read.station()?.unwrap();
        assert_eq!((station.name.as_str(), station.epoch), ("Window A", 1));
        let staff = read.staff()?;
        assert_eq!((staff[0].name.as_str(), staff[0].failures), ("Ada", 1));
        assert_eq!(read.notices()?[0].code, "damaged_file_set_aside");
        let events = read.events()?;
        let event = &events[0];
        assert_eq!(
            (event.event.name.as_str(), event.seats, event.sold, event.admitted),
            ("Evening", 10, 4, 1 + others / 2)
        );
        let hours = event.event.hours();
        let half_a_day = jiff::SignedDuration::from_hours(12);
        assert_eq!(event.event.starts_at.duration_since(hours.doors_from), half_a_day, "as by default");
        assert_eq!(hours.sells_until.duration_since(event.event.starts_at), half_a_day);
        assert_eq!(read.event(event.event.event_id)?.unwrap().event_no, event.event_no);
        assert!(read.plan(event.plan_no)?.contains("Stalls"));
        let own = &read.issuers_of(event.event_no)?;
        let own = own.iter().find(|issuer| issuer.public_key == station.public_key).unwrap();
        assert_eq!((own.station_id, own.revoked), (Some(station.station_id), false));
        assert_eq!(own.desk, event.organizer_key.is_some(), "it signs the manifest of what it has published");
        hall(read, event.event_no, others > 0)?;
        orders(read)?;
        let scans = read.recent_scans(None, 10)?;
        let reasons: Vec<_> = scans.iter().map(|scan| scan.reason).collect();
        assert_eq!(reasons, [Some(Refusal::NotATicket), Some(Refusal::AlreadyAdmitted), None]);
        assert!(
            scans.iter().all(|scan| !scan.by_hand && scan.annuls.is_none() && scan.out_of_hours.is_none())
        );
        assert_eq!((read.scan_count()?, read.admission_count()?, read.annulment_count()?), (3, 1, 0));
        let outbox = read.outbox(0, 100)?;
        let told: Vec<_> = outbox.iter().map(|row| (row.sequence, row.kind.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, "purchase"),
                (2, "purchase"),
                (3, "admission"),
                (4, "admission"),
                (5, "admission"),
                (6, "reprint")
            ]
        );
        let mut entries = 0;
        read.each_audit(|row| {
            entries += 1;
            assert_eq!(row.seq, entries);
        })?;
        assert_eq!(entries, read.last_audit_seq()?);
        assert_eq!(read.seats_kept(event.event_no, noon())?, 2);
        Ok(())
    })
}

fn hall(read: &wicket_store::Read<'_>, event_no: i64, shared: bool) -> Result<(), StoreError> {
    let categories = read.categories(event_no)?;
    let prices: Vec<_> = categories.iter().map(|row| (row.name.as_str(), row.price)).collect();
    assert_eq!(prices, [("Near", 5_000), ("Far", 3_000), ("Floor", 2_000)]);
    assert_eq!(categories[1].gates, ["North"]);
    let standing = read.standing(event_no)?;
    assert_eq!((standing[0].area_id.as_str(), standing[0].capacity, standing[0].sold), ("Floor", 5, 1));
    let mut states = Vec::new();
    read.seat_states(event_no, None, true, noon(), |seat_no, state, _| states.push((seat_no, state)))?;
    states.sort_unstable_by_key(|(seat_no, _)| *seat_no);
    let states: String = states.iter().map(|(_, state)| char::from(b'0' + state.code())).collect();
    let expected = if shared { "2202230201" } else { "2200030201" };
    assert_eq!(states, expected, "sold, free, blocked and held");
    Ok(())
}

fn orders(read: &wicket_store::Read<'_>) -> Result<(), StoreError> {
    let orders = read.newest_orders(10)?;
    assert_eq!((orders.len(), read.order_count()?, read.printing_count()?), (2, 2, 2));
    let grace = &read.orders_by_holder("GRACE", None, 10)?[0];
    assert_eq!((grace.total, grace.printed, grace.holder.as_deref()), (12_000, 2, Some("Grace Hopper")));
    assert_eq!(read.orders_by_code(grace.code.as_str(), 1)?[0].order_id, grace.order_id);
    let tickets = read.tickets(grace.order_id)?;
    assert_eq!(tickets.len(), 3);
    let inside = tickets.iter().filter(|ticket| read.admission(ticket.ticket_id).unwrap().is_some()).count();
    assert_eq!(inside, 1);
    let seat = read.seat(grace.event_no, &tickets[0].seat_id, true, noon())?.unwrap();
    assert_eq!((seat.state, seat.ticket_id), (SeatState::Sold, Some(tickets[0].ticket_id)));
    let payment = &read.payments(grace.order_id)?[0];
    assert_eq!((payment.amount, payment.received, payment.change), (12_000, 20_000, 8_000));
    assert!(read.order(OrderId::from_bytes([0; 16]))?.is_none());
    Ok(())
}
