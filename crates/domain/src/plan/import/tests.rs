use serde_json::{Value, json};

use super::*;
use crate::plan::{AreaShape, RowNameAt};

/// A hall of two rows, three seats and a bar.
fn hall() -> Value {
    let seat = |guid: &str, number: &str, x: i32, category: &str| json!({"seat_guid": guid, "seat_number": number, "position": {"x": x, "y": 1}, "category": category});
    json!({
        "name": "Hall",
        "size": {"width": 400, "height": 300},
        "categories": [{"name": "Near", "color": "#f00"}, {"name": "Far"}],
        "zones": [{
            "name": "Main",
            "position": {"x": 100, "y": 50},
            "rows": [
                {
                    "row_number": "A", "row_number_position": null, "position": {"x": 10, "y": 20},
                    "seats": [seat("A-1", "1", 0, "Near"), seat("A-2", "2", 25, "Near")],
                },
                {"row_number": "B", "seats": [seat("B-1", "1", 5, "Far")]},
            ],
            "areas": [{
                "shape": "ellipse", "position": {"x": 7, "y": 8}, "ellipse": {"radius": {"x": 30, "y": 20}},
                "color": "rgba(0, 0, 0, 0.5)", "border_color": "darkslategray", "rotation": 45,
                "text": {"text": "Bar", "position": {"x": 1, "y": 2}},
            }],
        }],
    })
}

fn taken(plan: &Value) -> Imported {
    import(plan.to_string().as_bytes()).unwrap()
}

fn refused_at(plan: &Value) -> Vec<(String, String)> {
    let refused = import(plan.to_string().as_bytes()).expect_err("a plan with a fault was taken");
    assert_eq!(refused.total, refused.faults.len(), "none of so few is left out");
    refused.faults.into_iter().map(|note| (note.path, note.message)).collect()
}

fn only_fault(plan: &Value) -> (String, String) {
    let faults = refused_at(plan);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].clone()
}

#[test]
fn positions_add_up_and_defaults_are_the_schemas() {
    let Imported { plan, warnings, warnings_total } = taken(&hall());
    assert_eq!((warnings.len(), warnings_total), (0, 0), "{warnings:?}");
    let at: Vec<_> = plan.seats.iter().map(|seat| (seat.id.as_str(), seat.x, seat.y, seat.radius)).collect();
    assert_eq!(at, [("A-1", 110.0, 71.0, 10.0), ("A-2", 135.0, 71.0, 10.0), ("B-1", 105.0, 51.0, 10.0)]);
    assert_eq!((plan.width, plan.height), (400.0, 300.0));
    assert_eq!(plan.rows[0].shown, RowNameAt::Nowhere, "null hides the name");
    assert_eq!(plan.rows[1].shown, RowNameAt::Start);
    assert_eq!(plan.seats[2].category, 1);
    let bar = &plan.areas[0];
    assert_eq!((bar.shape, bar.x, bar.y), (AreaShape::Ellipse, 107.0, 58.0));
    assert_eq!((bar.width, bar.height, bar.rotation), (60.0, 40.0, 45.0));
    assert_eq!(
        bar.text.as_ref().map(|words| (words.text.as_str(), words.x, words.size)),
        Some(("Bar", 1.0, 16.0))
    );
}

#[test]
fn a_seat_that_appears_twice_is_refused_with_both_places() {
    let mut plan = hall();
    plan["zones"][0]["rows"][1]["seats"][0]["seat_guid"] = "A-2".into();
    let (path, message) = only_fault(&plan);
    assert_eq!(path, "$.zones[0].rows[1].seats[0].seat_guid");
    assert_eq!(message, "Seat A-2 appears twice; the first is at $.zones[0].rows[0].seats[1].");
}

#[test]
fn blanks_around_a_name_are_nobodys() {
    let mut plan = hall();
    plan["categories"][0]["name"] = " Near ".into();
    plan["zones"][0]["rows"][0]["seats"][0]["category"] = "Near\t".into();
    plan["zones"][0]["areas"][0]["text"]["text"] = "Bar ".into();
    let plan = taken(&plan).plan;
    assert_eq!(plan.categories[0].name, "Near");
    assert_eq!(plan.seats[0].category, 0);
    assert_eq!(plan.areas[0].text.as_ref().unwrap().text, "Bar");

    let mut plan = hall();
    plan["categories"][1]["name"] = "Near ".into();
    assert!(refused_at(&plan).iter().any(|(_, message)| message.starts_with("Category Near appears twice")));
}

#[test]
fn a_seat_of_an_undefined_category_is_refused() {
    let mut plan = hall();
    plan["zones"][0]["rows"][0]["seats"][1]["category"] = "Middle".into();
    let (path, message) = only_fault(&plan);
    assert_eq!(path, "$.zones[0].rows[0].seats[1].category");
    assert_eq!(message, "Seat A-2 is in category \"Middle\", which the plan does not define.");
}

