//! Who works at a station, and what slows down somebody who guesses a PIN.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What a member of staff may do. Each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Admits people.
    Steward,
    /// Sells and prints.
    Seller,
    /// Undoes, refunds, sets up.
    Supervisor,
    /// Plans events.
    Organizer,
}

/// A PIN has this many digits at least.
pub const PIN_MIN: usize = 4;
/// A PIN has this many digits at most.
pub const PIN_MAX: usize = 12;
/// So many wrong PINs in a row cost nothing; each further one costs time.
pub const FREE_ATTEMPTS: u32 = 5;
/// Nobody waits longer than this for the next try, in seconds.
const LONGEST_WAIT_SECONDS: i64 = 300;

/// Why a PIN cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Too short, too long, or not digits only.
    #[error("A PIN has {PIN_MIN} to {PIN_MAX} digits and nothing else. Choose another.")]
    NotDigits,
    /// One digit repeated.
    #[error("This PIN is too easy to guess. Choose one that is not the same digit throughout.")]
    TooEasy,
}

/// Checks a PIN that somebody wants to set.
pub fn check_new_pin(pin: &str) -> Result<(), PinError> {
    if !(PIN_MIN..=PIN_MAX).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(PinError::NotDigits);
    }
    let mut digits = pin.bytes();
    let first = digits.next();
    if digits.all(|digit| Some(digit) == first) { Err(PinError::TooEasy) } else { Ok(()) }
}

/// Says until when the next try has to wait after `failures` wrong PINs in a row, the last at `at`: nothing for the
/// first five, then 2, 4, 8 … seconds, at most five minutes.
pub fn next_attempt_at(failures: u32, at: Timestamp) -> Option<Timestamp> {
    let beyond = failures.checked_sub(FREE_ATTEMPTS)?;
    let seconds = 2_i64.checked_pow(beyond + 1).unwrap_or(LONGEST_WAIT_SECONDS).min(LONGEST_WAIT_SECONDS);
    at.checked_add(SignedDuration::from_secs(seconds)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_easy_or_malformed_pin_is_refused() {
        assert_eq!(check_new_pin("123"), Err(PinError::NotDigits));
        assert_eq!(check_new_pin("12a4"), Err(PinError::NotDigits));
        assert_eq!(check_new_pin("1234567890123"), Err(PinError::NotDigits));
        assert_eq!(check_new_pin("7777"), Err(PinError::TooEasy));
        assert_eq!(check_new_pin("1234"), Ok(()), "scripts and tests may use it; a guess costs time");
        assert_eq!(check_new_pin("2580"), Ok(()));
    }

    #[test]
    fn the_wait_grows_after_five_and_stops_growing() {
        let at = Timestamp::from_second(1_000).unwrap();
        let wait = |failures| next_attempt_at(failures, at).map(|until| until.as_second() - at.as_second());
        assert_eq!(wait(4), None);
        assert_eq!(wait(5), Some(2));
        assert_eq!(wait(6), Some(4));
        assert_eq!(wait(60), Some(300));
        assert_eq!(wait(u32::MAX), Some(300));
    }
}
