//! The gate: every verdict that can be reached, and what each scan leaves in the file.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use wicket_domain::cloud::StationKind;
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::judge::Refusal;
use wicket_domain::token::TokenPayload;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::VerdictWord;

use crate::support::{House, NOON, add_event, admit, scan, sold, wants};

/// A ticket's token as the station itself would sign it.
fn signed(house: &House, event: EventId, ticket: TicketId) -> String {
    let secret: [u8; 32] =
        house.sql().query_row("SELECT secret_key FROM station", [], |row| row.get(0)).unwrap();
    let key = SigningKey::from_bytes(&secret);
    TokenPayload::new(&key.verifying_key(), 0, event, ticket).sign(&key)
}

fn reason(station: &Station, text: &str, gate: Option<&str>, event: Option<EventId>) -> Option<Refusal> {
    station.admit(&Actor::CommandLine, &scan(text, gate, event)).unwrap().reason
}

/// Scan, audit entry and message of the last scan.
fn last_rows(house: &House) -> (Option<String>, String, Value, Value) {
    let conn = house.sql();
    let reason = conn
        .query_row("SELECT reason FROM scan ORDER BY scan_no DESC LIMIT 1", [], |row| row.get(0))
        .unwrap();
    let (kind, audit): (String, String) = conn
        .query_row("SELECT kind, body FROM audit ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let (word, message): (String, String) = conn
        .query_row("SELECT kind, body FROM outbox ORDER BY sequence DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(word, "admission");
    (reason, kind, serde_json::from_str(&audit).unwrap(), serde_json::from_str(&message).unwrap())
}

#[test]
fn a_ticket_admits_once_and_then_says_when_and_where() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &wants(event, &["A-1"]));
    let token = &receipt.tickets[0].token;
    house.pass(30);
    let first = admit(&window_a, token);
    assert_eq!((first.verdict, first.reason), (VerdictWord::Admitted, None));
    let shown = first.ticket.unwrap();
    assert_eq!((shown.label.as_deref(), shown.category.as_deref()), (Some("Stalls A-1"), Some("Near")));
    assert_eq!(shown.code, Some(receipt.code));

    house.pass(5);
    let south_gate = house.window();
    let again = south_gate.admit(&Actor::CommandLine, &scan(token, Some("South"), Some(event))).unwrap();
    assert_eq!((again.verdict, again.reason), (VerdictWord::Refused, Some(Refusal::AlreadyAdmitted)));
    let before = again.first_admission.unwrap();
    assert_eq!(before.at.as_millisecond(), NOON + 30 * 60_000, "when it was first admitted");
    assert_eq!((before.gate.as_deref(), before.station.as_str()), (Some("North"), "Window A"));
    assert_eq!(house.number("SELECT count(*) FROM admission"), 1);
    let counts = south_gate.gate_count(event).unwrap();
    assert_eq!((counts.admitted, counts.sold, counts.last_minute), (1, 1, 0), "five minutes ago");
    let order = window_a.order(receipt.order_id).unwrap();
    assert_eq!(order.line.admitted, 1);
    assert_eq!(order.tickets[0].admission.as_ref().map(|seen| seen.at), Some(before.at));
}

