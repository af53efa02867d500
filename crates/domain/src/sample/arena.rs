//! An arena of about 1,300 seats: rows curve around a stage and the standing floor in front of it.
//!
//! Everything is placed by its distance from the middle of the stage's edge and its angle, 0° being straight ahead.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::plan::{Refused, SeatingPlan, import};

/// The standing area: its text in the plan, its id and the name of its price category.
pub const FLOOR: &str = "Floor";
/// The category whose price an event is known by.
pub const MIDDLE_CATEGORY: &str = "Stalls";

/// A category of its own, so that these places are sold to those who need them and not as the best seats left.
pub(super) const WHEELCHAIR: &str = "Wheelchair";

const WIDTH: f64 = 1_800.0;
const HEIGHT: f64 = 1_195.0;
/// The middle of the stage's edge.
const CENTRE: (f64, f64) = (WIDTH / 2.0, 170.0);
/// Between the middles of two seats, about: a row's seats fill it evenly, so that aisles run straight.
const SEAT_PITCH: f64 = 24.0;
/// Between two rows.
const ROW_PITCH: f64 = 29.0;
/// Between the middles of the seats on either side of an aisle.
const AISLE: f64 = 46.0;
const RADIUS: u32 = 10;
/// Row names leave out I and O, which look like digits.
const LETTERS: &[&str] = &[
    "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "Q", "R", "S", "T", "U", "V", "W",
];

/// Blocks of seats on arcs, one behind the other.
struct Tier {
    zone: &'static str,
    category: &'static str,
    /// Before the row's name in a seat's id.
    prefix: &'static str,
    /// Where in [`LETTERS`] its rows begin.
    first_row: usize,
    rows: u32,
    /// The first row's distance.
    distance: f64,
    /// The angles its blocks span, in degrees, from left to right; aisles lie between.
    blocks: &'static [RangeInclusive<f64>],
}

const TIERS: &[Tier] = &[
    Tier {
        zone: "Front Stalls",
        category: "Front Stalls",
        prefix: "",
        first_row: 0,
        rows: 6,
        distance: 275.0,
        blocks: &[-50.0..=-17.0, -17.0..=17.0, 17.0..=50.0],
    },
    Tier {
        zone: "Stalls",
        category: MIDDLE_CATEGORY,
        prefix: "",
        first_row: 6,
        rows: 10,
        distance: 520.0,
        blocks: &[-50.0..=-17.0, -17.0..=17.0, 17.0..=50.0],
    },
    Tier {
        zone: "Left Wing",
        category: "Wings",
        prefix: "L-",
        first_row: 0,
        rows: 10,
        distance: 275.0,
        blocks: &[-90.0..=-54.0],
    },
    Tier {
        zone: "Right Wing",
        category: "Wings",
        prefix: "R-",
        first_row: 0,
        rows: 10,
        distance: 275.0,
        blocks: &[54.0..=90.0],
    },
    Tier {
        zone: "Balcony",
        category: "Balcony",
        prefix: "B-",
        first_row: 0,
        rows: 6,
        distance: 843.0,
        blocks: &[-62.5..=-37.0, -37.0..=-13.0, -13.0..=13.0, 13.0..=37.0, 37.0..=62.5],
    },
];

/// The seating plan of the sample arena; its standing area is not attached yet.
pub fn arena() -> Result<SeatingPlan, Refused> {
    import(arena_json().as_bytes()).map(|imported| imported.plan)
}

/// The file that [`arena`] imports: an example of the format, too.
pub fn arena_json() -> String {
    let mut zones: Vec<Value> = vec![scenery()];
    zones.extend(TIERS.iter().map(tier));
    zones.push(wheelchair_places());
    zones.push(boxes([-85.0, -77.0, -69.0, -61.0], 1));
    zones.push(boxes([61.0, 69.0, 77.0, 85.0], 5));
    let category = |name: &str, color: &str| json!({"name": name, "color": color});
    json!({
        "name": "Harbor Arena",
        "size": {"width": WIDTH, "height": HEIGHT},
        "categories": [
            category("Front Stalls", "#7b4fb5"),
            category("Boxes", "#b5527e"),
            category(MIDDLE_CATEGORY, "#2f74b5"),
            category(WHEELCHAIR, "#56657a"),
            category("Wings", "#1f8a8a"),
            category("Balcony", "#8a6a3f"),
        ],
        "zones": zones,
    })
    .to_string()
}

fn position(x: f64, y: f64) -> Value {
    let tenth = |value: f64| (value * 10.0).round() / 10.0;
    json!({"x": tenth(x), "y": tenth(y)})
}

fn centre() -> Value {
    position(CENTRE.0, CENTRE.1)
}

/// A point at a distance and an angle, relative to the centre.
fn at(distance: f64, degrees: f64) -> (f64, f64) {
    let (sin, cos) = degrees.to_radians().sin_cos();
    (distance * sin, distance * cos)
}

/// The points of an arc around the centre, every few degrees.
fn arc(distance: f64, from: i32, to: i32) -> Vec<Value> {
    let steps = 24;
    (0..=steps)
        .map(|step| {
            let degrees = f64::from(from) + f64::from((to - from) * step) / f64::from(steps);
            let (x, y) = at(distance, degrees);
            position(x, y)
        })
        .collect()
}

