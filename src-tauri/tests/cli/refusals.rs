//! What cannot be done: a clear sentence, exit 2, and nothing changed.

use serde_json::Value;

use crate::desk::{Desk, list};

const EVENT: &str = "Tech Summit";

/// Everything that a sale changes.
fn everything(desk: &Desk) -> [Value; 5] {
    [
        desk.ask(&["seats", EVENT]),
        desk.ask(&["orders"]),
        desk.ask(&["events"]),
        desk.ask(&["outbox"]),
        desk.ask(&["audit", "verify"]),
    ]
}

#[test]
fn a_sale_that_cannot_be_leaves_everything_as_it_was() {
    let desk = Desk::with_samples();
    let seats = desk.ask(&["seats", EVENT, "--free"]);
    let id = |number: usize| list(&seats)[number]["seatId"].as_str().unwrap().to_owned();
    let (sold, free) = (id(0), id(1));
    desk.ask(&["sell", EVENT, "--seat", &sold, "--cash", "1000"]);
    let before = everything(&desk);

    for (words, code, told) in [
        (&["--seat", sold.as_str(), "--cash", "1000"][..], "seat_taken", "sold"),
        (&["--seat", &free, &sold, "--cash", "2000"], "seat_taken", "sold"),
        (&["--seat", &free, "--cash", "1.00"], "too_little_cash", "missing"),
        (&["--seat", &free, "--cash", "-1000"], "bad_input", "less than nothing"),
        (&["--seat", "Z-999", "--cash", "1000"], "not_found", "Z-999"),
        (&["--seat", &free, "--cash", "12.345"], "bad_input", "12.345"),
        (&["--standing", "Moon=1", "--cash", "1000"], "not_found", "Moon"),
        (&["--cash", "1000"], "bad_input", "seat"),
    ] {
        let (said, message) = desk.refuses(&[&["sell", EVENT], words].concat());
        assert_eq!(said, code, "{words:?}: {message}");
        assert!(message.contains(told), "{words:?}: {message}");
    }
    let (code, message) = desk.refuses(&["sell", "No such night", "--seat", &free, "--cash", "1000"]);
    assert_eq!(code, "not_found");
    assert!(message.contains("No such night"), "{message}");
    assert_eq!(everything(&desk), before, "nothing changed");
}

#[test]
fn what_is_not_there_is_named() {
    let desk = Desk::with_samples();
    let missing = desk.file("missing");
    for (words, code) in [
        (&["seats", "No such night"][..], "not_found"),
        (&["seats", "i"], "ambiguous"),
        (&["print", "ZZZ-ZZZ", "--out", &desk.file("x.pdf")], "not_found"),
        (&["admit", "--image", &missing], "bad_input"),
        (&["admit", "--token", "x", "--event", "No such night"], "not_found"),
        (&["plan", "check", &missing], "bad_input"),
        (&["outbox", "export", "7"], "not_found"),
        (&["conflicts", "settle", "x"], "not_found"),
        (&["init", "--station", "Again", "--pin", "2580"], "already_set_up"),
        (&["sing"], "bad_input"),
    ] {
        assert_eq!(desk.refuses(words).0, code, "{words:?}");
    }
    assert!(!std::path::Path::new(&desk.file("x.pdf")).exists());
    assert!(desk.run_plainly(&["seats", "No such night"]).complaint().contains("No such night"));
}

#[test]
fn a_station_without_a_cloud_says_so() {
    let desk = Desk::with_samples();
    for words in [&["sync"][..], &["sync", "--until-idle"], &["publish", EVENT]] {
        let (code, message) = desk.refuses(words);
        assert_eq!(code, "not_paired", "{words:?}");
        assert!(message.contains("wicket pair"), "{message}");
    }
    assert_eq!(desk.refuses(&["pair", "WKP2:nonsense"]).0, "bad_input");
}

#[test]
fn where_there_is_no_station_nothing_is_begun() {
    let desk = Desk::empty();
    for words in [
        &["events"][..],
        &["orders"],
        &["outbox"],
        &["conflicts"],
        &["status"],
        &["sync"],
        &["audit", "verify"],
        &["seats", EVENT],
        &["admit", "--token", "x"],
        &["pair", "WKP2:example.org/house"],
    ] {
        let (code, message) = desk.refuses(words);
        assert_eq!(code, "not_set_up", "{words:?}");
        assert!(message.contains("wicket init"), "{message}");
        assert!(!desk.data().exists(), "{words:?} began a folder");
    }
    assert_eq!(desk.refuses(&["init", "--station", "Window 1", "--pin", "12"]).0, "bad_input");
}
