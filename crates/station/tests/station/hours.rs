//! An event's hours: when its doors are open, until when it is sold, and who may overlook that.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use wicket_domain::cloud::StationKind;
use wicket_domain::id::{EventId, ScanId};
use wicket_domain::judge::Refusal;
use wicket_domain::staff::Role;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::events::{EventDraft, HoursDraft};
use wicket_station::fault::Code;
use wicket_station::view::{SaleRequest, ScanRequest, Verdict, VerdictWord};

use crate::support::{House, NOON, ada, add_event, draft, from_cart, hall_json, scan, sold, wants};

fn at(hours: i64) -> Timestamp {
    Timestamp::from_millisecond(NOON + hours * 3_600_000).unwrap()
}

/// An event that starts so many hours after noon.
fn starts(station: &Station, name: &str, hours: i64) -> EventId {
    import(station, &EventDraft { starts_at: at(hours), ..draft(name) })
}

fn import(station: &Station, draft: &EventDraft) -> EventId {
    station.import_event(&Actor::CommandLine, hall_json().as_bytes(), draft).unwrap().0
}

fn one_ticket(station: &Station, event: EventId, seat: &str) -> String {
    let request = SaleRequest { any_time: true, ..wants(event, &[seat]) };
    sold(station, &request).tickets.swap_remove(0).token
}

fn shown(station: &Station, token: &str) -> Verdict {
    station.admit(&Actor::CommandLine, &scan(token, Some("North"), None)).unwrap()
}

fn whatever_the_hour(token: &str) -> ScanRequest {
    ScanRequest { any_time: true, ..scan(token, Some("North"), None) }
}

/// A steward, a seller and a supervisor who has an account.
fn people(station: &Station) -> [Actor; 3] {
    [("s1", "Bo", Role::Steward), ("s2", "Cy", Role::Seller), ("s3", "Di", Role::Supervisor)].map(
        |(subject, name, role)| {
            Actor::Staff(station.account_signed_in(subject, name, role).unwrap().0.staff_id)
        },
    )
}

fn last_body(house: &House, table: &str) -> Value {
    let order = if table == "audit" { "seq" } else { "sequence" };
    let sql = format!("SELECT body FROM {table} ORDER BY {order} DESC LIMIT 1");
    let body: String = house.sql().query_row(&sql, [], |row| row.get(0)).unwrap();
    serde_json::from_str(&body).unwrap()
}

