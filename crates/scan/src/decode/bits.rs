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
const MARGIN: f32 = 3.0;
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
///
/// Each row is a few passes over plain slices, which the compiler turns into vector instructions.
pub(super) fn dark_pixels(frame: &Frame, reach: usize) -> Option<BitMatrix> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    if width < 21 || height < 21 {
        return None;
    }
    let mut bits = BitMatrix::new(frame.width(), frame.height()).ok()?;
    let rows: Vec<&[u8]> = frame.luma().chunks_exact(width).collect();
    // A column's sum is that of at most 2 * reach + 1 bytes, which 16 bits hold.
    let mut columns = vec![0u16; width];
    // The sums of the columns left of each place, with `reach` more places on either side.
    let mut sums = vec![0u32; width + 1 + 2 * reach];
    let mut areas = Areas { tall: 0, values: vec![0.0; width] };
    let mut dark = vec![0u8; width];
    let nothing = vec![0u8; width];
    for row in rows.iter().take(reach) {
        replace_row(&mut columns, row, &nothing);
    }
    for (y, row) in rows.iter().enumerate() {
        let leaving = y.checked_sub(reach + 1).and_then(|gone| rows.get(gone));
        let entering = rows.get(y + reach);
        if entering.is_some() || leaving.is_some() {
            replace_row(
                &mut columns,
                entering.unwrap_or(&nothing.as_slice()),
                leaving.unwrap_or(&nothing.as_slice()),
            );
        }
        let (counted, beyond) = sums.split_at_mut(reach + 1 + width);
        let total = add_up(&columns, counted.get_mut(reach + 1..).unwrap_or_default());
        beyond.fill(total);
        areas.fit((y + reach + 1).min(height) - y.saturating_sub(reach), reach);
        mark_dark(&mut dark, row, &sums, &areas.values, reach);
        bits.setRow(count(y), &packed(&dark));
    }
    Some(bits)
}

/// Adds a row to the columns' sums and takes another one away.
fn replace_row(columns: &mut [u16], entering: &[u8], leaving: &[u8]) {
    for (sum, (entering, leaving)) in columns.iter_mut().zip(entering.iter().zip(leaving)) {
        *sum = sum.wrapping_add(u16::from(*entering)).wrapping_sub(u16::from(*leaving));
    }
}

/// Writes the running sums of `columns`, four at a time so that they wait for each other less, and returns the last.
fn add_up(columns: &[u16], sums: &mut [u32]) -> u32 {
    let mut total = 0;
    let ((fours, rest), (sum_fours, sum_rest)) = (columns.as_chunks::<4>(), sums.as_chunks_mut::<4>());
    for (four, sums) in fours.iter().zip(sum_fours) {
        let [first, second, third, fourth] = four.map(u32::from);
        let (two, last_two) = (first + second, third + fourth);
        *sums = [total + first, total + two, total + two + third, total + two + last_two];
        total += two + last_two;
    }
    for (column, sum) in rest.iter().zip(sum_rest) {
        total += u32::from(*column);
        *sum = total;
    }
    total
}

/// How many pixels are averaged around each pixel of a row.
struct Areas {
    tall: usize,
    values: Vec<f32>,
}

impl Areas {
    /// Fits them to a row whose surroundings are `tall` rows high.
    #[allow(clippy::cast_precision_loss, reason = "at most the pixels of a small square")]
    fn fit(&mut self, tall: usize, reach: usize) {
        if tall == self.tall {
            return;
        }
        self.tall = tall;
        let width = self.values.len();
        for (x, area) in self.values.iter_mut().enumerate() {
            *area = (tall * ((x + reach + 1).min(width) - x.saturating_sub(reach))) as f32;
        }
    }
}

/// Marks the row's pixels that are darker than their surroundings' mean. All numbers are whole and below 2^24, so they
/// are exact as `f32`.
#[allow(clippy::cast_precision_loss, reason = "a small square's brightness is below 2^24")]
fn mark_dark(dark: &mut [u8], row: &[u8], sums: &[u32], areas: &[f32], reach: usize) {
    let to = sums.get(2 * reach + 1..).unwrap_or_default();
    let pixels = dark.iter_mut().zip(row).zip(areas).zip(sums.iter().zip(to));
    for (((mark, grey), area), (from, to)) in pixels {
        let around = to.wrapping_sub(*from).cast_signed() as f32;
        *mark = u8::from((f32::from(*grey) + MARGIN) * area <= around);
    }
}

