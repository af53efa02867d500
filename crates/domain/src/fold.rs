//! The one rule by which texts that people search are compared.
//!
//! A seller types `zoe muller` or `o'brien` on whatever keyboard is there; the ticket says "Zoë Müller" or "O’Brien". A
//! query and the text it is looked for in are both folded, and then compared character by character. The interface
//! has the same rule in `ui/src/format/fold.ts`; `fold/cases.json` holds both to one another. The station's file keeps
//! folded names, so a change of this rule needs a migration.

use unicode_normalization::UnicodeNormalization;

/// Folds a text for searching: without accents, capitals, quotation marks and invisible signs; hyphens and blanks of
/// every kind are one blank; letters that have no accent to lose become the ones a plain keyboard has.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        for sign in text.chars().filter(|sign| !is_quote(*sign)) {
            push(&mut folded, sign.to_ascii_lowercase());
        }
    } else {
        // Quotation marks go first: some of them decompose into a blank and an accent.
        for sign in text.chars().filter(|sign| !is_quote(*sign)).nfkd() {
            if is_mark(sign) || is_invisible(sign) || is_quote(sign) {
                continue;
            }
            for small in sign.to_lowercase() {
                match plain(small) {
                    Some(letters) => folded.push_str(letters),
                    None => push(&mut folded, small),
                }
            }
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// Whether every word of `query` stands somewhere in `text`, both of them folded.
pub fn contains_words(text: &str, query: &str) -> bool {
    query.split(' ').all(|word| text.contains(word))
}

/// Appends a sign; a row of blanks and hyphens becomes one blank, and none at the beginning.
fn push(folded: &mut String, sign: char) {
    if !(is_blank(sign) || is_hyphen(sign)) {
        folded.push(sign);
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

fn is_blank(sign: char) -> bool {
    sign.is_whitespace()
}

fn is_hyphen(sign: char) -> bool {
    matches!(sign, '-' | '\u{58a}' | '\u{5be}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}')
}

/// Apostrophes and quotation marks, with the letters and accents that are typed for them.
fn is_quote(sign: char) -> bool {
    matches!(
        sign,
        '\'' | '"'
            | '`'
            | '\u{ab}'
            | '\u{b4}'
            | '\u{bb}'
            | '\u{2b9}'..='\u{2bf}'
            | '\u{2c8}'
            | '\u{2ca}'
            | '\u{2cb}'
            | '\u{2ee}'
            | '\u{5f3}'
            | '\u{5f4}'
            | '\u{1fbd}'
            | '\u{1fbf}'
            | '\u{1fcd}'..='\u{1fcf}'
            | '\u{1ffd}'
            | '\u{2018}'..='\u{201f}'
            | '\u{2032}'..='\u{2037}'
            | '\u{2039}'
            | '\u{203a}'
            | '\u{a78b}'
            | '\u{a78c}'
            | '\u{ff02}'
            | '\u{ff07}'
            | '\u{ff40}'
    )
}

/// Accents: marks of Latin, Greek and Cyrillic, the points of Hebrew, the vowel signs of Arabic. Marks without which a
/// word is another one (the vowels of Devanagari or Thai, the voicing of Kana) stay.
fn is_mark(sign: char) -> bool {
    matches!(
        sign,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'..='\u{5c2}'
            | '\u{5c4}'..='\u{5c5}'
            | '\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{640}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Signs that nobody sees and nobody types: soft hyphens, joiners, marks of direction, variation selectors.
fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// What a plain keyboard has for a small letter that does not decompose. Where custom differs this is the shape of the
/// letter: `ø` is `o`, as `ö` is.
fn plain(small: char) -> Option<&'static str> {
    Some(match small {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' | 'ɔ' => "o",
        'ł' | 'ƚ' => "l",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'ħ' => "h",
        'ı' | 'ɨ' => "i",
        'ȷ' | 'ɉ' => "j",
        'ĸ' | 'ƙ' => "k",
        'ŋ' | 'ɲ' | 'ƞ' => "n",
        'ŧ' | 'ƭ' => "t",
        'ə' | 'ǝ' | 'ɛ' => "e",
        'ƀ' | 'ɓ' => "b",
        'ƈ' => "c",
        'ƒ' => "f",
        'ǥ' | 'ɠ' => "g",
        'ɍ' => "r",
        'ʉ' => "u",
        'ʋ' => "v",
        'ƴ' | 'ɏ' => "y",
        'ƶ' | 'ȥ' => "z",
        'ς' => "σ",
        // Between the two halves of the Catalan double l.
        '·' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    /// What the interface is held to as well.
    #[derive(Deserialize)]
    struct Cases {
        folds: Vec<(String, String)>,
        finds: Vec<(String, String)>,
        misses: Vec<(String, String)>,
    }

    fn cases() -> Cases {
        serde_json::from_str(include_str!("fold/cases.json")).unwrap()
    }

    #[test]
    fn texts_fold_as_the_interface_folds_them() {
        for (text, folded) in cases().folds {
            assert_eq!(fold(&text), folded, "{text:?}");
        }
    }

    #[test]
    fn what_people_type_finds_what_is_written() {
        let Cases { finds, misses, .. } = cases();
        for (query, text) in finds {
            assert!(contains_words(&fold(&text), &fold(&query)), "{query:?} finds {text:?}");
            assert!(contains_words(&fold(&text), &fold(&text)), "{text:?} finds itself");
        }
        for (query, text) in misses {
            assert!(!contains_words(&fold(&text), &fold(&query)), "{query:?} does not find {text:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn composed_and_decomposed_are_the_same(text in "\\PC{0,40}") {
            let (composed, decomposed): (String, String) = (text.nfc().collect(), text.nfd().collect());
            prop_assert_eq!(fold(&composed), fold(&decomposed));
        }

        #[test]
        fn ascii_takes_the_short_way_to_the_same_end(text in "[ -~]{0,40}") {
            let longer = fold(&format!("{text}é"));
            prop_assert_eq!(fold(&format!("{text}e")), longer);
        }
    }
}
