//! The three finder patterns of a code, and reading a code from a grid of modules: rxing's parts, contained.

use rxing::common::cpp_essentials::{ConcentricPattern, DecoderResult};
use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FinderPatternSet, GenerateFinderPatternSets, SampleQR};

use super::finders::{Polarity, frames_of};
use super::{Found, MAX_TEXT};
use crate::contain::contained;
use crate::frame::Point;

/// Groups of three tried in a camera frame; a picture full of squares has thousands.
const MOST_TRIES: usize = 40;

/// Three finder patterns that may belong to one code, the likeliest first.
fn groups(finders: &[ConcentricPattern]) -> Vec<FinderPatternSet> {
    contained(|| GenerateFinderPatternSets(&mut finders.to_vec())).unwrap_or_default()
}

/// What [`read`] makes of a picture.
pub(super) struct Outcome {
    /// The codes that it read.
    pub(super) found: Vec<Found>,
    /// Groups of three patterns that lie in no code read so far.
    pub(super) unread: Vec<FinderPatternSet>,
    /// Patterns that lie in no code read so far.
    pub(super) finders: Vec<ConcentricPattern>,
}

/// Samples and reads in black and white the code of each group of patterns, except those within a `known` code.
pub(super) fn read(picture: &Polarity, known: &[Found]) -> Outcome {
    let mut finders = picture.finders.clone();
    finders.retain(|finder| !known.iter().any(|code| covers(code, finder)));
    let mut found: Vec<Found> = Vec::new();
    let mut unread = Vec::new();
    let mut tries = MOST_TRIES * frames_of(&picture.bits);
    for group in groups(&finders) {
        if found.iter().any(|code| shares_patterns(code, &group)) {
            continue;
        }
        if tries == 0 {
            break;
        }
        tries -= 1;
        match contained(|| sampled(&picture.bits, &group)).flatten() {
            Some(code) => found.push(code),
            None => unread.push(group),
        }
    }
    unread.retain(|group| !found.iter().any(|code| shares_patterns(code, group)));
    finders.retain(|finder| !found.iter().any(|code| covers(code, finder)));
    Outcome { found, unread, finders }
}

fn covers(code: &Found, finder: &ConcentricPattern) -> bool {
    code.covers(Point { x: finder.p.x, y: finder.p.y })
}

/// True when one of the patterns lies within the code.
fn shares_patterns(code: &Found, group: &FinderPatternSet) -> bool {
    [group.tl, group.tr, group.bl].iter().any(|pattern| covers(code, pattern))
}

fn sampled(bits: &BitMatrix, group: &FinderPatternSet) -> Option<Found> {
    let sample = SampleQR(bits, group).ok()?;
    let text = text_of(sample.getBits())?;
    Some(Found { text, corners: corners_of(sample.getPoints())? })
}

/// rxing names a code's corners in reading order: top left, top right, bottom left, bottom right.
pub(super) fn corners_of(points: &[rxing::Point]) -> Option<[Point; 4]> {
    let [top_left, top_right, bottom_left, bottom_right] = *points.first_chunk::<4>()?;
    Some([top_left, top_right, bottom_right, bottom_left].map(|at| Point { x: at.x, y: at.y }))
}

/// The text of a grid of modules, with its errors corrected; `None` when there are too many.
pub(super) fn text_of(modules: &BitMatrix) -> Option<String> {
    let decoded = Decode(modules).ok().filter(DecoderResult::isValid)?;
    let text = decoded.text();
    (!text.is_empty() && text.len() <= MAX_TEXT).then_some(text)
}
