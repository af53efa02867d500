//! From what people type to lines that fit: characters the typeface lacks are replaced visibly, lines are
//! kerned, wrapped, shrunk and at last cut with an ellipsis. Knows the typeface, not the page.
//!
//! Every grapheme cluster the typeface cannot show becomes one U+FFFD, drawn as an empty box. So a name in
//! Arabic, Hebrew or Chinese prints as a row of boxes: the holder sees that it is not shown, nobody reads a
//! wrong name. Nothing is reordered, as no right-to-left script has glyphs.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::face::{Face, REPLACEMENT};

/// Clusters read of any one text; a ticket has no room for more.
const LONGEST: usize = 300;
/// Marks kept on one letter that has no composed form.
const MOST_MARKS: usize = 2;
const ELLIPSIS: char = '…';

/// Makes a text printable on one line: composed (NFC), invisible characters dropped, white space single,
/// what the typeface lacks replaced.
pub(crate) fn printable(text: &str, face: &Face) -> String {
    let mut line = String::new();
    let mut clusters = text.graphemes(true);
    for cluster in clusters.by_ref().take(LONGEST) {
        if cluster.chars().all(|c| (c.is_whitespace() && !holds(c)) || c.is_control()) {
            if !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
            continue;
        }
        let composed: String = cluster.nfc().filter(|c| !is_invisible(*c)).map(twin).collect();
        let marks = composed.chars().skip(1).count();
        if composed.chars().all(|c| face.has(c)) && marks <= MOST_MARKS {
            line.push_str(&composed);
        } else {
            line.push(REPLACEMENT);
        }
    }
    line.truncate(line.trim_end().len());
    if clusters.next().is_some() {
        line.push(ELLIPSIS);
    }
    line
}

/// Spaces a line may not end at, as in `10 000 €`.
fn holds(character: char) -> bool {
    matches!(character, '\u{A0}' | '\u{202F}')
}

/// Characters that look alike and share one glyph, which can read back as only one of them.
fn twin(character: char) -> char {
    match character {
        '\u{2BC}' => '\u{2019}',
        '\u{2EE}' => '\u{201D}',
        other => other,
    }
}

/// Characters that only steer layout: joiners, directions, variation selectors, soft hyphens.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// One character with its place. Lengths in thousandths of the type size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placed {
    pub(crate) character: char,
    /// How far the pen moves right before it.
    pub(crate) shift: f32,
    /// How far it stands above the base line.
    pub(crate) rise: f32,
}

/// Places the characters of a printable line: advance, kerning, and marks without a composed form over
/// their letter.
pub(crate) fn shape(line: &str, face: &Face) -> Vec<Placed> {
    let mut placed = Vec::new();
    let mut pen = 0.0;
    let mut base: Option<(ttf_parser::GlyphId, f32)> = None;
    let mut owed = 0.0;
    for character in line.chars() {
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
    placed
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

/// A text set in one size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    /// Type size in points.
    pub(crate) size: f32,
    /// The lines from the top; none for an empty text.
    pub(crate) lines: Vec<String>,
}

impl Block {
    /// From the first base line to the last, in points, with base lines `leading` sizes apart.
    pub(crate) fn depth(&self, leading: f32) -> f32 {
        self.size * leading * count(self.lines.len().saturating_sub(1))
    }
}

/// The room a text may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Room<'a> {
    /// Width in points.
    pub(crate) width: f32,
    /// Sizes in points, largest first, with the lines allowed in each.
    pub(crate) steps: &'a [(f32, usize)],
    /// Extra space after each character, in thousandths of the type size.
    pub(crate) tracking: f32,
}

/// Sets a text in the largest size whose lines fit; in the smallest, words longer than a line are split and
/// what is left over is cut with an ellipsis. Never wider than the room.
pub(crate) fn fit(text: &str, face: &Face, room: Room<'_>) -> Block {
    let text = printable(text, face);
    let ruler = Ruler::new(&text, face, room.tracking);
    let mut smallest = (8.0, 1);
    for &(size, allowed) in room.steps {
        if let Some(lines) = wrap(&ruler, room.width * 1000.0 / size, allowed) {
            return Block { size, lines };
        }
        smallest = (size, allowed);
    }
    let (size, allowed) = smallest;
    Block { size, lines: cut(&ruler, room.width * 1000.0 / size, allowed) }
}

