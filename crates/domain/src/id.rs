//! Identities: one newtype per thing, so that an order's id cannot be passed where a ticket's is meant.
//!
//! Ids are `UUIDv7`: they sort by the time they were made, which keeps inserts at the right edge of an index. The
//! time and the random bits come from the caller.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not the id it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {kind} id")]
pub struct NotAnId {
    /// What was given, cut to a readable length.
    pub text: String,
    /// The kind expected, with its article: "an order".
    pub kind: &'static str,
}

/// Builds a `UUIDv7` (RFC 9562, section 5.7) from a time and 10 random bytes.
pub fn uuid_v7(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $kind:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, type = "string"))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes an id that another part already made.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Makes an id from the time and 10 random bytes.
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
                Self(uuid_v7(at, random))
            }

            /// Takes the 16 bytes as they stand in the database and in a token.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Gives the 16 bytes, big-endian.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Gives the UUID itself.
            pub const fn uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|_| NotAnId { text: text.chars().take(64).collect(), kind: $kind })
            }
        }
    )+};
}

ids! {
    /// An installation of Wicket.
    StationId, "a station";
    /// A person who signs in.
    StaffId, "a staff";
    /// An event that tickets are sold for.
    EventId, "an event";
    /// One sale.
    OrderId, "an order";
    /// One ticket; it stands in the QR token.
    TicketId, "a ticket";
    /// One payment.
    PaymentId, "a payment";
    /// One scan at a gate, refused ones too.
    ScanId, "a scan";
    /// What a seller is putting together; it owns holds.
    CartId, "a cart";
    /// A message in the outbox: its idempotency key.
    MessageId, "a message";
}

impl OrderId {
    /// Makes the id of the order that follows `last`: it sorts after it, whatever the clock says meanwhile (RFC 9562,
    /// section 6.2). An order's id is therefore its place among a station's orders; when it was sold stands beside it.
    pub fn following(last: Option<Self>, at: Timestamp, random: [u8; 10]) -> Self {
        let next =
            last.map_or(0, |last| u64::try_from(last.0.as_u128() >> 80).unwrap_or(0).saturating_add(1));
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0).max(next);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = OrderId::new(Timestamp::from_millisecond(1_000).unwrap(), [0xff; 10]);
        let late = OrderId::new(Timestamp::from_millisecond(1_001).unwrap(), [0; 10]);
        assert!(early < late, "a later id sorts after an earlier one whatever its random bits");
        assert_eq!(early.uuid().get_version_num(), 7, "RFC 9562 version");
    }

    #[test]
    fn an_order_follows_the_last_one_whatever_the_clock_says() {
        let at = |millis| Timestamp::from_millisecond(millis).unwrap();
        let first = OrderId::following(None, at(1_800_000_000_000), [0xff; 10]);
        assert_eq!(
            first,
            OrderId::new(at(1_800_000_000_000), [0xff; 10]),
            "a first one has its moment alone"
        );
        let mut last = first;
        for moment in [1_800_000_000_000, 5, 4_000_000_000_000, 1_800_000_000_500, 1_800_000_000_500] {
            let next = OrderId::following(Some(last), at(moment), [0; 10]);
            assert!(next > last, "at {moment}");
            assert_eq!(next.uuid().get_version_num(), 7);
            last = next;
        }
    }

    #[test]
    fn an_id_reads_back_from_its_text() {
        let id = TicketId::new(Timestamp::from_millisecond(1_700_000_000_000).unwrap(), [7; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("not-an-id".parse::<TicketId>().is_err());
    }
}
