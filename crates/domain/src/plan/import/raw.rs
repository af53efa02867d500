//! The objects of the file as they stand in it: coordinates still relative, categories still names.

use std::collections::HashMap;

use serde::de::MapAccess;

use super::area::AreaObject;
use super::findings::Findings;
use super::read::{Element, Kind, List, Slot, each_field, value};
use super::value::{Color, Id, Name, Number, Pair, TEXT_BYTES, Text, Truth, Word, not_empty};
use crate::plan::{Area, Point, RowNameAt};

/// The most seats a plan may have.
pub const MAX_SEATS: usize = 200_000;
const MAX_ROWS: usize = 50_000;
const MAX_ZONES: usize = 5_000;
const MAX_CATEGORIES: usize = 1_000;
/// pretix's default, in the schema.
const RADIUS: f64 = 10.0;

/// Everything read from a file.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) name: String,
    pub(super) size: Option<Point>,
    pub(super) categories: Vec<RawCategory>,
    /// Whether all of them could be read.
    pub(super) has_categories: bool,
    pub(super) zones: Vec<RawZone>,
    pub(super) rows: Vec<RawRow>,
    pub(super) seats: Vec<RawSeat>,
    /// Each with the zone it is in.
    pub(super) areas: Vec<(usize, Area)>,
    /// The category names that seats use, each once.
    pub(super) used: Names,
}

/// Each different text once, numbered as they come.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    fn number(&mut self, name: String) -> usize {
        let next = self.0.len();
        *self.0.entry(name).or_insert(next)
    }

    /// Gives the names in the order of their numbers.
    pub(super) fn into_sorted(self) -> Vec<String> {
        let mut names: Vec<_> = self.0.into_iter().collect();
        names.sort_unstable_by_key(|(_, number)| *number);
        names.into_iter().map(|(name, _)| name).collect()
    }
}

/// `at` is the index in the file's list, here and below.
#[derive(Debug)]
pub(super) struct RawCategory {
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) color: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct RawZone {
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) position: Point,
}

#[derive(Debug)]
pub(super) struct RawRow {
    pub(super) zone: usize,
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) label: Option<String>,
    pub(super) seat_label: Option<String>,
    pub(super) shown: RowNameAt,
    pub(super) position: Point,
}

#[derive(Debug)]
pub(super) struct RawSeat {
    pub(super) row: usize,
    pub(super) at: u32,
    /// Empty if it is missing, which is noted already.
    pub(super) guid: String,
    pub(super) number: String,
    /// A number of [`Raw::used`].
    pub(super) category: Option<u32>,
    pub(super) position: Point,
    pub(super) radius: f64,
}

impl RawSeat {
    pub(super) fn category_number(&self) -> Option<usize> {
        usize::try_from(self.category?).ok()
    }
}

/// The file's outermost object.
pub(super) struct Plan<'t>(pub(super) &'t mut Raw);

impl<'de> Kind<'de> for Plan<'_> {
    type Out = ();
    const NAME: &'static str = "an object with a seating plan";

    fn object<A: MapAccess<'de>>(self, findings: &mut Findings, mut map: A) -> Result<Slot<()>, A::Error> {
        let (mut name, mut size) = (Slot::Missing, Slot::Missing);
        let (mut categories, mut zones) = (Slot::Missing, Slot::Missing);
        each_field(findings, &mut map, &["name", "size", "categories", "zones"], |findings, field, map| {
            match field {
                "name" => name = value(findings, map, Name(TEXT_BYTES))?,
                "size" => size = value(findings, map, Pair::SIZE)?,
                "categories" => {
                    let before = findings.total();
                    categories = value(findings, map, List::<CategoryObject>(self.0))?;
                    self.0.has_categories = findings.total() == before;
                }
                _ => zones = value(findings, map, List::<ZoneObject>(self.0))?,
            }
            Ok(())
        })?;
        self.0.name = name.required(findings, "name").unwrap_or_default();
        self.0.size = size.optional();
        categories.required(findings, "categories");
        zones.required(findings, "zones");
        Ok(Slot::Got(()))
    }
}

