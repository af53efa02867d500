//! The best seats for a group: side by side, near the front, in the middle of the row, and without leaving a single
//! seat that nobody will buy.

use std::ops::Range;

use super::{Point, Seat, SeatingPlan};

mod split;

/// Two seats of a row are neighbours if they are no farther apart than this many times what is usual in the row; an
/// aisle is wider.
const NEIGHBOURS: f32 = 1.6;
/// How much a seat's distance from the middle of its row counts against its distance from the stage.
const OFF_CENTRE: f64 = 0.5;
/// A step to the side of the hall's axis counts as so many steps away from the stage: seats beside a stage are near it
/// and still see little.
const OFF_AXIS: f64 = 1.5;
/// Halls whose seats lie evenly around what is looked at have no axis: their middles are closer than this share of
/// the hall's size.
const AROUND: f64 = 0.1;
/// An area that says one of these is what people look at.
const STAGES: &[&str] = &[
    "stage",
    "screen",
    "field",
    "pitch",
    "court",
    "ring",
    "rink",
    "track",
    "podium",
    "bühne",
    "leinwand",
    "spielfeld",
    "manege",
    "scène",
    "écran",
    "escenario",
    "pantalla",
    "campo",
    "palco",
    "scena",
    "сцена",
    "экран",
    "σκηνή",
];

/// Seats for a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestSeats {
    /// Indices into [`SeatingPlan::seats`], ascending; all of one category.
    pub seats: Vec<usize>,
    /// Whether everybody sits side by side in one row.
    pub together: bool,
}

/// Free seats side by side in one row, of one category.
#[derive(Debug, Clone)]
struct Run {
    seats: Range<usize>,
    /// The free seats side by side that it is part of, of any category.
    within: Range<usize>,
    category: u16,
    zone: u32,
    /// The middle of its row.
    row_centre: Point,
}

/// Suggests `count` free seats, of `category` if it is given and in any case of one category. Seats side by side come
/// first, then those that leave no single seat between others, then those nearest the stage and the middle of their
/// row. If no row has enough, the group is split into as few blocks as possible, in one zone if possible. None if
/// there are too few seats.
pub fn best_available(
    plan: &SeatingPlan,
    free: &dyn Fn(usize) -> bool,
    count: usize,
    category: Option<u16>,
) -> Option<BestSeats> {
    if count == 0 {
        return None;
    }
    let view = View::of(plan);
    let mut runs = runs(plan, free);
    runs.retain(|run| category.is_none_or(|wanted| run.category == wanted));
    let side_by_side = runs
        .iter()
        .flat_map(|run| windows(run, count))
        .min_by(|a, b| {
            let (first, second) = (singles_left(a.1, &a.0), singles_left(b.1, &b.0));
            first.cmp(&second).then_with(|| {
                let cost = |(seats, run): &(Range<usize>, &Run)| cost(plan, run, seats, view);
                cost(a).total_cmp(&cost(b))
            })
        })
        .map(|(seats, _)| BestSeats { seats: seats.collect(), together: true });
    side_by_side.or_else(|| split::fewest_blocks(plan, &runs, count, view))
}

fn windows(run: &Run, count: usize) -> impl Iterator<Item = (Range<usize>, &Run)> {
    let starts = (run.seats.len() + 1).saturating_sub(count);
    (run.seats.start..run.seats.start + starts).map(move |start| (start..start + count, run))
}

/// How many single seats are left beside the group.
fn singles_left(run: &Run, seats: &Range<usize>) -> usize {
    let left = seats.start - run.within.start;
    let right = run.within.end - seats.end;
    usize::from(left == 1) + usize::from(right == 1)
}

/// How far from ideal a group sits, in the plan's units.
fn cost(plan: &SeatingPlan, run: &Run, seats: &Range<usize>, view: View) -> f64 {
    let centre = centre(plan.seats.get(seats.clone()).unwrap_or_default());
    distance(centre, view.focus)
        + OFF_CENTRE * distance(centre, run.row_centre)
        + OFF_AXIS * view.off_axis(centre)
}

