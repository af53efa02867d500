//! The fan club: what a member gets off, what an order brings in points, and which tier follows from them.
//!
//! Points depend on the order alone and tiers on points alone, so orders may be credited in any order and come out
//! the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::topic::TopicMessage;
use crate::money::{Currency, Money};

/// The `kind` of the discount that this rule allows.
pub const DISCOUNT_KIND: &str = "fan_club";

/// A member's tier, by points gathered: bronze from 0, silver from 1,000, gold from 5,000, platinum from 20,000.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Where everybody begins.
    #[default]
    Bronze,
    /// From 1,000 points.
    Silver,
    /// From 5,000 points.
    Gold,
    /// From 20,000 points.
    Platinum,
}

impl Tier {
    /// From the lowest to the highest.
    pub const ALL: [Self; 4] = [Self::Bronze, Self::Silver, Self::Gold, Self::Platinum];

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bronze => "bronze",
            Self::Silver => "silver",
            Self::Gold => "gold",
            Self::Platinum => "platinum",
        }
    }

    /// The points it begins with.
    pub const fn threshold(self) -> u64 {
        match self {
            Self::Bronze => 0,
            Self::Silver => 1_000,
            Self::Gold => 5_000,
            Self::Platinum => 20_000,
        }
    }

    /// What its members get off every ticket of their own, in hundredths of the price: 5, 10, 15, 20.
    pub const fn discount_percent(self) -> u8 {
        match self {
            Self::Bronze => 5,
            Self::Silver => 10,
            Self::Gold => 15,
            Self::Platinum => 20,
        }
    }

    /// The tier that `points` have reached.
    pub fn of(points: u64) -> Self {
        Self::ALL.into_iter().rev().find(|tier| points >= tier.threshold()).unwrap_or_default()
    }
}

/// What a member of `tier` gets off a ticket of this list price, rounded down to the minor unit: nobody gets more than
/// the rate.
pub fn discount(tier: Tier, list_price: Money) -> Money {
    let minor = i128::from(list_price.minor.max(0)) * i128::from(tier.discount_percent()) / 100;
    Money::new(i64::try_from(minor).unwrap_or(0), list_price.currency)
}

/// The points an amount is worth: one for each whole unit of a currency with decimals, one for each hundred of a
/// currency without (100 yen), rounded down.
pub fn points(spent: Money) -> u64 {
    u64::try_from(spent.minor).unwrap_or(0) / minor_units_a_point(spent.currency)
}

fn minor_units_a_point(currency: Currency) -> u64 {
    10_u64.pow(u32::from(currency.decimals())).max(100)
}

/// What an order brings to each of its members: the points of what was paid for that member's tickets together.
/// A ticket bought as a member's without a number brings nothing to anybody.
pub fn points_by_member(order: &TopicMessage) -> BTreeMap<String, u64> {
    let mut spent: BTreeMap<String, i64> = BTreeMap::new();
    for ticket in order.tickets.iter().filter(|ticket| ticket.is_fan_club_member) {
        if let Some(member) = &ticket.fan_club_id {
            let sum = spent.entry(member.clone()).or_default();
            *sum = sum.saturating_add(ticket.price.minor);
        }
    }
    spent.into_iter().map(|(member, minor)| (member, points(Money::new(minor, order.currency)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    #[test]
    fn tiers_begin_at_their_thresholds() {
        for tier in Tier::ALL {
            assert_eq!(Tier::of(tier.threshold()), tier);
            if tier > Tier::Bronze {
                assert!(Tier::of(tier.threshold() - 1) < tier, "one point less is the tier below");
            }
        }
    }

    #[test]
    fn discounts_and_points_are_rounded_down() {
        assert_eq!(discount(Tier::Bronze, usd(25_000)), usd(1_250));
        assert_eq!(discount(Tier::Bronze, usd(19)), usd(0), "5 % of 19 cents is less than a cent");
        assert_eq!(discount(Tier::Platinum, usd(i64::MAX)).minor, i64::MAX / 5);
        assert_eq!(points(usd(19_999)), 199);
        assert_eq!(points(Money::new(19_999, "JPY".parse().unwrap())), 199, "100 yen a point");
        assert_eq!(points(Money::new(19_999, "KWD".parse().unwrap())), 19, "1 dinar a point");
        assert_eq!(points(usd(-5)), 0);
    }

    proptest! {
        #[test]
        fn more_points_never_lower_a_tier_or_its_discount(a in 0_u64..100_000, b in 0_u64..100_000, price in 0_i64..10_000_000) {
            let (low, high) = (Tier::of(a.min(b)), Tier::of(a.max(b)));
            prop_assert!(low <= high);
            prop_assert!(discount(low, usd(price)).minor <= discount(high, usd(price)).minor);
            prop_assert!(discount(high, usd(price)).minor <= price / 5);
        }
    }
}
