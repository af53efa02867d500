//! How far this computer's clock is from the cloud's, as the `Date` of every answer tells. May not correct anything:
//! the SDK signs with its own correction, the station decides what an offset means.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use aws_smithy_types::date_time::Format;
use wicket_station::ports::Clock;

/// The median of so many answers counts: one slow or odd answer moves nothing.
const SAMPLES: usize = 5;
/// A `Date` has whole seconds and is cut, not rounded (RFC 9110, section 5.6.7).
const HALF_SECOND_MS: i64 = 500;

/// The station's clock as the SDK wants it.
#[derive(Clone)]
pub(crate) struct StationTime(pub(crate) Arc<dyn Clock>);

impl fmt::Debug for StationTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StationTime")
    }
}

impl TimeSource for StationTime {
    fn now(&self) -> SystemTime {
        self.0.now().into()
    }
}

/// The last few measurements.
#[derive(Debug, Default)]
pub(crate) struct ClockOffset {
    samples: Mutex<VecDeque<i64>>,
}

impl ClockOffset {
    /// How far this computer's clock is ahead, in milliseconds.
    pub(crate) fn median_ms(&self) -> Option<i64> {
        let mut sorted: Vec<i64> =
            self.samples.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// Takes one answer: when the request left and the answer came by this computer's clock, and what the cloud's
    /// `Date` said, all in milliseconds.
    pub(crate) fn measure(&self, sent: i64, received: i64, date: i64) {
        let middle = sent.saturating_add(received.saturating_sub(sent) / 2);
        let ahead = middle.saturating_sub(date.saturating_add(HALF_SECOND_MS));
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        if samples.len() == SAMPLES {
            samples.pop_front();
        }
        samples.push_back(ahead);
    }
}

/// When the request left, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct SentAt(i64);

impl Storable for SentAt {
    type Storer = StoreReplace<Self>;
}

/// Measures at every answer of every client.
pub(crate) struct Measuring {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) offset: Arc<ClockOffset>,
}

impl fmt::Debug for Measuring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Measuring")
    }
}

#[dyn_dispatch_hint]
impl Intercept for Measuring {
    fn name(&self) -> &'static str {
        "Measuring"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(SentAt(self.clock.now().as_millisecond()));
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.response().headers();
        // An answer out of a cache has the date of its making.
        if headers.get("age").is_some() {
            return Ok(());
        }
        let date = headers.get("date").and_then(|text| DateTime::from_str(text, Format::HttpDate).ok());
        let sent = config.load::<SentAt>().copied();
        if let (Some(date), Some(SentAt(sent))) = (date.and_then(|at| at.to_millis().ok()), sent) {
            self.offset.measure(sent, self.clock.now().as_millisecond(), date);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_answer_moves_nothing() {
        let offset = ClockOffset::default();
        assert_eq!(offset.median_ms(), None, "nothing is known before the first answer");
        for _ in 0..4 {
            offset.measure(700_000, 701_000, 100_000);
        }
        offset.measure(700_000, 701_000, 9_000_000);
        assert_eq!(
            offset.median_ms(),
            Some(600_000),
            "middle of request and answer, half a second of the date"
        );
    }

    #[test]
    fn a_clock_set_right_is_noticed() {
        let offset = ClockOffset::default();
        for _ in 0..9 {
            offset.measure(700_000, 700_000, 99_500);
        }
        for _ in 0..3 {
            offset.measure(100_000, 100_000, 99_500);
        }
        assert_eq!(offset.median_ms(), Some(0));
    }
}
