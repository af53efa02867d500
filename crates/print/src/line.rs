//! A paragraph, and the lines it can be broken into: each as it is drawn, from left to right, and as wide as it is drawn.
//! Knows neither page nor PDF.

use std::cell::RefCell;
use std::collections::HashMap;

use unicode_bidi::{BidiInfo, Level};
use unicode_bidi_mirroring::get_mirrored;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::face::{Face, Typeface};
use crate::printable::ELLIPSIS;
use crate::shape::{Part, plain, segments, shaped};

/// A line as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// The text, in the order it is said.
    pub(crate) text: String,
    /// What stands from left to right.
    pub(crate) parts: Vec<Part>,
    /// How far ink reaches to the left of where the pen begins: a mark may hang over the edge of its letter. Lengths
    /// in thousandths of the type size.
    pub(crate) before: f32,
    /// From the leftmost ink, or the pen's beginning, to the rightmost, or the pen's end.
    pub(crate) width: f32,
}

/// A printable text. Which way it reads follows from all of it, so every line of it reads the same way (UAX #9).
pub(crate) struct Paragraph<'a> {
    pub(crate) text: &'a str,
    typeface: Typeface<'a>,
    tracking: f32,
    /// None for a text of Inter's characters alone, which is read from left to right.
    bidi: Option<BidiInfo<'a>>,
    /// Widths that were asked for: a text is tried in several sizes, and its widths are the same in all of them.
    widths: RefCell<HashMap<(usize, usize), f32>>,
}

impl<'a> Paragraph<'a> {
    pub(crate) fn new(text: &'a str, typeface: Typeface<'a>, tracking: f32) -> Self {
        let is_plain = text.chars().all(|character| typeface.inter().has(character));
        let bidi = (!is_plain).then(|| BidiInfo::new(text, None));
        Self { text, typeface, tracking, bidi, widths: RefCell::default() }
    }

    /// Whether it is read from right to left.
    pub(crate) fn is_rtl(&self) -> bool {
        let first = self.bidi.as_ref().and_then(|bidi| bidi.paragraphs.first());
        first.is_some_and(|paragraph| paragraph.level.is_rtl())
    }

    /// The text from one byte to another, without white space at its end.
    pub(crate) fn part(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default().trim_end()
    }

    /// The width of a line, in thousandths of the type size.
    pub(crate) fn width(&self, start: usize, end: usize) -> f32 {
        let end = start + self.part(start, end).len();
        if let Some(width) = self.widths.borrow().get(&(start, end)) {
            return *width;
        }
        let width = self.line(start, end).width;
        self.widths.borrow_mut().insert((start, end), width);
        width
    }

    /// The most that an ellipsis adds to the width of a line.
    pub(crate) fn ellipsis(&self) -> f32 {
        self.sign().width(self.tracking) - self.tracking.min(0.0)
    }

    /// A line from one byte to another.
    pub(crate) fn line(&self, start: usize, end: usize) -> Line {
        let text = self.part(start, end);
        let parts = self.parts(start, start + text.len());
        let (before, width) = self.across(&parts);
        Line { text: text.to_owned(), parts, before, width }
    }

    /// The same with an ellipsis where it ends: on the left in a text that is read from right to left.
    pub(crate) fn cut_line(&self, start: usize, end: usize) -> Line {
        let mut line = self.line(start, end);
        line.text.push(ELLIPSIS);
        line.parts.insert(if self.is_rtl() { 0 } else { line.parts.len() }, self.sign());
        (line.before, line.width) = self.across(&line.parts);
        line
    }

    /// [`Line::before`] and [`Line::width`] of parts that stand side by side. Characters are tracked from one to the
    /// next, so nothing follows the last one.
    fn across(&self, parts: &[Part]) -> (f32, f32) {
        let (mut pen, mut left, mut right) = (0.0_f32, 0.0_f32, 0.0_f32);
        for part in parts {
            let face = match part {
                Part::Plain { .. } => self.typeface.inter(),
                Part::Shaped { face, .. } => self.typeface.face(*face),
            };
            let ink = part.ink(face, self.tracking);
            (left, right) = (left.min(pen + ink.0), right.max(pen + ink.1));
            pen += part.width(self.tracking);
        }
        if let Some(Part::Plain { .. }) = parts.last() {
            pen -= self.tracking;
        }
        (-left, right.max(pen) - left)
    }

    fn sign(&self) -> Part {
        plain(ELLIPSIS.encode_utf8(&mut [0; 4]), self.typeface.inter())
    }

    fn parts(&self, start: usize, end: usize) -> Vec<Part> {
        if start >= end {
            return Vec::new();
        }
        let whole = || vec![plain(self.text.get(start..end).unwrap_or_default(), self.typeface.inter())];
        let Some(bidi) = &self.bidi else { return whole() };
        let Some(paragraph) = bidi.paragraphs.first() else { return whole() };
        let (levels, runs) = bidi.visual_runs(paragraph, start..end);
        let inter = self.typeface.inter();
        let each = runs.into_iter().flat_map(|run| {
            let rtl = levels.get(run.start).is_some_and(Level::is_rtl);
            let text = self.text.get(run).unwrap_or_default();
            let mut parts: Vec<_> = segments(text, self.typeface)
                .into_iter()
                .map(|(face, text)| match face.is_shaped() {
                    true => Part::Shaped {
                        face,
                        rtl,
                        text: text.to_owned(),
                        glyphs: shaped(text, self.typeface.face(face), rtl),
                    },
                    false if rtl => plain(&turned(text, inter), inter),
                    false => plain(text, inter),
                })
                .collect();
            if rtl {
                parts.reverse();
            }
            parts
        });
        each.collect()
    }
}

