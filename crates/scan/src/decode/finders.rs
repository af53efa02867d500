//! Finder patterns of both polarities, found in one pass over a black and white picture.
//!
//! rxing looks for dark patterns alone and takes each row apart bit by bit. Here each row becomes runs by whole words,
//! and the same runs are matched against dark and against light patterns. rxing then checks each place that fits.

use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::{ConcentricPattern, LocateConcentricPattern};

use crate::contain::contained;

/// Rows from one looked at to the next: a finder pattern's middle is at least this high.
const EACH: u32 = 3;
/// The most patterns of a polarity that are kept in a camera frame; a picture full of squares has thousands.
const MOST: usize = 600;
/// The most in a picture of any size.
const MOST_OF_ALL: usize = 3000;
const WORD: u32 = usize::BITS;
/// A camera frame's pixels. A larger picture is searched for as many more patterns.
const A_FRAME: usize = 1_000_000;

/// A picture in black and white, and its finder patterns.
pub(super) struct Polarity {
    /// The pixels that count as dark.
    pub(super) bits: BitMatrix,
    /// The patterns whose outer ring and middle are dark.
    pub(super) finders: Vec<ConcentricPattern>,
}

/// The finder patterns of the picture as it is, and those of its negative.
pub(super) fn both_polarities(dark: BitMatrix) -> [Polarity; 2] {
    let mut light = dark.clone();
    light.flip_self();
    let mut both = [dark, light].map(|bits| Polarity { bits, finders: Vec::new() });
    let [dark, _] = &both;
    let (width, height) = (dark.bits.width(), dark.bits.height());
    let mut runs = Vec::new();
    for y in (EACH - 1..height).step_by(EACH as usize) {
        let [dark, _] = &both;
        measure_runs(dark.bits.getRow(y).getBitArray(), width, &mut runs);
        // The first run is a light one, so a window that begins at an odd place begins with a dark run.
        let mut left = 0;
        for (at, five) in runs.windows(5).enumerate() {
            let [first, second, middle, ..] = *five else { continue };
            if let Some(five) = five.first_chunk::<5>().filter(|five| is_pattern(five))
                && let Some(polarity) = both.get_mut(usize::from(at.is_multiple_of(2)))
            {
                let x = left + first + second + middle / 2;
                polarity.locate(x, y, five.iter().sum());
            }
            left += first;
        }
    }
    both
}

impl Polarity {
    /// Keeps the finder pattern around a place, if there is one that is not known yet.
    #[allow(clippy::cast_precision_loss, reason = "pixel positions are far below 2^24")]
    fn locate(&mut self, x: u32, y: u32, width: u32) {
        let place = rxing::Point { x: x as f32 + 0.5, y: y as f32 + 0.5 };
        let known = |it: &ConcentricPattern| rxing::Point::distance(place, it.p) < it.size as f32 / 2.0;
        let most = (MOST * frames_of(&self.bits)).min(MOST_OF_ALL);
        if self.finders.len() >= most || self.finders.iter().any(known) {
            return;
        }
        let Ok(range) = i32::try_from(width * 3) else { return };
        let bits = &self.bits;
        let found = contained(|| LocateConcentricPattern::<true, 5, 7>(bits, &[1, 1, 3, 1, 1], place, range));
        self.finders.extend(found.flatten());
    }
}

/// How many camera frames the picture is as large as, at least one.
pub(super) fn frames_of(bits: &BitMatrix) -> usize {
    (bits.width() as usize * bits.height() as usize).div_ceil(A_FRAME)
}

/// Takes a row of `width` bits apart into runs of equal bits; the first run is of zeros and may be empty.
fn measure_runs(words: &[usize], width: u32, runs: &mut Vec<u32>) {
    runs.clear();
    let (mut begun, mut carried) = (0, 0);
    for (place, word) in (0u32..).zip(words) {
        let mut edges = word ^ (word << 1 | carried);
        carried = word >> (WORD - 1);
        while edges != 0 {
            let edge = place * WORD + edges.trailing_zeros();
            edges &= edges - 1;
            if edge >= width {
                break;
            }
            runs.push(edge - begun);
            begun = edge;
        }
    }
    runs.push(width - begun);
}

/// True for runs of about 1 : 1 : 3 : 1 : 1, where dark ones may be wider than light ones throughout, or narrower.
#[allow(clippy::cast_precision_loss, reason = "runs are far below 2^24")]
fn is_pattern(five: &[u32; 5]) -> bool {
    let [left, _, middle, _, right] = *five;
    let [_, before, _, after, _] = *five;
    if middle < 3 || middle < 2 * left.max(right) || middle < before.max(after) {
        return false;
    }
    let (bar, space) = ((left + middle + right) as f32 / 5.0, (before + after) as f32 / 2.0);
    if bar > 4.0 * space || space > 4.0 * bar {
        return false;
    }
    let (bar_slack, space_slack) = (bar * 0.75 + 0.5, space / 3.0 + 0.5);
    let near = |run: u32, wanted: f32, slack: f32| (run as f32 - wanted).abs() <= slack;
    let bars = [(left, bar), (middle, 3.0 * bar), (right, bar)];
    bars.iter().all(|(run, wanted)| near(*run, *wanted, bar_slack))
        && [before, after].iter().all(|run| near(*run, space, space_slack))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxing::common::BitArray;

    #[test]
    fn rows_are_taken_apart_at_every_edge() {
        for width in [1u32, 63, 64, 65, 130, 200] {
            let dark = |x: u32| x % 7 < 3 || (60..70).contains(&x);
            let mut row = BitArray::with_size(width as usize);
            (0..width).filter(|x| dark(*x)).for_each(|x| row.set(x as usize));
            let mut runs = Vec::new();
            measure_runs(row.getBitArray(), width, &mut runs);
            assert_eq!(runs.iter().sum::<u32>(), width);
            let again = runs.iter().zip([false, true].into_iter().cycle());
            let again: Vec<bool> = again.flat_map(|(run, dark)| vec![dark; *run as usize]).collect();
            assert_eq!(again, (0..width).map(dark).collect::<Vec<_>>(), "{width} pixels");
        }
    }

    #[test]
    fn patterns_of_both_polarities_are_found() {
        let mut bits = BitMatrix::new(200, 80).unwrap();
        let ring = |x: u32, y: u32| matches!(x.abs_diff(3).max(y.abs_diff(3)), 0 | 1 | 3);
        for y in 0..80 {
            for x in 0..200 {
                let (column, row) = (x % 100 / 4, y / 4);
                let inside = (5..12).contains(&column) && (5..12).contains(&row);
                let dark = inside && ring(column - 5, row - 5);
                // The right half is the negative of the left one.
                if dark != (x >= 100) {
                    bits.set(x, y);
                }
            }
        }
        let [dark, light] = both_polarities(bits);
        let places = |polarity: &Polarity| -> Vec<(f32, f32)> {
            polarity.finders.iter().map(|it| (it.p.x.round(), it.p.y.round())).collect()
        };
        assert_eq!(places(&dark), [(34.0, 34.0)]);
        assert_eq!(places(&light), [(134.0, 34.0)]);
    }
}
