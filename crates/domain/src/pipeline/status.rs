//! How far a payment and an order are. Both only move forward, so that messages may arrive in any order.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How far a payment is: `pending < failed < completed < refunded`.
///
/// An attempt that failed may be followed by one that succeeds, and the news of the two may arrive in either order;
/// money that came in is therefore further than an attempt that did not bring it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Nothing has come in yet.
    Pending,
    /// An attempt was refused.
    Failed,
    /// The money is there.
    Completed,
    /// It was given back.
    Refunded,
}

/// How far an order is: `pending < unpaid < reserved < lapsed < paid < refunded`.
///
/// Most orders go the way of their payment, without a stop at `reserved` and `lapsed`. An order of the web for a published
/// event begins as `reserved`. Then it moves together with its places (`cloud::rules`), so it is never paid after it lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// It waits for its money.
    Pending,
    /// An attempt to pay was refused.
    Unpaid,
    /// It owns its places until its time to pay is over.
    Reserved,
    /// It was not paid in time: it has given its places back.
    Lapsed,
    /// It is paid.
    Paid,
    /// Its money was given back.
    Refunded,
}

/// A word that names no payment status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a payment status")]
pub struct NotAPaymentStatus;

impl PaymentStatus {
    /// In the order in which they follow.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Failed, Self::Completed, Self::Refunded];

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Completed => "completed",
            Self::Refunded => "refunded",
        }
    }

    /// The word in the topic message, as the sources write it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Failed => "Failed",
            Self::Completed => "Completed",
            Self::Refunded => "Refunded",
        }
    }

    /// Those it may follow.
    pub fn before(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().take_while(move |status| *status < self)
    }

    /// Where a payment stands after this news.
    #[must_use]
    pub fn after(self, news: Self) -> Self {
        self.max(news)
    }
}

impl FromStr for PaymentStatus {
    type Err = NotAPaymentStatus;

    /// Reads the word in any case.
    fn from_str(text: &str) -> Result<Self, NotAPaymentStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str().eq_ignore_ascii_case(text))
            .ok_or(NotAPaymentStatus)
    }
}

impl OrderStatus {
    /// In the order in which they follow.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Unpaid, Self::Reserved, Self::Lapsed, Self::Paid, Self::Refunded];

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Unpaid => "unpaid",
            Self::Reserved => "reserved",
            Self::Lapsed => "lapsed",
            Self::Paid => "paid",
            Self::Refunded => "refunded",
        }
    }

    /// Those it may follow when its payment moves. A reserved or lapsed order is not among them: it moves together with
    /// its places.
    pub fn before(self) -> impl Iterator<Item = Self> {
        let with_places = |status: &Self| matches!(status, Self::Reserved | Self::Lapsed);
        Self::ALL.into_iter().filter(move |status| *status < self && !with_places(status))
    }
}

impl From<PaymentStatus> for OrderStatus {
    fn from(payment: PaymentStatus) -> Self {
        match payment {
            PaymentStatus::Pending => Self::Pending,
            PaymentStatus::Failed => Self::Unpaid,
            PaymentStatus::Completed => Self::Paid,
            PaymentStatus::Refunded => Self::Refunded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn status() -> impl Strategy<Value = PaymentStatus> {
        prop::sample::select(PaymentStatus::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn news_in_any_order_ends_at_the_same_status(mut news in prop::collection::vec(status(), 1..12), seed in any::<u64>()) {
            let end = |news: &[PaymentStatus]| news.iter().fold(PaymentStatus::Pending, |at, next| at.after(*next));
            let first = end(&news);
            let length = news.len();
            news.rotate_left(usize::try_from(seed).unwrap_or(0) % length);
            news.reverse();
            news.extend(news.clone());
            prop_assert_eq!(first, end(&news), "shuffled and doubled");
        }

        #[test]
        fn a_status_follows_exactly_what_it_may_replace(from in status(), to in status()) {
            prop_assert_eq!(to.before().any(|earlier| earlier == from), from.after(to) != from);
            let order = OrderStatus::from(to);
            prop_assert_eq!(order.before().count(), to.before().count());
        }
    }

    #[test]
    fn words_read_back() {
        for status in PaymentStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(status.wire().parse(), Ok(status));
        }
        assert_eq!("paid".parse::<PaymentStatus>(), Err(NotAPaymentStatus));
    }
}
