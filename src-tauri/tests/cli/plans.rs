//! A hall of one's own: checking its plan and adding an event with it.

use serde_json::{Value, json};

use crate::desk::{Desk, has_keys, list};

/// A hall in the pretix format: four seats of two categories, and an area to stand in.
fn hall() -> Value {
    let seat = |number: u32, category: &str| {
        json!({
            "seat_guid": format!("A-{number}"), "seat_number": number.to_string(), "category": category,
            "position": { "x": number * 30, "y": 0 },
        })
    };
    json!({
        "name": "Corner Hall",
        "categories": [{ "name": "Stalls", "color": "#33415c" }, { "name": "Balcony", "color": "#7d8597" }],
        "size": { "width": 400, "height": 300 },
        "zones": [{
            "name": "Hall", "position": { "x": 50, "y": 50 },
            "rows": [{
                "row_number": "A", "position": { "x": 0, "y": 0 },
                "seats": [seat(1, "Stalls"), seat(2, "Stalls"), seat(3, "Balcony"), seat(4, "Balcony")],
            }],
            "areas": [{
                "shape": "rectangle", "color": "#dddddd", "border_color": "#000000", "rotation": 0,
                "position": { "x": 0, "y": 100 }, "rectangle": { "width": 200, "height": 80 },
                "text": { "position": { "x": 100, "y": 40 }, "color": "#000000", "text": "Pit" },
            }],
            "smell": "of popcorn",
        }],
    })
}

#[test]
fn a_plan_is_checked_and_becomes_an_event() {
    let desk = Desk::with_samples();
    let file = desk.write("hall.json", &hall().to_string());
    let checked = desk.ask(&["plan", "check", &file]);
    assert_eq!((&checked["name"], &checked["seats"]), (&json!("Corner Hall"), &json!(4)));
    assert_eq!(checked["categories"], json!(["Stalls", "Balcony"]));
    let left_out = &list(&checked["warnings"])[0];
    assert_eq!(left_out["path"], "$.zones[0].smell", "{checked}");

    let event = desk.ask(&[
        "plan",
        "import",
        &file,
        "--event",
        "Opening night",
        "--starts",
        "2026-12-04T19:30:00-08:00",
        "--currency",
        "USD",
        "--price",
        "Stalls=45",
        "Balcony=30.50",
        "--price",
        "Pit=20",
        "--standing",
        "Pit=500",
    ]);
    has_keys(&event, &["eventId", "name", "seats", "warnings", "warningsTotal"]);
    assert_eq!(event["seats"], 4);
    let seats = desk.ask(&["seats", "Opening", "--free"]);
    let prices: Vec<_> = list(&seats).iter().map(|seat| seat["price"].as_str().unwrap()).collect();
    assert_eq!(prices, ["45.00", "45.00", "30.50", "30.50"]);
    let events = desk.ask(&["events"]);
    let opening = list(&events).iter().find(|line| line["eventId"] == event["eventId"]).unwrap();
    assert_eq!(opening["startsAt"], "2026-12-05T03:30:00Z");
    let sale = desk.ask(&["sell", "Opening", "--standing", "Pit=2", "--seat", "A-3", "--cash", "100"]);
    assert_eq!((&sale["total"], &sale["change"]), (&json!("70.50"), &json!("29.50")));
}

#[test]
fn a_plan_with_faults_is_refused_with_their_paths() {
    let desk = Desk::with_samples();
    let mut bad = hall();
    let row = &mut bad["zones"][0]["rows"][0]["seats"];
    row[1]["seat_guid"] = json!("A-1");
    row[2]["category"] = json!("Attic");
    row[3].as_object_mut().unwrap().remove("position");
    let file = desk.write("bad.json", &bad.to_string());
    let before = desk.ask(&["events"]);
    let add =
        ["--event", "Never", "--starts", "2026-12-04T19:30:00Z", "--currency", "USD", "--price", "Stalls=45"];
    for words in [vec!["plan", "check", &file], [&["plan", "import", &file], &add[..]].concat()] {
        let (code, message) = desk.refuses(&words);
        assert_eq!(code, "plan_refused");
        for seat in 1..4 {
            let path = format!("$.zones[0].rows[0].seats[{seat}]");
            assert!(message.contains(&path), "{path}: {message}");
        }
    }
    let not_json = desk.write("words.json", "a hall");
    assert_eq!(desk.refuses(&["plan", "check", &not_json]).0, "plan_refused");
    let good = desk.write("hall.json", &hall().to_string());
    let (code, message) = desk.refuses(&[&["plan", "import", &good], &add[..]].concat());
    assert_eq!(code, "bad_input", "{message}");
    assert!(message.contains("Balcony"), "the category without a price is named: {message}");
    assert_eq!(desk.ask(&["events"]), before, "nothing was added");
}