/// What the seats look at, and along which line.
#[derive(Clone, Copy)]
struct View {
    focus: Point,
    /// The direction from the focus to the middle of all seats, of length 1; none in the round.
    axis: Option<Point>,
}

impl View {
    fn of(plan: &SeatingPlan) -> Self {
        let focus = plan.focus();
        let middle = centre(&plan.seats);
        let away = distance(middle, focus);
        let axis = (away > AROUND * plan.width.hypot(plan.height))
            .then(|| Point { x: (middle.x - focus.x) / away, y: (middle.y - focus.y) / away });
        Self { focus, axis }
    }

    /// How far to the side of the axis a point lies.
    fn off_axis(self, at: Point) -> f64 {
        let (x, y) = (at.x - self.focus.x, at.y - self.focus.y);
        self.axis.map_or(0.0, |axis| (x * axis.y - y * axis.x).abs())
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

#[allow(clippy::cast_precision_loss, reason = "a count of seats")]
fn centre(seats: &[Seat]) -> Point {
    let count = seats.len().max(1) as f64;
    let (x, y) = seats.iter().fold((0.0, 0.0), |(x, y), seat| (x + f64::from(seat.x), y + f64::from(seat.y)));
    Point { x: x / count, y: y / count }
}

/// Finds all runs of free seats.
fn runs(plan: &SeatingPlan, free: &dyn Fn(usize) -> bool) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut start = 0;
    for row in plan.seats.chunk_by(|a, b| a.row == b.row) {
        let zone = row.first().and_then(|seat| plan.row(seat)).map_or(0, |row| row.zone);
        let row_centre = centre(row);
        for within in free_stretches(row, |at| free(start + at)) {
            let mut from = start + within.start;
            let stretch = row.get(within.clone()).unwrap_or_default();
            for block in stretch.chunk_by(|a, b| a.category == b.category) {
                let category = block.first().map_or(0, |seat| seat.category);
                let seats = from..from + block.len();
                from = seats.end;
                let within = start + within.start..start + within.end;
                runs.push(Run { seats, within, category, zone, row_centre });
            }
        }
        start += row.len();
    }
    runs
}

/// The stretches of free neighbours in a row, as indices into it.
fn free_stretches(row: &[Seat], free: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let reach = NEIGHBOURS * usual_gap(row);
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let mut before: Option<&Seat> = None;
    for (at, seat) in row.iter().enumerate() {
        let seat_before = before.replace(seat);
        if !free(at) {
            continue;
        }
        let beside = seat_before.is_some_and(|other| gap(other, seat) <= reach);
        match stretches.last_mut().filter(|stretch| beside && stretch.end == at) {
            Some(stretch) => stretch.end = at + 1,
            None => stretches.push(at..at + 1),
        }
    }
    stretches
}

fn gap(a: &Seat, b: &Seat) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// The median distance between seats that follow one another.
fn usual_gap(row: &[Seat]) -> f32 {
    let mut gaps: Vec<f32> = row.iter().zip(row.iter().skip(1)).map(|(a, b)| gap(a, b)).collect();
    gaps.sort_unstable_by(f32::total_cmp);
    // With an even number the smaller of the two in the middle, so that a wide aisle counts less.
    gaps.get(gaps.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

impl SeatingPlan {
    /// What people look at: the middle of the stage, or of the plan's upper edge if no area says it is one.
    pub fn focus(&self) -> Point {
        let stage = self.areas.iter().find(|area| {
            let words = area.text.as_ref().map(|words| words.text.to_lowercase()).unwrap_or_default();
            area.standing_area.is_none() && STAGES.iter().any(|stage| words.contains(stage))
        });
        stage.map_or(Point { x: self.width / 2.0, y: 0.0 }, super::Area::middle)
    }
}

#[cfg(test)]
mod tests;
