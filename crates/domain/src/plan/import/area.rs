//! The areas of the file: stage, bars, standing areas, words. Older files know rectangles alone, without a `shape`.

use serde::de::MapAccess;

use super::findings::Findings;
use super::raw::Raw;
use super::read::{Element, Kind, List, Slot, each_field, value};
use super::value::{Color, Name, Number, Pair, TEXT_BYTES, Text, WORDS_BYTES, Word};
use crate::plan::{Area, AreaShape, AreaText, Point};

const MAX_AREAS: usize = 20_000;
const MAX_POINTS: usize = 10_000;
/// pretix's default, in the schema.
const LETTERS: f64 = 16.0;

const SHAPES: Word<AreaShape> = Word {
    words: &[
        ("polygon", AreaShape::Polygon),
        ("rectangle", AreaShape::Rectangle),
        ("ellipse", AreaShape::Ellipse),
        ("circle", AreaShape::Circle),
        ("text", AreaShape::Text),
    ],
    fatal: true,
};

const FIELDS: &[&str] = &[
    "shape",
    "position",
    "rotation",
    "color",
    "border_color",
    "uuid",
    "text",
    "polygon",
    "rectangle",
    "ellipse",
    "circle",
    "width",
    "height",
];

/// What an area may hold; which of it counts depends on the shape.
#[derive(Default)]
struct Fields {
    shape: Slot<AreaShape>,
    position: Slot<Point>,
    rotation: Slot<f64>,
    color: Slot<String>,
    border_color: Slot<String>,
    text: Slot<AreaText>,
    polygon: Slot<Vec<Point>>,
    rectangle: Slot<Point>,
    ellipse: Slot<Point>,
    circle: Slot<f64>,
    width: Slot<f64>,
    height: Slot<f64>,
}

pub(super) struct AreaObject;

impl<'de> Element<'de> for AreaObject {
    type Target = Raw;
    const NAME: &'static str = "areas";
    const MOST: usize = MAX_AREAS;

    fn held(raw: &Raw) -> usize {
        raw.areas.len()
    }

    fn read<A: MapAccess<'de>>(
        raw: &mut Raw,
        _: usize,
        findings: &mut Findings,
        mut map: A,
    ) -> Result<(), A::Error> {
        let mut area = Fields::default();
        each_field(findings, &mut map, FIELDS, |findings, field, map| {
            match field {
                "shape" => area.shape = value(findings, map, SHAPES)?,
                "position" => area.position = value(findings, map, Pair::POSITION)?,
                "rotation" => area.rotation = value(findings, map, Number::COORDINATE)?,
                "color" => area.color = value(findings, map, Color)?,
                "border_color" => area.border_color = value(findings, map, Color)?,
                "text" => area.text = value(findings, map, Words)?,
                "polygon" => area.polygon = value(findings, map, Polygon)?,
                "rectangle" => area.rectangle = value(findings, map, Pair::EXTENT)?,
                "ellipse" => area.ellipse = value(findings, map, Ellipse)?,
                "circle" => area.circle = value(findings, map, Circle)?,
                "width" => area.width = value(findings, map, Number::EXTENT)?,
                "height" => area.height = value(findings, map, Number::EXTENT)?,
                _ => drop(value(findings, map, Text(TEXT_BYTES))?),
            }
            Ok(())
        })?;
        let zone = raw.zones.len().saturating_sub(1);
        raw.areas.extend(area.assemble(findings).map(|area| (zone, area)));
        Ok(())
    }
}

impl Fields {
    /// Puts together what the shape needs. None if that is a fault, or if there is no shape to draw.
    fn assemble(self, findings: &mut Findings) -> Option<Area> {
        let shape = match self.shape {
            Slot::Got(shape) => shape,
            Slot::Wrong => return None,
            Slot::Missing | Slot::Null if matches!(self.width, Slot::Missing) => {
                findings.warn("This area has no shape and is left out.");
                return None;
            }
            Slot::Missing | Slot::Null => return self.assemble_older(findings),
        };
        let mut points = Vec::new();
        let mut size = Point::default();
        match shape {
            AreaShape::Polygon => points = self.polygon.required(findings, "polygon")?,
            AreaShape::Rectangle => size = self.rectangle.required(findings, "rectangle")?,
            AreaShape::Ellipse => {
                let radii = self.ellipse.required(findings, "ellipse")?;
                size = Point { x: radii.x * 2.0, y: radii.y * 2.0 };
            }
            AreaShape::Circle => {
                let radius = self.circle.required(findings, "circle")?;
                size = Point { x: radius * 2.0, y: radius * 2.0 };
            }
            AreaShape::Text => {}
        }
        let text = match shape {
            AreaShape::Text => Some(self.text.required(findings, "text")?),
            _ => self.text.optional().filter(|words| !words.text.is_empty()),
        };
        let position = self.position.optional().unwrap_or_default();
        Some(Area {
            shape,
            x: position.x,
            y: position.y,
            rotation: self.rotation.optional().unwrap_or(0.0),
            color: self.color.optional(),
            border_color: self.border_color.optional(),
            points,
            width: size.x,
            height: size.y,
            text,
            standing_area: None,
        })
    }

