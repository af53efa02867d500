use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::plan::{PlanRow, RowNameAt, Zone};
use crate::sample::arena;
use crate::seat::SeatId;

/// A hall in one category, one zone, rows 30 apart from the front to the back; `x` gives each row's seats.
fn hall(rows: &[&[f32]]) -> SeatingPlan {
    let mut plan = SeatingPlan { width: 400.0, height: 300.0, ..SeatingPlan::default() };
    plan.zones.push(Zone { name: String::new(), x: 0.0, y: 0.0 });
    for (row, xs) in (0_u8..).zip(rows) {
        plan.rows.push(PlanRow {
            zone: 0,
            name: row.to_string(),
            label: None,
            seat_label: None,
            shown: RowNameAt::Start,
        });
        plan.seats.extend(xs.iter().map(|&x| Seat {
            id: SeatId::new(format!("{row}-{x}")),
            row: row.into(),
            number: x.to_string(),
            category: 0,
            x,
            y: 40.0 + 30.0 * f32::from(row),
            radius: 10.0,
        }));
    }
    plan
}

fn all_free(plan: &SeatingPlan, count: usize) -> BestSeats {
    best_available(plan, &|_| true, count, None).unwrap()
}

const NINE: &[f32] = &[120.0, 140.0, 160.0, 180.0, 200.0, 220.0, 240.0, 260.0, 280.0];

#[test]
fn the_middle_of_the_front_comes_first() {
    let plan = hall(&[NINE, NINE]);
    assert_eq!(all_free(&plan, 1).seats, [4]);
    assert_eq!(all_free(&plan, 3).seats, [3, 4, 5]);
}

#[test]
fn the_front_is_where_the_stage_is() {
    let mut plan = hall(&[NINE, NINE]);
    let mut stage = arena().unwrap().areas[0].clone();
    (stage.x, stage.y) = (200.0, 290.0);
    plan.areas.push(stage);
    assert_eq!(all_free(&plan, 3).seats, [12, 13, 14]);
}

#[test]
fn no_single_seat_is_left_if_that_can_be_avoided() {
    let five: &[f32] = &[160.0, 180.0, 200.0, 220.0, 240.0];
    let plan = hall(&[five]);
    assert!([[0, 1], [3, 4]].contains(&<[usize; 2]>::try_from(all_free(&plan, 2).seats).unwrap()));
    let plan = hall(&[&five[..4], NINE]);
    assert_eq!(
        all_free(&plan, 3).seats.first(),
        Some(&7),
        "three of four leave one, so the row behind is better"
    );
    assert_eq!(all_free(&hall(&[&five[..4]]), 3).seats.len(), 3, "it cannot be avoided here");
    let plan = hall(&[NINE]);
    let taken = |seat: usize| seat != 2;
    let best = best_available(&plan, &taken, 4, None).unwrap();
    assert_eq!(
        best.seats,
        [3, 4, 5, 6],
        "six are left; of them the four nearest to the middle, with two beside"
    );
}

#[test]
fn an_aisle_is_not_sat_across() {
    let plan = hall(&[&[100.0, 120.0, 140.0, 200.0, 220.0, 240.0]]);
    assert!(all_free(&plan, 3).together);
    let four = all_free(&plan, 4);
    assert!(!four.together);
    assert!(
        four.seats == [0, 1, 3, 4] || four.seats == [1, 2, 3, 4] || four.seats == [1, 2, 4, 5],
        "{four:?}"
    );
}

#[test]
fn a_group_too_large_for_a_row_sits_in_two_that_are_near() {
    let plan = hall(&[NINE, NINE, NINE, NINE]);
    let best = all_free(&plan, 12);
    assert!(!best.together);
    let rows: std::collections::BTreeSet<_> = best.seats.iter().map(|&seat| plan.seats[seat].row).collect();
    assert_eq!(rows.into_iter().collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn nobody_sits_alone_if_another_block_can_spare_somebody() {
    let three: &[f32] = &[180.0, 200.0, 220.0];
    let plan = hall(&[three, three]);
    let best = all_free(&plan, 4);
    let front = best.seats.iter().filter(|&&seat| seat < 3).count();
    assert_eq!(front, 2, "{best:?}");
}

#[test]
fn too_few_seats_are_no_seats() {
    let plan = hall(&[NINE]);
    assert_eq!(best_available(&plan, &|_| true, 10, None), None);
    assert_eq!(best_available(&plan, &|_| true, 0, None), None);
    assert_eq!(best_available(&plan, &|_| false, 1, None), None);
    assert_eq!(best_available(&plan, &|_| true, 1, Some(1)), None);
    assert_eq!(best_available(&SeatingPlan::default(), &|_| true, 1, None), None);
}

#[test]
fn seats_beside_the_stage_are_not_the_best() {
    let plan = sample();
    let best = best_available(plan, &|_| true, 2, None).unwrap();
    let category = plan.categories[usize::from(plan.seats[best.seats[0]].category)].name.as_str();
    assert_eq!(category, "Front Stalls", "not the wings, which are nearer to it");
}

fn sample() -> &'static SeatingPlan {
    static ARENA: OnceLock<SeatingPlan> = OnceLock::new();
    ARENA.get_or_init(|| arena().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_suggested_can_be_sold(
        taken in prop::collection::vec(prop::bool::weighted(0.4), 1..2_000),
        count in prop_oneof![1_usize..12, 1_usize..400],
        category in prop::option::of(0_u16..7),
    ) {
        let plan = sample();
        let free = |seat: usize| !taken[seat % taken.len()];
        let there = |wanted: u16| {
            plan.seats.iter().enumerate().filter(|(at, seat)| free(*at) && seat.category == wanted).count()
        };
        let Some(best) = best_available(plan, &free, count, category) else {
            let enough = (0..7).filter(|c| category.is_none_or(|wanted| wanted == *c)).any(|c| there(c) >= count);
            prop_assert!(!enough, "there are enough");
            return Ok(());
        };
        prop_assert_eq!(best.seats.len(), count);
        prop_assert!(best.seats.is_sorted_by(|a, b| a < b), "each once");
        prop_assert!(best.seats.iter().all(|&seat| free(seat)));
        let first = &plan.seats[best.seats[0]];
        prop_assert!(best.seats.iter().all(|&seat| plan.seats[seat].category == first.category));
        prop_assert!(category.is_none_or(|wanted| wanted == first.category));
        if best.together {
            for pair in best.seats.windows(2) {
                prop_assert_eq!(pair[0] + 1, pair[1]);
                let (a, b) = (&plan.seats[pair[0]], &plan.seats[pair[1]]);
                prop_assert_eq!(a.row, b.row);
                prop_assert!(gap(a, b) < 46.0, "an aisle lies between");
            }
        }
    }
}
