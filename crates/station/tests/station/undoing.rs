//! Taking an admission back: for 30 seconds, by whoever made it or a supervisor, and recorded.

use jiff::SignedDuration;
use serde_json::{Value, json};
use wicket_domain::cloud::{admission_id, admission_id_after};
use wicket_domain::id::ScanId;
use wicket_domain::judge::Refusal;
use wicket_domain::staff::Role;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::{UndoOutcome, VerdictWord};

use crate::support::{House, ada, admit, scan, sold, wants};

fn undo(station: &Station, scan_id: ScanId) -> UndoOutcome {
    station.undo_admission(&Actor::CommandLine, scan_id).unwrap()
}

fn is_undone(outcome: &UndoOutcome) -> bool {
    matches!(outcome, UndoOutcome::Undone { .. })
}

fn last_message(house: &House) -> Value {
    let sql = "SELECT body FROM outbox ORDER BY sequence DESC LIMIT 1";
    let body: String = house.sql().query_row(sql, [], |row| row.get(0)).unwrap();
    serde_json::from_str(&body).unwrap()
}

#[test]
fn an_undone_admission_leaves_the_ticket_as_it_was_and_is_told() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &wants(event, &["A-1"]));
    let (ticket, token) = (receipt.tickets[0].ticket_id, &receipt.tickets[0].token);
    let first = admit(&window_a, token);
    assert_eq!(first.undo_until, Some(first.at + SignedDuration::from_secs(30)));
    let outcome = undo(&window_a, first.scan_id);
    let UndoOutcome::Undone { scan_id, ticket: Some(shown), .. } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(shown.label.as_deref(), Some("Stalls A-1"));
    let station = window_a.start(None).unwrap().station.unwrap().station_id;
    let told = last_message(&house);
    assert_eq!(
        told,
        json!({
            "scanId": scan_id, "admissionId": admission_id(station, ticket), "stationName": "Window A",
            "eventId": event, "ticketId": ticket, "outcome": "annulment", "gate": "North",
            "scannedAt": "2027-01-01T12:00:00Z", "by": "the command line", "annuls": first.scan_id,
        })
    );
    assert_eq!(house.number("SELECT count(*) FROM audit WHERE kind = 'annulment'"), 1);
    assert_eq!(house.number("SELECT count(*) FROM admission"), 0);
    let counts = window_a.gate_count(event).unwrap();
    assert_eq!((counts.admitted, counts.last_minute), (0, 0));
    assert_eq!(window_a.order(receipt.order_id).unwrap().line.admitted, 0);
    let lines = window_a.recent_scans(Some(event), 9).unwrap();
    let words: Vec<_> = lines.iter().map(|line| line.verdict).collect();
    assert_eq!(words, [VerdictWord::Annulled, VerdictWord::Admitted], "newest first");
    assert_eq!((lines[0].annuls, lines[1].undone_at.is_some()), (Some(first.scan_id), true));
    assert_eq!((lines[0].undo_until, lines[1].undo_until), (None, None));
    assert!(window_a.verify_audit().unwrap().sound);

    let second = admit(&window_a, token);
    assert_eq!(second.reason, None, "it admits again");
    let told = last_message(&house);
    assert_eq!(told["admissionId"], json!(admission_id_after(station, ticket, 1)), "another admission");
    assert_eq!(told["annulled"], json!([admission_id(station, ticket)]));
    assert_eq!(admit(&window_a, token).reason, Some(Refusal::AlreadyAdmitted));
    assert_eq!(window_a.gate_count(event).unwrap().admitted, 1);
    assert_eq!(undo(&window_a, first.scan_id), outcome, "asked again about the first: the same answer");
    assert_eq!(window_a.gate_count(event).unwrap().admitted, 1, "and nothing is undone by it");
    assert!(is_undone(&undo(&window_a, second.scan_id)));
    assert_eq!(window_a.gate_count(event).unwrap().admitted, 0);
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn after_thirty_seconds_it_stands() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &wants(event, &["A-1", "A-2"]));
    let verdicts = [0, 1].map(|one| admit(&window_a, &receipt.tickets[one].token));
    house.clock.pass(SignedDuration::from_secs(30));
    assert!(is_undone(&undo(&window_a, verdicts[0].scan_id)), "to the second");
    house.clock.pass(SignedDuration::from_millis(1));
    let before = house.dump();
    let until = verdicts[1].at + SignedDuration::from_secs(30);
    assert_eq!(undo(&window_a, verdicts[1].scan_id), UndoOutcome::TooLate { until });
    assert_eq!(house.dump(), before, "nothing changed");
    assert!(is_undone(&undo(&window_a, verdicts[0].scan_id)), "what was undone stays so");
}

