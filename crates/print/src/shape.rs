//! A part of a line: text of one face and one direction, with the letters of Arabic, Hebrew, Thai and Devanagari joined
//! and placed. Knows neither page nor PDF.

use std::collections::BTreeMap;

use rustybuzz::{BufferClusterLevel, Direction, UnicodeBuffer};
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::face::{Face, FaceId, Typeface};

/// A part of a line: one face, one direction. Parts stand from left to right.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// Inter's characters, from left to right.
    Plain {
        /// The characters.
        placed: Vec<Placed>,
        /// How far the pen moves right after the last one, in thousandths of the type size: back behind the letter
        /// where that is a mark.
        after: f32,
        /// How far the pen comes in all, without tracking.
        width: f32,
    },
    /// Glyphs of a script, from left to right.
    Shaped {
        /// Whose.
        face: FaceId,
        /// Whether it is read from right to left.
        rtl: bool,
        /// The text, in the order it is said.
        text: String,
        /// The glyphs.
        glyphs: Vec<Glyph>,
    },
}

/// One character of Inter with its place. Lengths in thousandths of the type size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placed {
    pub(crate) character: char,
    /// How far the pen moves right before it.
    pub(crate) shift: f32,
    /// How far it stands above the base line.
    pub(crate) rise: f32,
}

/// One shaped glyph with its place. Lengths in thousandths of the type size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) id: u16,
    /// How wide the PDF takes it to be.
    pub(crate) width: f32,
    /// How far the pen is after it.
    pub(crate) advance: f32,
    /// From the pen to its origin.
    pub(crate) dx: f32,
    pub(crate) dy: f32,
    /// What it reads as; nothing for a glyph whose text another one carries.
    pub(crate) reads: String,
}

impl Part {
    /// How far the pen comes, in thousandths of the type size. Joined letters are not tracked.
    #[allow(clippy::cast_precision_loss, reason = "a line has far fewer than 2^23 characters")]
    pub(crate) fn width(&self, tracking: f32) -> f32 {
        match self {
            Self::Plain { placed, width, .. } => width + tracking * placed.len() as f32,
            Self::Shaped { glyphs, .. } => glyphs.iter().map(|glyph| glyph.advance).sum(),
        }
    }

    /// Where its ink begins and ends, from where the pen begins, in thousandths of the type size: a face's marks, and
    /// some letters, reach over the room that the pen gives them.
    pub(crate) fn ink(&self, face: &Face, tracking: f32) -> (f32, f32) {
        let mut pen = 0.0;
        let mut ink = (0.0_f32, 0.0_f32);
        let mut reach = |origin: f32, glyph| {
            if let Some((left, _, right, _)) = face.outline_box(glyph) {
                ink = (ink.0.min(origin + left), ink.1.max(origin + right));
            }
        };
        match self {
            Self::Plain { placed, .. } => {
                for one in placed {
                    let Some(glyph) = face.glyph(one.character) else { continue };
                    pen += one.shift;
                    reach(pen, glyph);
                    pen += face.advance(glyph) + tracking;
                }
            }
            Self::Shaped { glyphs, .. } => {
                for glyph in glyphs {
                    reach(pen + glyph.dx, ttf_parser::GlyphId(glyph.id));
                    pen += glyph.advance;
                }
            }
        }
        ink
    }
}

/// The text cut where its face changes, in the order it is said.
pub(crate) fn segments<'t>(text: &'t str, typeface: Typeface<'_>) -> Vec<(FaceId, &'t str)> {
    let mut cuts: Vec<(FaceId, usize)> = Vec::new();
    for (at, cluster) in text.grapheme_indices(true) {
        // What no face has was replaced before.
        let Some(face) = typeface.covering(cluster) else { continue };
        if cuts.last().is_none_or(|(last, _)| *last != face) {
            cuts.push((face, at));
        }
    }
    let ends = cuts.iter().skip(1).map(|(_, at)| *at).chain([text.len()]).collect::<Vec<_>>();
    cuts.into_iter()
        .zip(ends)
        .filter_map(|((face, start), end)| Some((face, text.get(start..end)?)))
        .collect()
}

