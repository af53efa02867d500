//! From what people type to what can be printed on one line: what no face has is left out with a mark. Knows the
//! faces, not the page.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::face::{Typeface, is_joiner};

/// Clusters read of any one text; a ticket has no room for more.
const LONGEST: usize = 300;
/// Marks kept on one of Inter's letters that has no composed form.
const MOST_MARKS: usize = 2;
/// Marks kept on a letter of the other scripts.
const MOST_SCRIPT_MARKS: usize = 8;
pub(crate) const ELLIPSIS: char = '…';
/// Stands where letters are left out that no face has: a sign that nobody takes for a part of the name.
const LEFT_OUT: &str = "[?]";

/// Makes a text printable on one line: composed (NFC), invisible characters dropped, white space single, and what no
/// face has left out with a mark.
pub(crate) fn printable(text: &str, typeface: Typeface<'_>) -> String {
    read(text, typeface).0
}

/// The letters of a text that no face has, each once, in their order.
pub(crate) fn left_out(text: &str, typeface: Typeface<'_>) -> Vec<String> {
    let mut each: Vec<String> = Vec::new();
    for cluster in read(text, typeface).1 {
        if !each.contains(&cluster) {
            each.push(cluster);
        }
    }
    each
}

fn read(text: &str, typeface: Typeface<'_>) -> (String, Vec<String>) {
    let mut line = String::new();
    let mut left_out = Vec::new();
    let mut clusters = text.graphemes(true);
    for cluster in clusters.by_ref().take(LONGEST) {
        if cluster.chars().all(|c| (c.is_whitespace() && !holds(c)) || c.is_control()) {
            if !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
            continue;
        }
        if let Some(printed) = printed(cluster, typeface) {
            line.push_str(&printed);
            continue;
        }
        left_out.push(cluster.to_owned());
        // However many are left out one after the other, one mark says so.
        let said = line.trim_end().len();
        if line.get(..said).is_some_and(|line| line.ends_with(LEFT_OUT)) {
            line.truncate(said);
        } else {
            line.push_str(LEFT_OUT);
        }
    }
    line.truncate(line.trim_end().len());
    if clusters.next().is_some() {
        line.push(ELLIPSIS);
    }
    (line, left_out)
}

/// A cluster as it is printed, if a face has it: composed, or as the plain letters it is a variant of (NFKC), as of
/// full-width Latin and of Arabic's presentation forms.
fn printed(cluster: &str, typeface: Typeface<'_>) -> Option<String> {
    let visible = |text: &str| -> String { text.nfc().filter(|c| !is_invisible(*c)).map(twin).collect() };
    let set = |text: String| {
        let face = typeface.covering(&text)?;
        let most = if face.is_shaped() { MOST_SCRIPT_MARKS } else { MOST_MARKS };
        let marks = text.chars().skip(1).filter(|c| !is_joiner(*c)).count();
        // A mark without a letter has nothing to stand on, and would hang over the edge.
        let hangs = face.is_shaped() && text.starts_with(is_combining_mark);
        if hangs || marks > most || text.contains('\u{FFFD}') {
            return None;
        }
        // Joiners steer the letters of a script; between Inter's there is nothing to steer.
        Some(if face.is_shaped() { text } else { text.replace(is_joiner, "") })
    };
    set(visible(cluster)).or_else(|| {
        let plain: String = cluster.nfkc().filter(|c| !is_invisible(*c)).map(twin).collect();
        set(plain)
    })
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

/// Characters that only steer layout: directions, variation selectors, soft hyphens. Joiners are looked at with the
/// letters they stand between.
fn is_invisible(character: char) -> bool {
    let steers = character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}');
    steers && !is_joiner(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{Faces, Weight};

    fn in_bold<T>(check: impl Fn(Typeface<'_>) -> T) -> T {
        check(Faces::shared().unwrap().set_in(Weight::Bold))
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
    fn what_no_face_has_is_left_out_with_one_mark() {
        let clean = |text: &str| in_bold(|face| printable(text, face));
        assert_eq!(clean("李 小龙"), "[?]");
        assert_eq!(clean("Ana 李 小龙 Ruiz"), "Ana [?] Ruiz");
        assert_eq!(clean("👩🏽‍🚀!"), "[?]!");
        assert_eq!(clean("\u{FFFD}x"), "[?]x");
        assert_eq!(clean(&format!("a{}", "\u{301}".repeat(40))), "[?]");
        assert_eq!(clean("\u{E47}\u{E34}เา"), "[?]เา", "marks without a letter");
        assert_eq!(clean("Oʼbrien ʼ"), "O’brien ’");
        let lost = |text: &str| in_bold(|face| left_out(text, face));
        assert_eq!(lost("Ana 李 小李 👩🏽‍🚀"), ["李", "小", "👩🏽‍🚀"]);
        assert_eq!(lost("Ana שרה محمد สมชาย राम"), [""; 0]);
    }

    #[test]
    fn variants_of_letters_print_as_the_letters() {
        let clean = |text: &str| in_bold(|face| printable(text, face));
        assert_eq!(clean("Ａｄａ １２"), "Ada 12");
        assert_eq!(clean("ﻣﺤﻤﺪ"), "محمد");
        assert_eq!(clean("ﬁn"), "fin");
        assert_eq!(clean("می\u{200C}خواهم"), "می\u{200C}خواهم", "a non-joiner steers the letters");
        assert_eq!(clean("A\u{200D}B"), "AB");
    }

    #[test]
    fn an_endless_text_is_read_only_so_far() {
        let line = in_bold(|face| printable(&"x".repeat(1_000_000), face));
        assert_eq!(line.chars().count(), LONGEST + 1);
        assert!(line.ends_with(ELLIPSIS));
    }
}
