//! Turns a scene into pixels.

#![allow(clippy::cast_precision_loss, reason = "pixel positions and counts are far below 2^24")]

use qrcodegen::QrCode;

use super::{Chance, HEIGHT, Scene, WIDTH};
use crate::frame::Point;
use crate::geometry::Projection;

const COLUMNS: usize = WIDTH as usize;
const ROWS: usize = HEIGHT as usize;
/// Background cells across and down.
const CELLS: (usize, usize) = (16, 9);
/// Looks at the code within each pixel, per side: what a sensor's pixel averages.
const LOOKS: usize = 3;

/// The scene's pixels before compression, row by row.
pub(super) fn painted(scene: &Scene, code: &QrCode) -> Vec<u8> {
    let mut chance = Chance::new(scene.seed);
    let background = Background::drawn(&mut chance);
    let sheet = Sheet::new(code, scene.corners, scene.quiet, scene.ink);
    let mut pixels = Vec::with_capacity(COLUMNS * ROWS);
    let mut cover = Vec::with_capacity(COLUMNS * ROWS);
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let (x, y) = (column as f32, row as f32);
            let (covered, grey) = sheet.at(x, y);
            let bare = background.at(x, y);
            let mut lit = (bare * (1.0 - covered) + grey) * shade(scene, x, y);
            lit += reflection(scene, x, y);
            pixels.push(lit);
            cover.push(covered);
        }
    }
    if scene.blur > 0.0 {
        let kernel = bell(scene.blur);
        pixels = along_rows(&pixels, COLUMNS, &kernel);
        pixels = along_columns(&pixels, COLUMNS, &kernel);
    }
    if let Some((length, sideways)) = scene.motion {
        let kernel = vec![1.0 / length.max(1) as f32; length.max(1)];
        pixels = if sideways {
            along_rows(&pixels, COLUMNS, &kernel)
        } else {
            along_columns(&pixels, COLUMNS, &kernel)
        };
    }
    let wave = |at: usize| {
        let (x, y) = ((at % COLUMNS) as f32, (at / COLUMNS) as f32);
        scene.moire.map_or(0.0, |(across, down)| 6.0 * (x * across + y * down).sin())
    };
    let finished = pixels.iter().zip(&cover).enumerate();
    finished.map(|(at, (lit, cover))| byte(lit + scene.noise * chance.normal() + cover * wave(at))).collect()
}

/// The code on its white sheet, placed in the picture.
pub(super) struct Sheet<'a> {
    code: &'a QrCode,
    onto_code: Option<Projection>,
    quiet: i32,
    ink: (f32, f32),
    /// Left, top, right, bottom of what it may cover.
    reach: [f32; 4],
}

impl<'a> Sheet<'a> {
    /// `corners` are those of the code with `quiet` light modules around it; `ink` is the brightness of a dark and of a
    /// light module.
    pub(super) fn new(code: &'a QrCode, corners: [Point; 4], quiet: i32, ink: (f32, f32)) -> Self {
        let side = (code.size() + 2 * quiet) as f32;
        let sheet = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point { x, y });
        let reach = corners.iter().fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |reach, corner| {
            let [left, top, right, bottom] = reach;
            [left.min(corner.x), top.min(corner.y), right.max(corner.x), bottom.max(corner.y)]
        });
        let onto_code = Projection::between(corners, sheet);
        Self { code, onto_code, quiet, ink, reach }
    }

    /// How much of the pixel the sheet covers, and the brightness that it adds.
    pub(super) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let [left, top, right, bottom] = self.reach;
        if x < left - 1.0 || y < top - 1.0 || x > right + 1.0 || y > bottom + 1.0 {
            return (0.0, 0.0);
        }
        let offsets = (0..LOOKS).map(|look| (look as f32 + 0.5) / LOOKS as f32 - 0.5);
        let looks = offsets.clone().flat_map(|down| offsets.clone().map(move |across| (across, down)));
        let (mut covered, mut grey) = (0.0, 0.0);
        for (across, down) in looks {
            if let Some(brightness) = self.look(x + across, y + down) {
                covered += 1.0;
                grey += brightness;
            }
        }
        let all = (LOOKS * LOOKS) as f32;
        (covered / all, grey / all)
    }

    fn look(&self, x: f32, y: f32) -> Option<f32> {
        let at = self.onto_code.as_ref()?.apply(x, y);
        let side = (self.code.size() + 2 * self.quiet) as f32;
        let within = (0.0..side).contains(&at.x) && (0.0..side).contains(&at.y);
        #[allow(clippy::cast_possible_truncation, reason = "within the sheet, which is a few modules wide")]
        let dark = || self.code.get_module(at.x as i32 - self.quiet, at.y as i32 - self.quiet);
        within.then(|| if dark() { self.ink.0 } else { self.ink.1 })
    }
}

