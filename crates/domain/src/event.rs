//! Events and where they take place.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::EventId;
use crate::money::Currency;

/// Where an event takes place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Venue {
    /// As printed on the ticket.
    pub name: String,
    /// Street and town, if known.
    pub address: Option<String>,
    /// IANA time zone in which its times are written: `America/Los_Angeles`.
    pub time_zone: String,
}

/// Something tickets are sold for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its id.
    pub event_id: EventId,
    /// As printed on the ticket.
    pub name: String,
    /// What sort of event: "music", "conference"; free text.
    pub kind: String,
    /// Where.
    pub venue: Venue,
    /// When it starts.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub starts_at: Timestamp,
    /// The currency all its prices are in.
    pub currency: Currency,
    /// Whether it came with the sample data and goes with it.
    pub sample: bool,
    /// When doors open; see [`Event::hours`] for what holds without it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "bindings", ts(as = "Option<String>"))]
    pub doors_from: Option<Timestamp>,
    /// When doors close.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "bindings", ts(as = "Option<String>"))]
    pub doors_until: Option<Timestamp>,
    /// When tills stop selling without a question.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "bindings", ts(as = "Option<String>"))]
    pub sells_until: Option<Timestamp>,
}

/// Whether other stations sell an event, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// This station alone sells it.
    Own,
    /// It is on its way into the cloud: from now on, the cloud says whose each place is.
    Publishing,
    /// Every station of the house has it.
    Live {
        /// Its version in the cloud, from 1.
        version: u64,
    },
}

impl Publication {
    /// Whether the cloud says whose the places are, or is about to.
    pub const fn is_shared(self) -> bool {
        !matches!(self, Self::Own)
    }

    /// Whether other stations have it.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Live { .. })
    }

    /// Whether the cloud's `version` is nothing new. While the event is being published here, nothing is: publishing itself
    /// ends that.
    pub const fn is_current(self, version: u64) -> bool {
        match self {
            Self::Own => false,
            Self::Publishing => true,
            Self::Live { version: known } => known >= version,
        }
    }
}

/// Where an event says nothing else, its doors are open from so long before its start until so long after it, and tills
/// sell until so long after it.
pub const AROUND_THE_START: SignedDuration = SignedDuration::from_hours(12);

/// The longest time after an event's start at which its doors may close. Stations look no further back for events.
pub const DOORS_AT_MOST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// When an event's doors are open and until when it is sold. Selling ahead is always normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Hours {
    /// Gates admit from this moment on.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub doors_from: Timestamp,
    /// Gates admit before this moment.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub doors_until: Timestamp,
    /// Tills sell before this moment; after it they ask.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub sells_until: Timestamp,
}

/// Why an event cannot have these hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Doors would close before they open.
    #[error("The doors close before they open. Let --doors-until be later than --doors-from.")]
    Reversed,
    /// Doors would close before the event starts.
    #[error("The doors close before the event starts. Let --doors-until be no earlier than its start.")]
    ClosedAtStart,
    /// Doors would stay open for longer than [`DOORS_AT_MOST`].
    #[error(
        "The doors stay open for more than 90 days. Let --doors-until be earlier, or make several events of it."
    )]
    TooLong,
}

impl Event {
    /// When gates admit and tills sell: what the event says, and the default where it says nothing.
    pub fn hours(&self) -> Hours {
        let before = self.starts_at.checked_sub(AROUND_THE_START).unwrap_or(Timestamp::MIN);
        let after = self.starts_at.checked_add(AROUND_THE_START).unwrap_or(Timestamp::MAX);
        Hours {
            doors_from: self.doors_from.unwrap_or(before),
            doors_until: self.doors_until.unwrap_or(after),
            sells_until: self.sells_until.unwrap_or(after),
        }
    }

