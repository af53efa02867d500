//! One picture as every part of this crate passes it on: brightness alone.
//!
//! Colour is dropped at the source because no decoder uses it. Nothing here looks into the picture.

use std::sync::Arc;
use std::time::Duration;

/// The widest or tallest picture taken from a camera or decoded, in pixels: a JPEG's limit. Screenshots of a whole page
/// are 12,000 pixels high and more.
pub const MAX_SIDE: u32 = 65_535;

/// The most pixels a picture may have: a 50 megapixel photograph.
pub const MAX_PIXELS: u64 = 50_000_000;

/// A picture's luma plane, row by row from the top left, one byte a pixel, no padding between rows.
///
/// Cloning is cheap: the pixels are shared.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    width: u32,
    height: u32,
    luma: Arc<[u8]>,
    sequence: u64,
    at: Duration,
}

/// A position in a frame, in pixels from its top left corner; may lie between pixels.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f32,
    /// Pixels from the top edge.
    pub y: f32,
}

/// Why pixels could not become a [`Frame`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// A side is zero, or the picture exceeds [`MAX_SIDE`] or [`MAX_PIXELS`].
    #[error("a picture of {width} x {height} pixels is outside what can be read")]
    Size {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// Fewer bytes arrived than the picture's size asks for: the transfer was cut.
    #[error("the picture is cut short: {got} of {needed} bytes")]
    CutShort {
        /// Bytes that the size asks for.
        needed: usize,
        /// Bytes that came.
        got: usize,
    },
    /// The compressed picture cannot be read.
    #[error("the picture is damaged or in an unknown format")]
    Damaged,
}

impl Frame {
    /// Takes `luma` as a frame; surplus bytes at the end are dropped.
    ///
    /// `sequence` counts the source's frames from 0; `at` is the time since the source was opened.
    pub fn new(
        width: u32,
        height: u32,
        mut luma: Vec<u8>,
        sequence: u64,
        at: Duration,
    ) -> Result<Self, FrameFault> {
        let needed = checked_pixels(width, height)?;
        if luma.len() < needed {
            return Err(FrameFault::CutShort { needed, got: luma.len() });
        }
        luma.truncate(needed);
        Ok(Self { width, height, luma: luma.into(), sequence, at })
    }

    /// Pixels in a row.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels, `width * height` bytes, 0 black to 255 white.
    pub fn luma(&self) -> &[u8] {
        &self.luma
    }

    /// The frame's number within its source, from 0; gaps are frames nobody waited for.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// When it was taken, since the source was opened.
    pub fn at(&self) -> Duration {
        self.at
    }

    /// The same picture as another frame of a source.
    #[must_use]
    pub fn stamped(&self, sequence: u64, at: Duration) -> Self {
        Self { sequence, at, ..self.clone() }
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame {} ({} x {}, {:?})", self.sequence, self.width, self.height, self.at)
    }
}

/// The number of pixels, when the size is one that may be read.
pub(crate) fn checked_pixels(width: u32, height: u32) -> Result<usize, FrameFault> {
    let pixels = u64::from(width) * u64::from(height);
    let fits = width <= MAX_SIDE && height <= MAX_SIDE && (1..=MAX_PIXELS).contains(&pixels);
    usize::try_from(pixels).ok().filter(|_| fits).ok_or(FrameFault::Size { width, height })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_needs_all_its_pixels() {
        assert_eq!(
            Frame::new(4, 3, vec![0; 11], 0, Duration::ZERO),
            Err(FrameFault::CutShort { needed: 12, got: 11 })
        );
        let frame = Frame::new(4, 3, vec![7; 20], 5, Duration::ZERO).unwrap();
        assert_eq!(frame.luma().len(), 12, "what a driver pads at the end is dropped");
    }

    #[test]
    fn sizes_out_of_bounds_are_refused() {
        for (width, height) in [(0, 5), (5, 0), (MAX_SIDE + 1, 1), (10_000, 5_001), (u32::MAX, u32::MAX)] {
            assert_eq!(
                Frame::new(width, height, Vec::new(), 0, Duration::ZERO),
                Err(FrameFault::Size { width, height })
            );
        }
    }
}