/// The width of a line in thousandths of the type size.
pub(crate) fn width(line: &str, face: &Face, tracking: f32) -> f32 {
    Ruler::new(line, face, tracking).width(0, line.len())
}

#[allow(clippy::cast_precision_loss, reason = "a line has far fewer than 2^23 characters")]
fn count(number: usize) -> f32 {
    number as f32
}

/// A text measured once, so that any part of it is measured for nothing.
struct Ruler<'a> {
    text: &'a str,
    /// Of each character: its first byte, and where it starts and ends, in thousandths of the type size.
    stops: Vec<(usize, f32, f32)>,
    tracking: f32,
    ellipsis: f32,
}

impl<'a> Ruler<'a> {
    fn new(text: &'a str, face: &Face, tracking: f32) -> Self {
        let mut stops = Vec::with_capacity(text.len());
        let mut before: Option<ttf_parser::GlyphId> = None;
        let mut pen = 0.0;
        for (at, character) in text.char_indices() {
            let Some(glyph) = face.glyph(character) else { continue };
            if is_combining_mark(character) && before.is_some() {
                stops.push((at, pen, pen));
                continue;
            }
            let start = pen + before.map_or(0.0, |before| face.kerning(before, glyph));
            pen = start + face.advance(glyph);
            stops.push((at, start, pen));
            before = Some(glyph);
        }
        let ellipsis = face.glyph(ELLIPSIS).map_or(0.0, |glyph| face.advance(glyph)) + tracking;
        Self { text, stops, tracking, ellipsis }
    }

    /// The part without white space at its end.
    fn part(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default().trim_end()
    }

    /// The width of a part without white space at its end.
    fn width(&self, start: usize, end: usize) -> f32 {
        let end = start + self.part(start, end).len();
        let index = |byte| self.stops.partition_point(|(at, ..)| *at < byte);
        let part = self.stops.get(index(start)..index(end)).unwrap_or_default();
        match (part.first(), part.last()) {
            (Some((_, left, _)), Some((_, _, right))) => right - left + self.tracking * count(part.len()),
            _ => 0.0,
        }
    }

    /// The bytes a line may end before: after spaces and hyphens.
    fn word_ends(&self) -> Vec<usize> {
        let words = self.text.split_inclusive([' ', '-', '/', '–', '—']);
        let ends = words.scan(0, |end, word| {
            *end += word.len();
            Some(*end)
        });
        ends.collect()
    }

    /// The bytes a word may be split before.
    fn cluster_ends(&self) -> Vec<usize> {
        self.text.grapheme_indices(true).map(|(start, cluster)| start + cluster.len()).collect()
    }
}

/// Lines broken between words, `None` when a word is too wide or the lines are too many.
fn wrap(ruler: &Ruler<'_>, limit: f32, allowed: usize) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    let (mut start, mut end) = (0, 0);
    for next in ruler.word_ends() {
        if ruler.width(start, next) > limit {
            lines.push(ruler.part(start, end).to_owned());
            start = end;
            if lines.len() >= allowed || ruler.width(start, next) > limit {
                return None;
            }
        }
        end = next;
    }
    if end > start {
        lines.push(ruler.part(start, end).to_owned());
    }
    Some(lines)
}

