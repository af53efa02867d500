//! A text as a hand scanner sent it, made ready for [`Token::decode`]. Scanners add marks of their own, and a scanner
//! that is set to another keyboard layout than the computer makes the computer write other characters.
//!
//! Nothing here judges. A text that is mended wrongly has no valid signature.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

use super::{PREFIX, TOKEN_LENGTH, Token};

/// What a token is made of, in the order of base45 (RFC 9285), and the two characters that begin a scanner's marks.
const TYPED: &str = r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:]\";

/// What a computer writes for [`TYPED`] when scanner and computer are set to different layouts, one row for each pair.
/// From xkeyboard-config 2.35, `symbols/{de,ch,fr,be,es,latam,it,pt,br,ca,se,dk,no,cz,hu,tr}`; a dead key stands as its
/// accent. British, Polish and Dutch (US International) computers write what a US scanner means.
const ROWS: [&str; 19] = [
    // A US scanner at a computer that is set to: German (and Austrian), Swiss German, Swiss French,
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY $%(`ß.-Ö+#",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY ç%(`'.-é¨$",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY ç%(`'.-ö¨$",
    // French, Belgian,
    r#"à&é"'(-è_çQBCDEFGHIJKL?NOPARSTUVZXYW 458+):!M$*"#,
    r#"à&é"'(§è!çQBCDEFGHIJKL?NOPARSTUVZXYW 458_):=M$µ"#,
    // Spanish, Latin American, Italian, Portuguese, Brazilian, Canadian,
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(¿'.-Ñ+ç",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(¡'.-Ñ+}",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(^'.-ç+ù",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(»'.-Ç´~",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-.;Ç[]",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-.é:¸<",
    // Swedish (and Finnish), Danish, Norwegian,
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ¤%(`+.-Ö¨'",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ¤%(`+.-Æ¨'",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ¤%(`+.-Ø¨'",
    // Czech, Hungarian, Turkish.
    r#"é+ěščřžýáíABCDEFGHIJKLMNOPQRSTUVWXZY 458ˇ=.-")¨"#,
    r"ö123456789ABCDEFGHIJKLMNOPQRSTUVWXZY !%(Óü.-Éúű",
    r"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ +%(_*ç.Şü,",
    // A German and a French scanner at a US computer; they cannot type the last two.
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY $%}]/.&>\u{0}\u{0}",
    ")!@#$%^&*(QBCDEFGHIJKL:NOPARSTUVZXYW ]\"\\+6<>.\u{0}\u{0}",
];

/// So many characters hold the scanner's marks and the beginning of a ticket.
const MARKS_MAX: usize = 32;

/// Stands for a dead key whose accent is not known.
const DEAD: char = '\u{25cc}';
/// Each layout has at most one dead key among the characters of a token, and that one is typed for `+`.
const TYPED_DEAD: char = '+';

/// What a scanned text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// The text without the scanner's marks, and as the scanner meant it where that can be known.
    pub text: String,
    /// Whether it is one of our tickets, written through another keyboard layout, and cannot be restored.
    pub other_keyboard: bool,
}

/// Takes the scanner's marks off a text, and undoes Caps Lock and another keyboard layout.
pub fn scanned(sent: &str) -> Scanned {
    let text = capitals(without_marks(sent)).into_owned();
    if Token::decode(&text).is_ok() {
        return Scanned { text, other_keyboard: false };
    }
    let sent = without_controls(sent);
    let ours = |row: &&'static str| Some((*row, ticket_in(sent, row)?));
    let mut rows = ROWS.iter().filter_map(ours).peekable();
    // A ticket's code alone is written in ASCII, and has no semicolon in the place of its colon.
    let begins = text.get(..PREFIX.len()).is_some_and(|head| head.eq_ignore_ascii_case("WK1;"));
    let other_keyboard = rows.peek().is_some() && !text.starts_with(PREFIX)
        || text.starts_with(PREFIX) && !text.is_ascii()
        || begins;
    let mut mended = rows.flat_map(|(row, ticket)| ["", " "].map(|lost| replaced(ticket, row, lost)));
    match mended.find(|text| Token::decode(text).is_ok()) {
        Some(text) => Scanned { text, other_keyboard: false },
        None => Scanned { text, other_keyboard },
    }
}