#[test]
fn only_who_admitted_or_a_supervisor_undoes() {
    let (house, window_a, event) = House::open();
    let staff = |subject: &str, name: &str, role| {
        Actor::Staff(window_a.account_signed_in(subject, name, role).unwrap().0.staff_id)
    };
    let (bo, cy) = (staff("1", "Bo", Role::Steward), staff("2", "Cy", Role::Seller));
    let receipt = sold(&window_a, &wants(event, &["A-1"]));
    let request = scan(&receipt.tickets[0].token, None, Some(event));
    let first = window_a.admit(&bo, &request).unwrap();
    assert_eq!(window_a.undo_admission(&cy, first.scan_id).unwrap_err().code, Code::NotAllowed);
    assert_eq!(house.number("SELECT count(*) FROM admission"), 1);
    assert!(is_undone(&window_a.undo_admission(&bo, first.scan_id).unwrap()));
    assert_eq!(last_message(&house)["by"], "Bo");
    let second = window_a.admit(&bo, &request).unwrap();
    let ada = Actor::Staff(ada(&window_a));
    assert!(is_undone(&window_a.undo_admission(&ada, second.scan_id).unwrap()));
    assert_eq!(last_message(&house)["by"], "Ada");
}

#[test]
fn what_let_nobody_in_cannot_be_undone() {
    let (_house, window_a, event) = House::open();
    let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
    let first = admit(&window_a, &token);
    let refused = admit(&window_a, &token);
    let outcome = undo(&window_a, first.scan_id);
    let UndoOutcome::Undone { scan_id, .. } = outcome else { panic!("{outcome:?}") };
    for (scan_id, code) in [
        (refused.scan_id, Code::BadInput),
        (scan_id, Code::BadInput),
        (ScanId::from_bytes([3; 16]), Code::NotFound),
    ] {
        assert_eq!(window_a.undo_admission(&Actor::CommandLine, scan_id).unwrap_err().code, code);
    }
}

#[test]
fn a_clock_that_was_set_back_undoes_and_counts_no_further() {
    let (house, window_a, event) = House::open();
    let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
    let first = admit(&window_a, &token);
    house.clock.pass(SignedDuration::from_secs(-20));
    assert!(is_undone(&undo(&window_a, first.scan_id)));
    assert_eq!(window_a.gate_count(event).unwrap().admitted, 0);
    house.sql().execute("UPDATE event_count SET admitted = 0", []).unwrap();
    let again = admit(&window_a, &token);
    house.sql().execute("UPDATE event_count SET admitted = 0", []).unwrap();
    assert!(is_undone(&undo(&window_a, again.scan_id)), "a count that is wrong stops nothing");
    assert_eq!(window_a.gate_count(event).unwrap().admitted, 0, "and goes no further");
}

#[test]
fn a_clock_that_was_set_back_gives_no_more_time() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &wants(event, &["A-1", "A-2"]));
    let verdicts = [0, 1].map(|one| admit(&window_a, &receipt.tickets[one].token));
    house.clock.pass(SignedDuration::from_secs(-30));
    assert!(is_undone(&undo(&window_a, verdicts[0].scan_id)), "to the second");
    house.clock.pass(SignedDuration::from_millis(-1));
    let until = verdicts[1].at + SignedDuration::from_secs(30);
    assert_eq!(undo(&window_a, verdicts[1].scan_id), UndoOutcome::TooLate { until });
    assert_eq!(window_a.gate_count(event).unwrap().admitted, 1);
}

#[test]
fn a_ticket_is_not_undone_without_end() {
    let (_house, window_a, event) = House::open();
    let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
    for _ in 0..50 {
        assert!(is_undone(&undo(&window_a, admit(&window_a, &token).scan_id)));
    }
    let last = admit(&window_a, &token);
    assert_eq!(window_a.undo_admission(&Actor::CommandLine, last.scan_id).unwrap_err().code, Code::BadInput);
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn a_log_that_was_bent_shows_it() {
    let (house, window_a, event) = House::open();
    let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
    undo(&window_a, admit(&window_a, &token).scan_id);
    assert!(window_a.verify_audit().unwrap().sound);
    let set = |sql: &str| house.sql().execute(sql, []).unwrap();
    set("UPDATE scan SET annuls = NULL WHERE annuls IS NOT NULL");
    let report = window_a.verify_audit().unwrap();
    assert!(report.findings.iter().any(|found| found.contains("annulments")), "{report:?}");
    assert!(report.findings.iter().any(|found| found.contains("list of scans disagrees")), "{report:?}");
    assert!(report.findings.iter().any(|found| found.contains("list of admissions disagrees")), "{report:?}");
}
