//! Frames in, texts of QR codes out.
//!
//! A cascade: cheap attempts first, thorough ones only where those find nothing. It judges no text; whether
//! one is a ticket is decided elsewhere.

mod borrowed;

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

    fn centre(&self) -> Point {
        let sum = self.corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.x, sum.1 + corner.y));
        Point { x: sum.0 / 4.0, y: sum.1 / 4.0 }
    }
}

fn distance(a: Point, b: Point) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// Finds and reads the QR codes of frames. Keep one for all frames of a source.
#[derive(Debug, Default)]
pub struct QrDecoder {}

impl QrDecoder {
    /// A decoder that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every code that can be read in `frame`.
    pub fn decode(&mut self, frame: &Frame) -> Vec<Found> {
        let found = borrowed::rqrr(frame);
        if found.is_empty() { borrowed::rxing(frame) } else { found }
    }
}
