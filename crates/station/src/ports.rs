//! How time and chance reach a station. A simulation brings its own, made from one seed.

use jiff::Timestamp;

use crate::fault::{Code, Fault};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in whole milliseconds: finer parts are not stored.
    fn now(&self) -> Timestamp;
}

/// Draws random bytes, fit for keys.
pub trait Random: Send + Sync {
    /// Fills `bytes`, or says that the system has no randomness to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault>;
}

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// The system's randomness.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        getrandom::fill(bytes).map_err(|error| {
            Fault::new(
                Code::Internal,
                format!("This computer gives no random numbers ({error}). Restart it."),
            )
        })
    }
}

/// Draws an array.
pub(crate) fn draw<const N: usize>(random: &dyn Random) -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}
