//! Writes and conditions in DynamoDB's words. Every attribute is named through a placeholder, since half of the useful
//! words are reserved in expressions.

use std::collections::HashMap;

use wicket_domain::table::{Change, Condition, Value, Write};

use super::values::{Attributes, attribute};

/// A write in DynamoDB's words.
#[derive(Default)]
pub(super) struct Told {
    sets: Vec<String>,
    adds: Vec<String>,
    removes: Vec<String>,
    pub(super) condition: Option<String>,
    pub(super) names: HashMap<String, String>,
    pub(super) values: Attributes,
}

impl Told {
    pub(super) fn of(write: &Write) -> Self {
        let mut told = Self::default();
        for (name, change) in &write.changes {
            told.change(name, change);
        }
        told.condition = write.condition.as_ref().map(|condition| told.condition(condition));
        told
    }

    /// A condition alone.
    pub(super) fn of_condition(condition: &Condition) -> Self {
        let mut told = Self::default();
        told.condition = Some(told.condition(condition));
        told
    }

    fn name(&mut self, name: &str) -> String {
        let alias = format!("#{name}");
        self.names.insert(alias.clone(), name.to_owned());
        alias
    }

    fn value(&mut self, value: &Value) -> String {
        let alias = format!(":v{}", self.values.len());
        self.values.insert(alias.clone(), attribute(value.clone()));
        alias
    }

    fn change(&mut self, name: &str, change: &Change) {
        let name = self.name(name);
        match change {
            Change::Set(value) => {
                let value = self.value(value);
                self.sets.push(format!("{name} = {value}"));
            }
            Change::SetOnce(value) => {
                let value = self.value(value);
                self.sets.push(format!("{name} = if_not_exists({name}, {value})"));
            }
            Change::Remove => self.removes.push(name),
            Change::Add(number) => {
                let value = self.value(&Value::Number(*number));
                self.adds.push(format!("{name} {value}"));
            }
            Change::Insert(texts) => {
                let value = self.value(&Value::Texts(texts.clone()));
                self.adds.push(format!("{name} {value}"));
            }
            Change::Next => {
                let one = self.value(&Value::Number(1));
                self.sets.push(format!("{name} = if_not_exists({name}, {one}) + {one}"));
            }
        }
    }

    pub(super) fn changes(&self) -> Option<String> {
        let clause = |word: &str, parts: &[String]| {
            (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")))
        };
        let clauses = [clause("SET", &self.sets), clause("ADD", &self.adds), clause("REMOVE", &self.removes)];
        let clauses: Vec<_> = clauses.into_iter().flatten().collect();
        (!clauses.is_empty()).then(|| clauses.join(" "))
    }

    fn condition(&mut self, condition: &Condition) -> String {
        match bare(condition) {
            Condition::All(parts) => self.joined(parts, " AND "),
            Condition::Any(parts) => self.joined(parts, " OR "),
            Condition::Not(one) => match bare(one) {
                Condition::Has(name) => format!("attribute_not_exists({})", self.name(name)),
                one => format!("NOT ({})", self.condition(one)),
            },
            Condition::Has(name) => format!("attribute_exists({})", self.name(name)),
            Condition::Is(name, value) => self.compared(name, "=", value),
            Condition::IsOneOf(name, values) => {
                let listed: Vec<_> = values.iter().map(|value| self.value(value)).collect();
                format!("{} IN ({})", self.name(name), listed.join(", "))
            }
            Condition::Below(name, value) => self.compared(name, "<", value),
            Condition::AtMost(name, value) => self.compared(name, "<=", value),
            Condition::AtLeast(name, value) => self.compared(name, ">=", value),
            Condition::Contains(name, text) => {
                let value = self.value(&Value::Text(text.clone()));
                format!("contains({}, {value})", self.name(name))
            }
        }
    }

    fn compared(&mut self, name: &str, sign: &str, value: &Value) -> String {
        let value = self.value(value);
        format!("{} {sign} {value}", self.name(name))
    }

    fn joined(&mut self, parts: &[Condition], word: &str) -> String {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| match bare(part) {
                part @ (Condition::All(_) | Condition::Any(_)) => format!("({})", self.condition(part)),
                part => self.condition(part),
            })
            .collect();
        parts.join(word)
    }
}

/// What a list of one condition says. DynamoDB refuses brackets around brackets.
fn bare(condition: &Condition) -> &Condition {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => match parts.as_slice() {
            [one] => bare(one),
            _ => condition,
        },
        _ => condition,
    }
}

pub(super) fn some<K, V>(map: HashMap<K, V>) -> Option<HashMap<K, V>> {
    (!map.is_empty()).then_some(map)
}
