//! From a text to lines that fit: wrapped, shrunk and at last cut with an ellipsis. Knows the faces, not the page.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::face::Typeface;
use crate::line::{Line, Paragraph};
use crate::printable::printable;
use crate::shape::Part;

/// A text set in one size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    /// Type size in points.
    pub(crate) size: f32,
    /// The lines from the top; none for an empty text.
    pub(crate) lines: Vec<Line>,
    /// Whether it is read from right to left.
    pub(crate) rtl: bool,
}

impl Block {
    /// From the first base line to the last, in points, with base lines `leading` sizes apart.
    pub(crate) fn depth(&self, leading: f32) -> f32 {
        let steps = self.lines.len().saturating_sub(1);
        self.size * leading * f32::from(u8::try_from(steps).unwrap_or(u8::MAX))
    }

    /// Whether a joined script stands in it, whose marks reach higher and lower than Inter's letters.
    pub(crate) fn is_shaped(&self) -> bool {
        self.lines.iter().flat_map(|line| &line.parts).any(|part| matches!(part, Part::Shaped { .. }))
    }

    /// The width of its widest line in points.
    pub(crate) fn width(&self) -> f32 {
        self.lines.iter().map(|line| line.width).fold(0.0, f32::max) / 1000.0 * self.size
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
pub(crate) fn fit(text: &str, typeface: Typeface<'_>, room: Room<'_>) -> Block {
    let text = printable(text, typeface);
    let paragraph = Paragraph::new(&text, typeface, room.tracking);
    let rtl = paragraph.is_rtl();
    let mut smallest = (8.0, 1);
    for &(size, allowed) in room.steps {
        if let Some(lines) = wrap(&paragraph, room.width * 1000.0 / size, allowed) {
            return Block { size, lines, rtl };
        }
        smallest = (size, allowed);
    }
    let (size, allowed) = smallest;
    Block { size, lines: cut(&paragraph, room.width * 1000.0 / size, allowed), rtl }
}

/// The bytes a line may end before: after spaces and hyphens.
fn word_ends(text: &str) -> Vec<usize> {
    let words = text.split_inclusive([' ', '-', '/', '–', '—']);
    let ends = words.scan(0, |end, word| {
        *end += word.len();
        Some(*end)
    });
    ends.collect()
}

/// The bytes a word may be split before.
fn cluster_ends(text: &str) -> Vec<usize> {
    text.grapheme_indices(true).map(|(start, cluster)| start + cluster.len()).collect()
}

/// Lines broken between words, `None` when a word is too wide or the lines are too many.
fn wrap(paragraph: &Paragraph<'_>, limit: f32, allowed: usize) -> Option<Vec<Line>> {
    let mut lines = Vec::new();
    let (mut start, mut end) = (0, 0);
    for next in word_ends(paragraph.text) {
        if paragraph.width(start, next) > limit {
            lines.push((start, end));
            start = end;
            if lines.len() >= allowed || paragraph.width(start, next) > limit {
                return None;
            }
        }
        end = next;
    }
    if end > start {
        lines.push((start, end));
    }
    Some(lines.into_iter().map(|(start, end)| paragraph.line(start, end)).collect())
}

/// Lines filled to the brim, the last one ending in an ellipsis if anything is left.
fn cut(paragraph: &Paragraph<'_>, limit: f32, allowed: usize) -> Vec<Line> {
    let (words, clusters) = (word_ends(paragraph.text), cluster_ends(paragraph.text));
    let last_within = |ends: &[usize], start: usize, limit: f32| {
        let ahead = ends.iter().copied().filter(|end| *end > start);
        ahead.take_while(|end| paragraph.width(start, *end) <= limit).last()
    };
    let rest = paragraph.text.len();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < rest && lines.len() < allowed {
        if paragraph.width(start, rest) <= limit {
            lines.push(paragraph.line(start, rest));
            break;
        }
        if lines.len() + 1 == allowed {
            let end = last_within(&clusters, start, limit - paragraph.ellipsis()).unwrap_or(start);
            lines.push(paragraph.cut_line(start, end));
            break;
        }
        let end = last_within(&words, start, limit).or_else(|| last_within(&clusters, start, limit));
        // Not even one letter: the room is no room.
        let Some(end) = end else { break };
        lines.push(paragraph.line(start, end));
        start = end;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{Faces, Weight};
    use crate::printable::ELLIPSIS;

    fn fitted(text: &str, width: f32, steps: &[(f32, usize)]) -> Block {
        fit(text, Faces::shared().unwrap().set_in(Weight::Bold), Room { width, steps, tracking: 0.0 })
    }

    fn texts(block: &Block) -> Vec<String> {
        block.lines.iter().map(|line| line.text.clone()).collect()
    }

    #[test]
    fn the_largest_size_that_fits_is_taken() {
        let steps = [(30.0, 1), (20.0, 2), (10.0, 3)];
        let lines = |text: &str| {
            let block = fitted(text, 100.0, &steps);
            (block.size, texts(&block))
        };
        assert_eq!(lines("Gala"), (30.0, vec!["Gala".to_owned()]));
        assert_eq!(lines("Food and Wine"), (20.0, ["Food and", "Wine"].map(str::to_owned).to_vec()));
        let three = ["Food and Wine", "Tasting in the", "garden"].map(str::to_owned).to_vec();
        assert_eq!(lines("Food and Wine Tasting in the garden"), (10.0, three));
    }

    #[test]
    fn what_does_not_fit_is_split_and_cut_and_never_wider_than_its_room() {
        for text in
            ["Donaudampfschifffahrtsgesellschaft".repeat(3), "many small words ".repeat(20), "W".repeat(99)]
        {
            for width in [20.0, 45.0, 130.0] {
                let block = fitted(&text, width, &[(12.0, 2), (9.0, 3)]);
                assert_eq!((block.size, block.lines.len()), (9.0, 3), "{:?}", texts(&block));
                assert!(block.lines[2].text.ends_with(ELLIPSIS), "{:?}", texts(&block));
                for line in &block.lines {
                    let points = line.width * 9.0 / 1000.0;
                    assert!(points <= width + 0.01, "{:?} is {points} wide in {width}", line.text);
                }
            }
        }
    }

    #[test]
    fn no_room_and_no_text_give_no_line() {
        assert_eq!(fitted("Gala", 1.0, &[(12.0, 3)]).lines, []);
        assert_eq!(fitted(" \u{200B} ", 100.0, &[(12.0, 3)]).lines, []);
    }

    #[test]
    fn words_of_every_script_are_wrapped_and_cut_and_never_wider_than_their_room() {
        for text in [
            "أمسية موسيقية مع فرقة الميناء الكبرى في قاعة المدينة ".repeat(4),
            "ערב של מוזיקה עם תזמורת הנמל הגדולה באולם העירייה ".repeat(4),
            "कानपुर सांस्कृतिक महोत्सव श्रीमती लक्ष्मी देवी ".repeat(4),
            "งานแสดงดนตรีครั้งยิ่งใหญ่ที่สุดแห่งปีกรุงเทพมหานคร".repeat(4),
            "Gala מוזיקה 2027 (أمسية) ".repeat(8),
        ] {
            for width in [45.0, 130.0] {
                let block = fitted(&text, width, &[(12.0, 2), (9.0, 3)]);
                assert_eq!(block.lines.len(), 3, "{:?}", texts(&block));
                for line in &block.lines {
                    let points = line.width * 9.0 / 1000.0;
                    assert!(points <= width + 0.01, "{:?} is {points} wide in {width}", line.text);
                }
            }
        }
    }
}