/// Stage and floor, beneath the seats.
fn scenery() -> Value {
    let words = |text: &str, size: u32, y: f64, color: &str| json!({"text": text, "size": size, "color": color, "position": position(0.0, y)});
    let area = |points: Vec<Value>, color: &str, border: &str, text: Value| {
        json!({
            "shape": "polygon",
            "position": {"x": 0, "y": 0},
            "rotation": 0,
            "color": color,
            "border_color": border,
            "polygon": {"points": points},
            "text": text,
        })
    };
    let stage = [(-230.0, -120.0), (230.0, -120.0), (230.0, -10.0), (0.0, 10.0), (-230.0, -10.0)];
    json!({
        "name": "",
        "position": centre(),
        "rows": [],
        "areas": [
            area(
                stage.map(|(x, y)| position(x, y)).to_vec(),
                "#2b3038",
                "#2b3038",
                words("Stage", 34, -60.0, "#ffffff"),
            ),
            area(arc(232.0, 74, -74), "#d5dde6", "#9aa8b8", words(FLOOR, 34, 140.0, "#333b46")),
        ],
    })
}

fn tier(tier: &Tier) -> Value {
    let rows: Vec<Value> = (0..tier.rows)
        .zip(LETTERS.iter().skip(tier.first_row))
        .map(|(row, name)| curved_row(tier, name, tier.distance + f64::from(row) * ROW_PITCH))
        .collect();
    json!({"name": tier.zone, "position": centre(), "rows": rows, "areas": []})
}

/// A row whose seats fill each block at equal gaps, numbered from left to right.
fn curved_row(tier: &Tier, name: &str, distance: f64) -> Value {
    let mut seats = Vec::new();
    for block in tier.blocks {
        let (from, to) = (*block.start(), *block.end());
        let room = (to - from).to_radians() * distance - AISLE;
        let gaps = whole(room / SEAT_PITCH + 0.3);
        for seat in 0..=gaps {
            let number = seats.len() + 1;
            let along = f64::from(seat) / f64::from(gaps.max(1)) - 0.5;
            let (x, y) = at(distance, f64::midpoint(from, to) + along * (room / distance).to_degrees());
            seats.push(json!({
                "seat_guid": format!("{}{name}-{number}", tier.prefix),
                "seat_number": number.to_string(),
                "position": position(x, y - distance),
                "category": tier.category,
                "radius": RADIUS,
            }));
        }
    }
    json!({
        "row_number": name,
        "row_number_position": "both",
        "position": position(0.0, distance),
        "seats": seats,
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of seats")]
fn whole(count: f64) -> u32 {
    count.max(0.0) as u32
}

/// Places for wheelchairs in the cross aisle, wider than seats, each beside one for a companion.
fn wheelchair_places() -> Value {
    let distance = 472.0;
    let seats: Vec<Value> = [-36.0, -28.0, -10.0, 0.0, 10.0, 28.0, 36.0]
        .into_iter()
        .flat_map(|degrees| [(degrees - 1.9, 13), (degrees + 1.9, RADIUS)])
        .zip(1..)
        .map(|((degrees, radius), number)| {
            let (x, y) = at(distance, degrees);
            json!({
                "seat_guid": format!("Z-{number}"),
                "seat_number": number.to_string(),
                "position": position(x, y - distance),
                "category": WHEELCHAIR,
                "radius": radius,
            })
        })
        .collect();
    let row = json!({
        "row_number": "Z",
        "row_number_position": "both",
        "position": position(0.0, distance),
        "seats": seats,
    });
    json!({"name": "Wheelchair Places", "position": centre(), "rows": [row], "areas": []})
}

/// Boxes of six behind a wing, two rows of three each, numbered from `first`.
fn boxes(angles: [f64; 4], first: u32) -> Value {
    let rows: Vec<Value> = angles
        .into_iter()
        .zip(first..)
        .flat_map(|(degrees, number)| [0, 1].map(|row| box_row(degrees, number, row)))
        .collect();
    json!({"name": "Box", "position": centre(), "rows": rows, "areas": []})
}

fn box_row(degrees: f64, number: u32, row: u32) -> Value {
    let distance = 640.0 + f64::from(row) * ROW_PITCH;
    let degrees_a_seat = (SEAT_PITCH / distance).to_degrees();
    let (row_x, row_y) = at(distance, degrees);
    let seats: Vec<Value> = [-1.0, 0.0, 1.0]
        .into_iter()
        .zip(1..)
        .map(|(offset, seat)| {
            let seat = seat + 3 * row;
            let (x, y) = at(distance, degrees + offset * degrees_a_seat);
            json!({
                "seat_guid": format!("X{number}-{seat}"),
                "seat_number": seat.to_string(),
                "position": position(x - row_x, y - row_y),
                "category": "Boxes",
                "radius": RADIUS,
            })
        })
        .collect();
    json!({
        "row_number": number.to_string(),
        "row_number_position": null,
        "position": position(row_x, row_y),
        "seats": seats,
    })
}
