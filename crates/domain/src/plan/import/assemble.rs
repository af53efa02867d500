//! From what stands in the file to a plan: names become indices, coordinates absolute, and what only shows when
//! everything is read (a seat that appears twice, a category that does not exist) is found.

use std::collections::HashMap;

use super::findings::{Findings, Step, written};
use super::labels;
use super::raw::{Raw, RawCategory, RawRow, RawSeat, RawZone};
use crate::pipeline::wire;
use crate::plan::{Area, Category, PlanRow, Point, Seat, SeatingPlan, Zone};
use crate::seat::SeatId;

/// Left free around a plan whose size is computed.
const MARGIN: f64 = 20.0;

/// Builds the plan, noting what keeps it from being one.
pub(super) fn assemble(mut raw: Raw, findings: &mut Findings) -> SeatingPlan {
    if raw.seats.is_empty() && raw.areas.is_empty() && !findings.has_faults() {
        findings.fault("The plan has neither seats nor areas, so there is nothing to sell.");
    }
    refuse_duplicate_seats(&raw, findings);
    let known = categories_by_name(&raw.categories, findings);
    let used = std::mem::take(&mut raw.used).into_sorted();
    let meant: Vec<Option<u16>> = used.iter().map(|name| known.get(name.as_str()).copied()).collect();
    let category = |seat: &RawSeat| *meant.get(seat.category_number()?)?;
    // Otherwise every seat of a category that could not be read would be a fault of its own.
    for seat in raw.seats.iter().filter(|_| raw.has_categories) {
        let Some(name) = seat.category_number().and_then(|number| used.get(number)) else { continue };
        if category(seat).is_none() {
            findings.fault_at(&place_of(&raw, seat, Some("category")), || {
                format!("Seat {} is in category {name:?}, which the plan does not define.", seat.guid)
            });
        }
    }
    if findings.has_faults() {
        return SeatingPlan::default();
    }
    let seats =
        raw.seats.iter().map(|seat| absolute_seat(&raw, seat, category(seat).unwrap_or_default())).collect();
    let mut plan = SeatingPlan {
        seats,
        areas: raw.areas.iter().map(|(zone, area)| absolute_area(&raw, *zone, area)).collect(),
        name: raw.name.clone(),
        width: 0.0,
        height: 0.0,
        categories: raw.categories.iter().map(category_of).collect(),
        zones: raw.zones.iter().map(zone_of).collect(),
        rows: raw.rows.iter().map(plan_row).collect(),
    };
    labels::look_at(&raw, &plan, findings);
    let size = raw.size;
    fit(&mut plan, size, findings);
    plan
}

fn categories_by_name<'r>(categories: &'r [RawCategory], findings: &mut Findings) -> HashMap<&'r str, u16> {
    let mut known: HashMap<&str, u16> = HashMap::new();
    for (number, category) in categories.iter().enumerate() {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        if let Some(first) = known.insert(&category.name, number) {
            let at = [Step::Field("categories"), Step::Index(category.at), Step::Field("name")];
            let first = categories.get(usize::from(first)).map_or(0, |first| first.at);
            findings.fault_at(&at, || {
                format!("Category {} appears twice; the first is at $.categories[{first}].", category.name)
            });
        }
    }
    known
}

fn refuse_duplicate_seats(raw: &Raw, findings: &mut Findings) {
    let mut first: HashMap<&str, &RawSeat> = HashMap::with_capacity(raw.seats.len());
    for seat in raw.seats.iter().filter(|seat| !seat.guid.is_empty()) {
        let guid = seat.guid.as_str();
        // In the cloud's table these begin what is not a seat (docs/contract.md, SeatInventory).
        let standing = guid.starts_with("ga#").then_some("ga#");
        if let Some(mark) = standing.or_else(|| wire::reserved_prefix(guid)) {
            findings.fault_at(&place_of(raw, seat, Some("seat_guid")), || {
                format!("Seat {guid} may not begin with \"{mark}\", which marks what is not a seat. Name it otherwise.")
            });
        }
        if let Some(first) = first.get(guid) {
            findings.fault_at(&place_of(raw, seat, Some("seat_guid")), || {
                format!(
                    "Seat {guid} appears twice; the first is at {}.",
                    written(&place_of(raw, first, None))
                )
            });
        } else {
            first.insert(guid, seat);
        }
    }
}