/// Inter's characters as they stand from left to right where they are read from right to left. Brackets open to the
/// other side.
fn turned(text: &str, face: &Face) -> String {
    let mirrored = |sign| get_mirrored(sign).filter(|other| face.has(*other)).unwrap_or(sign);
    text.graphemes(true).rev().flat_map(str::chars).map(mirrored).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{Faces, Weight};

    fn paragraph(text: &str) -> Paragraph<'_> {
        Paragraph::new(text, Faces::shared().unwrap().set_in(Weight::Bold), 0.0)
    }

    /// What stands from left to right.
    fn seen(line: &Line) -> String {
        let text = |part: &Part| -> String {
            match part {
                Part::Plain { placed, .. } => placed.iter().map(|one| one.character).collect(),
                Part::Shaped { glyphs, .. } => glyphs.iter().map(|glyph| glyph.reads.as_str()).collect(),
            }
        };
        line.parts.iter().map(text).collect()
    }

    fn whole(text: &str) -> String {
        seen(&paragraph(text).line(0, text.len()))
    }

    #[test]
    fn words_that_are_read_from_right_to_left_stand_so() {
        assert_eq!(whole("Ana"), "Ana");
        assert_eq!(whole("שרה כהן"), "ןהכ הרש");
        assert_eq!(whole("Ana שרה Bob"), "Ana הרש Bob");
        assert_eq!(whole("שרה (Ana)"), "(Ana) הרש");
        assert_eq!(whole("שרה (כהן)"), "(ןהכ) הרש", "brackets open to the other side");
        assert_eq!(whole("קומה 12"), "12 המוק", "figures are read from the left");
    }

    #[test]
    fn every_line_reads_the_way_that_its_text_does() {
        let text = "פסטיבל Live 2027! ערב (Jazz) כהן";
        let paragraph = self::paragraph(text);
        assert!(paragraph.is_rtl());
        let at = |word| text.find(word).unwrap();
        // By itself this line would read from the left: "Live 2027!".
        assert_eq!(seen(&paragraph.line(at("Live"), at("ערב"))), "!Live 2027");
        assert_eq!(seen(&paragraph.line(at("ערב"), text.len())), "ןהכ (Jazz) ברע");
        assert_eq!(seen(&paragraph.cut_line(at("Live"), at(" 2027"))), "…Live");
        let latin = "Live פסטיבל, שרה 12!";
        let paragraph = self::paragraph(latin);
        assert!(!paragraph.is_rtl());
        assert_eq!(seen(&paragraph.line(latin.find('פ').unwrap(), latin.len())), "12 הרש ,לביטספ!");
        assert_eq!(seen(&paragraph.cut_line(0, latin.find(',').unwrap())), "Live לביטספ…");
    }

    #[test]
    fn a_line_ends_with_its_last_letter_and_not_with_the_space_behind_it() {
        let faces = Faces::shared().unwrap().set_in(Weight::Bold);
        let width = |text: &str, tracking| Paragraph::new(text, faces, tracking).line(0, text.len()).width;
        for (text, gaps) in [("A", 0.0), ("ABC", 2.0), ("ABC שרה", 4.0), ("", 0.0)] {
            let (loose, tight) = (width(text, 0.0), width(text, -20.0));
            assert!((loose - tight - 20.0 * gaps).abs() < 0.01, "{text}: {loose} and {tight}");
        }
        let cut = |tracking| Paragraph::new("ABC", faces, tracking).cut_line(0, 3).width;
        assert!((cut(0.0) - cut(-20.0) - 60.0).abs() < 0.01, "three gaps, the one before the ellipsis too");
    }

    #[test]
    fn a_part_that_ends_in_a_mark_leaves_the_pen_behind_its_letter() {
        let width = |text: &str| paragraph(text).line(0, text.len()).width;
        let (marked, bare) = (width("а\u{301} שרה"), width("а שרה"));
        assert!((marked - bare).abs() < 0.01, "{marked} and {bare}");
        let text = "שרהб\u{301}";
        let Some(Part::Plain { placed, after, .. }) =
            paragraph(text).line(0, text.len()).parts.into_iter().next()
        else {
            panic!("the letter of Inter stands on the left")
        };
        let face = Faces::shared().unwrap().face(crate::face::FaceId::Bold);
        let advance = |character| face.advance(face.glyph(character).unwrap());
        let pen: f32 = placed.iter().map(|one| one.shift + advance(one.character)).sum();
        assert!((pen + after - advance('б')).abs() < 0.01, "the pen stands at {}", pen + after);
    }
}