struct CategoryObject;

impl<'de> Element<'de> for CategoryObject {
    type Target = Raw;
    const NAME: &'static str = "categories";
    const MOST: usize = MAX_CATEGORIES;

    fn held(raw: &Raw) -> usize {
        raw.categories.len()
    }

    fn read<A: MapAccess<'de>>(
        raw: &mut Raw,
        at: usize,
        findings: &mut Findings,
        mut map: A,
    ) -> Result<(), A::Error> {
        let (mut name, mut color) = (Slot::Missing, Slot::Missing);
        each_field(findings, &mut map, &["name", "color"], |findings, field, map| {
            match field {
                "name" => name = value(findings, map, Name(TEXT_BYTES))?,
                _ => color = value(findings, map, Color)?,
            }
            Ok(())
        })?;
        let name = name.required(findings, "name");
        if let Some(name) = not_empty(findings, "name", name) {
            raw.categories.push(RawCategory { at, name, color: color.optional() });
        }
        Ok(())
    }
}

struct ZoneObject;

impl<'de> Element<'de> for ZoneObject {
    type Target = Raw;
    const NAME: &'static str = "zones";
    const MOST: usize = MAX_ZONES;

    fn held(raw: &Raw) -> usize {
        raw.zones.len()
    }

    fn begin(raw: &mut Raw, at: usize) {
        raw.zones.push(RawZone { at, ..RawZone::default() });
    }

    fn read<A: MapAccess<'de>>(
        raw: &mut Raw,
        _: usize,
        findings: &mut Findings,
        mut map: A,
    ) -> Result<(), A::Error> {
        const FIELDS: &[&str] = &["name", "zone_id", "uuid", "position", "rows", "areas", "displayed"];
        let (mut name, mut position, mut rows) = (Slot::Missing, Slot::Missing, Slot::Missing);
        each_field(findings, &mut map, FIELDS, |findings, field, map| {
            match field {
                "name" => name = value(findings, map, Text(TEXT_BYTES))?,
                "position" => position = value(findings, map, Pair::POSITION)?,
                "rows" => rows = value(findings, map, List::<RowObject>(raw))?,
                "areas" => drop(value(findings, map, List::<AreaObject>(raw))?),
                "displayed" => drop(value(findings, map, Truth)?),
                _ => drop(value(findings, map, Text(TEXT_BYTES))?),
            }
            Ok(())
        })?;
        let position = position.required(findings, "position");
        rows.required(findings, "rows");
        if let Some(zone) = raw.zones.last_mut() {
            zone.name = name.optional().unwrap_or_default();
            zone.position = position.unwrap_or_default();
        }
        Ok(())
    }
}

struct RowObject;

impl<'de> Element<'de> for RowObject {
    type Target = Raw;
    const NAME: &'static str = "rows";
    const MOST: usize = MAX_ROWS;

    fn held(raw: &Raw) -> usize {
        raw.rows.len()
    }

    fn begin(raw: &mut Raw, at: usize) {
        raw.rows.push(RawRow {
            zone: raw.zones.len().saturating_sub(1),
            at,
            name: String::new(),
            label: None,
            seat_label: None,
            shown: RowNameAt::Start,
            position: Point::default(),
        });
    }

