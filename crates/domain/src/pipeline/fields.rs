//! Reading JSON from outside: field by field, bounded, all faults at once.
//!
//! Amounts are taken from the text as it stands, never through a float. A message about a field says what to write
//! there; it never repeats what stood there, since faults are logged and the values may be somebody's name.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::message::WireAmount;
use crate::money::{Currency, Money};

/// More would only be noise in an answer.
const FAULTS_MAX: usize = 200;
/// In minor units: ten thousand million of a currency with cents.
pub(super) const AMOUNT_MAX: i64 = 1_000_000_000_000;
/// Letters of an identifier of any origin.
pub(super) const ID_MAX: usize = 128;

/// One field that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// Where: `tickets[0].price`.
    pub field: String,
    /// What to write there, as a sentence.
    pub message: String,
}

/// Why something from outside was not taken: one entry a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(transparent)]
pub struct Faults(Vec<FieldFault>);

impl Faults {
    /// A single fault.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self(vec![FieldFault { field: field.into(), message: message.into() }])
    }

    /// The fields, in the order they were read.
    pub fn fields(&self) -> &[FieldFault] {
        &self.0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}{}: {}", fault.field, fault.message)?;
        }
        Ok(())
    }
}

/// Collects faults while a document is read.
#[derive(Debug, Default)]
pub(super) struct Reading(Vec<FieldFault>);

impl Reading {
    /// A field has one message: the first says what to do first.
    pub(super) fn fault(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if self.0.len() < FAULTS_MAX && self.0.iter().all(|known| known.field != field) {
            self.0.push(FieldFault { field, message: message.into() });
        }
    }

    /// How many there are so far, to see whether what was read since then had one. What follows from a field that
    /// has one is not judged: the message would be untrue.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Gives `value` when nothing was wrong. A reader that gives nothing has always said why.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Faults> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Faults(self.0)),
        }
    }
}

