//! Money: integer minor units and an ISO 4217 code, exact; never a float.

mod currencies;
mod written;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What can be wrong with an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number.
    #[error("{0:?} is not an amount; write it like 12.50")]
    NotAnAmount(String),
    /// More decimals than the currency has.
    #[error("{amount} has more decimals than {currency} has ({decimals})")]
    TooManyDecimals {
        /// As it was given.
        amount: String,
        /// The currency it was read in.
        currency: Currency,
        /// How many it may have.
        decimals: u8,
    },
    /// Out of the range of 64-bit minor units.
    #[error("the amount is too large")]
    TooLarge,
    /// Two currencies in one sum.
    #[error("{0} and {1} cannot be added")]
    MixedCurrencies(Currency, Currency),
    /// No currency has this code.
    #[error("{0:?} is not a currency; use the three letters of ISO 4217, like USD")]
    NotACurrency(String),
}

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// US dollars, the currency of the sample events.
    pub const USD: Self = Self(*b"USD");

    /// Gives the three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Says how many decimals its amounts are written with.
    pub fn decimals(&self) -> u8 {
        currencies::decimals(self.0).unwrap_or(2)
    }

    /// Takes a code from the database: what was sold in a currency stays readable when that currency is no more.
    pub fn stored(code: &str) -> Option<Self> {
        match code.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Some(Self([a, b, c])),
            _ => None,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let currency = Self::stored(&text.to_ascii_uppercase());
        let known = currency.filter(|currency| currencies::decimals(currency.0).is_some());
        known.ok_or_else(|| MoneyError::NotACurrency(text.chars().take(16).collect()))
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An exact amount of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
pub struct Money {
    /// In the currency's smallest unit (cents).
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub minor: i64,
    /// Which currency.
    pub currency: Currency,
}

impl Money {
    /// An amount in minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads a plain decimal: optional minus, digits, at most the currency's decimals after a point.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let not_an_amount = || MoneyError::NotAnAmount(text.chars().take(32).collect());
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !fraction.is_none_or(all_digits) {
            return Err(not_an_amount());
        }
        let fraction = fraction.unwrap_or("");
        let decimals = usize::from(currency.decimals());
        if fraction.len() > decimals {
            let amount = text.chars().take(32).collect();
            return Err(MoneyError::TooManyDecimals { amount, currency, decimals: currency.decimals() });
        }
        let minor: i64 =
            format!("{whole}{fraction:0<decimals$}").parse().map_err(|_| MoneyError::TooLarge)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// Writes the plain decimal that [`Money::parse`] reads: "299.00".
    pub fn decimal(&self) -> String {
        let decimals = usize::from(self.currency.decimals());
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// Adds, refusing two currencies and an overflow.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// Subtracts, refusing two currencies and an overflow.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// Takes the amount `count` times.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(i64::from(count)).ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(minor, self.currency))
    }

    /// Sums amounts of one currency; nothing sums to zero.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    fn combine(self, other: Self, op: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies(self.currency, other.currency));
        }
        let minor = op(self.minor, other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(minor, self.currency))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    #[test]
    fn decimals_follow_the_currency() {
        let yen: Currency = "jpy".parse().unwrap();
        let dinar: Currency = "KWD".parse().unwrap();
        assert_eq!(Money::new(1234, yen).decimal(), "1234");
        assert_eq!(Money::new(1234, dinar).decimal(), "1.234");
        assert_eq!(Money::new(12_345, "CLF".parse().unwrap()).decimal(), "1.2345");
        assert_eq!(usd(5).decimal(), "0.05");
        assert_eq!(usd(-5).decimal(), "-0.05");
    }

    #[test]
    fn only_a_currency_is_one() {
        for text in ["", "US", "USDD", "ABC", "XXX", "XAU", "U\u{17f}D", "DEM", "12A"] {
            assert_eq!(text.parse::<Currency>(), Err(MoneyError::NotACurrency(text.into())));
        }
        for text in ["usd", "EUR", "Gbp", "ZWG", "XCG"] {
            assert_eq!(text.parse::<Currency>().unwrap().code(), text.to_ascii_uppercase());
        }
        let kuna = Currency::stored("HRK").unwrap();
        assert_eq!((kuna.code(), kuna.decimals()), ("HRK", 2), "what was sold in it is still read");
        assert_eq!(Currency::stored("hr"), None);
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1,50", "1e3", "+1", " 1", "1.505", "0x1", "--1", "1.2.3"] {
            assert!(Money::parse(text, Currency::USD).is_err(), "{text:?} was taken");
        }
        assert_eq!(Money::parse("99999999999999999999", Currency::USD), Err(MoneyError::TooLarge));
    }

    #[test]
    fn sums_never_wrap_or_mix() {
        let euro = Money::new(1, "EUR".parse().unwrap());
        assert!(matches!(usd(1).plus(euro), Err(MoneyError::MixedCurrencies(..))));
        assert_eq!(usd(i64::MAX).plus(usd(1)), Err(MoneyError::TooLarge));
        assert_eq!(usd(i64::MAX).times(2), Err(MoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn an_amount_reads_back_from_what_it_writes(
            minor in -i64::MAX..=i64::MAX, code in prop::sample::select(vec!["USD", "JPY", "KWD"]),
        ) {
            let money = Money::new(minor, code.parse().unwrap());
            prop_assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money));
        }

        #[test]
        fn whatever_is_taken_is_a_plain_decimal(text in "-?[0-9.]{0,24}|.*") {
            if let Ok(money) = Money::parse(&text, Currency::USD) {
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte)), "{}", text);
                prop_assert_eq!(Money::parse(&money.decimal(), Currency::USD), Ok(money));
            }
        }
    }
}