#[test]
fn every_scan_is_recorded_whatever_came_of_it() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &wants(event, &["A-1"]));
    let (ticket, token) = (receipt.tickets[0].ticket_id, receipt.tickets[0].token.as_str());
    let tries = [
        (token, None, "admission"),
        (token, Some("already_admitted"), "refusal"),
        ("https://example.org", Some("not_a_ticket"), "refusal"),
    ];
    for (text, expected, audited) in tries {
        let verdict = window_a.admit(&Actor::CommandLine, &scan(text, Some("North"), Some(event))).unwrap();
        let (reason, kind, audit, message) = last_rows(&house);
        assert_eq!((reason.as_deref(), kind.as_str()), (expected, audited));
        let mut body = json!({
            "scanId": verdict.scan_id,
            "eventId": event,
            "outcome": if expected.is_none() { "entry" } else { "refusal" },
            "gate": "North",
            "scannedAt": "2027-01-01T12:00:00Z",
            "stationName": "Window A",
        });
        if text == token {
            body["ticketId"] = json!(ticket);
        }
        if expected.is_none() {
            let station = window_a.start(None).unwrap().station.unwrap().station_id;
            body["admissionId"] = json!(wicket_domain::cloud::admission_id(station, ticket));
        }
        if let Some(word) = expected {
            body["reason"] = word.into();
        }
        assert_eq!(message, body);
        assert_eq!(audit, body, "the log and the cloud are told the same");
    }
    assert_eq!(house.number("SELECT count(*) FROM scan"), 3);
    assert_eq!(house.number("SELECT count(*) FROM audit WHERE kind IN ('admission', 'refusal')"), 3);
    assert_eq!(house.number("SELECT count(*) FROM outbox WHERE kind = 'admission'"), 3);
    assert_eq!(house.number("SELECT max(sequence) FROM outbox"), house.number("SELECT count(*) FROM outbox"));
    let scans = window_a.recent_scans(Some(event), 10).unwrap();
    let reasons: Vec<_> = scans.iter().map(|line| line.reason).collect();
    assert_eq!(reasons, [Some(Refusal::NotATicket), Some(Refusal::AlreadyAdmitted), None], "newest first");
    assert_eq!(scans[1].first_admission.as_ref().and_then(|seen| seen.gate.as_deref()), Some("North"));
    assert_eq!(window_a.recent_scans(None, 2).unwrap().len(), 2);
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn what_is_no_ticket_is_refused_for_what_it_is() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &wants(event, &["A-1"]));
    let token = &receipt.tickets[0].token;
    for text in ["", "hello", &token[..147], &format!("{token}0"), &"WK1:".repeat(10_000)] {
        assert_eq!(reason(&window_a, text, None, None), Some(Refusal::NotATicket), "{text:.40}");
    }
    // The last character carries bits of the signature alone.
    let altered = |last: char| format!("{}{last}", &token[..147]);
    let altered = ['0', '1', '2'].into_iter().map(altered).find(|text| text != token).unwrap();
    let seen = reason(&window_a, &altered, None, None);
    assert!(matches!(seen, Some(Refusal::BadSignature | Refusal::NotATicket)), "{seen:?}");

    let (other, window_o, other_event) = House::open();
    assert_ne!(other.path(), house.path());
    let own_key = SigningKey::from_bytes(&[7; 32]);
    let forged =
        TokenPayload::new(&own_key.verifying_key(), 0, event, receipt.tickets[0].ticket_id).sign(&own_key);
    assert_eq!(reason(&window_a, &forged, None, None), Some(Refusal::UnknownIssuer), "a key of one's own");
    let foreign = sold(&window_o, &wants(other_event, &["A-1"])).tickets[0].token.clone();
    assert_eq!(other_event, event, "the same dice give the same ids");
    let _ = foreign;
    assert_eq!(house.number("SELECT count(*) FROM admission"), 0);
}

#[test]
fn another_stations_ticket_is_of_an_unknown_issuer() {
    let (_house, window_a, event) = House::open();
    let mut elsewhere = House::empty();
    elsewhere.dice = Arc::new(crate::support::Dice::new(99));
    let window_b = elsewhere.window();
    window_b.set_up("Window B", StationKind::Desk, "Bob", "1470", false).unwrap();
    let their_event = add_event(&window_b, "Evening");
    let theirs = sold(&window_b, &wants(their_event, &["A-1"])).tickets[0].token.clone();
    assert_eq!(reason(&window_a, &theirs, None, Some(event)), Some(Refusal::UnknownIssuer));
}

