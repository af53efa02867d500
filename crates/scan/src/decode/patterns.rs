//! The three finder patterns of a code, and reading a code from a grid of modules: rxing's parts, contained.

use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR,
};

use super::{Found, MAX_TEXT};
use crate::contain::contained;
use crate::frame::Point;

/// Groups of three looked at in one picture; a picture full of squares has thousands.
const MOST_GROUPS: usize = 40;

/// Three finder patterns that may belong to one code, the likeliest first.
pub(super) fn groups(bits: &BitMatrix) -> Vec<FinderPatternSet> {
    let found = contained(|| GenerateFinderPatternSets(&mut FindFinderPatterns(bits, true, 0)));
    let mut groups = found.unwrap_or_default();
    groups.truncate(MOST_GROUPS);
    groups
}

/// Samples and reads each group's code in black and white; those that cannot be read are handed back.
pub(super) fn read(bits: &BitMatrix, groups: &[FinderPatternSet]) -> (Vec<Found>, Vec<FinderPatternSet>) {
    let mut found: Vec<Found> = Vec::new();
    let mut unread = Vec::new();
    for group in groups {
        if found.iter().any(|code| shares_patterns(code, group)) {
            continue;
        }
        match contained(|| sampled(bits, group)).flatten() {
            Some(code) => found.push(code),
            None => unread.push(*group),
        }
    }
    unread.retain(|group| !found.iter().any(|code| shares_patterns(code, group)));
    (found, unread)
}

/// True when one of the patterns lies within the code.
fn shares_patterns(code: &Found, group: &FinderPatternSet) -> bool {
    [group.tl, group.tr, group.bl].iter().any(|pattern| code.covers(Point { x: pattern.p.x, y: pattern.p.y }))
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
    let decoded = Decode(modules).ok().filter(rxing::common::cpp_essentials::DecoderResult::isValid)?;
    let text = decoded.text();
    (!text.is_empty() && text.len() <= MAX_TEXT).then_some(text)
}
