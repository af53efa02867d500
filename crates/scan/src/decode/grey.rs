//! Reads a code whose finder patterns are known straight from the grey picture.
//!
//! For codes that black and white loses: small, blurred, smeared or glaring ones. It looks for the alignment
//! pattern by how well its 5 x 5 modules fit, lays a projection through it, samples every module's grey, and
//! compares each with the modules around it, sharpening in modules rather than pixels.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions within a picture and a code are far below 2^24, and signs are checked where they matter"
)]

use rxing::common::BitMatrix;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

use super::patterns::text_of;
use super::{Found, distance};
use crate::contain::contained;
use crate::frame::{Frame, Point};
use crate::geometry::Projection;

/// Places tried for the alignment pattern, the best fitting first.
const PLACES: usize = 6;
/// How far from its flat place the alignment pattern is looked for, in modules.
const SEARCH: i32 = 7;
/// Steps of that search in a module.
const STEPS: f32 = 2.0;
/// How far around a module the others are averaged, in modules.
const AROUND: usize = 4;
/// The least share of the timing pattern that must fit: 7 of 10, where chance gives 5.
const TIMING: u32 = 7;
const TIMING_OF: u32 = 10;
/// How strongly a module is set off against its four neighbours, one try each.
const SHARPENED: [f32; 3] = [0.0, 0.15, 0.3];

/// Reads the code of three finder patterns.
pub(super) fn read(frame: &Frame, group: &FinderPatternSet) -> Option<Found> {
    let three = Three::of(group)?;
    three.sides().into_iter().find_map(|side| contained(|| three.read(frame, side)).flatten())
}

/// The centres of the finder patterns and a module's size.
struct Three {
    corner: Point,
    right: Point,
    below: Point,
    module: f32,
}

impl Three {
    fn of(group: &FinderPatternSet) -> Option<Self> {
        let point = |at: rxing::Point| Point { x: at.x, y: at.y };
        let module = (group.tl.size + group.tr.size + group.bl.size) as f32 / 21.0;
        (module > 1.0).then(|| Self {
            corner: point(group.tl.p),
            right: point(group.tr.p),
            below: point(group.bl.p),
            module,
        })
    }

    /// The numbers of modules on a side that fit, the likeliest first (ISO/IEC 18004: 21 to 177 by fours).
    fn sides(&self) -> Vec<u32> {
        let apart = f32::midpoint(distance(self.corner, self.right), distance(self.corner, self.below));
        let side = apart / self.module + 7.0;
        let version = ((side - 17.0) / 4.0).round().clamp(1.0, 40.0);
        let second = if side > 17.0 + version * 4.0 { version + 1.0 } else { version - 1.0 };
        let third = 2.0 * version - second;
        let versions = [version, second, third].into_iter().filter(|it| (1.0..=40.0).contains(it));
        versions.map(|version| 17 + 4 * version as u32).collect()
    }

    fn read(&self, frame: &Frame, side: u32) -> Option<Found> {
        let reach = side as f32 - 7.0;
        let across = scaled(self.corner, self.right, 1.0 / reach);
        let down = scaled(self.corner, self.below, 1.0 / reach);
        let aim = if side > 21 { side as f32 - 6.5 } else { side as f32 - 3.5 };
        let away = aim - 3.5;
        let flat = Point {
            x: self.corner.x + away * (across.x + down.x),
            y: self.corner.y + away * (across.y + down.y),
        };
        let places = if side > 21 { alignment_places(frame, flat, across, down) } else { vec![flat] };
        let far = side as f32 - 3.5;
        let modules = [(3.5, 3.5), (far, 3.5), (aim, aim), (3.5, far)].map(|(x, y)| Point { x, y });
        places.into_iter().find_map(|place| {
            let seen = [self.corner, self.right, place, self.below];
            let projection = Projection::between(modules, seen)?;
            if !has_timing(frame, &projection, side) {
                return None;
            }
            let greys = Greys::sampled(frame, &projection, side as usize)?;
            let text = SHARPENED.iter().find_map(|much| text_of(&greys.modules(*much)?))?;
            let end = side as f32;
            let corners = [(0.0, 0.0), (end, 0.0), (end, end), (0.0, end)];
            Some(Found { text, corners: corners.map(|(x, y)| projection.apply(x, y)) })
        })
    }
}

/// True when the alternating row and column between the finder patterns (ISO/IEC 18004, 6.3.5) are there.
fn has_timing(frame: &Frame, projection: &Projection, side: u32) -> bool {
    let line = |across: bool| -> Vec<f32> {
        let along = (7..side - 7).map(|at| at as f32 + 0.5);
        let places =
            along.map(|at| if across { projection.apply(at, 6.5) } else { projection.apply(6.5, at) });
        places.filter_map(|at| grey_at(frame, at.x, at.y)).collect()
    };
    let (mut right, mut all) = (0, 0);
    for greys in [line(true), line(false)] {
        for (at, three) in greys.windows(3).enumerate() {
            let [before, here, after] = three else { continue };
            let dark = 2.0 * here < before + after;
            // The first window's middle is module 8, a dark one.
            right += u32::from(dark == (at % 2 == 0));
            all += 1;
        }
    }
    right * TIMING_OF > all * TIMING
}

fn scaled(from: Point, to: Point, factor: f32) -> Point {
    Point { x: (to.x - from.x) * factor, y: (to.y - from.y) * factor }
}

