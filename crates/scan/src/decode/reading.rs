//! What is known of one picture while attempt follows attempt.

use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

use super::finders::both_polarities;
use super::patterns::{self, Outcome};
use super::{Found, bits, grey};
use crate::frame::{Frame, Point};

/// Groups of finder patterns read from the grey picture in one look, when black and white was not enough.
const GREY_TRIES: usize = 4;

/// The codes read so far; positions are in the whole picture's pixels.
pub(super) struct Reading {
    sought: &'static str,
    pub(super) found: Vec<Found>,
}

/// What one look left unread; positions are in the pixels that it looked at.
pub(super) struct Left {
    /// The whole picture's pixels for one of those looked at.
    scale: f32,
    /// Groups of three patterns, dark on light and light on dark.
    groups: [Vec<FinderPatternSet>; 2],
    finders: Vec<ConcentricPattern>,
}

impl Reading {
    pub(super) fn new(sought: &'static str) -> Self {
        Self { sought, found: Vec::new() }
    }

    /// True when a text that begins as it should was read.
    pub(super) fn has_sought(&self) -> bool {
        self.found.iter().any(|code| code.text.starts_with(self.sought))
    }

    /// Adds codes whose corners are in the pixels of a picture that is `scale` times smaller.
    pub(super) fn add(&mut self, codes: Vec<Found>, scale: f32) {
        for mut code in codes {
            code.scale(scale);
            if !self.found.iter().any(|known| known.is_same_place(&code)) {
                self.found.push(code);
            }
        }
    }

    /// Reads what is located in black and white, in both polarities.
    pub(super) fn look(&mut self, dark: BitMatrix, scale: f32) -> Left {
        let mut left = Left { scale, groups: Default::default(), finders: Vec::new() };
        for (polarity, groups) in both_polarities(dark).iter().zip(&mut left.groups) {
            let mut known = self.found.clone();
            for code in &mut known {
                code.scale(1.0 / scale);
            }
            let Outcome { found, unread, finders } = patterns::read(polarity, &known);
            self.add(found, scale);
            *groups = unread;
            left.finders.extend(finders);
        }
        left
    }

    /// Reads from the grey picture what a look located and left unread.
    pub(super) fn read_grey(&mut self, frame: &Frame, left: &Left) {
        let mut tries = GREY_TRIES;
        let mut negative = None;
        for (inverted, groups) in [false, true].into_iter().zip(&left.groups) {
            for group in groups {
                if self.explains_any(group, left.scale) {
                    continue;
                }
                if tries == 0 {
                    return;
                }
                tries -= 1;
                let frame =
                    if inverted { negative.get_or_insert_with(|| bits::negative(frame)) } else { frame };
                self.add(grey::read(frame, group).into_iter().collect(), left.scale);
            }
        }
    }

    /// Looks in black and white, then at the grey picture; true when a sought text is read and no three
    /// finder patterns outside the codes that were read may belong to one more.
    pub(super) fn look_closely(&mut self, frame: &Frame, dark: Option<BitMatrix>, scale: f32) -> bool {
        let Some(dark) = dark else { return false };
        let left = self.look(dark, scale);
        self.read_grey(frame, &left);
        self.has_sought() && left.groups.iter().flatten().all(|group| self.explains_any(group, scale))
    }

    /// True when each finder pattern that a look saw lies within a code that was read.
    pub(super) fn explains(&self, left: &Left) -> bool {
        left.finders.iter().all(|finder| self.covers(finder, left.scale))
    }

    fn explains_any(&self, group: &FinderPatternSet, scale: f32) -> bool {
        [group.tl, group.tr, group.bl].iter().any(|finder| self.covers(finder, scale))
    }

    fn covers(&self, finder: &ConcentricPattern, scale: f32) -> bool {
        let at = Point { x: finder.p.x * scale, y: finder.p.y * scale };
        self.found.iter().any(|code| code.covers(at))
    }
}
