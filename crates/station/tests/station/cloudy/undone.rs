//! Undone admissions, orders of others at the gate and hours of a published event, with a cloud between two stations.

use jiff::{SignedDuration, Timestamp};
use wicket_domain::cloud::CloudTicketStatus;
use wicket_domain::judge::Refusal;
use wicket_domain::pipeline::wire;
use wicket_station::actor::Actor;
use wicket_station::events::{EventDraft, HoursDraft};
use wicket_station::view::{HandRequest, SaleRequest, UndoOutcome, Verdict};

use super::pretend::Weather;
use super::together::{Post, two};
use crate::support::{NOON, admit, draft, hall_json, sold, standing, wants};

/// Everything that waits is delivered and worked on, and both have read it.
fn settle(posts: [&Post; 2]) {
    for _ in 0..2 {
        for post in posts {
            post.sync();
            post.line.world().work();
        }
    }
}

fn undo(post: &Post, verdict: &Verdict) {
    let outcome = post.station.undo_admission(&Actor::CommandLine, verdict.scan_id).unwrap();
    assert!(matches!(outcome, UndoOutcome::Undone { .. }), "{outcome:?}");
}

fn inside(post: &Post) -> u32 {
    post.station.events().unwrap()[0].admitted
}

#[test]
fn an_undone_admission_is_undone_everywhere_and_the_ticket_is_good_at_either_gate() {
    let (_, north, south, event) = two();
    let token = sold(&north.station, &wants(event, &["A-1"])).tickets[0].token.clone();
    settle([&north, &south]);
    let first = admit(&north.station, &token);
    assert_eq!(first.reason, None);
    settle([&north, &south]);
    assert_eq!((inside(&north), inside(&south)), (1, 1));
    assert_eq!(admit(&south.station, &token).reason, Some(Refusal::AlreadyAdmitted));
    undo(&north, &first);
    assert_eq!(inside(&north), 0, "at once where it was undone");
    settle([&north, &south]);
    assert_eq!((inside(&north), inside(&south)), (0, 0));

    let elsewhere = admit(&south.station, &token);
    assert_eq!((elsewhere.reason, elsewhere.offline), (None, false));
    settle([&north, &south]);
    let again = admit(&north.station, &token);
    assert_eq!(again.reason, Some(Refusal::AlreadyAdmitted));
    assert_eq!(again.first_admission.unwrap().station, "South");
    assert_eq!((inside(&north), inside(&south)), (1, 1));
    undo(&south, &elsewhere);
    settle([&north, &south]);
    assert_eq!(admit(&north.station, &token).reason, None, "and back");
    settle([&north, &south]);
    assert_eq!((inside(&north), inside(&south)), (1, 1));
    assert!(north.station.verify_audit().unwrap().sound && south.station.verify_audit().unwrap().sound);
}

#[test]
fn messages_that_come_late_and_twice_end_with_the_second_admission() {
    let (world, north, south, event) = two();
    let receipt = sold(&north.station, &wants(event, &["A-1"]));
    let token = &receipt.tickets[0].token;
    settle([&north, &south]);
    // Decided alone: the cloud hears of nothing before everything has happened.
    north.line.set(Weather::Cut);
    north.station.probe().unwrap();
    let first = admit(&north.station, token);
    undo(&north, &first);
    let second = admit(&north.station, token);
    assert_eq!(second.reason, None);
    north.line.set(Weather::Fine);
    north.station.probe().unwrap();
    north.sync();
    // The pretended pipeline works backwards and then forwards.
    settle([&north, &south]);
    let id = receipt.tickets[0].ticket_id.to_string();
    let ticket = world.lock().unwrap().tickets[&id].clone();
    assert_eq!((ticket.status, ticket.annulled.len()), (CloudTicketStatus::Used, 1));
    assert_ne!(ticket.admission_id.as_ref(), ticket.annulled.first());
    assert_eq!(admit(&south.station, token).reason, Some(Refusal::AlreadyAdmitted));
    assert_eq!((inside(&north), inside(&south)), (1, 1));
}

