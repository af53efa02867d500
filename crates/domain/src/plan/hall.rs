//! The hall as the window draws it: columns instead of objects, so that 70,000 seats cross quickly.

use serde::{Deserialize, Serialize};

use super::{Area, Category, RowNameAt, Seat, SeatingPlan, index};

/// What the window needs to draw a hall. All coordinates are absolute, to a tenth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HallPlan {
    /// The plan's name.
    pub name: String,
    /// Extent to the right of the origin.
    pub width: f64,
    /// Extent downwards from the origin.
    pub height: f64,
    /// The zones' names, in the middle of their seats.
    pub zones: Vec<ZoneLabel>,
    /// The rows' names, beside their ends.
    pub row_labels: Vec<Label>,
    /// The seats.
    pub seats: HallSeats,
    /// What is drawn beneath the seats.
    pub areas: Vec<Area>,
    /// [`HallSeats::category`] is an index into them; standing areas come last.
    pub categories: Vec<Category>,
}

/// A zone's name and where its centre is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, rename = "HallZone"))]
pub struct ZoneLabel {
    /// May be empty.
    pub name: String,
    /// The middle of its seats, or its origin if it has none.
    pub x: f64,
    /// The same.
    pub y: f64,
}

/// Words and where their centre is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, rename = "HallLabel"))]
pub struct Label {
    /// The words.
    pub text: String,
    /// Their centre.
    pub x: f64,
    /// Their centre.
    pub y: f64,
}

/// One entry a seat in each column, in the plan's order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
pub struct HallSeats {
    /// The seat's id.
    pub guid: Vec<String>,
    /// Its row's name.
    pub row: Vec<String>,
    /// Its number in the row.
    pub number: Vec<String>,
    /// Index of its zone.
    pub zone: Vec<u32>,
    /// Index of its category.
    pub category: Vec<u16>,
    /// Its centre.
    pub x: Vec<f64>,
    /// Its centre.
    pub y: Vec<f64>,
    /// Half its size.
    pub radius: Vec<f64>,
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

impl SeatingPlan {
    /// Turns the plan into what the window draws.
    pub fn hall(&self) -> HallPlan {
        HallPlan {
            name: self.name.clone(),
            width: tenth(self.width),
            height: tenth(self.height),
            zones: self.zone_labels(),
            row_labels: self
                .seats
                .chunk_by(|a, b| a.row == b.row)
                .flat_map(|row| self.row_labels(row))
                .collect(),
            seats: self.columns(),
            areas: self.areas.iter().map(rounded).collect(),
            categories: self.categories.clone(),
        }
    }

    fn columns(&self) -> HallSeats {
        let mut columns = HallSeats::default();
        for seat in &self.seats {
            let row = self.row(seat);
            columns.guid.push(seat.id.as_str().to_owned());
            columns.row.push(row.map(|row| row.name.clone()).unwrap_or_default());
            columns.number.push(seat.number.clone());
            columns.zone.push(row.map_or(0, |row| row.zone));
            columns.category.push(seat.category);
            columns.x.push(tenth(f64::from(seat.x)));
            columns.y.push(tenth(f64::from(seat.y)));
            columns.radius.push(tenth(f64::from(seat.radius)));
        }
        columns
    }

    #[allow(clippy::cast_precision_loss, reason = "a count of seats")]
    fn zone_labels(&self) -> Vec<ZoneLabel> {
        let mut sums = vec![(0.0, 0.0, 0_usize); self.zones.len()];
        for seat in &self.seats {
            if let Some((x, y, count)) = self.row(seat).and_then(|row| sums.get_mut(index(row.zone))) {
                *x += f64::from(seat.x);
                *y += f64::from(seat.y);
                *count += 1;
            }
        }
        let label = |(zone, (x, y, count)): (&super::Zone, (f64, f64, usize))| {
            let (x, y) = if count == 0 { (zone.x, zone.y) } else { (x / count as f64, y / count as f64) };
            ZoneLabel { name: zone.name.clone(), x: tenth(x), y: tenth(y) }
        };
        self.zones.iter().zip(sums).map(label).collect()
    }

    /// The names at the ends of one row, as far from its last seat as that is from its neighbour.
    fn row_labels(&self, seats: &[Seat]) -> Vec<Label> {
        let (Some(first), Some(last)) = (seats.first(), seats.last()) else { return Vec::new() };
        let Some(row) = self.row(first).filter(|row| !row.name.is_empty()) else { return Vec::new() };
        let beyond = |end: &Seat, inner: Option<&Seat>, outwards: f32| {
            let reach = 2.4 * end.radius;
            let (dx, dy) = inner.map_or((outwards, 0.0), |inner| (end.x - inner.x, end.y - inner.y));
            let length = dx.hypot(dy);
            let (dx, dy) = if length > 0.0 { (dx / length, dy / length) } else { (outwards, 0.0) };
            let (x, y) = (f64::from(end.x + dx * reach), f64::from(end.y + dy * reach));
            Label { text: row.name.clone(), x: tenth(x), y: tenth(y) }
        };
        let start = || beyond(first, seats.get(1), -1.0);
        let end = || beyond(last, seats.len().checked_sub(2).and_then(|at| seats.get(at)), 1.0);
        match row.shown {
            RowNameAt::Start => vec![start()],
            RowNameAt::End => vec![end()],
            RowNameAt::Both => vec![start(), end()],
            RowNameAt::Nowhere => Vec::new(),
        }
    }
}

fn rounded(area: &Area) -> Area {
    let mut area = area.clone();
    for value in [&mut area.x, &mut area.y, &mut area.rotation, &mut area.width, &mut area.height] {
        *value = tenth(*value);
    }
    for point in &mut area.points {
        (point.x, point.y) = (tenth(point.x), tenth(point.y));
    }
    if let Some(text) = &mut area.text {
        (text.x, text.y, text.size) = (tenth(text.x), tenth(text.y), tenth(text.size));
    }
    area
}