/// Where in the file a seat, or a field of it, stands.
pub(super) fn place_of(raw: &Raw, seat: &RawSeat, field: Option<&'static str>) -> Vec<Step> {
    let row = raw.rows.get(seat.row);
    let zone = row.and_then(|row| raw.zones.get(row.zone));
    let at = usize::try_from(seat.at).unwrap_or(usize::MAX);
    let mut steps = vec![
        Step::Field("zones"),
        Step::Index(zone.map_or(0, |zone| zone.at)),
        Step::Field("rows"),
        Step::Index(row.map_or(0, |row| row.at)),
        Step::Field("seats"),
        Step::Index(at),
    ];
    steps.extend(field.map(Step::Field));
    steps
}

fn zone_position(raw: &Raw, zone: usize) -> Point {
    raw.zones.get(zone).map(|zone| zone.position).unwrap_or_default()
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "bounded to a few millions, of which 32 bits keep quarters"
)]
fn absolute_seat(raw: &Raw, seat: &RawSeat, category: u16) -> Seat {
    let (row, zone) =
        raw.rows.get(seat.row).map(|row| (row.position, zone_position(raw, row.zone))).unwrap_or_default();
    Seat {
        id: SeatId::new(seat.guid.as_str()),
        row: u32::try_from(seat.row).unwrap_or(u32::MAX),
        number: seat.number.clone(),
        category,
        x: (zone.x + row.x + seat.position.x) as f32,
        y: (zone.y + row.y + seat.position.y) as f32,
        radius: seat.radius as f32,
    }
}

fn absolute_area(raw: &Raw, zone: usize, area: &Area) -> Area {
    let zone = zone_position(raw, zone);
    Area { x: area.x + zone.x, y: area.y + zone.y, ..area.clone() }
}

fn category_of(category: &RawCategory) -> Category {
    Category { name: category.name.clone(), color: category.color.clone() }
}

fn zone_of(zone: &RawZone) -> Zone {
    Zone { name: zone.name.clone(), x: zone.position.x, y: zone.position.y }
}

fn plan_row(row: &RawRow) -> PlanRow {
    PlanRow {
        zone: u32::try_from(row.zone).unwrap_or(u32::MAX),
        name: row.name.clone(),
        label: row.label.clone(),
        seat_label: row.seat_label.clone(),
        shown: row.shown,
    }
}

#[derive(Debug, Clone, Copy)]
struct Extent {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Extent {
    fn around(point: Point, reach: f64) -> Self {
        let Point { x, y } = point;
        Self { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach }
    }

    fn and(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            right: self.right.max(other.right),
            top: self.top.min(other.top),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// Gives the plan its size. Without one in the file, or with seats beyond it, the plan is moved and sized so that
/// everything lies within.
#[allow(clippy::cast_possible_truncation, reason = "as for the seats themselves")]
fn fit(plan: &mut SeatingPlan, size: Option<Point>, findings: &mut Findings) {
    let seats = plan
        .seats
        .iter()
        .map(|seat| Extent::around(Point { x: seat.x.into(), y: seat.y.into() }, seat.radius.into()))
        .reduce(Extent::and);
    if let Some(size) = size {
        (plan.width, plan.height) = (size.x, size.y);
        let within = |e: Extent| e.left >= 0.0 && e.top >= 0.0 && e.right <= size.x && e.bottom <= size.y;
        if seats.is_none_or(within) {
            return;
        }
        findings.enter(Step::Field("size"));
        findings.warn("Some seats lie outside of this size; the plan is enlarged to show them.");
        findings.leave();
    }
    let corners = plan.areas.iter().flat_map(Area::corners).map(|corner| Extent::around(corner, 0.0));
    let Some(all) = corners.chain(seats).reduce(Extent::and) else { return };
    let (dx, dy) = (MARGIN - all.left, MARGIN - all.top);
    plan.width = all.right - all.left + 2.0 * MARGIN;
    plan.height = all.bottom - all.top + 2.0 * MARGIN;
    for seat in &mut plan.seats {
        seat.x += dx as f32;
        seat.y += dy as f32;
    }
    for (x, y) in plan
        .areas
        .iter_mut()
        .map(|area| (&mut area.x, &mut area.y))
        .chain(plan.zones.iter_mut().map(|zone| (&mut zone.x, &mut zone.y)))
    {
        *x += dx;
        *y += dy;
    }
}