/// Shapes text of one face and direction; the glyphs stand from left to right.
pub(crate) fn shaped(text: &str, face: &Face, rtl: bool) -> Vec<Glyph> {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
    buffer.set_cluster_level(BufferClusterLevel::MonotoneCharacters);
    buffer.guess_segment_properties();
    let buffer = rustybuzz::shape(&face.shaper, &[], buffer);
    let starts = buffer.glyph_infos().iter().map(|info| byte(info.cluster));
    let mut clusters: Vec<usize> = starts.chain([text.len()]).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let glyphs = || buffer.glyph_infos().iter().zip(buffer.glyph_positions());
    // The letter of a cluster carries its text, and not a mark, which has no width: readers of the PDF mark a place.
    let mut widest: BTreeMap<usize, (i32, usize)> = BTreeMap::new();
    for (index, (info, position)) in glyphs().enumerate() {
        let carrier = widest.entry(byte(info.cluster)).or_insert((position.x_advance, index));
        if position.x_advance > carrier.0 {
            *carrier = (position.x_advance, index);
        }
    }
    glyphs()
        .enumerate()
        .map(|(index, (info, position))| {
            let at = byte(info.cluster);
            let end = clusters.iter().copied().find(|end| *end > at).unwrap_or(text.len());
            let carries = widest.get(&at).is_some_and(|(_, carrier)| *carrier == index);
            let reads = if carries { text.get(at..end).unwrap_or_default() } else { "" };
            let id = u16::try_from(info.glyph_id).unwrap_or_default();
            Glyph {
                id,
                width: face.advance(ttf_parser::GlyphId(id)),
                advance: face.length(position.x_advance),
                dx: face.length(position.x_offset),
                dy: face.length(position.y_offset),
                reads: reads.to_owned(),
            }
        })
        .collect()
}

fn byte(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or_default()
}

/// Places Inter's characters: advance, kerning, and marks without a composed form over their letter.
pub(crate) fn plain(text: &str, face: &Face) -> Part {
    let mut placed = Vec::with_capacity(text.len());
    let mut pen = 0.0;
    let mut base: Option<(ttf_parser::GlyphId, f32)> = None;
    let mut owed = 0.0;
    for character in text.chars() {
        let Some(glyph) = face.glyph(character) else { continue };
        let advance = face.advance(glyph);
        if let (true, Some((below, start))) = (is_combining_mark(character), base) {
            let (shift, rise) = mark_place(face, below, glyph);
            let jump = start + shift - pen;
            placed.push(Placed { character, shift: jump + owed, rise });
            owed = -(jump + advance);
            continue;
        }
        let kerning = base.map_or(0.0, |(before, _)| face.kerning(before, glyph));
        placed.push(Placed { character, shift: kerning + owed, rise: 0.0 });
        owed = 0.0;
        pen += kerning;
        base = Some((glyph, pen));
        pen += advance;
    }
    Part::Plain { placed, after: owed, width: pen }
}

/// Where a mark stands from its letter's origin: centred, and above a tall letter.
fn mark_place(face: &Face, letter: ttf_parser::GlyphId, mark: ttf_parser::GlyphId) -> (f32, f32) {
    const X_HEIGHT: f32 = 546.0;
    let (Some(letter), Some(mark)) = (face.outline_box(letter), face.outline_box(mark)) else {
        return (0.0, 0.0);
    };
    let shift = f32::midpoint(letter.0, letter.2) - f32::midpoint(mark.0, mark.2);
    let rise = if mark.1 > 0.0 { (letter.3 - X_HEIGHT).max(0.0) } else { 0.0 };
    (shift, rise)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Faces;

    #[test]
    fn letters_join_and_what_they_read_as_is_kept() {
        let faces = Faces::shared().unwrap();
        let face = faces.face(FaceId::Arabic);
        let glyphs = shaped("محمد", face, true);
        assert_eq!(glyphs.len(), 4);
        let alone = shaped("م", face, true)[0].id;
        assert!(glyphs.iter().all(|glyph| glyph.id != alone), "none stands alone");
        let back: String = glyphs.iter().rev().map(|glyph| glyph.reads.as_str()).collect();
        assert_eq!(back, "محمد");
        assert_eq!(shaped("لا", face, true).len(), 1, "one ligature");
        let hindi = shaped("श्रीमती", faces.face(FaceId::Devanagari), false);
        assert!(hindi.len() < "श्रीमती".chars().count(), "a conjunct is one glyph: {hindi:?}");
    }

    #[test]
    fn a_mark_stands_over_its_letter_and_takes_no_room() {
        let face = Faces::shared().unwrap().face(FaceId::Bold);
        let placed = |text| match plain(text, face) {
            Part::Plain { placed, width, .. } => (placed, width),
            Part::Shaped { .. } => panic!("Inter is not shaped"),
        };
        let (two, width) = placed("а\u{301}б");
        assert!(two[1].shift < 0.0, "the pen goes back to the letter: {two:?}");
        assert!(two[2].shift.abs() > 0.0, "and forward again: {two:?}");
        assert!((width - placed("аб").1).abs() < 0.01, "it takes no room");
        assert!(placed("Х\u{301}").0[1].rise > 100.0, "above a capital");
    }
}
