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
        if cluster.chars().all(|c| (c.is_whitespace() && c != '\u{A0}') || c.is_control()) {
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

/// A line with every character placed, and its width in thousandths of the type size.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Shaped {
    pub(crate) placed: Vec<Placed>,
    pub(crate) width: f32,
}

/// Places the characters of a printable line: advance, kerning, and marks without a composed form over
/// their letter.
pub(crate) fn shape(line: &str, face: &Face) -> Shaped {
    let mut shaped = Shaped::default();
    let mut base: Option<(ttf_parser::GlyphId, f32)> = None;
    let mut owed = 0.0;
    for character in line.chars() {
        let Some(glyph) = face.glyph(character) else { continue };
        let advance = face.advance(glyph);
        if let (true, Some((below, start))) = (is_combining_mark(character), base) {
            let (shift, rise) = mark_place(face, below, glyph);
            let jump = start + shift - shaped.width;
            shaped.placed.push(Placed { character, shift: jump + owed, rise });
            owed = -(jump + advance);
            continue;
        }
        let kerning = base.map_or(0.0, |(before, _)| face.kerning(before, glyph));
        shaped.placed.push(Placed { character, shift: kerning + owed, rise: 0.0 });
        owed = 0.0;
        shaped.width += kerning;
        base = Some((glyph, shaped.width));
        shaped.width += advance;
    }
    shaped
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
    let mut smallest = (8.0, 1);
    for &(size, allowed) in room.steps {
        let limit = room.width * 1000.0 / size;
        if let Some(lines) = wrap(&text, face, limit, room.tracking)
            && lines.len() <= allowed
        {
            return Block { size, lines };
        }
        smallest = (size, allowed);
    }
    let (size, allowed) = smallest;
    let limit = room.width * 1000.0 / size;
    Block { size, lines: cut(&text, face, limit, room.tracking, allowed) }
}

/// The width of a line in thousandths of the type size.
pub(crate) fn width(line: &str, face: &Face, tracking: f32) -> f32 {
    let shaped = shape(line, face);
    shaped.width + tracking * count(shaped.placed.len())
}

#[allow(clippy::cast_precision_loss, reason = "a line has far fewer than 2^23 characters")]
fn count(number: usize) -> f32 {
    number as f32
}

/// Lines broken at spaces and hyphens, `None` when one word alone is too wide.
fn wrap(text: &str, face: &Face, limit: f32, tracking: f32) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for word in words(text) {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line}{word}");
            if width(longer.trim_end(), face, tracking) <= limit {
                *line = longer;
                continue;
            }
        }
        if width(word.trim_end(), face, tracking) > limit {
            return None;
        }
        lines.push(word.to_owned());
    }
    Some(lines.into_iter().map(|line| line.trim_end().to_owned()).collect())
}

/// The pieces a line may end after.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive([' ', '-', '/', '–', '—'])
}

/// Lines filled to the brim, the last one ending in an ellipsis if anything is left.
fn cut(text: &str, face: &Face, limit: f32, tracking: f32, allowed: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && lines.len() < allowed {
        let last = lines.len() + 1 == allowed;
        let taken = fill(rest, face, limit, tracking, last);
        let (line, left) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        let more = last && !left.is_empty();
        lines.push(if more { format!("{}{ELLIPSIS}", line.trim_end()) } else { line.trim_end().to_owned() });
        rest = left.trim_start();
    }
    lines
}

/// How many bytes of `text` go on one line: whole words if any fits, else clusters, at least one.
fn fill(text: &str, face: &Face, limit: f32, tracking: f32, last: bool) -> usize {
    let fits = |end: usize| {
        let line = text.get(..end).unwrap_or_default().trim_end();
        let more = last && end < text.len();
        let line = if more { format!("{line}{ELLIPSIS}") } else { line.to_owned() };
        width(&line, face, tracking) <= limit
    };
    let longest = |ends: Vec<usize>| ends.into_iter().take_while(|&end| fits(end) || end == 0).last();
    if fits(text.len()) {
        return text.len();
    }
    let word_ends = words(text).scan(0, |end, word| {
        *end += word.len();
        Some(*end)
    });
    let whole = if last { None } else { longest(word_ends.collect()) };
    let clusters = || text.grapheme_indices(true).map(|(start, cluster)| start + cluster.len()).collect();
    let first = text.graphemes(true).next().map_or(text.len(), str::len);
    whole.or_else(|| longest(clusters())).unwrap_or(first).max(first)
}
