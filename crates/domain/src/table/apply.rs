//! What DynamoDB does with a write, done to a map.

use super::{Change, Item, Value, Write};

impl Write {
    /// Whether the condition holds of the item that is there, or of none.
    pub fn may(&self, there: Option<&Item>) -> bool {
        let nothing = Item::new();
        self.condition.as_ref().is_none_or(|condition| condition.holds(there.unwrap_or(&nothing)))
    }

    /// The item after the write, which makes it where it was not; the condition is not asked. A change that makes no
    /// sense (a number added to a text) leaves its attribute as it was; DynamoDB refuses such a write altogether.
    pub fn apply(&self, there: Option<Item>) -> Item {
        let before = there.unwrap_or_else(|| self.key.item.clone());
        let mut after = before.clone();
        for (name, change) in &self.changes {
            let old = before.get(name);
            let new = match change {
                Change::Remove => {
                    after.take(name);
                    continue;
                }
                Change::Set(value) => value.clone(),
                Change::SetOnce(value) => old.unwrap_or(value).clone(),
                Change::Add(number) => match old {
                    None => Value::Number(*number),
                    Some(Value::Number(old)) => Value::Number(old.saturating_add(*number)),
                    Some(_) => continue,
                },
                Change::Insert(texts) => match old {
                    None => Value::Texts(texts.clone()),
                    Some(Value::Texts(old)) => Value::Texts(old.union(texts).cloned().collect()),
                    Some(_) => continue,
                },
                Change::Next => match old {
                    None => Value::Number(2),
                    Some(Value::Number(old)) => Value::Number(old.saturating_add(1)),
                    Some(_) => continue,
                },
            };
            after.put(name.clone(), new);
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Condition, Key, Table};
    use super::*;

    fn seat() -> Key {
        Key::pair(Table::SeatInventory, "c1", "A-1")
    }

    #[test]
    fn a_write_makes_what_is_not_there_and_changes_what_is() {
        let sold = Write::to(seat()).set("state", "sold").next_version().remove("holdUntil");
        let first = sold.apply(None);
        assert_eq!(
            (first.text("seatId"), first.text("state"), first.number("version")),
            (Some("A-1"), Some("sold"), Some(2))
        );
        let mut held = first;
        held.put("holdUntil", 7_i64);
        let again = sold.apply(Some(held));
        assert_eq!((again.has("holdUntil"), again.number("version")), (false, Some(3)));
    }

    #[test]
    fn what_is_not_there_is_nothing_to_compare_with() {
        let none = Item::new();
        let below = Condition::below("at", 5_i64);
        assert!(!below.holds(&none) && (!below.clone()).holds(&none));
        assert!(Condition::lacks("at").or(below.clone()).holds(&none));
        let other_kind: Item = [("at", "4")].into_iter().collect();
        assert!(!below.holds(&other_kind), "a text is not below a number");
    }

    #[test]
    fn every_change_reads_the_item_as_it_was() {
        let write = Write::to(seat())
            .set_once("state", "new")
            .add("points", 3)
            .insert("undone", ["b".to_owned()])
            .set("at", 1_i64);
        let one = write.apply(None);
        assert_eq!((one.text("state"), one.number("points")), (Some("new"), Some(3)));
        let two =
            Write::to(seat()).set_once("state", "newer").add("points", -5).insert("undone", ["a".to_owned()]);
        let two = two.apply(Some(one));
        assert_eq!((two.text("state"), two.number("points")), (Some("new"), Some(-2)));
        assert_eq!(two.texts("undone").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_record_is_read_back_from_its_item() {
        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        struct Record {
            id: String,
            count: u64,
            facts: std::collections::BTreeMap<String, String>,
        }
        let record = Record { id: "x".into(), count: u64::MAX, facts: [("a".into(), "b".into())].into() };
        assert_eq!(Item::of(&record).unwrap().read::<Record>(), Ok(record));
        assert_eq!(Item::of(&0.5_f64), Err(super::super::NotAnItem));
    }
}
