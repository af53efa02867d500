//! Frames in, texts of QR codes out.
//!
//! A cascade: cheap attempts first, thorough ones only where those find nothing. It judges no text; whether
//! one is a ticket is decided elsewhere.

mod bits;
mod borrowed;
mod grey;
mod patterns;

/// The libraries alone, to measure against.
#[cfg(feature = "synthetic")]
pub mod baseline {
    use super::{Found, borrowed};
    use crate::frame::Frame;

    /// What rqrr reads in `frame`.
    pub fn rqrr(frame: &Frame) -> Vec<Found> {
        borrowed::rqrr(frame)
    }

    /// What rxing reads in `frame`.
    pub fn rxing(frame: &Frame) -> Vec<Found> {
        borrowed::rxing(frame)
    }
}

use rxing::common::BitMatrix;
use serde::Serialize;

use crate::frame::{Frame, Point};

/// The longest text handed on, in bytes. The largest QR code holds 7,089 digits.
pub const MAX_TEXT: usize = 7_089;

/// A code in a frame.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Its text, at most [`MAX_TEXT`] bytes.
    pub text: String,
    /// Its corners in frame pixels, in the code's own order: top left, top right, bottom right, bottom left.
    pub corners: [Point; 4],
}

impl Found {
    /// Moves the corners to a picture `factor` times as large.
    pub(crate) fn scale(&mut self, factor: f32) {
        for corner in &mut self.corners {
            corner.x *= factor;
            corner.y *= factor;
        }
    }

    /// True when both are one code seen twice: the same text, one's centre within the other.
    pub(crate) fn is_same_place(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.centre(), other.centre());
        let reach = self.corners.iter().map(|corner| distance(*corner, mine)).fold(0.0, f32::max);
        self.text == other.text && distance(mine, theirs) <= reach
    }

    /// True when `at` is within the corners.
    fn covers(&self, at: Point) -> bool {
        let [a, b, c, d] = self.corners;
        let side =
            |from: Point, to: Point| (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x);
        let sides = [side(a, b), side(b, c), side(c, d), side(d, a)];
        sides.iter().all(|side| *side >= 0.0) || sides.iter().all(|side| *side <= 0.0)
    }

    fn centre(&self) -> Point {
        let sum = self.corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.x, sum.1 + corner.y));
        Point { x: sum.0 / 4.0, y: sum.1 / 4.0 }
    }
}

fn distance(a: Point, b: Point) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// Groups of finder patterns read from the grey picture when black and white was not enough.
const GREY_TRIES: usize = 4;

/// Finds and reads the QR codes of frames. It keeps nothing from one frame to the next.
#[derive(Debug, Default, Clone, Copy)]
pub struct QrDecoder;

impl QrDecoder {
    /// A decoder.
    pub fn new() -> Self {
        Self
    }

    /// Every code that the first attempt to find one reads in `frame`, in this order:
    ///
    /// 1. smoothed, against the mean of a wide square: what most frames need;
    /// 2. the same with a narrow square, for small codes;
    /// 3. inverted, for light codes on dark screens;
    /// 4. rxing as it comes.
    ///
    /// Within the first two, codes that are located but cannot be read are read once more from the grey picture.
    /// What each is worth is written down beside the benchmark, `benches/gate_frames.rs`.
    pub fn decode(self, frame: &Frame) -> Vec<Found> {
        let smooth = bits::smoothed(frame);
        let wide = bits::dark_pixels(&smooth, bits::REACH);
        let attempts: [&dyn Fn() -> Vec<Found>; 4] = [
            &|| wide.as_ref().map_or_else(Vec::new, |dark| read_located(&smooth, dark)),
            &|| {
                let narrow = bits::dark_pixels(&smooth, bits::NARROW_REACH);
                narrow.map_or_else(Vec::new, |dark| read_located(&smooth, &dark))
            },
            &|| wide.as_ref().map_or_else(Vec::new, read_inverted),
            &|| borrowed::rxing(frame),
        ];
        attempts.iter().map(|attempt| attempt()).find(|found| !found.is_empty()).unwrap_or_default()
    }
}

/// One more way, for a picture file in which [`QrDecoder::decode`] finds nothing and the time of a frame does not
/// matter: rqrr adds nothing on gate frames and costs a third of their time.
pub(crate) fn last_resort(frame: &Frame) -> Vec<Found> {
    borrowed::rqrr(frame)
}

fn read_located(frame: &Frame, dark: &BitMatrix) -> Vec<Found> {
    let (mut found, unread) = patterns::read(dark, &patterns::groups(dark));
    if found.is_empty() {
        found.extend(unread.iter().take(GREY_TRIES).find_map(|group| grey::read(frame, group)));
    }
    found
}

fn read_inverted(dark: &BitMatrix) -> Vec<Found> {
    let mut light = dark.clone();
    light.flip_self();
    patterns::read(&light, &patterns::groups(&light)).0
}
