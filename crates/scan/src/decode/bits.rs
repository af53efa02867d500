//! Grey to black and white, for finding patterns.
//!
//! Measured on gate frames: a light smoothing before a threshold by the mean of the surroundings finds more
//! than any of the libraries' own ways, because sensor noise and moiré tear the finder patterns' edges.

use rxing::common::{BitArray, BitMatrix};

use crate::frame::Frame;

/// Half the side of the square whose mean is the threshold, in pixels: measured best of 12, 20 and 30.
pub(super) const REACH: usize = 20;
/// The same for small codes, which a wide square drowns in their background.
pub(super) const NARROW_REACH: usize = 12;
/// A pixel is dark when it is darker than the mean by this much, so that flat noise stays light.
const MARGIN: u32 = 3;
const WORD: usize = usize::BITS as usize;

/// The frame averaged over 3 x 3 pixels, the middle weighing most; the outermost pixels stay as they are.
pub(super) fn smoothed(frame: &Frame) -> Frame {
    let width = frame.width() as usize;
    let rows: Vec<&[u8]> = frame.luma().chunks_exact(width.max(1)).collect();
    let mut out = Vec::with_capacity(frame.luma().len());
    let mut columns = vec![0u16; width];
    out.extend_from_slice(rows.first().copied().unwrap_or_default());
    for three in rows.windows(3) {
        let [above, here, below] = three else { continue };
        for (sum, ((a, b), c)) in columns.iter_mut().zip(above.iter().zip(*here).zip(*below)) {
            *sum = u16::from(*a) + 2 * u16::from(*b) + u16::from(*c);
        }
        out.extend(here.first());
        let (left, middle, right) =
            (columns.iter(), columns.iter().skip(1), columns.get(2..).unwrap_or_default().iter());
        out.extend(left.zip(middle).zip(right).map(|((a, b), c)| sixteenth(a + 2 * b + c)));
        if width > 1 {
            out.extend(here.last());
        }
    }
    if rows.len() > 1 {
        out.extend_from_slice(rows.last().copied().unwrap_or_default());
    }
    Frame::new(frame.width(), frame.height(), out, frame.sequence(), frame.at())
        .unwrap_or_else(|_| frame.clone())
}

#[allow(clippy::cast_possible_truncation, reason = "sixteen bytes' mean is a byte")]
fn sixteenth(sum: u16) -> u8 {
    ((sum + 8) >> 4) as u8
}

/// The pixels darker than the mean of those up to `reach` away; `None` for a frame too small to hold a code.
pub(super) fn dark_pixels(frame: &Frame, reach: usize) -> Option<BitMatrix> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    if width < 21 || height < 21 {
        return None;
    }
    let mut bits = BitMatrix::new(frame.width(), frame.height()).ok()?;
    let spans: Vec<(usize, usize)> =
        (0..width).map(|x| (x.saturating_sub(reach), (x + reach + 1).min(width))).collect();
    let widths: Vec<u32> = spans.iter().map(|(from, to)| count(to - from)).collect();
    let rows: Vec<&[u8]> = frame.luma().chunks_exact(width).collect();
    let mut columns = vec![0u32; width];
    let mut sums = vec![0u32; width + 1];
    let mut dark = vec![0u8; width];
    for row in rows.iter().take(reach) {
        columns.iter_mut().zip(*row).for_each(|(sum, grey)| *sum += u32::from(*grey));
    }
    for (y, row) in rows.iter().enumerate() {
        if let Some(entering) = rows.get(y + reach) {
            columns.iter_mut().zip(*entering).for_each(|(sum, grey)| *sum += u32::from(*grey));
        }
        if let Some(leaving) = y.checked_sub(reach + 1).and_then(|gone| rows.get(gone)) {
            columns.iter_mut().zip(*leaving).for_each(|(sum, grey)| *sum -= u32::from(*grey));
        }
        let tall = count((y + reach + 1).min(height) - y.saturating_sub(reach));
        let mut total = 0;
        for (sum, column) in sums.iter_mut().skip(1).zip(&columns) {
            total += column;
            *sum = total;
        }
        mark_dark(&mut dark, row, &sums, &widths, tall, reach);
        bits.setRow(count(y), &packed(&dark));
    }
    Some(bits)
}

/// Marks the row's pixels that are darker than their surroundings' mean.
fn mark_dark(dark: &mut [u8], row: &[u8], sums: &[u32], widths: &[u32], tall: u32, reach: usize) {
    let last = sums.last().copied().unwrap_or_default();
    let from = std::iter::repeat_n(&0, reach).chain(sums);
    let to = sums.iter().skip(reach + 1).chain(std::iter::repeat(&last));
    let pixels = dark.iter_mut().zip(row).zip(widths);
    for (((mark, grey), wide), (from, to)) in pixels.zip(from.zip(to)) {
        *mark = u8::from((u32::from(*grey) + MARGIN) * wide * tall <= to - from);
    }
}

fn packed(dark: &[u8]) -> BitArray {
    let mut bits = BitArray::with_size(dark.len());
    for (place, marks) in dark.chunks(WORD).enumerate() {
        let word = marks.iter().rev().fold(0usize, |word, mark| (word << 1) | usize::from(*mark));
        bits.setBulk(place * WORD, word);
    }
    bits
}

/// Sides of frames are checked to be small.
fn count(pixels: usize) -> u32 {
    u32::try_from(pixels).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn frame(width: u32, height: u32, grey: impl Fn(u32, u32) -> u8) -> Frame {
        let luma =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| grey(x, y)).collect();
        Frame::new(width, height, luma, 0, Duration::ZERO).unwrap()
    }

    #[test]
    fn dark_is_what_is_darker_than_around_it() {
        let shaded = |x: u32, y: u32| {
            let paper = 60 + u8::try_from(x / 2).unwrap();
            if (x / 5 + y / 5).is_multiple_of(2) { paper / 3 } else { paper }
        };
        let bits = dark_pixels(&frame(200, 90, shaded), REACH).unwrap();
        for y in 0..90 {
            for x in 0..200 {
                assert_eq!(bits.get(x, y), (x / 5 + y / 5).is_multiple_of(2), "at {x}, {y}");
            }
        }
    }

    #[test]
    fn smoothing_keeps_size_and_flat_areas() {
        for (width, height) in [(1, 1), (2, 2), (3, 1), (1, 7), (40, 3)] {
            let flat = smoothed(&frame(width, height, |_, _| 90));
            assert_eq!((flat.width(), flat.height()), (width, height));
            assert!(flat.luma().iter().all(|grey| *grey == 90));
        }
        let dot = smoothed(&frame(5, 5, |x, y| if (x, y) == (2, 2) { 160 } else { 0 }));
        assert_eq!((dot.luma()[12], dot.luma()[11], dot.luma()[6]), (40, 20, 10));
    }
}
