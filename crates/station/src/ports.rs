//! How time, chance and the computer's memory of a station reach it. A simulation brings its own, made from one seed.

use jiff::Timestamp;
use wicket_domain::id::StationId;
use wicket_domain::mark::Mark;

use crate::fault::{Code, Fault};

pub use wicket_store::{MarkError, MarkFolder};

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

/// Keeps the high-water mark of each station's file on this computer, outside the station's folder.
pub trait Marks: Send + Sync {
    /// The mark of a station; none where it has none yet.
    fn read(&self, station: StationId) -> Result<Option<Mark>, MarkError>;

    /// Lets `decide` see the mark of a station, and keeps what it returns. Nobody else changes the mark meanwhile. A mark that
    /// cannot be read is as if there were none, and the error says so afterwards.
    fn change(
        &self,
        station: StationId,
        decide: &mut dyn FnMut(Option<Mark>) -> Option<Mark>,
    ) -> Result<(), MarkError>;
}

impl Marks for MarkFolder {
    fn read(&self, station: StationId) -> Result<Option<Mark>, MarkError> {
        Self::read(self, station)
    }

    fn change(
        &self,
        station: StationId,
        decide: &mut dyn FnMut(Option<Mark>) -> Option<Mark>,
    ) -> Result<(), MarkError> {
        Self::change(self, station, decide)
    }
}

/// A computer that remembers no station: a copy is told by the cloud alone.
pub struct NoMarks;

impl Marks for NoMarks {
    fn read(&self, _: StationId) -> Result<Option<Mark>, MarkError> {
        Ok(None)
    }

    fn change(&self, _: StationId, _: &mut dyn FnMut(Option<Mark>) -> Option<Mark>) -> Result<(), MarkError> {
        Ok(())
    }
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
