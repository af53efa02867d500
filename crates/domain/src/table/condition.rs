//! Conditions of writes.

use std::collections::BTreeSet;

use super::{Item, Name, Value};

/// What has to hold of an item. A comparison with an attribute that is not there, or that is of another kind, does not
/// hold, as in DynamoDB; its negation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of them; there is one at least.
    All(Vec<Self>),
    /// One of them at least, of one at least.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// The attribute is there.
    Has(Name),
    /// It is this.
    Is(Name, Value),
    /// It is one of these.
    IsOneOf(Name, Vec<Value>),
    /// It is below this.
    Below(Name, Value),
    /// It is this or below.
    AtMost(Name, Value),
    /// It is this or above.
    AtLeast(Name, Value),
    /// The set has this text.
    Contains(Name, String),
}

impl Condition {
    /// The attribute is there.
    pub fn has(name: impl Into<Name>) -> Self {
        Self::Has(name.into())
    }

    /// The attribute is not there.
    pub fn lacks(name: impl Into<Name>) -> Self {
        !Self::has(name)
    }

    /// The attribute is this.
    pub fn is(name: impl Into<Name>, value: impl Into<Value>) -> Self {
        Self::Is(name.into(), value.into())
    }

    /// The attribute is one of these.
    pub fn is_one_of<V: Into<Value>>(name: impl Into<Name>, values: impl IntoIterator<Item = V>) -> Self {
        Self::IsOneOf(name.into(), values.into_iter().map(Into::into).collect())
    }

    /// The attribute is below this.
    pub fn below(name: impl Into<Name>, value: impl Into<Value>) -> Self {
        Self::Below(name.into(), value.into())
    }

    /// The attribute is this or below.
    pub fn at_most(name: impl Into<Name>, value: impl Into<Value>) -> Self {
        Self::AtMost(name.into(), value.into())
    }

    /// The attribute is this or above.
    pub fn at_least(name: impl Into<Name>, value: impl Into<Value>) -> Self {
        Self::AtLeast(name.into(), value.into())
    }

    /// The set has this text.
    pub fn contains(name: impl Into<Name>, text: impl Into<String>) -> Self {
        Self::Contains(name.into(), text.into())
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut all) => {
                all.push(other);
                Self::All(all)
            }
            one => Self::All(vec![one, other]),
        }
    }

    /// One of both, or both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Any(mut any) => {
                any.push(other);
                Self::Any(any)
            }
            one => Self::Any(vec![one, other]),
        }
    }

    /// Whether it holds of an item; of one that is not there, as of one without attributes.
    pub fn holds(&self, item: &Item) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(item)),
            Self::Any(any) => any.iter().any(|one| one.holds(item)),
            Self::Not(one) => !one.holds(item),
            Self::Has(name) => item.has(name),
            Self::Is(name, value) => item.get(name) == Some(value),
            Self::IsOneOf(name, values) => item.get(name).is_some_and(|own| values.contains(own)),
            Self::Below(name, value) => compared(item, name, value).is_some_and(|(own, other)| own < other),
            Self::AtMost(name, value) => compared(item, name, value).is_some_and(|(own, other)| own <= other),
            Self::AtLeast(name, value) => {
                compared(item, name, value).is_some_and(|(own, other)| own >= other)
            }
            Self::Contains(name, text) => match item.get(name) {
                Some(Value::Texts(texts)) => texts.contains(text),
                _ => false,
            },
        }
    }

    /// The attributes that it asks about.
    pub fn names(&self) -> BTreeSet<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::names).collect(),
            Self::Not(one) => one.names(),
            Self::Has(name)
            | Self::Is(name, _)
            | Self::IsOneOf(name, _)
            | Self::Below(name, _)
            | Self::AtMost(name, _)
            | Self::AtLeast(name, _)
            | Self::Contains(name, _) => BTreeSet::from([name.as_ref()]),
        }
    }
}

impl std::ops::Not for Condition {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Not(one) => *one,
            one => Self::Not(Box::new(one)),
        }
    }
}

/// Both values, where they are of one kind that has an order.
fn compared<'a>(item: &'a Item, name: &str, value: &'a Value) -> Option<(&'a Value, &'a Value)> {
    let own = item.get(name)?;
    let same =
        matches!((own, value), (Value::Number(_), Value::Number(_)) | (Value::Text(_), Value::Text(_)));
    same.then_some((own, value))
}