#[test]
fn a_gate_that_undoes_offline_admits_again_before_the_cloud_has_heard() {
    let (_, north, south, event) = two();
    let token = sold(&north.station, &wants(event, &["A-1"])).tickets[0].token.clone();
    settle([&north, &south]);
    let first = admit(&north.station, &token);
    north.sync();
    undo(&north, &first);
    let second = admit(&north.station, &token);
    assert_eq!(
        (second.reason, second.offline),
        (None, false),
        "the cloud lets it stand in place of the first"
    );
    settle([&north, &south]);
    assert_eq!((inside(&north), inside(&south)), (1, 1));
    assert_eq!(admit(&south.station, &token).reason, Some(Refusal::AlreadyAdmitted));
}

/// North admits with the cloud, South without it; then North undoes its own. The holder is in by South's admission.
#[test]
fn a_holder_whom_another_gate_let_in_alone_stays_in_when_the_first_admission_is_undone() {
    for south_is_first_back in [true, false] {
        let (_, north, south, event) = two();
        let token = sold(&north.station, &wants(event, &["A-1"])).tickets[0].token.clone();
        settle([&north, &south]);
        south.line.set(Weather::Cut);
        south.station.probe().unwrap();
        let first = admit(&north.station, &token);
        assert_eq!((first.reason, first.offline), (None, false));
        let alone = admit(&south.station, &token);
        assert_eq!((alone.reason, alone.offline), (None, true), "South cannot know");
        let back = || {
            south.line.set(Weather::Fine);
            south.station.probe().unwrap();
        };
        if south_is_first_back {
            back();
            settle([&south, &north]);
            undo(&north, &first);
        } else {
            undo(&north, &first);
            settle([&north, &north]);
            back();
        }
        settle([&north, &south]);
        settle([&north, &south]);
        for post in [&north, &south] {
            let again = admit(&post.station, &token);
            assert_eq!(again.reason, Some(Refusal::AlreadyAdmitted), "{south_is_first_back}");
            assert_eq!(again.first_admission.unwrap().station, "South", "{south_is_first_back}");
        }
        assert_eq!((inside(&north), inside(&south)), (1, 1), "{south_is_first_back}");
        let messages = || south.house.number("SELECT count(*) FROM outbox");
        let sent = messages();
        settle([&north, &south]);
        assert_eq!(messages(), sent, "and that is told once");
        assert!(north.station.verify_audit().unwrap().sound && south.station.verify_audit().unwrap().sound);
    }
}

#[test]
fn tickets_of_one_order_are_listed_together_whether_or_not_they_say_its_id() {
    let (_, north, south, event) = two();
    let request = SaleRequest { holder: Some("Zoë".into()), ..wants(event, &["A-1", "A-2", "A-3"]) };
    let receipt = sold(&north.station, &request);
    settle([&north, &south]);
    let listed = || south.station.orders_at_gate(receipt.code.as_str(), None, Some(event)).unwrap();
    let mut ids: Vec<_> = receipt.tickets.iter().map(|ticket| ticket.ticket_id).collect();
    ids.sort_unstable();
    // An older Wicket kept no order's id; whichever ticket comes first.
    for id in ids {
        let set = |value: &str| {
            let sql = format!("UPDATE cloud_ticket SET order_id = {value}");
            south.house.sql().execute(&sql, []).unwrap();
        };
        set(&format!("'{}'", receipt.order_id));
        let sql = "UPDATE cloud_ticket SET order_id = NULL WHERE ticket_id = ?1";
        assert_eq!(south.house.sql().execute(sql, [id.as_bytes()]).unwrap(), 1);
        let [order] = &listed()[..] else { panic!("one order: {:?}", listed()) };
        assert_eq!(order.tickets.len(), 3);
        set("NULL");
        assert_eq!(listed().len(), 1, "none of them says it");
    }
}

