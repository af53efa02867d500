//! The sample's file, changed at a random place: what is taken, what is refused, and where.

use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::import;
use crate::plan::SeatingPlan;
use crate::sample::arena_json;

/// What must stand in an object, by one of its other fields that tells what it is.
fn is_required(path: &str) -> bool {
    let generic = path.replace(|c: char| c.is_ascii_digit(), "");
    let (parent, field) = generic.rsplit_once('.').unwrap();
    match parent {
        "$" => field != "size",
        "$.zones[]" => ["position", "rows"].contains(&field),
        "$.zones[].rows[]" => ["row_number", "seats"].contains(&field),
        "$.zones[].rows[].seats[]" => field != "radius",
        "$.zones[].areas[]" => field == "polygon",
        "$.zones[].areas[].text" => ["text", "position"].contains(&field),
        "$.categories[]" => field == "name",
        _ => true,
    }
}

/// Each field of the sample: how `serde_json` points to it, and its JSON path.
fn fields() -> &'static [(String, String)] {
    fn walk(value: &Value, pointer: &str, path: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    let (pointer, path) = (format!("{pointer}/{key}"), format!("{path}.{key}"));
                    found.push((pointer.clone(), path.clone()));
                    walk(value, &pointer, &path, found);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    walk(item, &format!("{pointer}/{at}"), &format!("{path}[{at}]"), found);
                }
            }
            _ => {}
        }
    }
    static FIELDS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    FIELDS.get_or_init(|| {
        let mut found = Vec::new();
        walk(&sample(), "", "$", &mut found);
        found
    })
}

fn sample() -> Value {
    static SAMPLE: OnceLock<Value> = OnceLock::new();
    SAMPLE.get_or_init(|| serde_json::from_str(&arena_json()).unwrap()).clone()
}

fn unchanged() -> &'static SeatingPlan {
    static PLAN: OnceLock<SeatingPlan> = OnceLock::new();
    PLAN.get_or_init(|| crate::sample::arena().unwrap())
}

/// Fields high up are few among thousands of seats' fields, so half of the time one of them is drawn.
fn any_field() -> impl Strategy<Value = &'static (String, String)> {
    let few: Vec<_> = fields().iter().filter(|(_, path)| !path.contains(".seats[")).collect();
    let all = any::<prop::sample::Index>().prop_map(|at| at.get(fields()));
    prop_oneof![prop::sample::select(few), all]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_missing_field_is_noticed_if_it_is_needed((pointer, path) in any_field()) {
        let mut plan = sample();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        plan.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(field);
        match import(plan.to_string().as_bytes()) {
            Ok(_) => prop_assert!(!is_required(path), "{path} is needed"),
            Err(refused) => {
                prop_assert!(is_required(path), "{path} is not needed");
                prop_assert!(refused.faults.iter().any(|note| note.path == *path), "{refused:?}");
            }
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused_where_it_is((pointer, path) in any_field()) {
        let mut plan = sample();
        *plan.pointer_mut(pointer).unwrap() = Value::Bool(true);
        let refused = import(plan.to_string().as_bytes()).unwrap_err();
        prop_assert!(refused.faults.iter().any(|note| note.path == *path), "{path}: {refused:?}");
    }

    #[test]
    fn an_unknown_field_changes_nothing_but_is_listed((pointer, path) in any_field()) {
        let mut plan = sample();
        let parent = pointer.rsplit_once('/').unwrap().0;
        let object = plan.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        object.insert("zz_unknown".into(), json!([{"name": 1}]));
        let imported = import(plan.to_string().as_bytes()).unwrap();
        let path = format!("{}.zz_unknown", path.rsplit_once('.').unwrap().0);
        prop_assert_eq!(imported.warnings_total, 1);
        prop_assert_eq!(&imported.warnings[0].path, &path);
        prop_assert!(imported.plan == *unchanged());
    }

    #[test]
    fn a_seat_taken_over_by_another_is_refused_once(a in 0_usize..1_000, b in 0_usize..1_000) {
        prop_assume!(a != b);
        let mut plan = sample();
        let guids: Vec<_> = fields().iter().filter(|(pointer, _)| pointer.ends_with("seat_guid")).collect();
        let (first, second) = (guids[a.min(b)], guids[a.max(b)]);
        let guid = plan.pointer(&first.0).unwrap().clone();
        *plan.pointer_mut(&second.0).unwrap() = guid;
        let refused = import(plan.to_string().as_bytes()).unwrap_err();
        prop_assert_eq!(refused.total, 1);
        prop_assert_eq!(&refused.faults[0].path, &second.1);
        let place = first.1.strip_suffix(".seat_guid").unwrap();
        prop_assert!(refused.faults[0].message.contains(place));
    }

    #[test]
    fn a_damaged_file_is_taken_or_refused_but_never_more(
        at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..4), cut in any::<bool>(),
    ) {
        let good = arena_json().into_bytes();
        let at = at.index(good.len());
        let mut bytes = good[..at].to_vec();
        bytes.extend(with);
        if !cut {
            bytes.extend(&good[at + 1..]);
        }
        if let Err(refused) = import(&bytes) {
            prop_assert!(!refused.faults.is_empty());
            prop_assert!(refused.faults.len() <= 20 && refused.faults.len() <= refused.total);
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(import(&bytes).is_err());
    }
}