    fn read<A: MapAccess<'de>>(
        raw: &mut Raw,
        _: usize,
        findings: &mut Findings,
        mut map: A,
    ) -> Result<(), A::Error> {
        const FIELDS: &[&str] = &[
            "row_number",
            "row_label",
            "seat_label",
            "uuid",
            "seats",
            "row_number_position",
            "position",
            "number_of_seats",
            "seats_spacing",
        ];
        const ENDS: Word<RowNameAt> = Word {
            words: &[("start", RowNameAt::Start), ("end", RowNameAt::End), ("both", RowNameAt::Both)],
            fatal: false,
        };
        let (mut name, mut label, mut seat_label) = (Slot::Missing, Slot::Missing, Slot::Missing);
        let (mut seats, mut shown, mut position) = (Slot::Missing, Slot::Missing, Slot::Missing);
        each_field(findings, &mut map, FIELDS, |findings, field, map| {
            match field {
                "row_number" => name = value(findings, map, Text(TEXT_BYTES))?,
                "row_label" => label = value(findings, map, Text(TEXT_BYTES))?,
                "seat_label" => seat_label = value(findings, map, Text(TEXT_BYTES))?,
                "seats" => seats = value(findings, map, List::<SeatObject>(raw))?,
                "row_number_position" => shown = value(findings, map, ENDS)?,
                "position" => position = value(findings, map, Pair::POSITION)?,
                "uuid" => drop(value(findings, map, Text(TEXT_BYTES))?),
                _ => drop(value(findings, map, Number::COORDINATE)?),
            }
            Ok(())
        })?;
        let name = name.required(findings, "row_number");
        seats.required(findings, "seats");
        if let Some(row) = raw.rows.last_mut() {
            row.name = name.unwrap_or_default();
            row.label = label.optional().filter(|label| !label.is_empty());
            row.seat_label = seat_label.optional().filter(|label| !label.is_empty());
            row.shown = match shown {
                Slot::Got(shown) => shown,
                Slot::Null => RowNameAt::Nowhere,
                Slot::Missing | Slot::Wrong => RowNameAt::Start,
            };
            row.position = position.optional().unwrap_or_default();
        }
        Ok(())
    }
}

struct SeatObject;

impl<'de> Element<'de> for SeatObject {
    type Target = Raw;
    const NAME: &'static str = "seats";
    const MOST: usize = MAX_SEATS;

    fn held(raw: &Raw) -> usize {
        raw.seats.len()
    }

    fn read<A: MapAccess<'de>>(
        raw: &mut Raw,
        at: usize,
        findings: &mut Findings,
        mut map: A,
    ) -> Result<(), A::Error> {
        const FIELDS: &[&str] =
            &["seat_guid", "seat_number", "uuid", "start_direction", "radius", "position", "category"];
        const DIRECTIONS: Word<()> = Word { words: &[("<", ()), (">", ()), ("<>", ())], fatal: false };
        let (mut guid, mut number, mut category) = (Slot::Missing, Slot::Missing, Slot::Missing);
        let (mut position, mut radius) = (Slot::Missing, Slot::Missing);
        each_field(findings, &mut map, FIELDS, |findings, field, map| {
            match field {
                "seat_guid" => guid = value(findings, map, Id(TEXT_BYTES))?,
                "seat_number" => number = value(findings, map, Text(TEXT_BYTES))?,
                "radius" => radius = value(findings, map, Number::LENGTH)?,
                "position" => position = value(findings, map, Pair::POSITION)?,
                "category" => category = value(findings, map, Name(TEXT_BYTES))?,
                "start_direction" => drop(value(findings, map, DIRECTIONS)?),
                _ => drop(value(findings, map, Text(TEXT_BYTES))?),
            }
            Ok(())
        })?;
        let guid = guid.required(findings, "seat_guid");
        let number = number.required(findings, "seat_number");
        let position = position.required(findings, "position");
        let category = category.required(findings, "category").map(|name| raw.used.number(name));
        raw.seats.push(RawSeat {
            row: raw.rows.len().saturating_sub(1),
            at: u32::try_from(at).unwrap_or(u32::MAX),
            guid: not_empty(findings, "seat_guid", guid).unwrap_or_default(),
            number: number.unwrap_or_default(),
            category: category.and_then(|number| u32::try_from(number).ok()),
            position: position.unwrap_or_default(),
            radius: radius.optional().unwrap_or(RADIUS),
        });
        Ok(())
    }
}
