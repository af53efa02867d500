//! Seating plans: where the seats of a hall are, what they are called and which category they sell in.
//!
//! A plan comes from a file in the published pretix seating-plan format ([`import`]) and is kept as
//! [`SeatingPlan`]; the window gets [`HallPlan`], which is made for drawing. Prices and what is sold already are not
//! a plan's business.

mod best;
mod hall;
mod import;

use serde::{Deserialize, Serialize};

pub use best::{BestSeats, best_available};
pub use hall::{HallPlan, HallSeats, Label, ZoneLabel};
pub use import::{Imported, MAX_BYTES, MAX_SEATS, Note, Refused, import};

use crate::pipeline::wire;
use crate::seat::{Place, SeatId};

/// A hall, in absolute coordinates: x to the right, y down, in the file's pixels. What the database keeps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatingPlan {
    /// What the file calls it.
    pub name: String,
    /// Extent to the right of the origin.
    pub width: f64,
    /// Extent downwards from the origin.
    pub height: f64,
    /// Price categories; names differ. Standing areas are appended by [`SeatingPlan::attach_standing`].
    pub categories: Vec<Category>,
    /// Parts of the hall.
    pub zones: Vec<Zone>,
    /// Rows; [`Seat::row`] is an index into them.
    pub rows: Vec<PlanRow>,
    /// Seats in the file's order: those of a row stand together, in their order in the row.
    pub seats: Vec<Seat>,
    /// Stage, bars, standing areas and what else is drawn.
    pub areas: Vec<Area>,
}

/// A price category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, rename = "PlanCategory"))]
#[serde(rename_all = "camelCase")]
pub struct Category {
    /// Unique in its plan.
    pub name: String,
    /// As the file gives it: a CSS colour.
    pub color: Option<String>,
}

/// A part of the hall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Zone {
    /// May be empty.
    pub name: String,
    /// Its origin.
    pub x: f64,
    /// Its origin.
    pub y: f64,
}

/// A row of seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanRow {
    /// Index into [`SeatingPlan::zones`].
    pub zone: u32,
    /// The row's short name: "B".
    pub name: String,
    /// The row in words if they are not "Row B"; `%s` stands for the name.
    pub label: Option<String>,
    /// Its seats in words if they are not "Seat 14"; `%s` stands for the number.
    pub seat_label: Option<String>,
    /// Where the name is drawn.
    pub shown: RowNameAt,
}

/// At which end of a row its name is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowNameAt {
    /// Before the first seat.
    Start,
    /// After the last seat.
    End,
    /// At both.
    Both,
    /// Nowhere.
    Nowhere,
}

/// A seat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seat {
    /// Unique in its plan; the file's `seat_guid`.
    pub id: SeatId,
    /// Index into [`SeatingPlan::rows`].
    pub row: u32,
    /// What is written on it: "14".
    pub number: String,
    /// Index into [`SeatingPlan::categories`].
    pub category: u16,
    /// Its centre.
    pub x: f32,
    /// Its centre.
    pub y: f32,
    /// Half its size.
    pub radius: f32,
}

/// The shape of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, rename = "HallAreaShape"))]
#[serde(rename_all = "lowercase")]
pub enum AreaShape {
    /// [`Area::points`].
    Polygon,
    /// `width` and `height`, from its corner at the position.
    Rectangle,
    /// `width` and `height`, around its centre at the position.
    Ellipse,
    /// The same, both equal.
    Circle,
    /// Nothing but its text.
    Text,
}

/// Something drawn that is not a seat. It is turned around its position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, rename = "HallArea"))]
#[serde(rename_all = "camelCase")]
pub struct Area {
    /// What is drawn.
    pub shape: AreaShape,
    /// Its position.
    pub x: f64,
    /// Its position.
    pub y: f64,
    /// Degrees, clockwise.
    pub rotation: f64,
    /// A CSS colour.
    pub color: Option<String>,
    /// A CSS colour.
    pub border_color: Option<String>,
    /// A polygon's corners, relative to the position; otherwise empty.
    pub points: Vec<Point>,
    /// Zero for a polygon and a text.
    pub width: f64,
    /// Zero for a polygon and a text.
    pub height: f64,
    /// What is written in it.
    pub text: Option<AreaText>,
    /// The id of the standing area it stands for.
    pub standing_area: Option<String>,
}

impl Area {
    /// The corners of what it covers, turned as it is.
    pub(crate) fn corners(&self) -> Vec<Point> {
        let (w, h) = (self.width, self.height);
        let boxed =
            |left: f64, top: f64| vec![(left, top), (left + w, top), (left, top + h), (left + w, top + h)];
        let corners = match self.shape {
            AreaShape::Polygon => self.points.iter().map(|point| (point.x, point.y)).collect(),
            AreaShape::Rectangle => boxed(0.0, 0.0),
            AreaShape::Ellipse | AreaShape::Circle => boxed(-w / 2.0, -h / 2.0),
            AreaShape::Text => self.text.iter().map(|words| (words.x, words.y)).collect(),
        };
        let (sin, cos) = self.rotation.to_radians().sin_cos();
        let turned =
            |(x, y): (f64, f64)| Point { x: self.x + x * cos - y * sin, y: self.y + x * sin + y * cos };
        corners.into_iter().map(turned).collect()
    }

    /// The middle of what it covers.
    #[allow(clippy::cast_precision_loss, reason = "a count of corners")]
    pub(crate) fn middle(&self) -> Point {
        let corners = self.corners();
        let count = corners.len().max(1) as f64;
        let (x, y) = corners.iter().fold((0.0, 0.0), |(x, y), corner| (x + corner.x, y + corner.y));
        Point { x: x / count, y: y / count }
    }
}

