use super::*;
use crate::sample::arena;

fn standing(id: &str, capacity: u32) -> StandingArea {
    StandingArea { id: id.into(), capacity }
}

#[test]
fn a_seat_is_called_what_its_plan_calls_it() {
    let mut plan = arena().unwrap();
    let seat = plan.seat_index(&SeatId::new("G-12")).unwrap();
    assert_eq!(plan.place(seat).unwrap().label(), "Stalls G-12");
    let row = plan.seats[seat].row as usize;
    plan.rows[row].label = Some("Table %s".into());
    plan.rows[row].seat_label = Some("Chair %s".into());
    let place = plan.place(seat).unwrap();
    assert_eq!((place.row.as_deref(), place.number.as_deref()), (Some("Table G"), Some("Chair 12")));
    assert_eq!(plan.place(plan.seats.len()), None);
    assert_eq!(plan.seat_index(&SeatId::new("G-999")), None);
}

#[test]
fn a_plan_reads_back_from_what_the_database_keeps() {
    let mut plan = arena().unwrap();
    plan.attach_standing(&[standing("Floor", 2_000)]).unwrap();
    let kept = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<SeatingPlan>(&kept).unwrap(), plan);
}

#[test]
fn a_standing_area_is_linked_and_priced() {
    let mut plan = arena().unwrap();
    plan.attach_standing(&[standing("Floor", 2_000)]).unwrap();
    let area = plan.areas.iter().find(|area| area.standing_area.is_some()).unwrap();
    assert_eq!(area.standing_area.as_deref(), Some("Floor"));
    assert_eq!(plan.categories.last().unwrap().name, "Floor");
    let before = plan.clone();
    plan.attach_standing(&[standing("Floor", 2_000)]).unwrap();
    assert_eq!(plan, before, "attaching again changes nothing");
}

#[test]
fn a_standing_area_that_does_not_fit_changes_nothing() {
    let mut plan = arena().unwrap();
    let before = plan.clone();
    let error = plan.attach_standing(&[standing("Floor", 2_000), standing("Pit", 10)]).unwrap_err();
    assert_eq!(error.to_string(), "The plan has no area called \"Pit\". Its areas: Stage, Floor.");
    assert_eq!(plan.attach_standing(&[standing("Floor", 0)]), Err(NotAnArea::Empty("Floor".into())));
    let error = plan.attach_standing(&[standing("Floor", STANDING_MAX + 1)]).unwrap_err();
    assert!(error.to_string().contains("cannot have 200001 places"), "{error}");
    let twice = [standing("Floor", 1), standing("Floor", 2)];
    assert_eq!(plan.attach_standing(&twice), Err(NotAnArea::Ambiguous("Floor".into())));
    assert_eq!(plan, before);

    assert_eq!(before.clone().attach_standing(&[standing("Floor", STANDING_MAX)]), Ok(()));
    plan.areas[1].text.as_mut().unwrap().text = "Stalls".into();
    let same = plan.attach_standing(&[standing("Stalls", 1)]);
    assert_eq!(same, Err(NotAnArea::AlsoACategory("Stalls".into())));
    plan.areas[0].text.as_mut().unwrap().text = "Stalls".into();
    assert_eq!(plan.attach_standing(&[standing("Stalls", 1)]), Err(NotAnArea::Ambiguous("Stalls".into())));
}

#[test]
fn the_window_gets_a_column_of_each_and_tenths() {
    let mut plan = arena().unwrap();
    plan.seats[0].x = 1.234;
    plan.attach_standing(&[standing("Floor", 2_000)]).unwrap();
    let hall = serde_json::to_value(plan.hall()).unwrap();
    for column in ["guid", "row", "number", "zone", "category", "x", "y", "radius"] {
        assert_eq!(hall["seats"][column].as_array().map(Vec::len), Some(plan.seats.len()), "{column}");
    }
    assert_eq!(hall["seats"]["x"][0], 1.2);
    assert_eq!(hall["zones"].as_array().map(Vec::len), Some(plan.zones.len()), "seats point into them");
    assert_eq!(hall["areas"][1]["standingArea"], "Floor");
    assert_eq!(hall["areas"][1]["shape"], "polygon");
    assert!(hall["areas"][0]["borderColor"].is_string());
    assert_eq!(hall["rowLabels"][0]["text"], "A");
}

#[test]
fn a_rows_name_stands_beyond_its_end() {
    let mut plan = arena().unwrap();
    plan.seats.truncate(2);
    let label = |plan: &SeatingPlan| plan.hall().row_labels;
    assert_eq!(label(&plan).len(), 2, "at both ends");
    plan.rows[0].shown = RowNameAt::Nowhere;
    assert_eq!(label(&plan), []);
    plan.rows[0].shown = RowNameAt::End;
    plan.seats[0].x = 0.0;
    plan.seats[1].x = 30.0;
    plan.seats[1].y = plan.seats[0].y;
    assert!((label(&plan)[0].x - 54.0).abs() < 0.11);
    plan.rows[0].shown = RowNameAt::Start;
    plan.seats.truncate(1);
    assert!((label(&plan)[0].x + 24.0).abs() < 0.11, "a single seat has it on its left");
}