#[test]
fn a_signature_made_for_another_ticket_is_a_bad_one() {
    let (house, window_a, event) = House::open();
    let secret: [u8; 32] =
        house.sql().query_row("SELECT secret_key FROM station", [], |row| row.get(0)).unwrap();
    let own = SigningKey::from_bytes(&secret);
    let stranger = SigningKey::from_bytes(&[3; 32]);
    let ticket = TicketId::new(house.now(), [1; 10]);
    // Names the station's key, but is signed by another.
    let forged = TokenPayload::new(&own.verifying_key(), 0, event, ticket).sign(&stranger);
    assert_eq!(reason(&window_a, &forged, None, None), Some(Refusal::BadSignature));
}

#[test]
fn a_genuine_ticket_without_its_row_is_admitted_once() {
    let (house, window_a, event) = House::open();
    let ticket = TicketId::new(house.now(), [5; 10]);
    let token = signed(&house, event, ticket);
    let verdict = admit(&window_a, &token);
    assert_eq!(verdict.reason, None, "its signature is enough");
    let shown = verdict.ticket.unwrap();
    assert_eq!((shown.label, shown.category.as_deref()), (None, Some("Near")), "its class is in the token");
    assert_eq!(admit(&window_a, &token).reason, Some(Refusal::AlreadyAdmitted));
}

#[test]
fn the_state_of_ticket_event_and_class_decides() {
    let (house, window_a, event) = House::open();
    let other = add_event(&window_a, "Matinee");
    let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
    let set = |sql: &str| house.sql().execute(sql, []).unwrap();
    let at = |gate: Option<&str>| reason(&window_a, &token, gate, Some(event));
    assert_eq!(reason(&window_a, &token, None, Some(other)), Some(Refusal::OtherEvent));
    for (word, expected) in [
        ("void", Refusal::Cancelled),
        ("refunded", Refusal::Refunded),
        ("replaced", Refusal::Replaced),
        ("blocked", Refusal::Blocked),
    ] {
        set(&format!("UPDATE ticket SET status = '{word}'"));
        assert_eq!(at(None), Some(expected));
    }
    set("UPDATE ticket SET status = 'valid'");
    set(&format!("UPDATE category SET valid_from = {} WHERE name = 'Near'", NOON + 1));
    assert_eq!(at(None), Some(Refusal::NotYetValid));
    set(&format!("UPDATE category SET valid_from = NULL, valid_until = {NOON} WHERE name = 'Near'"));
    assert_eq!(at(None), Some(Refusal::NoLongerValid));
    set("UPDATE category SET valid_until = NULL, gates = '[\"South\"]' WHERE name = 'Near'");
    assert_eq!(at(Some("North")), Some(Refusal::WrongGate));
    assert_eq!(at(None), Some(Refusal::WrongGate), "a gate without a name is not the right one");
    set("UPDATE issuer_key SET revoked = 1");
    assert_eq!(
        house.window().admit(&Actor::CommandLine, &scan(&token, None, None)).unwrap().reason,
        Some(Refusal::KeyRevoked)
    );
    assert_eq!(house.number("SELECT count(*) FROM admission"), 0);
    set("UPDATE issuer_key SET revoked = 0");
    assert_eq!(at(Some("South")), None);
    assert_eq!(house.number("SELECT admitted FROM event_count WHERE event_no = 1"), 1);
}

#[test]
fn an_event_that_another_process_brought_or_took_away_is_noticed() {
    let (house, north_gate, event) = House::open();
    let token = sold(&north_gate, &wants(event, &["A-1"])).tickets[0].token.clone();
    assert_eq!(admit(&north_gate, &token).reason, None);
    let window_b = house.window();
    let late = add_event(&window_b, "Late Show");
    let token = sold(&window_b, &wants(late, &["A-1"])).tickets[0].token.clone();
    assert_eq!(admit(&north_gate, &token).reason, None, "the gate reads the keys again");
    let empty = add_event(&window_b, "Never Was");
    let token = signed(&house, empty, TicketId::new(house.now(), [6; 10]));
    assert_eq!(reason(&north_gate, "WK1:", None, None), Some(Refusal::NotATicket));
    let never = signed(&house, empty, TicketId::new(house.now(), [8; 10]));
    assert_eq!(admit(&north_gate, &never).reason, None, "it is known by now");
    let _ = token;
}