/// A row's marks, each 0 or 1, as bits.
fn packed(dark: &[u8]) -> BitArray {
    let mut bits = BitArray::with_size(dark.len());
    for (place, marks) in dark.chunks(WORD).enumerate() {
        let word = marks.chunks(8).rev().fold(0usize, |word, eight| (word << 8) | eight_bits(eight));
        bits.setBulk(place * WORD, word);
    }
    bits
}

/// Up to eight marks as the bits of a byte, the first one lowest: the factor moves each mark to its place in the top
/// byte, and no two of its products meet.
fn eight_bits(marks: &[u8]) -> usize {
    let mut eight = [0; 8];
    eight.iter_mut().zip(marks).for_each(|(to, from)| *to = *from);
    usize::from(u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080).to_be_bytes()[0])
}

/// The pixels that are `level` or darker; `None` for a frame too small to hold a code.
pub(super) fn darker_than(frame: &Frame, level: u8) -> Option<BitMatrix> {
    let width = frame.width() as usize;
    if width < 21 || frame.height() < 21 {
        return None;
    }
    let mut bits = BitMatrix::new(frame.width(), frame.height()).ok()?;
    let mut dark = vec![0u8; width];
    for (y, row) in (0..).zip(frame.luma().chunks_exact(width)) {
        dark.iter_mut().zip(row).for_each(|(mark, grey)| *mark = u8::from(*grey <= level));
        bits.setRow(y, &packed(&dark));
    }
    Some(bits)
}

/// The two levels that part the frame's brightness into three classes of the least spread (Otsu, 1979): a grey code on
/// white paper within a black surround has its ink in the middle one.
#[allow(clippy::cast_precision_loss, reason = "counts of pixels, far below 2^53")]
pub(super) fn two_levels(frame: &Frame) -> [u8; 2] {
    // For each level, how many pixels are darker than it, and the sum of their brightness.
    let mut counts = [0u32; 256];
    for grey in frame.luma() {
        if let Some(count) = counts.get_mut(usize::from(*grey)) {
            *count += 1;
        }
    }
    let mut below = vec![(0.0f64, 0.0f64)];
    for (grey, count) in (0..=u8::MAX).zip(counts) {
        let (pixels, sum) = below.last().copied().unwrap_or_default();
        below.push((pixels + f64::from(count), sum + f64::from(count) * f64::from(grey)));
    }
    let weight = |(from, to): (&(f64, f64), &(f64, f64))| {
        let (pixels, sum) = (to.0 - from.0, to.1 - from.1);
        if pixels > 0.0 { sum * sum / pixels } else { 0.0 }
    };
    let Some((first, last)) = below.first().zip(below.last()) else { return [0, 0] };
    let (mut best, mut most) = ([0, 0], 0.0);
    for (low, a) in (0..u8::MAX).zip(below.iter().skip(1)) {
        for (high, b) in (0..u8::MAX).zip(below.iter().skip(1)).skip(usize::from(low) + 1) {
            let apart = weight((first, a)) + weight((a, b)) + weight((b, last));
            if apart > most {
                (best, most) = ([low, high], apart);
            }
        }
    }
    best
}

/// The frame with dark and light exchanged.
pub(super) fn negative(frame: &Frame) -> Frame {
    let luma = frame.luma().iter().map(|grey| !grey).collect();
    Frame::new(frame.width(), frame.height(), luma, frame.sequence(), frame.at())
        .unwrap_or_else(|_| frame.clone())
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
    fn three_classes_are_parted() {
        let greys = |x: u32, _| {
            if x < 30 {
                10
            } else if x < 40 {
                180
            } else {
                250
            }
        };
        let frame = frame(100, 30, greys);
        let [low, high] = two_levels(&frame);
        assert!((10..180).contains(&low) && (180..250).contains(&high), "{low}, {high}");
        let bits = darker_than(&frame, high).unwrap();
        assert!(bits.get(35, 5) && !bits.get(45, 5));
        assert_eq!(negative(&frame).luma()[0], 245);
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