/// Where an alignment pattern may be: the best fits around `flat`, and `flat` itself last.
fn alignment_places(frame: &Frame, flat: Point, across: Point, down: Point) -> Vec<Point> {
    let steps = SEARCH * STEPS as i32;
    let mut fits: Vec<(f32, Point)> = Vec::new();
    for v in -steps..=steps {
        for u in -steps..=steps {
            let (u, v) = (u as f32 / STEPS, v as f32 / STEPS);
            let at = Point { x: flat.x + u * across.x + v * down.x, y: flat.y + u * across.y + v * down.y };
            if let Some(fit) = alignment_fit(frame, at, across, down) {
                fits.push((fit, at));
            }
        }
    }
    fits.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near = 1.2 * across.x.hypot(across.y).max(down.x.hypot(down.y));
    let mut places: Vec<Point> = Vec::new();
    for (_, at) in fits {
        if places.iter().all(|known| distance(*known, at) > near) {
            places.push(at);
        }
        if places.len() == PLACES {
            break;
        }
    }
    places.push(flat);
    places
}

/// How much the light ring stands out against the dark ring and the dark centre, relative to the contrast.
fn alignment_fit(frame: &Frame, at: Point, across: Point, down: Point) -> Option<f32> {
    let (mut light, mut dark) = (0.0, 0.0);
    let (mut lowest, mut highest) = (f32::MAX, f32::MIN);
    for v in -2i16..=2 {
        for u in -2i16..=2 {
            let (fu, fv) = (f32::from(u), f32::from(v));
            let grey =
                grey_at(frame, at.x + fu * across.x + fv * down.x, at.y + fu * across.y + fv * down.y)?;
            lowest = lowest.min(grey);
            highest = highest.max(grey);
            if u.abs().max(v.abs()) == 1 { light += grey } else { dark += grey }
        }
    }
    let contrast = highest - lowest;
    (contrast > 4.0).then(|| (light / 8.0 - dark / 17.0) / contrast)
}

/// The grey at a place between pixel centres; `None` outside the picture.
fn grey_at(frame: &Frame, x: f32, y: f32) -> Option<f32> {
    let (x, y) = (x - 0.5, y - 0.5);
    if x < 0.0 || y < 0.0 {
        return None;
    }
    let width = frame.width() as usize;
    let (column, row) = (x as usize, y as usize);
    if column + 1 >= width {
        return None;
    }
    let upper = frame.luma().get(row * width + column..)?.first_chunk::<2>()?;
    let lower = frame.luma().get((row + 1) * width + column..)?.first_chunk::<2>()?;
    let (right, under) = (x - column as f32, y - row as f32);
    let along = |[a, b]: [u8; 2]| f32::from(a) + (f32::from(b) - f32::from(a)) * right;
    let (top, bottom) = (along(*upper), along(*lower));
    Some(top + (bottom - top) * under)
}

/// Every module's grey.
struct Greys {
    side: usize,
    values: Vec<f32>,
}

impl Greys {
    /// `None` when most of the code is outside the picture.
    fn sampled(frame: &Frame, projection: &Projection, side: usize) -> Option<Self> {
        let mut outside = 0;
        let mut values = Vec::with_capacity(side * side);
        for row in 0..side {
            for column in 0..side {
                let grey = module_grey(frame, projection, column as f32, row as f32);
                outside += usize::from(grey.is_none());
                values.push(grey.unwrap_or(127.0));
            }
        }
        (outside * 10 < side * side).then_some(Self { side, values })
    }

    /// The dark modules, after each is set off against its neighbours by `sharpening`.
    fn modules(&self, sharpening: f32) -> Option<BitMatrix> {
        let side = self.side;
        let sharp: Vec<f32> = (0..side * side)
            .map(|at| {
                let (x, y) = (at % side, at / side);
                let own = self.value(x, y).unwrap_or_default();
                let beside = [
                    x.checked_sub(1).and_then(|left| self.value(left, y)),
                    self.value(x + 1, y),
                    y.checked_sub(1).and_then(|above| self.value(x, above)),
                    self.value(x, y + 1),
                ];
                own + sharpening * beside.iter().flatten().map(|other| own - other).sum::<f32>()
            })
            .collect();
        let means = local_means(&sharp, side);
        let mut bits = BitMatrix::new(side as u32, side as u32).ok()?;
        for (at, _) in sharp.iter().zip(&means).enumerate().filter(|(_, (own, mean))| own < mean) {
            bits.set((at % side) as u32, (at / side) as u32);
        }
        Some(bits)
    }

    fn value(&self, x: usize, y: usize) -> Option<f32> {
        if x >= self.side {
            return None;
        }
        self.values.get(y * self.side + x).copied()
    }
}

/// A module's grey, averaged over its middle.
fn module_grey(frame: &Frame, projection: &Projection, column: f32, row: f32) -> Option<f32> {
    const TAPS: [(f32, f32); 5] = [(0.5, 0.5), (0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.7, 0.7)];
    let mut sum = 0.0;
    for (u, v) in TAPS {
        let at = projection.apply(column + u, row + v);
        sum += grey_at(frame, at.x, at.y)?;
    }
    Some(sum / TAPS.len() as f32)
}

/// For each module the mean of those around it.
fn local_means(values: &[f32], side: usize) -> Vec<f32> {
    let rows = values.chunks_exact(side).flat_map(means_along).collect::<Vec<_>>();
    let turned = turned(&rows, side);
    let both = turned.chunks_exact(side).flat_map(means_along).collect::<Vec<_>>();
    self::turned(&both, side)
}

fn means_along(line: &[f32]) -> Vec<f32> {
    (0..line.len())
        .map(|at| {
            let around = line.get(at.saturating_sub(AROUND)..(at + AROUND + 1).min(line.len()));
            let around = around.unwrap_or_default();
            around.iter().sum::<f32>() / around.len().max(1) as f32
        })
        .collect()
}

fn turned(values: &[f32], side: usize) -> Vec<f32> {
    (0..side).flat_map(|column| values.iter().skip(column).step_by(side).copied()).collect()
}