/// The ticket in `sent`, where the computer of `row` wrote one behind at most a scanner's marks. The key of a mark's `]` or
/// `\` may be dead: then its accent stands there, or over the letter that followed, or nowhere.
fn ticket_in<'a>(sent: &'a str, row: &str) -> Option<&'a str> {
    let places = sent.char_indices().take(MARKS_MAX).map(|(at, _)| sent.split_at(at));
    let mut tickets = places.filter(|(_, rest)| {
        let head: String = rest.chars().take(2 * PREFIX.len()).collect();
        replaced(&head, row, "").starts_with(PREFIX)
    });
    let (_, ticket) = tickets.find(|(marks, _)| are_marks(&replaced(marks, row, "")))?;
    Some(ticket)
}

/// Whether these are what is left of a symbology (a letter and its modifier) and of ECI designators (digits). An input
/// method may keep a dead key and the key after it to itself.
fn are_marks(text: &str) -> bool {
    let apart: Vec<char> = text.nfd().collect();
    let begins = |sign: &char| {
        is_noise(*sign) || r"]\+".contains(*sign) || !sign.is_ascii() && !sign.is_alphanumeric()
    };
    let said: String = apart.iter().filter(|sign| !begins(sign)).collect();
    said.chars().enumerate().all(|(at, sign)| sign.is_ascii_digit() || at < 2 && sign.is_ascii_alphabetic())
}

/// Reads `sent` as written by the computer of `row`. Where the accent of a dead key stands alone, the space after it may
/// have gone with it: `after_dead` stands in for what was lost.
fn replaced(sent: &str, row: &str, after_dead: &str) -> String {
    let mut text = String::with_capacity(TOKEN_LENGTH);
    for sign in sent.nfc() {
        match meant(sign, row) {
            Some(meant) => {
                text.push(meant);
                if meant == TYPED_DEAD && is_accent(sign) {
                    text.push_str(after_dead);
                }
            }
            None => accented(sign, row, &mut text),
        }
    }
    text
}

/// A letter under the accent of a dead key: the dead key was pressed before it.
fn accented(sign: char, row: &str, text: &mut String) {
    let mut parts = Vec::new();
    decompose_canonical(sign, |part| parts.push(part));
    match parts.as_slice() {
        [letter, accent] if meant_accent(*accent, row) => {
            text.push(TYPED_DEAD);
            text.push(meant(*letter, row).unwrap_or(*letter));
        }
        _ => text.push(sign),
    }
}

fn is_accent(sign: char) -> bool {
    matches!(sign, '`' | 'ˇ' | DEAD)
}

/// Whether the combining `accent` belongs to the dead key of `row`.
fn meant_accent(accent: char, row: &str) -> bool {
    let alone = match accent {
        '\u{300}' => '`',
        '\u{30c}' => 'ˇ',
        _ => return false,
    };
    meant(alone, row) == Some(TYPED_DEAD)
}

/// What was typed where the computer of `row` wrote `sign`, in either case: Caps Lock may be on.
fn meant(sign: char, row: &str) -> Option<char> {
    if sign == DEAD {
        return Some(TYPED_DEAD);
    }
    let same = |other: char| other == sign || other.to_lowercase().eq(sign.to_lowercase());
    let at = row.chars().position(same)?;
    TYPED.chars().nth(at)
}

fn is_noise(sign: char) -> bool {
    sign.is_control() || sign.is_whitespace() || sign == '\u{feff}'
}

/// Takes off what a scanner sends around a code: STX and ETX, separators (FS, GS, RS), NUL, line ends, tabs.
fn without_controls(sent: &str) -> &str {
    sent.trim_matches(is_noise)
}

/// Takes off the marks before a code, however many: the symbology by AIM (`]Q1`) and an ECI designator (`\000026`), both
/// of ISO/IEC 15424 and the AIM ECI specification.
fn without_marks(sent: &str) -> &str {
    let mut text = without_controls(sent);
    while let Some(rest) = without_symbology(text).or_else(|| without_eci(text)) {
        text = rest.trim_start_matches(is_noise);
    }
    text
}

fn without_symbology(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix(']')?.chars();
    let code = rest.next()?;
    let modifier = rest.next()?;
    (code.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric()).then_some(rest.as_str())
}

fn without_eci(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('\\')?;
    let (digits, rest) = rest.split_at_checked(6)?;
    digits.bytes().all(|digit| digit.is_ascii_digit()).then_some(rest)
}

/// Our alphabet has no lower case, so a ticket typed with Caps Lock on is the same ticket in capitals.
fn capitals(text: &str) -> std::borrow::Cow<'_, str> {
    let ours = text.get(..PREFIX.len()).is_some_and(|head| head.eq_ignore_ascii_case(PREFIX));
    if ours { text.to_ascii_uppercase().into() } else { text.into() }
}

#[cfg(test)]
mod tests;
