//! The price list of an event: one price for each category of seat or standing area.

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money};
use crate::pipeline::wire;

/// What can be wrong with a price list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceListError {
    /// A category of the plan has no price.
    #[error("{0} has no price. Give one with --price \"{0}=AMOUNT\".")]
    Missing(String),
    /// A price for something the plan does not have.
    #[error("The plan has no category {0}. It has: {1}.")]
    Unknown(String, String),
    /// Two prices for one category.
    #[error("{0} has two prices. Give one.")]
    Twice(String),
    /// Less than nothing.
    #[error("The price of {0} is less than nothing.")]
    Negative(String),
    /// More than an order can come to.
    #[error("The price of {0} is more than an order can come to. Give a smaller one.")]
    TooMuch(String),
    /// Not in the list's currency.
    #[error("The price of {0} is in another currency than the event's {1}.")]
    OtherCurrency(String, Currency),
}

/// One line of a price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct CategoryPrice {
    /// The category's name in the plan, or the standing area's.
    pub category: String,
    /// What one place costs.
    pub price: Money,
}

/// One price for each category, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    currency: Currency,
    lines: Vec<CategoryPrice>,
}

impl PriceList {
    /// Checks that every one of `categories` has exactly one price, not negative, in `currency`, and no other has.
    pub fn new(
        currency: Currency,
        categories: &[String],
        lines: Vec<CategoryPrice>,
    ) -> Result<Self, PriceListError> {
        for line in &lines {
            let name = &line.category;
            if !categories.contains(name) {
                return Err(PriceListError::Unknown(name.clone(), categories.join(", ")));
            }
            if lines.iter().filter(|other| other.category == *name).count() > 1 {
                return Err(PriceListError::Twice(name.clone()));
            }
            if line.price.minor < 0 {
                return Err(PriceListError::Negative(name.clone()));
            }
            if !wire::is_amount(line.price) {
                return Err(PriceListError::TooMuch(name.clone()));
            }
            if line.price.currency != currency {
                return Err(PriceListError::OtherCurrency(name.clone(), currency));
            }
        }
        match categories.iter().find(|name| !lines.iter().any(|line| line.category == **name)) {
            Some(name) => Err(PriceListError::Missing(name.clone())),
            None => Ok(Self { currency, lines }),
        }
    }

    /// What a place of `category` costs.
    pub fn price(&self, category: &str) -> Option<Money> {
        self.lines.iter().find(|line| line.category == category).map(|line| line.price)
    }

    /// Its currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Its lines, in the order given.
    pub fn lines(&self) -> &[CategoryPrice] {
        &self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(category: &str, minor: i64) -> CategoryPrice {
        CategoryPrice { category: category.into(), price: Money::new(minor, Currency::USD) }
    }

    fn list(lines: Vec<CategoryPrice>) -> Result<PriceList, PriceListError> {
        PriceList::new(Currency::USD, &["Gold".into(), "Silver".into()], lines)
    }

    #[test]
    fn every_category_has_one_price() {
        let prices = list(vec![line("Gold", 5_000), line("Silver", 0)]).unwrap();
        assert_eq!(prices.price("Gold"), Some(Money::new(5_000, Currency::USD)));
        assert_eq!(prices.price("Bronze"), None);
    }

    #[test]
    fn a_list_with_a_hole_or_a_stranger_is_refused() {
        assert_eq!(list(vec![line("Gold", 1)]), Err(PriceListError::Missing("Silver".into())));
        assert!(matches!(list(vec![line("Bronze", 1)]), Err(PriceListError::Unknown(..))));
        let twice = list(vec![line("Gold", 1), line("Gold", 2), line("Silver", 1)]);
        assert_eq!(twice, Err(PriceListError::Twice("Gold".into())));
        let negative = list(vec![line("Gold", -1), line("Silver", 1)]);
        assert_eq!(negative, Err(PriceListError::Negative("Gold".into())));
        let mut euro = line("Silver", 1);
        euro.price.currency = "EUR".parse().unwrap();
        assert!(matches!(list(vec![line("Gold", 1), euro]), Err(PriceListError::OtherCurrency(..))));
    }
}