    /// Checks hours that somebody gave.
    ///
    /// # Errors
    /// When doors would close before they open, before the event starts, or more than [`DOORS_AT_MOST`] after it.
    pub fn check_hours(&self) -> Result<(), HoursError> {
        let hours = self.hours();
        if hours.doors_until < self.starts_at {
            return Err(HoursError::ClosedAtStart);
        }
        if hours.doors_until <= hours.doors_from {
            return Err(HoursError::Reversed);
        }
        if hours.doors_until.duration_since(self.starts_at) > DOORS_AT_MOST {
            return Err(HoursError::TooLong);
        }
        Ok(())
    }

    /// Whether tills sell it no more without a question.
    pub fn is_over(&self, at: Timestamp) -> bool {
        at >= self.hours().sells_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(starts: Timestamp) -> Event {
        Event {
            event_id: EventId::from_bytes([1; 16]),
            name: "Gala".into(),
            kind: String::new(),
            venue: Venue { name: "Arena".into(), address: None, time_zone: "UTC".into() },
            starts_at: starts,
            currency: Currency::USD,
            sample: false,
            doors_from: None,
            doors_until: None,
            sells_until: None,
        }
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn doors_are_open_half_a_day_around_the_start_unless_the_event_says_otherwise() {
        const HALF_A_DAY: i64 = 12 * 3_600;
        let mut event = event(second(1_000_000));
        let hours = event.hours();
        assert_eq!(hours.doors_from, second(1_000_000 - HALF_A_DAY));
        assert_eq!(
            (hours.doors_until, hours.sells_until),
            (second(1_000_000 + HALF_A_DAY), second(1_000_000 + HALF_A_DAY))
        );
        assert!(!event.is_over(second(0)), "selling ahead is normal");
        assert!(!event.is_over(second(1_000_000 + HALF_A_DAY - 1)));
        assert!(event.is_over(second(1_000_000 + HALF_A_DAY)));
        event.doors_from = Some(second(7));
        event.doors_until = Some(second(2_000_000));
        event.sells_until = Some(second(8));
        let hours = event.hours();
        assert_eq!(
            (hours.doors_from, hours.doors_until, hours.sells_until),
            (second(7), second(2_000_000), second(8))
        );
        assert!(event.is_over(second(8)));
    }

    #[test]
    fn at_the_ends_of_time_hours_end_too() {
        assert_eq!(event(Timestamp::MAX).hours().doors_until, Timestamp::MAX);
        assert_eq!(event(Timestamp::MAX).check_hours(), Ok(()));
        assert_eq!(event(Timestamp::MIN).check_hours(), Ok(()));
        assert_eq!(event(Timestamp::MIN).hours().doors_from, Timestamp::MIN);
    }

    #[test]
    fn doors_close_after_they_open_and_after_the_start() {
        let at_noon = event(second(1_000_000));
        assert_eq!(at_noon.check_hours(), Ok(()));
        let with = |from, until| Event { doors_from: from, doors_until: until, ..at_noon.clone() };
        let (early, late) = (Some(second(900_000)), Some(second(1_100_000)));
        assert_eq!(with(early, late).check_hours(), Ok(()));
        assert_eq!(with(None, early).check_hours(), Err(HoursError::ClosedAtStart));
        assert_eq!(with(None, Some(second(999_999))).check_hours(), Err(HoursError::ClosedAtStart));
        assert_eq!(with(None, Some(second(1_000_000))).check_hours(), Ok(()), "at the very start");
        let days = |days: i64| Some(second(1_000_000 + days * 86_400));
        assert_eq!(with(None, days(90)).check_hours(), Ok(()));
        assert_eq!(with(None, days(91)).check_hours(), Err(HoursError::TooLong));
        assert_eq!(with(late, late).check_hours(), Err(HoursError::Reversed));
        assert_eq!(with(late, None).check_hours(), Err(HoursError::Reversed), "the default closes before");
    }

    #[test]
    fn an_older_event_reads_without_hours_and_is_written_as_before() {
        let text = serde_json::to_string(&event(second(0))).unwrap();
        assert!(!text.contains("doors") && !text.contains("sells"), "{text}");
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event(second(0)));
    }
}
