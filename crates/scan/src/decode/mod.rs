//! Frames in, texts of QR codes out.
//!
//! A cascade: cheap attempts first, thorough ones only while something that looks like a code is unread. It judges no
//! text; whether one is a ticket is decided elsewhere.

mod bits;
mod borrowed;
mod finders;
mod grey;
mod patterns;
mod reading;
mod thorough;

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

use serde::Serialize;

use reading::Reading;

pub(crate) use thorough::decode_thoroughly;

use crate::frame::{Frame, Point};
use crate::shrink::halved;

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

/// Finds and reads the QR codes of camera frames. It keeps nothing from one frame to the next.
#[derive(Debug, Default, Clone, Copy)]
pub struct QrDecoder {
    sought: &'static str,
}

impl QrDecoder {
    /// A decoder that is content with any text.
    pub fn new() -> Self {
        Self::default()
    }

    /// A decoder that tries every way it knows until it has read a text that begins with `sought`: a gate must not be
    /// content with an advertisement beside the ticket.
    pub fn seeking(sought: &'static str) -> Self {
        Self { sought }
    }

    /// The codes in `frame`, dark on light and light on dark, by these attempts:
    ///
    /// 1. smoothed, against the mean of a wide square: what most frames need;
    /// 2. the same at half the size, for codes on a fine weave and for very large modules;
    /// 3. at full size with a narrow square, for small codes;
    /// 4. rxing as it comes.
    ///
    /// Within the first three, codes that are located but cannot be read are read once more from the grey picture.
    /// The last two are left out when the first two leave nothing to be explained: a sought text is read, and no
    /// finder patterns of another code are in sight. What each attempt is worth is written down beside the benchmark,
    /// `benches/gate_frames.rs`.
    pub fn decode(self, frame: &Frame) -> Vec<Found> {
        let mut reading = Reading::new(self.sought);
        let smooth = bits::smoothed(frame);
        let mut explained = reading.look_closely(&smooth, bits::dark_pixels(&smooth, bits::REACH), 1.0);
        if let Some(half) = halved(frame) {
            let smooth = bits::smoothed(&half);
            explained &= reading.look_closely(&smooth, bits::dark_pixels(&smooth, bits::REACH), 2.0);
        }
        if !explained {
            reading.look_closely(&smooth, bits::dark_pixels(&smooth, bits::NARROW_REACH), 1.0);
        }
        if !reading.has_sought() {
            reading.add(borrowed::rxing(frame), 1.0);
        }
        reading.found
    }
}
