//! Orders, their tickets and how they are paid.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::money::{Money, MoneyError};

/// Letters and digits that are not mistaken for one another when read aloud or from thermal paper.
const CODE_ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// 31^7 codes: among a million orders one new code in 27,000 meets an old one, and is drawn again.
const CODE_LENGTH: usize = 7;

/// The short code of an order: on the ticket, on the phone, in the search field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(transparent)]
pub struct OrderCode(String);

/// A text that is not an order code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an order code")]
pub struct NotAnOrderCode;

impl OrderCode {
    /// Makes a code from random bytes, each byte one letter, unbiased: bytes beyond the last whole round of the
    /// alphabet are passed over. Gives nothing when too few usable bytes came; draw again then.
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let usable = bytes.iter().filter(|&&byte| usize::from(byte) < 256 / 31 * 31);
        let letters: String = usable
            .filter_map(|&byte| CODE_ALPHABET.get(usize::from(byte) % CODE_ALPHABET.len()))
            .map(|&letter| char::from(letter))
            .take(CODE_LENGTH)
            .collect();
        (letters.len() == CODE_LENGTH).then_some(Self(letters))
    }

    /// Gives the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrderCode {
    type Err = NotAnOrderCode;

    /// Reads a code as people type it: either case, with spaces around.
    fn from_str(text: &str) -> Result<Self, NotAnOrderCode> {
        let code = text.trim().to_ascii_uppercase();
        let sound = code.len() == CODE_LENGTH && code.bytes().all(|byte| CODE_ALPHABET.contains(&byte));
        if sound { Ok(Self(code)) } else { Err(NotAnOrderCode) }
    }
}

impl fmt::Display for OrderCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// Notes and coins.
    Cash,
}

impl PaymentMethod {
    /// The word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
        }
    }
}

/// Whether a ticket still stands. Being admitted is not a state of the ticket but an admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// It stands.
    Valid,
    /// Its order or event was cancelled.
    Void,
    /// Its price was given back.
    Refunded,
    /// Another ticket took its place.
    Replaced,
    /// Somebody has stopped it for now.
    Blocked,
}

impl TicketStatus {
    /// The word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Void => "void",
            Self::Refunded => "refunded",
            Self::Replaced => "replaced",
            Self::Blocked => "blocked",
        }
    }

    /// Reads the database's word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Valid, Self::Void, Self::Refunded, Self::Replaced, Self::Blocked]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// What cash leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tender {
    /// Enough; this much goes back.
    Change(Money),
    /// Too little; this much is missing.
    Short(Money),
}

/// Sets the cash received against the total due.
pub fn tender(total: Money, received: Money) -> Result<Tender, MoneyError> {
    let change = received.minus(total)?;
    if change.minor >= 0 { Ok(Tender::Change(change)) } else { Ok(Tender::Short(total.minus(received)?)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        let code = OrderCode::from_random(&[0, 1, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!(code.as_str(), "2345678");
        let code = OrderCode::from_random(&[255, 254, 8, 9, 10, 11, 12, 13, 14]).unwrap();
        assert_eq!(format!(" {} ", code.as_str().to_lowercase()).parse(), Ok(code));
        assert!("ABCDEF".parse::<OrderCode>().is_err(), "too short");
        assert!("ABCDEF0".parse::<OrderCode>().is_err(), "0 is not in the alphabet");
        assert_eq!(OrderCode::from_random(&[255; 40]), None, "biased bytes are passed over");
    }

    proptest! {
        #[test]
        fn cash_is_total_plus_change_or_minus_what_is_missing(total in 0_i64..1_000_000, cash in 0_i64..2_000_000) {
            let usd = |minor| Money::new(minor, Currency::USD);
            match tender(usd(total), usd(cash)).unwrap() {
                Tender::Change(back) => prop_assert_eq!(back.minor, cash - total),
                Tender::Short(missing) => {
                    prop_assert!(missing.minor > 0);
                    prop_assert_eq!(missing.minor, total - cash);
                }
            }
        }
    }
}
