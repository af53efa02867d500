//! The check of the audit log: what a hand in the file leaves behind.

use wicket_station::Station;

use crate::support::{House, admit, sold, standing, wants};

/// A station with two orders, one admission, one refusal and one printing.
fn evening() -> (House, Station) {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &wants(event, &["A-1", "A-2"]));
    sold(&window_a, &standing(event, 1));
    admit(&window_a, &receipt.tickets[0].token);
    admit(&window_a, &receipt.tickets[0].token);
    let by = wicket_station::actor::Actor::CommandLine;
    window_a.record_printing(&by, receipt.order_id, wicket_print::Format::A4).unwrap();
    let report = window_a.verify_audit().unwrap();
    assert!(report.sound && report.findings.is_empty(), "{report:?}");
    assert_eq!(report.entries, 7, "set-up, event, two sales, two scans, a printing");
    (house, window_a)
}

/// Says what the check finds after `harm`.
fn findings(harm: &str) -> Vec<String> {
    let (house, window_a) = evening();
    let conn = house.sql();
    conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let changed = conn.execute(harm, []).unwrap();
    assert!(changed > 0, "{harm} did nothing");
    let report = window_a.verify_audit().unwrap();
    assert_eq!(report.sound, report.findings.is_empty());
    report.findings
}

fn assert_found(harm: &str, expected: &str) {
    let found = findings(harm);
    assert!(found.iter().any(|finding| finding.contains(expected)), "{harm}: {found:?}");
}

#[test]
fn an_edited_entry_is_found() {
    assert_found(
        "UPDATE audit SET body = replace(body, '100.00', '10.00') WHERE kind = 'sale' AND seq = 3",
        "Entry 3 was changed",
    );
    assert_found("UPDATE audit SET actor = 'somebody' WHERE seq = 5", "Entry 5 was changed");
    assert_found("UPDATE audit SET at = at + 1 WHERE seq = 1", "Entry 1 was changed");
    assert_found("UPDATE audit SET kind = 'note' WHERE seq = 4", "but there are 2 orders");
    assert_found("UPDATE audit SET seal = zeroblob(32) WHERE seq = 7", "Entry 7 was changed");
    assert_found("UPDATE audit SET body = '{' WHERE seq = 3", "is not a sale that can be read");
}

#[test]
fn a_deleted_entry_is_found() {
    assert_found("DELETE FROM audit WHERE seq = 2", "Entry 2 is missing before entry 3");
    assert_found("DELETE FROM audit WHERE seq = 1", "Entry 1 is missing");
}

#[test]
fn a_tail_that_was_cut_off_is_found() {
    assert_found("DELETE FROM audit WHERE seq > 6", "1 printings");
    assert_found("DELETE FROM audit WHERE seq > 5", "but there are 2 scans");
    assert_found("DELETE FROM audit WHERE seq > 4", "but there are 1 admissions");
    assert_found("DELETE FROM audit WHERE seq > 3", "but there are 2 orders");
    assert_found("DELETE FROM audit", "The log tells of 0 sales");
    assert_found(
        "DELETE FROM audit WHERE seq > 6",
        "Everything after entry 6 is missing; the last one was 7.",
    );
}

#[test]
fn a_tail_that_was_cut_off_is_found_when_the_log_has_grown_again() {
    let (house, window_a) = evening();
    house.sql().execute("DELETE FROM audit WHERE seq > 6", []).unwrap();
    let event = window_a.events().unwrap()[0].event.event_id;
    sold(&window_a, &wants(event, &["B-1"]));
    sold(&window_a, &wants(event, &["B-2"]));
    let found = window_a.verify_audit().unwrap().findings;
    assert_eq!(found[0], "Entry 7 is missing before entry 8.");
}

#[test]
fn what_differs_from_the_log_is_found() {
    assert_found("UPDATE orders SET total = total - 1 WHERE total = 10000", "differs from what entry 3 says");
    assert_found("UPDATE orders SET code = 'ZZZZZZZ' WHERE total = 10000", "differs from what entry 3 says");
    assert_found("UPDATE payment SET amount = 1, change_given = received - 1", "differs from what entry");
    assert_found("DELETE FROM payment", "differs from what entry");
    assert_found("UPDATE ticket SET price = 1 WHERE seat_id = 'A-1'", "differs from what entry 3 says");
    assert_found("UPDATE ticket SET seat_id = 'A-5' WHERE seat_id = 'A-1'", "differs from what entry 3 says");
    assert_found("DELETE FROM ticket WHERE seat_id = 'A-1'", "differs from what entry 3 says");
    assert_found("DELETE FROM orders WHERE total = 10000", "which is gone");
    assert_found(
        "UPDATE seat SET state = 0, ticket_id = NULL WHERE seat_id = 'A-1'",
        "the seat is not marked as sold",
    );
    assert_found("UPDATE orders SET printed = 0", "The log tells of 1 printings, but there are 0");
}

#[test]
fn admissions_that_differ_from_the_log_are_found() {
    assert_found("DELETE FROM admission", "the list of admissions disagrees");
    assert_found(
        "INSERT INTO admission (ticket_id, scan_no) VALUES (zeroblob(16), 1)",
        "tells of 1 admissions, but there are 2",
    );
    assert_found("UPDATE admission SET scan_no = 2", "the list of admissions disagrees");
    assert_found("DELETE FROM scan WHERE reason IS NOT NULL", "tells of 2 scans, but there are 1");
    assert_found(
        "INSERT INTO orders (order_id, code, event_no, sold_at, actor, channel, total)
         VALUES (zeroblob(16), 'ZZZZZZZ', 1, 0, 'x', 'x', 0)",
        "tells of 2 sales, but there are 3 orders",
    );
}

#[test]
fn a_log_in_pieces_is_reported_in_twenty_findings() {
    let (house, window_a, event) = House::open();
    house.sql().execute("UPDATE standing_area SET capacity = 100", []).unwrap();
    for _ in 0..30 {
        sold(&window_a, &standing(event, 1));
    }
    house.sql().execute("UPDATE audit SET actor = 'x' WHERE kind = 'sale'", []).unwrap();
    let report = window_a.verify_audit().unwrap();
    assert_eq!((report.findings.len(), report.entries), (20, 32));
}