#[test]
fn the_hours_of_an_event_that_is_there_can_be_changed_and_what_is_not_given_stays() {
    let (house, window_a, _) = House::open();
    let later = starts(&window_a, "In ten days", 240);
    let token = one_ticket(&window_a, later, "A-1");
    assert_eq!(shown(&window_a, &token).reason, Some(Refusal::NotYetValid));

    let early = HoursDraft { doors_from: Some(at(-1)), ..HoursDraft::default() };
    let hours = window_a.change_hours(&Actor::CommandLine, later, early).unwrap();
    assert_eq!((hours.doors_from, hours.doors_until, hours.sells_until), (at(-1), at(252), at(252)));
    let body = last_body(&house, "audit");
    let expected = json!({ "eventId": later, "doorsFrom": at(-1), "doorsUntil": null, "sellsUntil": null });
    assert_eq!(body, expected, "who changed it stands in the log");
    let closing = HoursDraft { sells_until: Some(at(300)), ..HoursDraft::default() };
    let hours = window_a.change_hours(&Actor::CommandLine, later, closing).unwrap();
    assert_eq!((hours.doors_from, hours.sells_until), (at(-1), at(300)));
    assert_eq!(shown(&house.window(), &token).reason, None, "every window judges by it");

    let before = house.dump();
    for (doors_until, words) in [(239, "before the event starts"), (240 + 91 * 24, "more than 90 days")] {
        let wrong = HoursDraft { doors_until: Some(at(doors_until)), ..HoursDraft::default() };
        let refused = window_a.change_hours(&Actor::CommandLine, later, wrong).unwrap_err();
        assert_eq!(refused.code, Code::BadInput);
        assert!(refused.message.contains(words), "{}", refused.message);
    }
    let nowhere = EventId::from_bytes([9; 16]);
    let unknown = window_a.change_hours(&Actor::CommandLine, nowhere, early).unwrap_err();
    assert_eq!(unknown.code, Code::NotFound);
    assert_eq!(house.dump(), before, "what is refused changes nothing");
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn a_ticket_for_another_day_is_refused_and_the_gate_is_told_the_hour() {
    let (_house, window_a, tonight) = House::open();
    let later = starts(&window_a, "In ten days", 240);
    let past = starts(&window_a, "Last week", -100);
    assert_eq!(shown(&window_a, &one_ticket(&window_a, tonight, "A-1")).reason, None);

    let early = shown(&window_a, &one_ticket(&window_a, later, "A-1"));
    assert_eq!((early.verdict, early.reason), (VerdictWord::Refused, Some(Refusal::NotYetValid)));
    assert_eq!(early.valid_from, Some(at(228)), "half a day before it starts");

    let used = one_ticket(&window_a, past, "A-1");
    let late = shown(&window_a, &used);
    assert_eq!((late.reason, late.valid_until), (Some(Refusal::NoLongerValid), Some(at(-88))));
    assert_eq!(
        window_a.admit(&Actor::CommandLine, &whatever_the_hour(&used)).unwrap().reason,
        None,
        "the operator decides"
    );
    assert_eq!(shown(&window_a, &used).reason, Some(Refusal::NoLongerValid), "used and over says over");
    let lines = window_a.recent_scans(Some(later), 9).unwrap();
    assert_eq!(lines[0].valid_from, Some(at(228)), "the line of the list says it, too");
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn doors_open_and_close_to_the_second() {
    let (house, window_a, _) = House::open();
    let hours = HoursDraft { doors_from: Some(at(1)), doors_until: Some(at(3)), sells_until: Some(at(2)) };
    let event = import(&window_a, &EventDraft { starts_at: at(2), hours, ..draft("Narrow") });
    let summary = window_a.events().unwrap().into_iter().find(|line| line.event.event_id == event).unwrap();
    assert_eq!(
        (summary.hours.doors_from, summary.hours.doors_until, summary.hours.sells_until),
        (at(1), at(3), at(2))
    );
    let seats = ["A-1", "A-2", "A-3", "A-4"].map(|seat| one_ticket(&window_a, event, seat));
    let step = |millis| house.clock.pass(SignedDuration::from_millis(millis));
    step(3_600_000 - 1);
    assert_eq!(shown(&window_a, &seats[0]).reason, Some(Refusal::NotYetValid));
    step(1);
    assert_eq!(shown(&window_a, &seats[0]).reason, None);
    step(2 * 3_600_000 - 1);
    assert_eq!(shown(&window_a, &seats[1]).reason, None);
    step(1);
    assert_eq!(shown(&window_a, &seats[2]).reason, Some(Refusal::NoLongerValid));
}

#[test]
fn a_class_narrows_the_doors_and_never_widens_them() {
    let (house, window_a, event) = House::open();
    let token = one_ticket(&window_a, event, "A-1");
    let set = |sql: &str| house.sql().execute(sql, []).unwrap();
    set(&format!("UPDATE category SET valid_from = {} WHERE name = 'Near'", NOON + 3_600_000));
    let early = shown(&window_a, &token);
    assert_eq!((early.reason, early.valid_from), (Some(Refusal::NotYetValid), Some(at(1))));
    set(&format!("UPDATE category SET valid_from = {} WHERE name = 'Near'", NOON - 90 * 3_600_000));
    set(&format!("UPDATE event SET doors_from = {}", NOON + 2 * 3_600_000));
    assert_eq!(shown(&window_a, &token).valid_from, Some(at(2)), "the event's doors are closed still");
}

#[test]
fn hours_that_cannot_be_are_refused() {
    let (house, window_a, _) = House::open();
    let before = house.dump();
    let refuse = |hours: HoursDraft, starts_at: Timestamp| {
        let draft = EventDraft { starts_at, hours, ..draft("Never") };
        let fault = window_a.import_event(&Actor::CommandLine, hall_json().as_bytes(), &draft).unwrap_err();
        assert_eq!(fault.code, Code::BadInput, "{fault}");
        fault.message
    };
    let hours = |from: Option<i64>, until: Option<i64>| HoursDraft {
        doors_from: from.map(at),
        doors_until: until.map(at),
        sells_until: None,
    };
    assert!(refuse(hours(Some(9), Some(8)), at(5)).contains("before they open"));
    assert!(refuse(hours(None, Some(4)), at(5)).contains("before the event starts"));
    assert!(refuse(hours(Some(18), None), at(5)).contains("before they open"), "the default closes at 17");
    assert_eq!(house.dump(), before);
    for starts_at in [Timestamp::MAX, Timestamp::MIN, Timestamp::UNIX_EPOCH] {
        let words = refuse(hours(None, None), starts_at);
        assert!(words.contains("2000"), "the cloud would refuse its sales: {words}");
    }
    for edge in ["2000-01-01T00:00:00Z", "2199-12-31T23:59:59Z"] {
        let starts_at = edge.parse().unwrap();
        let event = import(&window_a, &EventDraft { starts_at, ..draft("At the end of time") });
        assert!(window_a.hall(event).is_ok());
        let word = shown(&window_a, &one_ticket(&window_a, event, "A-1")).reason;
        assert!(word.is_some_and(Refusal::is_out_of_hours), "{word:?}");
    }
}

#[test]
fn a_supervisor_lets_somebody_in_all_the_same_and_it_is_recorded() {
    let (house, window_a, _) = House::open();
    let later = starts(&window_a, "In ten days", 240);
    let [steward, seller, supervisor] = people(&window_a);
    let token = one_ticket(&window_a, later, "A-1");
    let request = scan(&token, Some("North"), Some(later));
    let refused = window_a.admit(&steward, &request).unwrap();
    assert_eq!(refused.reason, Some(Refusal::NotYetValid));
    for nobody in [&steward, &seller] {
        assert_eq!(window_a.let_in(nobody, refused.scan_id).unwrap_err().code, Code::NotAllowed);
        let asked = ScanRequest { any_time: true, ..request.clone() };
        assert_eq!(window_a.admit(nobody, &asked).unwrap_err().code, Code::NotAllowed);
    }
    assert_eq!(house.number("SELECT count(*) FROM admission"), 0);

    let verdict = window_a.let_in(&supervisor, refused.scan_id).unwrap();
    assert_eq!((verdict.reason, verdict.out_of_hours), (None, Some(Refusal::NotYetValid)));
    for table in ["audit", "outbox"] {
        let body = last_body(&house, table);
        assert_eq!((&body["outcome"], &body["outOfHours"]), (&json!("entry"), &json!("not_yet_valid")));
        assert_eq!((&body["by"], &body["gate"]), (&json!("Di"), &json!("North")), "{table}");
    }
    let (word, actor): (String, String) = house
        .sql()
        .query_row("SELECT out_of_hours, actor FROM scan WHERE reason IS NULL", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!((word, actor), ("not_yet_valid".into(), supervisor.text()));
    let line = &window_a.recent_scans(Some(later), 1).unwrap()[0];
    assert_eq!((line.verdict, line.out_of_hours), (VerdictWord::Admitted, Some(Refusal::NotYetValid)));

    // It is still the one admission.
    assert_eq!(window_a.let_in(&supervisor, refused.scan_id).unwrap().reason, Some(Refusal::AlreadyAdmitted));
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn only_a_scan_that_the_hour_refused_is_let_in_all_the_same() {
    let (house, window_a, tonight) = House::open();
    let boss = Actor::Staff(ada(&window_a));
    let token = one_ticket(&window_a, tonight, "A-1");
    shown(&window_a, &token);
    let used = shown(&window_a, &token);
    for scan_id in [used.scan_id, ScanId::from_bytes([5; 16])] {
        assert_eq!(window_a.let_in(&boss, scan_id).unwrap_err().code, Code::NotFound);
    }
    // Whatever else is wrong stays wrong.
    let later = starts(&window_a, "In ten days", 240);
    let token = one_ticket(&window_a, later, "A-1");
    let set = |sql: &str| house.sql().execute(sql, []).unwrap();
    let any_time = || window_a.admit(&boss, &whatever_the_hour(&token)).unwrap();
    let at_tonight = ScanRequest { event_id: Some(tonight), ..whatever_the_hour(&token) };
    assert_eq!(window_a.admit(&boss, &at_tonight).unwrap().reason, Some(Refusal::OtherEvent));
    set("UPDATE ticket SET status = 'refunded'");
    assert_eq!(any_time().reason, Some(Refusal::Refunded));
    set("UPDATE ticket SET status = 'valid'");
    set("UPDATE category SET gates = '[\"South\"]'");
    let gate = any_time();
    assert_eq!((gate.reason, gate.out_of_hours), (Some(Refusal::WrongGate), None));
    set("UPDATE category SET gates = '[]'");
    assert_eq!(any_time().reason, None);
    assert_eq!(any_time().reason, Some(Refusal::AlreadyAdmitted));
    let tonight_again = one_ticket(&window_a, tonight, "A-2");
    let normal = window_a.admit(&boss, &whatever_the_hour(&tonight_again)).unwrap();
    assert_eq!((normal.reason, normal.out_of_hours), (None, None), "nothing was overlooked");
}

#[test]
fn an_event_that_is_over_is_sold_only_by_who_was_told_so() {
    let (house, window_a, tonight) = House::open();
    sold(&window_a, &wants(starts(&window_a, "Next year", 9_000), &["A-1"]));
    let past = starts(&window_a, "Yesterday", -24);
    let cart = window_a.open_cart().unwrap();
    let request = from_cart(cart, wants(past, &["A-1"]));
    assert!(window_a.hold_seats(past, cart, &request.seats).is_ok(), "looking and holding are free");
    let before = house.dump();
    let fault = window_a.sell(&Actor::CommandLine, &request).unwrap_err();
    assert_eq!(fault.code, Code::EventOver);
    assert!(
        fault.message.contains("Yesterday") && fault.message.contains("2026-12-31 at 16:00 PST"),
        "{fault}"
    );
    assert_eq!(house.dump(), before);

    let confirmed = SaleRequest { any_time: true, ..request.clone() };
    let receipt = sold(&window_a, &confirmed);
    assert_eq!(last_body(&house, "audit")["eventOver"], true);
    assert_eq!(sold(&window_a, &request).code, receipt.code, "asked again, it is the same sale");
    sold(&window_a, &SaleRequest { any_time: true, ..wants(tonight, &["A-1"]) });
    assert_eq!(last_body(&house, "audit")["eventOver"], Value::Null, "it was not over");
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn one_sample_event_is_at_the_gate_at_once() {
    let house = House::empty();
    let window_a = house.window();
    window_a.set_up("Window A", StationKind::Desk, "Ada", crate::support::PIN, true).unwrap();
    let events = window_a.events().unwrap();
    let open: Vec<_> = events.iter().filter(|line| line.hours.doors_from <= house.now()).collect();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].event.name, "Stand-Up Comedy Night");
    let seat = window_a.seat_lines(open[0].event.event_id, true).unwrap()[0].seat_id.to_string();
    let token = one_ticket(&window_a, open[0].event.event_id, &seat);
    assert_eq!(shown(&window_a, &token).reason, None);
    let _ = add_event(&window_a, "Evening");
}
