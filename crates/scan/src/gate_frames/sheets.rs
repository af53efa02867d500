//! Made-up pictures with several codes: a phone beside an advertisement, two tickets, four codes on one sheet.
//!
//! Unlike a [`Scene`](super::Scene), a sheet has any size, and each code its own place, angle, size and polarity.

#![allow(clippy::cast_precision_loss, reason = "pixel positions and counts are far below 2^24")]

use std::time::Duration;

use qrcodegen::{QrCode, QrCodeEcc};

use super::{Chance, paint, ticket_text};
use crate::frame::{Frame, FrameFault, Point};

/// The quiet zone that each code is drawn with, in modules (ISO/IEC 18004 asks for four).
const QUIET: i32 = 4;

/// One code on a [`Sheet`].
#[derive(Debug, Clone)]
pub struct Placed {
    /// The code's text.
    pub text: String,
    /// The code's middle, in pixels.
    pub centre: Point,
    /// The code's side with its quiet zone, in pixels.
    pub side: f32,
    /// How far the code is turned clockwise, in degrees.
    pub degrees: f32,
    /// Brightness of a dark module and of a light one; the first is the brighter one on a dark screen.
    pub ink: (f32, f32),
}

/// A picture with any number of codes.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Brightness of the ground.
    pub paper: f32,
    /// The codes; a later one covers an earlier one.
    pub codes: Vec<Placed>,
    /// Standard deviation of the blur; 0 for a screenshot.
    pub blur: f32,
    /// Standard deviation of the noise; 0 for a screenshot.
    pub noise: f32,
    /// A fine weave over everything: how many levels of brightness it darkens and lightens, and its threads' width in
    /// pixels.
    pub weave: Option<(f32, f32)>,
    /// Seed of the noise.
    pub seed: u64,
}

/// What a drawn sheet shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A light-on-dark ticket and a dark-on-light advertisement.
    PhoneBesideAd,
    /// A small ticket and a large advertisement.
    SmallBesideLarge,
    /// Two tickets.
    TwoTickets,
    /// Four codes, turned, in both polarities.
    Four,
    /// One ticket twice.
    Twice,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::PhoneBesideAd, Self::SmallBesideLarge, Self::TwoTickets, Self::Four, Self::Twice];
}

/// A sheet as pixels, and the texts on it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What it shows.
    pub kind: Kind,
    /// The picture.
    pub frame: Frame,
    /// The codes' texts.
    pub texts: Vec<String>,
}

impl Placed {
    /// A straight dark-on-light code.
    pub fn straight(text: &str, centre: (f32, f32), side: f32) -> Self {
        let centre = Point { x: centre.0, y: centre.1 };
        Self { text: text.to_owned(), centre, side, degrees: 0.0, ink: (0.0, 255.0) }
    }

    /// The same code light on dark.
    #[must_use]
    pub fn inverted(self) -> Self {
        Self { ink: (self.ink.1, self.ink.0), ..self }
    }

    fn corners(&self) -> [Point; 4] {
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let half = self.side / 2.0;
        [(-half, -half), (half, -half), (half, half), (-half, half)].map(|(across, down)| Point {
            x: self.centre.x + across * cos - down * sin,
            y: self.centre.y + across * sin + down * cos,
        })
    }
}

impl Sheet {
    /// White paper with `codes` on it, as sharp as a screenshot.
    pub fn plain(width: usize, height: usize, codes: Vec<Placed>) -> Self {
        Self { width, height, paper: 255.0, codes, blur: 0.0, noise: 0.0, weave: None, seed: 0 }
    }

    /// A sheet of that kind, with sizes, places, angles and polarities by lot; half of them as a camera sees them.
    pub fn drawn(kind: Kind, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let by_camera = chance.happens(0.5);
        let mut codes = drawn_codes(kind, &mut chance);
        if chance.happens(0.5) {
            codes.reverse();
        }
        let columns = if kind == Kind::Four { 2 } else { codes.len() };
        let largest = codes.iter().map(|code| code.side).fold(0.0, f32::max);
        // A turned square is up to 1.42 times as wide.
        let cell = largest * if kind == Kind::Four { 1.42 } else { 1.0 } + 30.0;
        let ink = |grey: f32| if by_camera { 25.0 + grey * 0.7 } else { grey };
        for (place, code) in codes.iter_mut().enumerate() {
            let (column, row) = (place % columns, place / columns);
            code.centre = Point { x: (column as f32 + 0.5) * cell, y: (row as f32 + 0.5) * cell };
            code.ink = (ink(code.ink.0), ink(code.ink.1));
        }
        let rows = codes.len().div_ceil(columns);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
        let side = |cells: usize| (cells as f32 * cell) as usize;
        let (blur, noise) =
            if by_camera { (chance.between(0.4, 0.9), chance.between(1.0, 5.0)) } else { (0.0, 0.0) };
        let plain = Self::plain(side(columns), side(rows), codes);
        Self { paper: ink(255.0), blur, noise, seed: chance.next(), ..plain }
    }

