//! A group that does not fit into one row: as few blocks as possible, as near to one another as possible.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{BestSeats, Run, View, cost, distance};
use crate::plan::{Point, Seat, SeatingPlan};

/// So many runs are tried as the one that the others gather around.
const ANCHORS: usize = 24;

/// Splits a group, in one zone if that is possible, else across zones; one category always.
pub(super) fn fewest_blocks(plan: &SeatingPlan, runs: &[Run], count: usize, view: View) -> Option<BestSeats> {
    let gather = |key: fn(&Run) -> (u16, Option<u32>)| {
        let mut groups: BTreeMap<_, Vec<&Run>> = BTreeMap::new();
        for run in runs {
            groups.entry(key(run)).or_default().push(run);
        }
        groups.into_values().filter_map(|group| split(plan, &group, count, view)).min_by(Split::compare)
    };
    let best = gather(|run| (run.category, Some(run.zone))).or_else(|| gather(|run| (run.category, None)))?;
    let mut seats: Vec<usize> = best.blocks.into_iter().flatten().collect();
    seats.sort_unstable();
    Some(BestSeats { seats, together: false })
}

struct Split {
    blocks: Vec<Range<usize>>,
    cost: f64,
}

impl Split {
    fn compare(a: &Self, b: &Self) -> std::cmp::Ordering {
        a.blocks.len().cmp(&b.blocks.len()).then(a.cost.total_cmp(&b.cost))
    }
}

fn split(plan: &SeatingPlan, runs: &[&Run], count: usize, view: View) -> Option<Split> {
    if runs.iter().map(|run| run.seats.len()).sum::<usize>() < count {
        return None;
    }
    let mut anchors = runs.to_vec();
    anchors.sort_by_cached_key(|run| {
        // Whole units are fine enough to rank by, and are ordered.
        #[allow(clippy::cast_possible_truncation, reason = "bounded by the plan's size")]
        let near = cost(plan, run, &run.seats, view) as i64;
        (std::cmp::Reverse(run.seats.len().min(count)), near)
    });
    let around = |anchor: &&Run| gather_around(plan, runs, anchor, count, view);
    anchors.iter().take(ANCHORS).map(around).min_by(Split::compare)
}

/// Takes the anchor's seats, then always the nearest run that ends the search, or else the longest.
fn gather_around(plan: &SeatingPlan, runs: &[&Run], anchor: &Run, count: usize, view: View) -> Split {
    let around = middle(plan, &anchor.seats);
    let mut taken = vec![anchor];
    let mut left = count - anchor.seats.len().min(count);
    let mut rest: Vec<(&Run, f64)> = runs
        .iter()
        .filter(|run| run.seats.start != anchor.seats.start)
        .map(|run| (*run, distance(middle(plan, &run.seats), around)))
        .collect();
    while left > 0 {
        let useful = |run: &Run| run.seats.len().min(left);
        let best = rest
            .iter()
            .enumerate()
            .min_by(|(_, (a, near)), (_, (b, far))| useful(b).cmp(&useful(a)).then(near.total_cmp(far)));
        let Some((at, _)) = best else { break };
        let (run, _) = rest.swap_remove(at);
        left -= useful(run);
        taken.push(run);
    }
    let lengths = balanced(&taken, count);
    let blocks: Vec<Range<usize>> = taken
        .iter()
        .zip(lengths)
        .map(|(run, length)| nearest_part(plan, &run.seats, length, around))
        .collect();
    let spread: f64 = blocks.iter().map(|block| distance(middle(plan, block), around)).sum();
    let cost = cost(plan, anchor, &anchor.seats, view) + spread;
    Split { blocks, cost }
}

/// How many sit in each run: as many as it has, but nobody alone in the last if a larger block can spare one.
fn balanced(runs: &[&Run], count: usize) -> Vec<usize> {
    let mut left = count;
    let mut lengths: Vec<usize> = runs
        .iter()
        .map(|run| {
            let length = run.seats.len().min(left);
            left -= length;
            length
        })
        .collect();
    let Some((last, others)) = lengths.split_last_mut() else { return lengths };
    let room = runs.last().is_some_and(|run| run.seats.len() > 1);
    if *last == 1
        && room
        && let Some(larger) = others.iter_mut().rev().find(|length| **length > 2)
    {
        *larger -= 1;
        *last += 1;
    }
    lengths
}

/// The part of a run that is nearest to a point, at either of its ends.
fn nearest_part(plan: &SeatingPlan, run: &Range<usize>, length: usize, to: Point) -> Range<usize> {
    let (first, last) = (run.start..run.start + length, run.end - length..run.end);
    let far = |part: &Range<usize>| distance(middle(plan, part), to);
    if far(&last) < far(&first) { last } else { first }
}

fn middle(plan: &SeatingPlan, seats: &Range<usize>) -> Point {
    let seats: &[Seat] = plan.seats.get(seats.clone()).unwrap_or_default();
    super::centre(seats)
}
