//! The station itself: how it stands, and what its people have to know.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::desk::{Desk, command, has_keys, list};

const STATUS: &[&str] =
    &["mode", "online", "since", "waiting", "oldestSeconds", "deadLetters", "conflicts", "clockOffsetMs"];

#[test]
fn a_station_without_a_cloud_stands_alone() {
    let desk = Desk::with_samples();
    let status = desk.ask(&["status"]);
    has_keys(&status, STATUS);
    assert_eq!(status["mode"], "standalone");
    assert_eq!(
        (&status["waiting"], &status["deadLetters"], &status["conflicts"]),
        (&json!(0), &json!(0), &json!(0))
    );
    assert_eq!(status["notices"], json!([]));
    assert_eq!(desk.ask(&["conflicts"]), json!([]));
    has_keys(&desk.ask(&["outbox"]), &["waiting", "dead", "lines"]);
    let audit = desk.ask(&["audit", "verify"]);
    has_keys(&audit, &["sound", "entries", "findings"]);
    assert_eq!((&audit["sound"], &audit["findings"]), (&json!(true), &json!([])));
}

#[test]
fn scripts_find_notices_in_the_status_until_somebody_reads_them() {
    let desk = Desk::with_samples();
    let file = desk.data().join("wicket.sqlite");
    std::fs::write(&file, "this was a station once").unwrap();

    // Nothing but the error stands on standard error, and it tells what happened.
    let said = desk.run(&["events"]);
    assert_eq!((said.exit(), said.error().0.as_str()), (2, "not_set_up"), "{said}");
    let error: Value = serde_json::from_str(&said.complaint()).unwrap();
    assert_eq!(error["error"]["notices"][0]["code"], "damaged_file_set_aside", "{said}");

    desk.ask(&["init", "--station", "Window 1", "--pin", "2580"]);
    assert_eq!(desk.ask(&["events"]), json!([]), "a notice is no complaint");
    assert!(desk.run_plainly(&["events"]).complaint().contains("damaged"), "people are told each time");
    let told = desk.ask(&["status", "--read"]);
    let notice = &list(&told["notices"])[0];
    has_keys(notice, &["code", "message", "at"]);
    assert!(notice["message"].as_str().unwrap().contains("kept as"), "{notice}");
    assert_eq!(desk.ask(&["status"])["notices"], json!([]), "it was read");
    assert_eq!(desk.run_plainly(&["events"]).complaint(), "");
}

#[test]
fn a_station_that_was_put_back_says_so_and_does_nothing_until_somebody_decides() {
    let desk = Desk::with_samples();
    let (file, copy) = (desk.data().join("wicket.sqlite"), desk.file("copy.sqlite"));
    // The last command to end has written everything into the file.
    std::fs::copy(&file, &copy).unwrap();
    let sell = &["sell", "Comedy Night", "--seat", "F-7", "--cash", "100"];
    let sale = desk.ask(sell);
    std::fs::copy(&copy, &file).unwrap();

    let said = desk.run(sell);
    let error: Value = serde_json::from_str(&said.complaint()).unwrap();
    assert_eq!((said.exit(), &error["error"]["code"]), (2, &json!("not_allowed")), "{said}");
    assert_eq!(error["error"]["notices"][0]["code"], "copied", "{said}");
    let token = sale["tickets"][0]["token"].as_str().unwrap();
    assert_eq!(desk.run(&["admit", "--token", token]).exit(), 2, "it lets nobody in");
    let plain = desk.run_plainly(&["status"]);
    assert!(plain.to_string().contains("wicket stations resume"), "{plain}");
    assert_eq!(desk.ask(&["status"])["trouble"], "copied");
    assert_eq!(desk.ask(&["audit", "verify"])["sound"], true);

    assert_eq!(desk.ask(&["stations", "resume"]), json!({ "resumed": true }));
    desk.ask(&["status", "--read"]);
    assert_eq!(desk.ask(&["status"])["trouble"], Value::Null);
    desk.ask(sell);
}

#[test]
fn a_clock_before_the_last_entry_is_told_and_changes_nothing_else() {
    let desk = Desk::with_samples();
    let file = rusqlite::Connection::open(desk.data().join("wicket.sqlite")).unwrap();
    let seal = |shift: i64| {
        let last = "UPDATE audit SET at = at + ?1 WHERE seq = (SELECT max(seq) FROM audit)";
        file.execute(last, [shift * 86_400_000]).unwrap();
    };
    let codes = || {
        let told = desk.ask(&["status"]);
        list(&told["notices"]).iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(codes().is_empty());
    seal(400);
    assert_eq!(codes(), ["clock_behind"]);
    assert_eq!(codes(), ["clock_behind"], "once");
    let words = desk.run_plainly(&["status"]).complaint();
    assert!(words.contains("clock") && words.contains("Set the date"), "{words}");
    let sale = desk.ask(&["sell", "Tech Summit", "--seat", "F-7", "--cash", "600"]);
    assert!(sale["code"].is_string(), "it sells all the same");
    desk.ask(&["status", "--read"]);
    assert!(codes().is_empty(), "the sale's entry is of now");
    seal(-1200);
    assert_eq!(codes(), ["clock_ahead"]);
}

#[test]
fn people_are_told_in_the_stations_zone_and_scripts_in_utc() {
    let desk = Desk::with_samples();
    let token =
        desk.ask(&["sell", "Comedy Night", "--seat", "F-7", "--cash", "600"])["tickets"][0]["token"].clone();
    desk.ask(&["admit", "--token", token.as_str().unwrap()]);
    let plainly = |zone: &str, words: &[&str]| {
        let output = command(&desk.data()).env("TZ", zone).args(words).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for (zone, name) in [("Asia/Tokyo", " JST"), ("UTC", " UTC"), ("", " UTC"), ("Asia/Kolkata", " IST")] {
        let orders = plainly(zone, &["orders"]);
        assert!(orders.trim_end().ends_with(name), "{zone}: {orders}");
        let again = plainly(zone, &["admit", "--token", token.as_str().unwrap()]);
        assert!(again.contains(name), "{zone}: {again}");
        assert!(plainly(zone, &["outbox"]).contains(name), "{zone}");
        let events = plainly(zone, &["events"]);
        assert!(events.contains(" PST  ") || events.contains(" PDT  "), "the event's own zone: {events}");
    }
    let sold = desk.ask(&["orders"])[0]["soldAt"].as_str().unwrap().to_owned();
    assert!(sold.ends_with('Z'), "{sold}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let desk = Desk::with_samples();
    for words in [&["seats", "Tech Summit"][..], &["seats", "No such night"], &["decode", "missing.png"]] {
        let exit = desk.run(words).exit();
        for json in [&["--json"][..], &[]] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let mut call = command(&desk.data());
            call.args(words).args(json).stdin(Stdio::null());
            call.stdout(writer.try_clone().unwrap()).stderr(writer);
            assert_eq!(call.status().unwrap().code(), Some(exit), "{words:?} {json:?}");
        }
    }
}