/// A point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, rename = "PlanPoint"))]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// What is written in an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, rename = "HallAreaText"))]
pub struct AreaText {
    /// The words.
    pub text: String,
    /// The words' centre, relative to the area's position.
    pub x: f64,
    /// The words' centre, relative to the area's position.
    pub y: f64,
    /// Height of the letters.
    pub size: f64,
    /// A CSS colour.
    pub color: Option<String>,
}

/// A standing area has at most so many places: more than any place on earth, and far from where sums overflow.
pub const STANDING_MAX: u32 = 200_000;

/// A part of the hall where people stand: its capacity is declared beside the plan, as the file format has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct StandingArea {
    /// The text of the area in the plan; also the name of its price category.
    pub id: String,
    /// How many people it may hold.
    pub capacity: u32,
}

/// Why a standing area cannot be attached to a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnArea {
    /// No area of the plan has this text.
    #[error("The plan has no area called {id:?}. Its areas: {}.", list(areas))]
    Unknown {
        /// What was asked for.
        id: String,
        /// What there is.
        areas: Vec<String>,
    },
    /// Several have it, or it was named twice.
    #[error("{0:?} stands for more than one area. Give each standing area its own text in the plan.")]
    Ambiguous(String),
    /// Seats of this name are sold already.
    #[error("{0:?} is already a category of seats. Call the standing area something else.")]
    AlsoACategory(String),
    /// Nobody fits.
    #[error("The standing area {0:?} needs a capacity of at least 1.")]
    Empty(String),
    /// Its text is longer than an id of the cloud, or begins one that is not a place's.
    #[error(
        "The standing area {0:?} has a text that the cloud cannot keep. Give it 1 to 190 letters in the plan."
    )]
    Unsendable(String),
    /// More than [`STANDING_MAX`].
    #[error(
        "The standing area {id:?} cannot have {capacity} places; {STANDING_MAX} are the most. Give it the number of people that may stand there."
    )]
    TooLarge {
        /// What was asked for.
        id: String,
        /// How many.
        capacity: u32,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl SeatingPlan {
    /// Names a seat as a ticket does; none if there is no such seat.
    pub fn place(&self, seat: usize) -> Option<Place> {
        let seat = self.seats.get(seat)?;
        let row = self.row(seat)?;
        let in_words = |label: &Option<String>, name: &str| {
            label.as_deref().map_or_else(|| name.to_owned(), |label| label.replace("%s", name))
        };
        Some(Place {
            zone: self.zones.get(index(row.zone)).map(|zone| zone.name.clone())?,
            row: Some(in_words(&row.label, &row.name)),
            number: Some(in_words(&row.seat_label, &seat.number)),
        })
    }

    /// Finds a seat by its id; looks at one seat after the other.
    pub fn seat_index(&self, id: &SeatId) -> Option<usize> {
        self.seats.iter().position(|seat| seat.id == *id)
    }

    /// The short name of a seat's row.
    pub fn row_name(&self, seat: &Seat) -> Option<&str> {
        self.row(seat).map(|row| row.name.as_str())
    }

    fn row(&self, seat: &Seat) -> Option<&PlanRow> {
        self.rows.get(index(seat.row))
    }

    /// Links each standing area to the plan's area of that text, and adds a price category of the same name unless
    /// there is one. Changes nothing if one of them does not fit.
    pub fn attach_standing(&mut self, standing: &[StandingArea]) -> Result<(), NotAnArea> {
        let mut found = Vec::with_capacity(standing.len());
        for area in standing {
            let at = self.standing_place(area)?;
            if found.iter().any(|(other, _)| *other == at) {
                return Err(NotAnArea::Ambiguous(area.id.clone()));
            }
            found.push((at, area));
        }
        for (at, standing) in found {
            if let Some(area) = self.areas.get_mut(at) {
                area.standing_area = Some(standing.id.clone());
                if !self.categories.iter().any(|category| category.name == standing.id) {
                    self.categories.push(Category { name: standing.id.clone(), color: area.color.clone() });
                }
            }
        }
        Ok(())
    }

    fn standing_place(&self, standing: &StandingArea) -> Result<usize, NotAnArea> {
        let id = &standing.id;
        if standing.capacity == 0 {
            return Err(NotAnArea::Empty(id.clone()));
        }
        if standing.capacity > STANDING_MAX {
            return Err(NotAnArea::TooLarge { id: id.clone(), capacity: standing.capacity });
        }
        if !wire::is_seat_id(SeatId::standing(id).as_str()) {
            return Err(NotAnArea::Unsendable(id.clone()));
        }
        let texts = || {
            self.areas
                .iter()
                .enumerate()
                .filter_map(|(at, area)| Some((at, area.text.as_ref()?.text.as_str())))
        };
        let mut same = texts().filter(|(_, text)| text == id);
        let Some((at, _)) = same.next() else {
            return Err(NotAnArea::Unknown {
                id: id.clone(),
                areas: texts().map(|(_, text)| text.to_owned()).collect(),
            });
        };
        if same.next().is_some() {
            return Err(NotAnArea::Ambiguous(id.clone()));
        }
        let same_name = self.categories.iter().position(|category| category.name == *id);
        if same_name.is_some_and(|at| self.seats.iter().any(|seat| usize::from(seat.category) == at)) {
            return Err(NotAnArea::AlsoACategory(id.clone()));
        }
        Ok(at)
    }
}

/// Indices are kept in 32 bits to keep 200,000 seats small.
fn index(stored: u32) -> usize {
    usize::try_from(stored).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