    /// The older rectangle: width, height and position are its own, and its words stand in its middle.
    fn assemble_older(self, findings: &mut Findings) -> Option<Area> {
        let width = self.width.required(findings, "width");
        let height = self.height.required(findings, "height");
        let position = self.position.required(findings, "position");
        let (width, height, position) = (width?, height?, position?);
        let text = self.text.optional().filter(|words| !words.text.is_empty()).map(|words| AreaText {
            x: width / 2.0,
            y: height / 2.0,
            ..words
        });
        Some(Area {
            shape: AreaShape::Rectangle,
            x: position.x,
            y: position.y,
            rotation: self.rotation.optional().unwrap_or(0.0),
            color: self.color.optional(),
            border_color: self.border_color.optional(),
            points: Vec::new(),
            width,
            height,
            text,
            standing_area: None,
        })
    }
}

/// `{"text": …}`, or in older files the text alone.
struct Words;

impl<'de> Kind<'de> for Words {
    type Out = AreaText;
    const NAME: &'static str = "an object with text";

    fn text(self, findings: &mut Findings, text: &str) -> Slot<AreaText> {
        match Name(WORDS_BYTES).text(findings, text) {
            Slot::Got(text) => Slot::Got(AreaText { text, x: 0.0, y: 0.0, size: LETTERS, color: None }),
            _ => Slot::Wrong,
        }
    }

    fn object<A: MapAccess<'de>>(
        self,
        findings: &mut Findings,
        mut map: A,
    ) -> Result<Slot<AreaText>, A::Error> {
        let (mut text, mut color) = (Slot::Missing, Slot::Missing);
        let (mut size, mut position) = (Slot::Missing, Slot::Missing);
        each_field(findings, &mut map, &["text", "color", "size", "position"], |findings, field, map| {
            match field {
                "text" => text = value(findings, map, Name(WORDS_BYTES))?,
                "color" => color = value(findings, map, Color)?,
                "size" => size = value(findings, map, Number::EXTENT)?,
                _ => position = value(findings, map, Pair::POSITION)?,
            }
            Ok(())
        })?;
        let text = text.required(findings, "text");
        let position = position.required(findings, "position");
        Ok(text.zip(position).map_or(Slot::Wrong, |(text, Point { x, y })| {
            Slot::Got(AreaText {
                text,
                x,
                y,
                size: size.optional().unwrap_or(LETTERS),
                color: color.optional(),
            })
        }))
    }
}

struct Polygon;

impl<'de> Kind<'de> for Polygon {
    type Out = Vec<Point>;
    const NAME: &'static str = "an object with points";

    fn object<A: MapAccess<'de>>(
        self,
        findings: &mut Findings,
        mut map: A,
    ) -> Result<Slot<Vec<Point>>, A::Error> {
        let (mut points, mut slot) = (Vec::new(), Slot::Missing);
        each_field(findings, &mut map, &["points"], |findings, _, map| {
            slot = value(findings, map, List::<PointObject>(&mut points))?;
            Ok(())
        })?;
        Ok(slot.required(findings, "points").map_or(Slot::Wrong, |()| Slot::Got(points)))
    }
}

struct PointObject;

impl<'de> Element<'de> for PointObject {
    type Target = Vec<Point>;
    const NAME: &'static str = "corners in a polygon";
    const MOST: usize = MAX_POINTS;

    fn held(points: &Vec<Point>) -> usize {
        points.len()
    }

    fn read<A: MapAccess<'de>>(
        points: &mut Vec<Point>,
        _: usize,
        findings: &mut Findings,
        map: A,
    ) -> Result<(), A::Error> {
        points.extend(Pair::POSITION.object(findings, map)?.optional());
        Ok(())
    }
}

struct Ellipse;

impl<'de> Kind<'de> for Ellipse {
    type Out = Point;
    const NAME: &'static str = "an object with a radius";

    fn object<A: MapAccess<'de>>(self, findings: &mut Findings, mut map: A) -> Result<Slot<Point>, A::Error> {
        let mut radius = Slot::Missing;
        each_field(findings, &mut map, &["radius"], |findings, _, map| {
            radius = value(findings, map, Pair::RADII)?;
            Ok(())
        })?;
        Ok(radius.required(findings, "radius").map_or(Slot::Wrong, Slot::Got))
    }
}

struct Circle;

impl<'de> Kind<'de> for Circle {
    type Out = f64;
    const NAME: &'static str = "an object with a radius";

    fn object<A: MapAccess<'de>>(self, findings: &mut Findings, mut map: A) -> Result<Slot<f64>, A::Error> {
        let mut radius = Slot::Missing;
        each_field(findings, &mut map, &["radius"], |findings, _, map| {
            radius = value(findings, map, Number::EXTENT)?;
            Ok(())
        })?;
        Ok(radius.required(findings, "radius").map_or(Slot::Wrong, Slot::Got))
    }
}
