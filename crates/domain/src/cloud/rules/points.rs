//! Fan-club points of an order: given once, and taken back once.
//!
//! One item for each order stands beside the member, in the same table. It says what the order brought, so that no member's
//! own item grows.

use crate::table::{Condition, Key, Table, Write};

/// A member's item.
pub fn member_key(member: &str) -> Key {
    Key::of(Table::FanClubMembers, member)
}

/// What an order brought a member. No member's number has the sign `#`.
pub fn credit_key(order_id: &str, member: &str) -> Key {
    Key::of(Table::FanClubMembers, format!("credit#{order_id}#{member}"))
}

/// Points for an order: the member's item and the credit's, in one transaction. The first is refused where nobody has that
/// number, the second where the order has been credited or its points have been taken back.
pub fn credit(order_id: &str, member: &str, points: u64, now: i64) -> [Write; 2] {
    let own = Write::to(member_key(member))
        .add("points", points)
        .set("updatedAt", now)
        .only_if(Condition::has("fanClubId"));
    let credit = Write::to(credit_key(order_id, member))
        .set("credited", points)
        .set("updatedAt", now)
        .only_if(Condition::lacks("credited").and(Condition::lacks("takenBackAt")));
    [own, credit]
}

/// The points of an order that was credited with so many are taken back, in one transaction.
pub fn take_back(order_id: &str, member: &str, points: i64, now: i64) -> [Write; 2] {
    let own = Write::to(member_key(member))
        .add("points", -points)
        .set("updatedAt", now)
        .only_if(Condition::has("points"));
    let credit = Write::to(credit_key(order_id, member))
        .set("takenBackAt", now)
        .set("updatedAt", now)
        .only_if(Condition::is("credited", points).and(Condition::lacks("takenBackAt")));
    [own, credit]
}

/// An order that has not been credited never will be: its money was given back first.
pub fn never_credit(order_id: &str, member: &str, now: i64) -> Write {
    Write::to(credit_key(order_id, member))
        .set("takenBackAt", now)
        .set("updatedAt", now)
        .only_if(Condition::lacks("credited").and(Condition::lacks("takenBackAt")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_given_once_and_taken_back_once() {
        let [_, credit] = credit("o1", "F1", 7, 1);
        let after = credit.apply(None);
        assert!(!credit.may(Some(&after)), "a replay brings nothing");
        let [_, back] = take_back("o1", "F1", 7, 2);
        assert!(back.may(Some(&after)));
        let returned = back.apply(Some(after));
        assert!(!back.may(Some(&returned)) && !credit.may(Some(&returned)));
        let never = never_credit("o1", "F1", 3).apply(None);
        assert!(!credit.may(Some(&never)), "the refund was heard of first");
    }
}