#[test]
fn a_gate_with_an_impossible_name_is_a_fault_and_no_scan() {
    let (house, window_a, event) = House::open();
    let before = house.dump();
    for gate in ["", "   ", "North\nGate", &"n".repeat(61)] {
        let fault = window_a.admit(&Actor::CommandLine, &scan("x", Some(gate), Some(event))).unwrap_err();
        assert_eq!(fault.code, Code::BadInput);
    }
    let unknown = scan("x", None, Some(EventId::from_bytes([8; 16])));
    assert_eq!(window_a.admit(&Actor::CommandLine, &unknown).unwrap_err().code, Code::NotFound);
    assert_eq!(house.dump(), before);
}

#[test]
fn a_key_whose_event_was_removed_meanwhile_is_unknown() {
    let house = House::empty();
    let window_a = house.window();
    window_a.set_up("Window A", StationKind::Desk, "Ada", crate::support::PIN, true).unwrap();
    let event = window_a.events().unwrap()[0].event.event_id;
    let token = signed(&house, event, TicketId::new(house.now(), [5; 10]));
    assert_eq!(reason(&window_a, "WK1:", None, None), Some(Refusal::NotATicket));
    let forged_first = signed(&house, event, TicketId::new(house.now(), [4; 10]));
    // The keys are read for the first genuine code; afterwards another process removes every sample event.
    let wrong = SigningKey::from_bytes(&[1; 32]);
    let secret: [u8; 32] =
        house.sql().query_row("SELECT secret_key FROM station", [], |row| row.get(0)).unwrap();
    let own = SigningKey::from_bytes(&secret);
    let bad =
        TokenPayload::new(&own.verifying_key(), 0, event, TicketId::new(house.now(), [9; 10])).sign(&wrong);
    assert_eq!(reason(&window_a, &bad, None, None), Some(Refusal::BadSignature));
    house.sql().execute("DELETE FROM scan", []).unwrap();
    house.window().remove_sample(&Actor::CommandLine).unwrap();
    assert_eq!(reason(&window_a, &token, None, None), Some(Refusal::UnknownIssuer));
    assert_eq!(reason(&window_a, &forged_first, None, None), Some(Refusal::UnknownIssuer));
}

/// A ticket's code as a German computer writes it for a US scanner.
fn german(token: &str) -> String {
    let written = |sign| match sign {
        'Y' => 'Z',
        'Z' => 'Y',
        ':' => 'Ö',
        '-' => 'ß',
        '/' => '-',
        '*' => '(',
        '+' => '`',
        other => other,
    };
    token.chars().map(written).collect()
}

#[test]
fn a_scanner_with_marks_or_another_layout_admits_and_what_cannot_be_restored_names_the_keyboard() {
    let (_house, station, event) = House::open();
    let receipt = sold(&station, &wants(event, &["A-1", "A-2", "A-3"]));
    let token = |at: usize| receipt.tickets[at].token.clone();
    assert_eq!(
        reason(&station, &format!("\u{2}]Q1\\000026{}\u{3}\r\n", token(0)), None, None),
        None,
        "marks"
    );
    assert_eq!(reason(&station, &german(&token(1)), None, None), None, "another layout");
    let used = Some(Refusal::AlreadyAdmitted);
    assert_eq!(reason(&station, &token(1).to_lowercase(), None, None), used, "Caps Lock");

    let garbled = german(&token(2)).replace(['Ö', 'ß'], "?").replacen('?', "Ö", 1);
    let verdict = admit(&station, &garbled);
    assert_eq!((verdict.reason, verdict.other_keyboard), (Some(Refusal::NotATicket), true));
    assert!(!admit(&station, "4006381333931").other_keyboard, "somebody else's code");
    assert_eq!(station.find_orders(&german(&token(2)), 5).unwrap()[0].code, receipt.code);
}