    /// The sheet's pixels; fails only when a text is too long for any QR code.
    pub fn frame(&self) -> Result<Frame, FrameFault> {
        let mut pixels = vec![self.paper; self.width * self.height];
        for placed in &self.codes {
            let code =
                QrCode::encode_text(&placed.text, QrCodeEcc::Medium).map_err(|_| FrameFault::Damaged)?;
            let sheet = paint::Sheet::new(&code, placed.corners(), QUIET, placed.ink);
            for (at, pixel) in pixels.iter_mut().enumerate() {
                let (covered, grey) = sheet.at((at % self.width) as f32, (at / self.width) as f32);
                *pixel = *pixel * (1.0 - covered) + grey;
            }
        }
        if self.blur > 0.0 {
            let kernel = paint::bell(self.blur);
            pixels = paint::along_rows(&pixels, self.width, &kernel);
            pixels = paint::along_columns(&pixels, self.width, &kernel);
        }
        let mut chance = Chance::new(self.seed);
        let luma = pixels.iter().enumerate().map(|(at, lit)| {
            let woven = self.weave.map_or(0.0, |(depth, thread)| {
                let wave = |at: usize| (at as f32 * std::f32::consts::PI / thread).sin();
                depth * wave(at % self.width) * wave(at / self.width)
            });
            let noise = if self.noise > 0.0 { self.noise * chance.normal() } else { 0.0 };
            paint::byte(lit + woven + noise)
        });
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        Frame::new(side(self.width), side(self.height), luma.collect(), 0, Duration::ZERO)
    }

    /// The texts on it.
    pub fn texts(&self) -> Vec<String> {
        self.codes.iter().map(|code| code.text.clone()).collect()
    }
}

/// The sheets number 0 to `count` of a seed, each kind in turn.
pub fn sheets(seed: u64, count: u64) -> impl Iterator<Item = Shown> {
    (0..count).zip(Kind::ALL.into_iter().cycle()).filter_map(move |(number, kind)| {
        let sheet = Sheet::drawn(kind, seed.wrapping_mul(1_000_003).wrapping_add(number));
        Some(Shown { kind, frame: sheet.frame().ok()?, texts: sheet.texts() })
    })
}

/// A text like that of an advertisement.
fn ad_text(chance: &mut Chance) -> String {
    format!("https://sponsor.example/win/{}", chance.below(1_000_000))
}

/// The codes of a sheet, all in one place.
fn drawn_codes(kind: Kind, chance: &mut Chance) -> Vec<Placed> {
    let side = |chance: &mut Chance, from: f32, to: f32| chance.between(from, to).round();
    let placed = |text: &str, side: f32| Placed::straight(text, (0.0, 0.0), side);
    match kind {
        Kind::PhoneBesideAd => {
            let phone = placed(&ticket_text(chance), side(chance, 260.0, 420.0)).inverted();
            vec![phone, placed(&ad_text(chance), side(chance, 160.0, 420.0))]
        }
        Kind::SmallBesideLarge => {
            let small = placed(&ticket_text(chance), side(chance, 180.0, 240.0));
            vec![small, placed(&ad_text(chance), side(chance, 420.0, 620.0))]
        }
        Kind::TwoTickets => {
            (0..2).map(|_| placed(&ticket_text(chance), side(chance, 220.0, 420.0))).collect()
        }
        Kind::Four => (0..4).map(|number| drawn_of_four(chance, number)).collect(),
        Kind::Twice => {
            let text = ticket_text(chance);
            (0..2).map(|_| placed(&text, side(chance, 220.0, 420.0))).collect()
        }
    }
}

/// One of four codes on a sheet: every other one is a ticket.
fn drawn_of_four(chance: &mut Chance, number: usize) -> Placed {
    let text = if number.is_multiple_of(2) { ticket_text(chance) } else { ad_text(chance) };
    let side = chance.between(230.0, 340.0).round();
    let turned = if chance.happens(0.5) { chance.between(-180.0, 180.0) } else { 0.0 };
    let placed = Placed { degrees: turned, ..Placed::straight(&text, (0.0, 0.0), side) };
    if chance.happens(0.4) { placed.inverted() } else { placed }
}