#[test]
fn an_order_of_another_station_is_listed_and_its_ticket_admitted_by_hand() {
    let (_, north, south, event) = two();
    let request = SaleRequest { holder: Some("Zoë Ångström".into()), ..wants(event, &["A-1", "A-2"]) };
    let receipt = sold(&north.station, &request);
    settle([&north, &south]);
    for query in [receipt.code.as_str(), &receipt.order_id.to_string(), "zoë"] {
        let found = south.station.orders_at_gate(query, None, Some(event)).unwrap();
        let [order] = found.as_slice() else { panic!("{query}: {found:?}") };
        assert_eq!(order.holder.as_deref(), Some("Zoë Ångström"));
        assert_eq!(order.code.as_deref(), Some(receipt.code.as_str()));
        let seats: Vec<_> =
            order.tickets.iter().filter_map(|one| Some(one.seat_id.as_ref()?.as_str())).collect();
        assert_eq!(seats, ["A-1", "A-2"], "{query}");
        assert!(order.tickets.iter().all(|one| one.reason.is_none()));
    }
    let ticket_id = receipt.tickets[1].ticket_id;
    let request =
        HandRequest { ticket_id, gate: Some("East".into()), event_id: Some(event), any_time: false };
    let verdict = south.station.admit_by_hand(&Actor::CommandLine, &request).unwrap();
    assert_eq!((verdict.reason, verdict.by_hand, verdict.offline), (None, true, false));
    settle([&north, &south]);
    assert_eq!(admit(&north.station, &receipt.tickets[1].token).reason, Some(Refusal::AlreadyAdmitted));
    let here = north.station.orders_at_gate(receipt.code.as_str(), None, Some(event)).unwrap();
    let told = here[0].tickets[1].first_admission.as_ref().unwrap();
    assert_eq!((told.gate.as_deref(), told.station.as_str()), (Some("East"), "South"));
    assert_eq!((inside(&north), inside(&south)), (1, 1));
}

#[test]
fn a_category_whose_name_a_message_cuts_keeps_its_gates() {
    let (_, north, south, event) = two();
    let request = SaleRequest { holder: Some("Zoë".into()), ..wants(event, &["A-1"]) };
    let receipt = sold(&north.station, &request);
    let floor = sold(&north.station, &standing(event, 1));
    settle([&north, &south]);
    let reason = |code: &str, gate: &str| {
        south.station.orders_at_gate(code, Some(gate), Some(event)).unwrap()[0].tickets[0].reason
    };
    let set = |sql: &str, value: &str| south.house.sql().execute(sql, [value]).unwrap();
    let long = format!("{}\n Near", "n".repeat(300));
    set("UPDATE category SET gates = ?1", "[\"West\"]");
    set("UPDATE category SET name = ?1, gates = '[\"East\"]' WHERE name = 'Near'", &long);
    set("UPDATE cloud_ticket SET category = ?1", &wire::name(&long));
    for seat_is_known in [true, false] {
        assert_eq!(reason(receipt.code.as_str(), "East"), None, "{seat_is_known}");
        assert_eq!(reason(receipt.code.as_str(), "West"), Some(Refusal::WrongGate), "{seat_is_known}");
        if seat_is_known {
            set("UPDATE category SET name = ?1 WHERE name = 'Floor'", "Ground");
            assert_eq!(reason(floor.code.as_str(), "East"), Some(Refusal::WrongGate), "by its area");
            assert_eq!(reason(floor.code.as_str(), "West"), None);
        }
        set("UPDATE cloud_ticket SET seat_id = ?1", "no longer in the plan");
    }
}

#[test]
fn a_published_event_has_the_same_hours_at_every_station() {
    let (_, north, south, _) = two();
    let at = |hours: i64| Timestamp::from_millisecond(NOON + hours * 3_600_000).unwrap();
    let hours = HoursDraft { doors_from: Some(at(2)), doors_until: Some(at(9)), sells_until: Some(at(1)) };
    let draft = EventDraft { hours, ..draft("Short") };
    let by = Actor::CommandLine;
    let (event, _) = north.station.import_event(&by, hall_json().as_bytes(), &draft).unwrap();
    north.station.publish_event(&by, event, &mut |_| {}).unwrap();
    settle([&north, &south]);
    let there = south.station.hall(event).unwrap().hours;
    assert_eq!((there.doors_from, there.doors_until, there.sells_until), (at(2), at(9), at(1)));
    let token = sold(&north.station, &wants(event, &["A-1"])).tickets[0].token.clone();
    assert_eq!(admit(&south.station, &token).reason, Some(Refusal::NotYetValid));
    for post in [&north, &south] {
        post.house.clock.pass(SignedDuration::from_hours(2));
    }
    assert_eq!(admit(&south.station, &token).reason, None);
}