#[test]
fn each_fault_is_found_where_it_is() {
    let expect = |change: fn(&mut Value), at: &str| {
        let mut plan = hall();
        change(&mut plan);
        assert_eq!(only_fault(&plan).0, at);
    };
    let seat = "$.zones[0].rows[0].seats[0]";
    expect(|plan| plan["categories"][1] = json!({"name": "", "color": null}), "$.categories[1].name");
    expect(|plan| plan["name"] = json!(7), "$.name");
    expect(|plan| plan["size"]["width"] = json!(0), "$.size.width");
    expect(|plan| plan["zones"][0]["position"]["x"] = json!(1e300), "$.zones[0].position.x");
    expect(|plan| plan["zones"][0]["areas"][0]["shape"] = "star".into(), "$.zones[0].areas[0].shape");
    expect(|plan| plan["zones"][0]["areas"][0]["shape"] = "polygon".into(), "$.zones[0].areas[0].polygon");
    for (guid, what) in [
        (String::new(), "empty"),
        ("g".repeat(201), "too long"),
        ("ga#Floor".into(), "reserved"),
        ("grant#A".into(), "reserved"),
    ] {
        let mut plan = hall();
        plan["zones"][0]["rows"][0]["seats"][0]["seat_guid"] = guid.into();
        assert_eq!(only_fault(&plan).0, format!("{seat}.seat_guid"), "{what}");
    }
    let mut plan = hall();
    plan["zones"][0]["rows"][0]["seats"][0]["seat_guid"] = "g".repeat(200).into();
    assert_eq!(taken(&plan).plan.seats.len(), 3, "200 bytes are not too long");
}

#[test]
fn all_faults_are_found_at_once_and_the_first_twenty_shown() {
    let mut plan = hall();
    let seat = json!({"seat_guid": "S", "seat_number": 7, "position": {"x": 0}, "category": "Near"});
    plan["zones"][0]["rows"][0]["seats"] = Value::Array(vec![seat; 30]);
    let refused = import(plan.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        refused.total,
        30 + 30 + 29,
        "a number, a y and, but for the first, a seat that appears twice"
    );
    assert_eq!(refused.faults.len(), 20);
    let mut first: Vec<_> =
        refused.faults[..2].iter().map(|note| (note.path.as_str(), note.message.as_str())).collect();
    first.sort_unstable();
    assert_eq!(first[0], ("$.zones[0].rows[0].seats[0].position.y", "\"y\" is missing."));
    assert_eq!(first[1], ("$.zones[0].rows[0].seats[0].seat_number", "Here should be text, not a number."));
}

#[test]
fn an_index_in_a_path_counts_what_is_broken_too() {
    let mut plan = hall();
    plan["categories"] = json!([7, {"name": "Near"}, {"name": "Near"}, {"name": "Far"}]);
    let faults = refused_at(&plan);
    assert_eq!(faults[0].0, "$.categories[0]");
    assert_eq!(faults[1].0, "$.categories[2].name");
    assert_eq!(faults[1].1, "Category Near appears twice; the first is at $.categories[1].");
}

#[test]
fn unknown_fields_are_left_out_and_listed() {
    let mut plan = hall();
    plan["zones"][0]["rows"][0]["seats"][1]["wheel chair"] = json!({"deep": [1, {"x": null}]});
    plan["version"] = json!(3);
    let imported = taken(&plan);
    assert_eq!(imported.plan, taken(&hall()).plan);
    let paths: Vec<_> = imported.warnings.iter().map(|note| note.path.as_str()).collect();
    assert_eq!(paths.len(), 2);
    assert!(paths.contains(&"$.zones[0].rows[0].seats[1][\"wheel chair\"]"), "{paths:?}");
    assert!(paths.contains(&"$.version"), "{paths:?}");

    let fields: serde_json::Map<_, _> = (0..150).map(|number| (format!("f{number}"), Value::Null)).collect();
    plan = hall();
    plan["zones"][0]["areas"][0].as_object_mut().unwrap().extend(fields);
    let imported = taken(&plan);
    assert_eq!((imported.warnings.len(), imported.warnings_total), (100, 150));
}

#[test]
fn what_is_only_for_show_is_left_out_with_a_warning() {
    let mut plan = hall();
    plan["categories"][0]["color"] = "red;background:url(https://example.org)".into();
    plan["zones"][0]["rows"][0]["row_number_position"] = "middle".into();
    plan["zones"][0]["areas"].as_array_mut().unwrap().push(json!({"color": "red"}));
    let imported = taken(&plan);
    assert_eq!(imported.plan.categories[0].color, None);
    let mut paths: Vec<_> = imported.warnings.iter().map(|note| note.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        ["$.categories[0].color", "$.zones[0].areas[1]", "$.zones[0].rows[0].row_number_position"]
    );
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    let text = hall().to_string().replacen("\"name\":\"Hall\"", "\"name\":\"Hall\",\"name\":\"Other\"", 1);
    let refused = import(text.as_bytes()).unwrap_err();
    assert_eq!(refused.faults[0].path, "$.name");
    assert_eq!(refused.total, 1);
}

