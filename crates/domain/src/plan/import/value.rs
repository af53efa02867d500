//! The plain values of a plan and what is sane for them.

use serde::de::MapAccess;

use super::findings::{Findings, Step};
use super::read::{Kind, Slot, each_field, value};
use crate::plan::Point;

/// Coordinates lie within this distance of their origin.
const FARTHEST: f64 = 1_000_000.0;
/// Names, numbers and identifiers have at most this many bytes.
pub(super) const TEXT_BYTES: usize = 200;
/// Words drawn in an area have at most this many bytes.
pub(super) const WORDS_BYTES: usize = 1_000;

/// Text of a bounded length, on one line: it ends on tickets and in messages, which have no others.
pub(super) struct Text(pub(super) usize);

impl Kind<'_> for Text {
    type Out = String;
    const NAME: &'static str = "text";

    fn text(self, findings: &mut Findings, text: &str) -> Slot<String> {
        if text.len() > self.0 {
            findings.fault(&format!("This text has {} bytes; at most {} are possible.", text.len(), self.0));
            return Slot::Wrong;
        }
        if !text.chars().any(char::is_control) {
            return Slot::Got(text.to_owned());
        }
        findings.warn("This text has line breaks or control characters; blanks take their place.");
        Slot::Got(text.replace(char::is_control, " ").trim().to_owned())
    }
}

/// The id of a seat, by which the cloud knows it. Changed in the least it would be another seat's.
pub(super) struct Id(pub(super) usize);

impl Kind<'_> for Id {
    type Out = String;
    const NAME: &'static str = Text::NAME;

    fn text(self, findings: &mut Findings, text: &str) -> Slot<String> {
        let id = text.trim();
        if id.chars().any(char::is_control) {
            findings.fault("An id has no line breaks and no control characters. Take them out.");
            return Slot::Wrong;
        }
        if id.len() < text.len() {
            findings.warn("The blanks around this id are left out.");
        }
        Text(self.0).text(findings, id)
    }
}

/// Text by which people and the command line name something: without the blanks around it, which nobody sees.
pub(super) struct Name(pub(super) usize);

impl Kind<'_> for Name {
    type Out = String;
    const NAME: &'static str = Text::NAME;

    fn text(self, findings: &mut Findings, text: &str) -> Slot<String> {
        Text(self.0).text(findings, text.trim())
    }
}

/// A number within bounds, both included.
pub(super) struct Number(pub(super) f64, pub(super) f64);

impl Number {
    pub(super) const COORDINATE: Self = Self(-FARTHEST, FARTHEST);
    /// A length that can be seen.
    pub(super) const LENGTH: Self = Self(0.01, FARTHEST);
    /// A length that may be nothing.
    pub(super) const EXTENT: Self = Self(0.0, FARTHEST);
}

impl Kind<'_> for Number {
    type Out = f64;
    const NAME: &'static str = "a number";

    fn number(self, findings: &mut Findings, number: f64) -> Slot<f64> {
        if (self.0..=self.1).contains(&number) {
            return Slot::Got(number);
        }
        findings.fault(&format!("{number} is out of range; from {} to {} is possible.", self.0, self.1));
        Slot::Wrong
    }
}

/// `true` or `false`, of no consequence here.
pub(super) struct Truth;

impl Kind<'_> for Truth {
    type Out = ();
    const NAME: &'static str = "true or false";

    fn truth(self, _: &mut Findings) -> Slot<()> {
        Slot::Got(())
    }
}

/// A color as CSS writes it; anything else is left out with a warning, as it ends in the window's styles.
pub(super) struct Color;

impl Kind<'_> for Color {
    type Out = String;
    const NAME: &'static str = "a color's text";

    fn text(self, findings: &mut Findings, text: &str) -> Slot<String> {
        if is_color(text) {
            return Slot::Got(text.to_owned());
        }
        if !text.is_empty() {
            findings.warn("This is not a color and is left out.");
        }
        Slot::Null
    }
}

fn is_color(text: &str) -> bool {
    if text.len() > 64 {
        return false;
    }
    if let Some(hex) = text.strip_prefix('#') {
        return matches!(hex.len(), 3 | 4 | 6 | 8) && hex.bytes().all(|b| b.is_ascii_hexdigit());
    }
    let Some((function, rest)) = text.split_once('(') else {
        return !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic());
    };
    let numbers = |b: u8| b.is_ascii_digit() || b" ,.%/-".contains(&b);
    ["rgb", "rgba", "hsl", "hsla"].contains(&function)
        && rest.strip_suffix(')').is_some_and(|inner| inner.bytes().all(numbers))
}

/// `{"x": …, "y": …}`, or two lengths named otherwise.
pub(super) struct Pair {
    fields: &'static [&'static str; 2],
    each: fn() -> Number,
}

impl Pair {
    pub(super) const POSITION: Self = Self { fields: &["x", "y"], each: || Number::COORDINATE };
    pub(super) const RADII: Self = Self { fields: &["x", "y"], each: || Number::EXTENT };
    pub(super) const EXTENT: Self = Self { fields: &["width", "height"], each: || Number::EXTENT };
    pub(super) const SIZE: Self = Self { fields: &["width", "height"], each: || Number::LENGTH };
}

impl<'de> Kind<'de> for Pair {
    type Out = Point;
    const NAME: &'static str = "an object with two numbers";

    fn object<A: MapAccess<'de>>(self, findings: &mut Findings, mut map: A) -> Result<Slot<Point>, A::Error> {
        let [first, second] = *self.fields;
        let (mut x, mut y) = (Slot::Missing, Slot::Missing);
        each_field(findings, &mut map, self.fields, |findings, field, map| {
            let slot = if field == first { &mut x } else { &mut y };
            *slot = value(findings, map, (self.each)())?;
            Ok(())
        })?;
        let (x, y) = (x.required(findings, first), y.required(findings, second));
        Ok(x.zip(y).map_or(Slot::Wrong, |(x, y)| Slot::Got(Point { x, y })))
    }
}

/// One of a few words. `fatal` says whether another word is a fault or left out with a warning.
pub(super) struct Word<T: 'static> {
    pub(super) words: &'static [(&'static str, T)],
    pub(super) fatal: bool,
}

impl<T: Copy> Kind<'_> for Word<T> {
    type Out = T;
    const NAME: &'static str = "one of a few words";

    fn text(self, findings: &mut Findings, text: &str) -> Slot<T> {
        if let Some((_, meaning)) = self.words.iter().find(|(word, _)| *word == text) {
            return Slot::Got(*meaning);
        }
        let words: Vec<_> = self.words.iter().map(|(word, _)| *word).collect();
        let shown: String = text.chars().take(40).collect();
        let message = format!("{shown:?} is not one of: {}.", words.join(", "));
        if self.fatal {
            findings.fault(&message);
            return Slot::Wrong;
        }
        findings.warn(&message);
        Slot::Missing
    }
}

/// Notes that a name is empty, at a field of the object being read.
pub(super) fn not_empty(
    findings: &mut Findings,
    field: &'static str,
    text: Option<String>,
) -> Option<String> {
    if text.as_deref() == Some("") {
        findings.fault_at(&[Step::Field(field)], || format!("{field:?} is empty."));
        return None;
    }
    text
}