/// A JSON object, its fields not read yet.
pub(super) struct Object<'a> {
    path: String,
    fields: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// Reads a whole document of at most `max` bytes.
    pub(super) fn document(text: &'a str, max: usize) -> Result<Self, Faults> {
        if text.len() > max {
            let message = format!("This is longer than {} KB. Send less at once.", max / 1024);
            return Err(Faults::one("body", message));
        }
        let fields = serde_json::from_str(text)
            .map_err(|_| Faults::one("body", "This is not a JSON object. Send one, in UTF-8."))?;
        Ok(Self { path: String::new(), fields })
    }

    /// The whole path of a field of this object.
    pub(super) fn at(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).map(|raw| raw.get()).filter(|text| *text != "null")
    }

    /// Whether the field is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    fn required(&self, reading: &mut Reading, name: &str) -> Option<&'a str> {
        let raw = self.raw(name);
        if raw.is_none() {
            reading.fault(self.at(name), "This is missing.");
        }
        raw
    }

    /// A text of at most `max` characters on one line, trimmed, that must be there.
    pub(super) fn text(&self, reading: &mut Reading, name: &str, max: usize) -> Option<String> {
        self.required(reading, name)?;
        let before = reading.0.len();
        let text = self.maybe_text(reading, name, max);
        if text.is_none() && reading.0.len() == before {
            reading.fault(self.at(name), "This is empty.");
        }
        text
    }

    /// The same, where it may be left out; an empty one counts as left out.
    pub(super) fn maybe_text(&self, reading: &mut Reading, name: &str, max: usize) -> Option<String> {
        let raw = self.raw(name)?;
        let Ok(text) = serde_json::from_str::<String>(raw) else {
            reading.fault(self.at(name), "Write this as text, in quotation marks.");
            return None;
        };
        let text = text.trim();
        if text.chars().count() > max {
            reading.fault(self.at(name), format!("This is longer than {max} characters."));
            return None;
        }
        if text.chars().any(char::is_control) {
            reading.fault(self.at(name), "Write this on one line.");
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// An identifier of any origin: letters, digits and `- _ . :`, the first a letter or digit.
    pub(super) fn id(&self, reading: &mut Reading, name: &str) -> Option<String> {
        let text = self.text(reading, name, ID_MAX)?;
        self.sound_id(reading, name, text)
    }

    /// The same, where it may be left out.
    pub(super) fn maybe_id(&self, reading: &mut Reading, name: &str) -> Option<String> {
        let text = self.maybe_text(reading, name, ID_MAX)?;
        self.sound_id(reading, name, text)
    }

    fn sound_id(&self, reading: &mut Reading, name: &str, text: String) -> Option<String> {
        if is_id(&text) {
            return Some(text);
        }
        reading.fault(self.at(name), "Use letters, digits, - _ . and : only, a letter or digit first.");
        None
    }

    /// A text that reads as a `T`, where it may be left out.
    pub(super) fn maybe_parsed<T: FromStr>(
        &self,
        reading: &mut Reading,
        name: &str,
        hint: &str,
    ) -> Option<T> {
        let text = self.maybe_text(reading, name, ID_MAX)?;
        let value = text.parse().ok();
        if value.is_none() {
            reading.fault(self.at(name), hint);
        }
        value
    }

    /// The same, where it must be there.
    pub(super) fn parsed<T: FromStr>(&self, reading: &mut Reading, name: &str, hint: &str) -> Option<T> {
        let text = self.text(reading, name, ID_MAX)?;
        let value = text.parse().ok();
        if value.is_none() {
            reading.fault(self.at(name), hint);
        }
        value
    }

    /// A list of at most `max` texts that each read as a `T`, where it may be left out.
    pub(super) fn maybe_all_parsed<T: FromStr>(
        &self,
        reading: &mut Reading,
        name: &str,
        max: usize,
        hint: &str,
    ) -> Vec<T> {
        let Some(items) = self.has(name).then(|| self.list(reading, name, max)).flatten() else {
            return Vec::new();
        };
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match serde_json::from_str::<String>(item.get()).ok().and_then(|text| text.parse().ok()) {
                Some(value) => values.push(value),
                None => reading.fault(format!("{}[{index}]", self.at(name)), hint),
            }
        }
        values
    }

    /// A point in time that must be there (RFC 3339), by whatever clock: one that stands at 1970 sells and admits too.
    pub(super) fn timestamp(&self, reading: &mut Reading, name: &str) -> Option<Timestamp> {
        const HINT: &str = "Write a time like 2026-11-20T19:30:00Z.";
        let at = self.parsed::<Timestamp>(reading, name, HINT)?;
        if !of_a_clock(&at) {
            reading.fault(self.at(name), HINT);
        }
        Some(at)
    }

    /// True or false; false when left out.
    pub(super) fn flag(&self, reading: &mut Reading, name: &str) -> bool {
        match self.raw(name) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                reading.fault(self.at(name), "Write true or false, without quotation marks.");
                false
            }
        }
    }

    /// A whole number that must be there and fit a `T`.
    pub(super) fn number<T: FromStr>(&self, reading: &mut Reading, name: &str) -> Option<T> {
        self.required(reading, name)?;
        self.maybe_number(reading, name)
    }

    /// The same, where it may be left out.
    pub(super) fn maybe_number<T: FromStr>(&self, reading: &mut Reading, name: &str) -> Option<T> {
        let number = self.raw(name)?.parse().ok();
        if number.is_none() {
            reading.fault(self.at(name), "Write a whole number in its range, without quotation marks.");
        }
        number
    }

    /// An amount of at least nothing, that must be there.
    pub(super) fn amount(&self, reading: &mut Reading, name: &str, currency: Currency) -> Option<Money> {
        self.required(reading, name)?;
        self.maybe_amount(reading, name, currency)
    }

    /// The same, where it may be left out.
    pub(super) fn maybe_amount(
        &self,
        reading: &mut Reading,
        name: &str,
        currency: Currency,
    ) -> Option<Money> {
        let raw = self.raw(name)?;
        let Ok(amount) = serde_json::from_str::<WireAmount>(raw) else {
            let example = Money::new(10_000, currency).decimal();
            let message = format!("Write a number without quotation marks, like {example}.");
            reading.fault(self.at(name), message);
            return None;
        };
        let message = match amount.money(currency) {
            Ok(money) if money.minor < 0 => "This is less than nothing.".to_owned(),
            Ok(money) if money.minor <= AMOUNT_MAX => return Some(money),
            Err(crate::money::MoneyError::TooManyDecimals { decimals, .. }) => {
                format!("{currency} amounts have at most {decimals} decimals.")
            }
            Ok(_) | Err(_) => "This is more than an order can come to.".to_owned(),
        };
        reading.fault(self.at(name), message);
        None
    }

    /// An object inside this one that must be there.
    pub(super) fn object(&self, reading: &mut Reading, name: &str) -> Option<Self> {
        self.required(reading, name)?;
        self.maybe_object(reading, name)
    }

    /// The same, where it may be left out.
    pub(super) fn maybe_object(&self, reading: &mut Reading, name: &str) -> Option<Self> {
        let object = Self::inside(self.at(name), self.raw(name)?);
        if object.is_none() {
            reading.fault(self.at(name), "Write this as an object, in braces.");
        }
        object
    }

    /// A list of at most `max` objects, where it may be left out.
    pub(super) fn maybe_objects(&self, reading: &mut Reading, name: &str, max: usize) -> Option<Vec<Self>> {
        self.has(name)
            .then(|| self.list(reading, name, max))
            .flatten()
            .map(|items| self.each(reading, name, &items))
    }

    /// The same list, that must be there and must not be empty.
    pub(super) fn objects(&self, reading: &mut Reading, name: &str, max: usize) -> Option<Vec<Self>> {
        self.required(reading, name)?;
        let items = self.list(reading, name, max)?;
        if items.is_empty() {
            reading.fault(self.at(name), "There is none. Give at least one.");
            return None;
        }
        Some(self.each(reading, name, &items))
    }

    fn list(&self, reading: &mut Reading, name: &str, max: usize) -> Option<Vec<&'a RawValue>> {
        let items = serde_json::from_str::<Vec<&'a RawValue>>(self.raw(name)?).ok();
        match &items {
            None => reading.fault(self.at(name), "Write this as a list, in square brackets."),
            Some(items) if items.len() > max => {
                reading.fault(self.at(name), format!("There are more than {max}. Send fewer at once."));
                return None;
            }
            Some(_) => {}
        }
        items
    }

    fn each(&self, reading: &mut Reading, name: &str, items: &[&'a RawValue]) -> Vec<Self> {
        let mut objects = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let path = format!("{}[{index}]", self.at(name));
            match Self::inside(path.clone(), item.get()) {
                Some(object) => objects.push(object),
                None => reading.fault(path, "Write this as an object, in braces."),
            }
        }
        objects
    }

    fn inside(path: String, raw: &'a str) -> Option<Self> {
        serde_json::from_str(raw).ok().map(|fields| Self { path, fields })
    }
}

/// Whether a text can be an identifier of the pipeline.
pub(super) fn is_id(text: &str) -> bool {
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    first
        && text.len() <= ID_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

/// Exclusive: 2200-01-01.
const LAST: i64 = 7_258_118_400;

/// Whether an event can be at that time: in this century or the next.
pub(super) fn plausible(at: &Timestamp) -> bool {
    const FIRST: i64 = 946_684_800; // 2000-01-01
    (FIRST..LAST).contains(&at.as_second())
}

/// Whether a computer's clock can say so, right or wrong: from 1970, where a clock without a battery stands.
pub(super) fn of_a_clock(at: &Timestamp) -> bool {
    (0..LAST).contains(&at.as_second())
}

/// The nearest time that [`of_a_clock`] takes.
pub(super) fn as_a_clock(at: Timestamp) -> Timestamp {
    let last = Timestamp::from_second(LAST - 1).unwrap_or(Timestamp::MAX);
    at.clamp(Timestamp::UNIX_EPOCH, last)
}
