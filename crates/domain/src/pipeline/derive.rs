//! Ids that follow from their cause: the same cause always gives the same id, so whatever is replayed meets itself.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::cloud::ConflictKind;
use crate::id::{StationId, TicketId};

/// Hashes texts so that no two lists of texts give the same bytes: each goes in behind its length.
fn digest(context: &str, parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(context.as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// A UUID of version 8 (RFC 9562, section 5.8) from a hash.
fn uuid(context: &str, parts: &[&str]) -> Uuid {
    let hash = digest(context, parts);
    let (first, _) = hash.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    uuid::Builder::from_custom_bytes(*first).into_uuid()
}

/// The same as 32 hexadecimal digits.
fn short(context: &str, parts: &[&str]) -> String {
    uuid(context, parts).simple().to_string()
}

/// The order that a request makes. `source` says what `key` is (`idempotency-key`, `request-id`), so that one cannot
/// be passed for the other. A request that comes again with its key is the same order.
pub fn order_id_for(source: &str, key: &str) -> String {
    uuid("wicket web order v1", &[source, key]).to_string()
}

/// The ticket at `index` of an order whose tickets came without ids.
pub fn ticket_id_for(order_id: &str, index: usize) -> String {
    uuid("wicket web ticket v1", &[order_id, &index.to_string()]).to_string()
}

/// The ticket at `index` of an order for a published event: a `UUIDv7`, as a ticket's token needs it. Its time is the
/// order's.
pub fn issued_ticket_id(order_id: &str, index: usize, created_at: Timestamp) -> TicketId {
    let hash = digest("wicket issued ticket v1", &[order_id, &index.to_string()]);
    let (random, _) = hash.split_first_chunk::<10>().unwrap_or((&[0; 10], &[]));
    TicketId::new(created_at, *random)
}

/// The web shop as the stations' register has it. The id follows from its key, so another key is another issuer.
pub fn web_shop_id(public_key: &str) -> StationId {
    StationId::from_uuid(uuid("wicket web shop v1", &[public_key]))
}

/// The concert of a request that names it by name and date alone. Case and outer spaces do not matter.
pub fn concert_id_for(name: &str, date: &str) -> String {
    format!("concert-{}", short("wicket concert v1", &[&name.trim().to_lowercase(), date.trim()]))
}

/// The customer behind an order: the fan's own id, or one that follows from the e-mail address or the telephone
/// number. None when the fan left nothing.
pub fn customer_id(fan_id: Option<&str>, email: Option<&str>, phone: Option<&str>) -> Option<String> {
    let made = |kind: &str, text: &str| {
        format!("cus-{}", short("wicket customer v1", &[kind, &text.to_lowercase()]))
    };
    fan_id
        .map(str::to_owned)
        .or_else(|| email.map(|email| made("email", email)))
        .or_else(|| phone.map(|phone| made("phone", phone)))
}

/// The payment of an order: one an order.
pub fn payment_id(order_id: &str) -> String {
    format!("pay-{order_id}")
}

/// Ids of conflicts. Where two sides are alike, it does not matter which is named first.
pub mod conflict {
    use super::{ConflictKind, short};

    fn id(kind: ConflictKind, parts: &[&str]) -> String {
        format!("{}-{}", kind.as_str(), short("wicket conflict v1", parts))
    }

    fn pair<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
        if one <= other { (one, other) } else { (other, one) }
    }

    /// An order came for a seat or an area that somebody else has. Who that is stays out of it: it may be another by
    /// the time the order is heard of again.
    pub fn seat(event_id: &str, seat_id: &str, order_id: &str) -> String {
        id(ConflictKind::SeatSoldTwice, &[event_id, seat_id, order_id])
    }

    /// Two admissions used one ticket.
    pub fn admission(ticket_id: &str, one: &str, other: &str) -> String {
        let (one, other) = pair(one, other);
        id(ConflictKind::TicketAdmittedTwice, &[ticket_id, one, other])
    }

    /// A message about `subject` was refused for `reason`.
    pub fn rejected(subject: &str, reason: &str) -> String {
        id(ConflictKind::MessageRejected, &[subject, reason])
    }

    /// An order gives points to a number that nobody has.
    pub fn unknown_member(order_id: &str, fan_club_id: &str) -> String {
        id(ConflictKind::UnknownFanClubMember, &[order_id, fan_club_id])
    }

    /// An order was paid after its places had been given back.
    pub fn paid_too_late(order_id: &str) -> String {
        id(ConflictKind::PaidTooLate, &[order_id])
    }

    /// A ticket was sold cheaper than the rule allows.
    pub fn discount(order_id: &str, ticket_id: &str) -> String {
        id(ConflictKind::DiscountNotAllowed, &[order_id, ticket_id])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_do_not_change_between_editions() {
        assert_eq!(order_id_for("idempotency-key", "k1"), order_id_for("idempotency-key", "k1"));
        assert_ne!(order_id_for("idempotency-key", "k1"), order_id_for("request-id", "k1"));
        assert_eq!(concert_id_for(" Lover Fest ", "2024-11-15"), concert_id_for("lover fest", "2024-11-15"));
        assert_ne!(ticket_id_for("a", 1), ticket_id_for("a", 2));
        let id: Uuid = order_id_for("request-id", "x").parse().unwrap();
        assert_eq!(id.get_version_num(), 8, "RFC 9562: custom");
    }

    #[test]
    fn a_customer_is_found_again_by_the_same_address() {
        let by_mail = customer_id(None, Some("Fan@Example.com"), Some("+123"));
        assert_eq!(by_mail, customer_id(None, Some("fan@example.com"), None));
        assert_eq!(customer_id(Some("FAN1"), Some("fan@example.com"), None).as_deref(), Some("FAN1"));
        assert_eq!(customer_id(None, None, None), None);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_which_side_of_a_conflict_came_first(ticket in "[A-Z#-]{1,8}", one in "[a-z]{1,8}", other in "[a-z]{1,8}") {
            prop_assert_eq!(conflict::admission(&ticket, &one, &other), conflict::admission(&ticket, &other, &one));
        }

        #[test]
        fn parts_do_not_run_into_one_another(a in "[a-b]{0,4}", b in "[a-b]{0,4}", c in "[a-b]{0,4}", d in "[a-b]{0,4}") {
            let same = a == c && b == d;
            prop_assert_eq!(order_id_for(&a, &b) == order_id_for(&c, &d), same);
        }
    }
}