#[test]
fn an_older_file_without_size_or_shapes_is_taken() {
    let mut plan = hall();
    plan.as_object_mut().unwrap().remove("size");
    plan["zones"][0]["displayed"] = json!(true);
    plan["zones"][0]["rows"][0]["number_of_seats"] = json!(2);
    plan["zones"][0]["areas"] = json!([{"width": 200, "height": 40, "position": {"x": 0, "y": -30}, "text": "Stage", "color": "gray"}]);
    let Imported { plan, warnings, .. } = taken(&plan);
    assert_eq!(warnings, []);
    assert_eq!(
        (plan.width, plan.height),
        (245.0, 101.0),
        "everything, seat B-1 on the left and seat A-2 at the bottom too, and 20 around it"
    );
    assert_eq!((plan.areas[0].x, plan.areas[0].y), (25.0, 20.0));
    let words = plan.areas[0].text.as_ref().unwrap();
    assert_eq!((words.text.as_str(), words.x, words.y), ("Stage", 100.0, 20.0), "in its middle");
    assert_eq!((plan.seats[0].x, plan.seats[0].y), (35.0, 71.0));
}

#[test]
fn a_size_that_hides_seats_is_corrected() {
    let mut plan = hall();
    plan["size"] = json!({"width": 120, "height": 300});
    let imported = taken(&plan);
    assert_eq!(imported.warnings[0].path, "$.size");
    assert!(imported.plan.seats.iter().all(|seat| f64::from(seat.x + seat.radius) <= imported.plan.width));
}

#[test]
fn what_is_not_json_is_refused_with_line_and_column() {
    let fault = |bytes: &[u8]| {
        let refused = import(bytes).unwrap_err();
        assert_eq!(refused.total, 1);
        (refused.faults[0].path.clone(), refused.faults[0].message.clone())
    };
    assert_eq!(fault(b"").1, "The file ends in the middle, at line 1, column 0.");
    let (path, message) = fault(b"{\"name\": \"Hall\",\n \"zones\": [{\"name\": oops}]}");
    assert_eq!(path, "$.zones[0].name");
    assert_eq!(message, "The file is not valid JSON, at line 2, column 21: expected value.");
    assert_eq!(
        fault(b"[]"),
        ("$".into(), "Here should be an object with a seating plan, not a list.".into())
    );
    let twice = [hall().to_string().as_bytes(), b"{}"].concat();
    assert!(fault(&twice).1.contains("trailing characters"));
    assert!(fault(b"{\"name\": \"\xff\"}").1.contains("unicode"));
    assert!(fault(b"{\"size\": {\"width\": 1e999}}").1.contains("number out of range"));
    for deep in ["[".repeat(100_000), format!("{{\"x\":{}", "[".repeat(100_000))] {
        assert!(fault(deep.as_bytes()).1.starts_with("The file is nested too deeply"));
    }
    let with_mark = [b"\xef\xbb\xbf", hall().to_string().as_bytes()].concat();
    assert!(import(&with_mark).is_ok(), "some editors begin a file with a byte order mark");
}

#[test]
fn too_much_is_refused() {
    let refused = import(&vec![b' '; MAX_BYTES + 1]).unwrap_err();
    assert_eq!(refused.faults[0].message, "The file has 50000001 bytes; at most 50000000 are read.");

    let seat = |number: usize| {
        format!(r#"{{"seat_guid":"{number}","seat_number":"1","position":{{"x":0,"y":0}},"category":"C"}}"#)
    };
    let plan = |count: usize| {
        let seats: Vec<String> = (0..count).map(seat).collect();
        format!(
            r#"{{"name":"","categories":[{{"name":"C"}}],"zones":[{{"position":{{"x":0,"y":0}},"rows":[{{"row_number":"","seats":[{}]}}]}}]}}"#,
            seats.join(",")
        )
    };
    assert_eq!(import(plan(MAX_SEATS).as_bytes()).unwrap().plan.seats.len(), MAX_SEATS);
    let refused = import(plan(MAX_SEATS + 2).as_bytes()).unwrap_err();
    assert_eq!(refused.total, 1);
    assert_eq!(refused.faults[0].path, "$.zones[0].rows[0].seats[200000]");
    assert_eq!(refused.faults[0].message, "The plan has 200002 seats; at most 200000 are possible.");
}

#[test]
fn a_plan_of_nothing_is_refused() {
    let mut plan = hall();
    plan["zones"][0]["rows"] = json!([]);
    assert_eq!(taken(&plan).plan.seats.len(), 0, "areas alone can be sold as standing areas");
    plan["zones"] = json!([]);
    assert_eq!(only_fault(&plan).0, "$");
}
