//! Reading JSON as it streams by, tolerantly: a value of the wrong type becomes a fault at its path and reading goes
//! on. Nothing but the outcome is held in memory, and `serde_json`'s recursion limit holds for everything, unknown
//! fields included.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::findings::{Findings, Step};

/// What became of a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Slot<T> {
    /// It does not occur.
    #[default]
    Missing,
    /// It is `null`.
    Null,
    /// It has the wrong type or value, which is noted already.
    Wrong,
    /// It is there.
    Got(T),
}

impl<T> Slot<T> {
    /// Takes a field that may be absent or `null`.
    pub(super) fn optional(self) -> Option<T> {
        if let Self::Got(value) = self { Some(value) } else { None }
    }

    /// Takes a field of the object being read that must be there.
    pub(super) fn required(self, findings: &mut Findings, field: &'static str) -> Option<T> {
        match self {
            Self::Got(value) => return Some(value),
            Self::Wrong => {}
            Self::Missing => findings.fault_at(&[Step::Field(field)], || format!("{field:?} is missing.")),
            Self::Null => findings.fault_at(&[Step::Field(field)], || format!("{field:?} is empty (null).")),
        }
        None
    }
}

/// What a value should be. Each kind overrides what it takes; the rest is a fault.
pub(super) trait Kind<'de>: Sized {
    type Out;
    /// With its article: "a number".
    const NAME: &'static str;

    fn text(self, findings: &mut Findings, _: &str) -> Slot<Self::Out> {
        wrong::<Self>(findings, "text")
    }

    fn number(self, findings: &mut Findings, _: f64) -> Slot<Self::Out> {
        wrong::<Self>(findings, "a number")
    }

    fn truth(self, findings: &mut Findings) -> Slot<Self::Out> {
        wrong::<Self>(findings, "true or false")
    }

    fn list<A: SeqAccess<'de>>(
        self,
        findings: &mut Findings,
        mut list: A,
    ) -> Result<Slot<Self::Out>, A::Error> {
        while list.next_element_seed(Skip)?.is_some() {}
        Ok(wrong::<Self>(findings, "a list"))
    }

    fn object<A: MapAccess<'de>>(
        self,
        findings: &mut Findings,
        mut map: A,
    ) -> Result<Slot<Self::Out>, A::Error> {
        while map.next_key_seed(Skip)?.is_some() {
            map.next_value_seed(Skip)?;
        }
        Ok(wrong::<Self>(findings, "an object"))
    }
}

fn wrong<'de, K: Kind<'de>>(findings: &mut Findings, found: &str) -> Slot<K::Out> {
    findings.fault(&format!("Here should be {}, not {found}.", K::NAME));
    Slot::Wrong
}

/// Reads one value of a kind.
pub(super) struct Reading<'f, K>(pub(super) &'f mut Findings, pub(super) K);

impl<'de, K: Kind<'de>> DeserializeSeed<'de> for Reading<'_, K> {
    type Value = Slot<K::Out>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a number that large is out of every range a plan allows")]
impl<'de, K: Kind<'de>> Visitor<'de> for Reading<'_, K> {
    type Value = Slot<K::Out>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::NAME)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(self.1.truth(self.0))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.1.number(self.0, value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(self.1.number(self.0, value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(self.1.number(self.0, value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(self.1.text(self.0, value))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Slot::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.1.list(self.0, list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.1.object(self.0, map)
    }
}

/// Reads past a value of any kind, within the recursion limit.
pub(super) struct Skip;

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Skip)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(Skip)?.is_some() {
            map.next_value_seed(Skip)?;
        }
        Ok(())
    }
}

/// Reads a key: one of those expected, or another.
struct Key(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Result<&'static str, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Result<&'static str, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|known| *known == key).ok_or_else(|| key.chars().take(80).collect()))
    }
}

/// Reads an object: hands each known field to `read`, warns of the others, and finds fault with repeated ones.
pub(super) fn each_field<'de, A: MapAccess<'de>>(
    findings: &mut Findings,
    map: &mut A,
    known: &'static [&'static str],
    mut read: impl FnMut(&mut Findings, &'static str, &mut A) -> Result<(), A::Error>,
) -> Result<(), A::Error> {
    let mut seen: Vec<&'static str> = Vec::with_capacity(known.len());
    while let Some(key) = map.next_key_seed(Key(known))? {
        match key {
            Ok(field) if seen.contains(&field) => {
                findings.enter(Step::Field(field));
                findings.fault("This field stands here twice.");
                map.next_value_seed(Skip)?;
            }
            Ok(field) => {
                seen.push(field);
                findings.enter(Step::Field(field));
                read(findings, field, map)?;
            }
            Err(unknown) => {
                findings.enter(Step::Key(unknown));
                findings.warn("This field is not part of the format and is left out.");
                map.next_value_seed(Skip)?;
            }
        }
        findings.leave();
    }
    Ok(())
}

/// Reads the value of the field whose key was read last.
pub(super) fn value<'de, A: MapAccess<'de>, K: Kind<'de>>(
    findings: &mut Findings,
    map: &mut A,
    kind: K,
) -> Result<Slot<K::Out>, A::Error> {
    map.next_value_seed(Reading(findings, kind))
}

/// What stands in a list: read from an object, put into a target.
pub(super) trait Element<'de> {
    type Target;
    /// In the plural: "seats".
    const NAME: &'static str;
    /// How many the target may hold.
    const MOST: usize;

    /// How many the target holds.
    fn held(target: &Self::Target) -> usize;

    /// Makes room for the element at `index` of the list, before it is read.
    fn begin(_: &mut Self::Target, _index: usize) {}

    /// Reads the element.
    fn read<A: MapAccess<'de>>(
        target: &mut Self::Target,
        index: usize,
        findings: &mut Findings,
        map: A,
    ) -> Result<(), A::Error>;
}

/// A list of elements.
pub(super) struct List<'t, 'de, E: Element<'de>>(pub(super) &'t mut E::Target);

impl<'de, E: Element<'de>> Kind<'de> for List<'_, 'de, E> {
    type Out = ();
    const NAME: &'static str = "a list";

    fn list<A: SeqAccess<'de>>(self, findings: &mut Findings, mut list: A) -> Result<Slot<()>, A::Error> {
        for index in 0.. {
            findings.enter(Step::Index(index));
            let more = if E::held(self.0) < E::MOST {
                let item = Reading(&mut *findings, Item::<E> { target: &mut *self.0, index });
                list.next_element_seed(item)?.is_some()
            } else {
                list.next_element_seed(Skip)?.inspect(|()| findings.one_too_many(E::NAME, E::MOST)).is_some()
            };
            findings.leave();
            if !more {
                break;
            }
        }
        Ok(Slot::Got(()))
    }
}

struct Item<'t, 'de, E: Element<'de>> {
    target: &'t mut E::Target,
    index: usize,
}

impl<'de, E: Element<'de>> Kind<'de> for Item<'_, 'de, E> {
    type Out = ();
    const NAME: &'static str = "an object";

    fn object<A: MapAccess<'de>>(self, findings: &mut Findings, map: A) -> Result<Slot<()>, A::Error> {
        E::begin(self.target, self.index);
        E::read(self.target, self.index, findings, map)?;
        Ok(Slot::Got(()))
    }
}