/// Soft blotches of grey.
struct Background {
    cells: Vec<f32>,
}

impl Background {
    fn drawn(chance: &mut Chance) -> Self {
        Self { cells: (0..CELLS.0 * CELLS.1).map(|_| chance.between(30.0, 190.0)).collect() }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let across = x / COLUMNS as f32 * (CELLS.0 - 1) as f32;
        let down = y / ROWS as f32 * (CELLS.1 - 1) as f32;
        let (right, lower) = (smooth(across.fract()), smooth(down.fract()));
        let cell = |plus_x: usize, plus_y: usize| {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positions are positive"
            )]
            let (column, row) = (across as usize + plus_x, down as usize + plus_y);
            let place = row.min(CELLS.1 - 1) * CELLS.0 + column.min(CELLS.0 - 1);
            self.cells.get(place).copied().unwrap_or_default()
        };
        let upper = cell(0, 0) * (1.0 - right) + cell(1, 0) * right;
        let under = cell(0, 1) * (1.0 - right) + cell(1, 1) * right;
        upper * (1.0 - lower) + under * lower
    }
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

fn shade(scene: &Scene, x: f32, y: f32) -> f32 {
    let (left, right, top) = scene.shading;
    let across = x / COLUMNS as f32;
    let down = y / ROWS as f32;
    (left + (right - left) * across) * (top + (1.0 - top) * down)
}

fn reflection(scene: &Scene, x: f32, y: f32) -> f32 {
    scene.glare.map_or(0.0, |(at, strength, radius)| {
        let away = (x - at.x).powi(2) + (y - at.y).powi(2);
        strength * (-away / (2.0 * radius * radius)).exp()
    })
}

/// A Gaussian of this standard deviation, out to three of them.
pub(super) fn bell(sigma: f32) -> Vec<f32> {
    #[allow(clippy::cast_possible_truncation, reason = "a few pixels")]
    let reach = (sigma * 3.0).ceil() as i32;
    let weights: Vec<f32> =
        (-reach..=reach).map(|at| (-(at as f32).powi(2) / (2.0 * sigma * sigma)).exp()).collect();
    let all: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / all).collect()
}

pub(super) fn along_rows(pixels: &[f32], width: usize, kernel: &[f32]) -> Vec<f32> {
    pixels.chunks_exact(width).flat_map(|row| smeared(row, kernel)).collect()
}

pub(super) fn along_columns(pixels: &[f32], width: usize, kernel: &[f32]) -> Vec<f32> {
    let height = pixels.len() / width;
    turned(&along_rows(&turned(pixels, width), height, kernel), height)
}

/// Rows become columns; `width` is the length of a row.
fn turned(pixels: &[f32], width: usize) -> Vec<f32> {
    (0..width).flat_map(|column| pixels.iter().skip(column).step_by(width).copied()).collect()
}

fn smeared(row: &[f32], kernel: &[f32]) -> Vec<f32> {
    let reach = kernel.len() / 2;
    let (first, last) = (row.first().copied().unwrap_or_default(), row.last().copied().unwrap_or_default());
    let mut padded = vec![first; reach];
    padded.extend_from_slice(row);
    padded.extend(std::iter::repeat_n(last, reach));
    padded.windows(kernel.len()).map(|window| window.iter().zip(kernel).map(|(a, b)| a * b).sum()).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
pub(super) fn byte(lit: f32) -> u8 {
    lit.clamp(0.0, 255.0) as u8
}