/// Lines filled to the brim, the last one ending in an ellipsis if anything is left.
fn cut(ruler: &Ruler<'_>, limit: f32, allowed: usize) -> Vec<String> {
    let (words, clusters) = (ruler.word_ends(), ruler.cluster_ends());
    let last_within = |ends: &[usize], start: usize, limit: f32| {
        let ahead = ends.iter().copied().filter(|end| *end > start);
        ahead.take_while(|end| ruler.width(start, *end) <= limit).last()
    };
    let mut lines = Vec::new();
    let mut start = 0;
    while start < ruler.text.len() && lines.len() < allowed {
        let rest = ruler.text.len();
        if ruler.width(start, rest) <= limit {
            lines.push(ruler.part(start, rest).to_owned());
            break;
        }
        if lines.len() + 1 == allowed {
            let end = last_within(&clusters, start, limit - ruler.ellipsis).unwrap_or(start);
            lines.push(format!("{}{ELLIPSIS}", ruler.part(start, end)));
            break;
        }
        let end = last_within(&words, start, limit).or_else(|| last_within(&clusters, start, limit));
        // Not even one letter: the room is no room.
        let Some(end) = end else { break };
        lines.push(ruler.part(start, end).to_owned());
        start = end;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{Faces, Weight};

    fn in_bold<T>(check: impl Fn(&Face) -> T) -> T {
        check(Faces::load().unwrap().get(Weight::Bold))
    }

    fn fitted(text: &str, width: f32, steps: &[(f32, usize)]) -> Block {
        in_bold(|face| fit(text, face, Room { width, steps, tracking: 0.0 }))
    }

    #[test]
    fn white_space_is_single_and_invisible_characters_go() {
        let clean = |text: &str| in_bold(|face| printable(text, face));
        assert_eq!(clean("  two \t\r\n words\u{200B}\u{202E}\u{AD} "), "two words");
        assert_eq!(clean("\u{0}\u{1B}[31mred"), "[31mred");
        assert_eq!(clean("10\u{A0}000\u{202F}€"), "10\u{A0}000\u{202F}€");
        assert_eq!(clean("\u{200D}\u{FE0F}"), "");
    }

    #[test]
    fn an_unknown_cluster_is_one_box_and_a_heap_of_marks_too() {
        let clean = |text: &str| in_bold(|face| printable(text, face));
        assert_eq!(clean("李 小龙"), "\u{FFFD} \u{FFFD}\u{FFFD}");
        assert_eq!(clean("👩🏽‍🚀!"), "\u{FFFD}!");
        assert_eq!(clean(&format!("a{}", "\u{301}".repeat(40))), "\u{FFFD}");
        assert_eq!(clean("Oʼbrien ʼ"), "O’brien ’");
    }

    #[test]
    fn an_endless_text_is_read_only_so_far() {
        let line = in_bold(|face| printable(&"x".repeat(1_000_000), face));
        assert_eq!(line.chars().count(), LONGEST + 1);
        assert!(line.ends_with(ELLIPSIS));
    }

    #[test]
    fn the_largest_size_that_fits_is_taken() {
        let steps = [(30.0, 1), (20.0, 2), (10.0, 3)];
        assert_eq!(fitted("Gala", 100.0, &steps), Block { size: 30.0, lines: vec!["Gala".to_owned()] });
        let lines = vec!["Food and".to_owned(), "Wine".to_owned()];
        assert_eq!(fitted("Food and Wine", 100.0, &steps), Block { size: 20.0, lines });
        let lines = fitted("Food and Wine Tasting in the garden", 100.0, &steps);
        assert_eq!(lines.lines, ["Food and Wine", "Tasting in the", "garden"]);
    }

    #[test]
    fn what_does_not_fit_is_split_and_cut_and_never_wider_than_its_room() {
        for text in
            ["Donaudampfschifffahrtsgesellschaft".repeat(3), "many small words ".repeat(20), "W".repeat(99)]
        {
            for width in [20.0, 45.0, 130.0] {
                let block = fitted(&text, width, &[(12.0, 2), (9.0, 3)]);
                assert_eq!((block.size, block.lines.len()), (9.0, 3), "{:?}", block.lines);
                assert!(block.lines[2].ends_with(ELLIPSIS), "{:?}", block.lines);
                for line in &block.lines {
                    let points = in_bold(|face| super::width(line, face, 0.0)) * 9.0 / 1000.0;
                    assert!(points <= width + 0.01, "{line:?} is {points} wide in {width}");
                }
            }
        }
    }

    #[test]
    fn no_room_and_no_text_give_no_line() {
        assert_eq!(fitted("Gala", 1.0, &[(12.0, 3)]).lines, Vec::<String>::new());
        assert_eq!(fitted(" \u{200B} ", 100.0, &[(12.0, 3)]).lines, Vec::<String>::new());
    }

    #[test]
    fn a_mark_stands_over_its_letter_and_takes_no_room() {
        in_bold(|face| {
            let placed = shape("а\u{301}б", face);
            assert!(placed[1].shift < 0.0, "the pen goes back to the letter: {placed:?}");
            assert!(placed[2].shift.abs() > 0.0, "and forward again: {placed:?}");
            let (with, without) = (width("а\u{301}б", face, 0.0), width("аб", face, 0.0));
            assert!((with - without).abs() < 0.01, "{with} and {without}");
            assert!(shape("Х\u{301}", face)[1].rise > 100.0, "above a capital");
        });
    }
}
