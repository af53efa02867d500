//! An event's own facts, which hardly ever change, for what is printed and told.

use std::time::Duration;

use jiff::Zoned;
use jiff::tz::TimeZone;
use serde::Deserialize;
use wicket_domain::event::{Event, Venue};
use wicket_domain::pipeline::{ConcertDate, TopicMessage};
use wicket_domain::table::{Key, Table};

use crate::cached::Cached;
use crate::fault::Fault;
use crate::world::{Read, World};

const GOOD_FOR: Duration = Duration::from_mins(5);

/// The Events table, asked once in five minutes an event.
pub(crate) struct Events {
    known: Cached<Option<Event>>,
}

#[derive(Deserialize)]
struct Published {
    event: Event,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self { known: Cached::new(GOOD_FOR) }
    }

    /// The event, if it has been published. Only its own facts are fetched, not its manifest.
    pub(crate) async fn find(&self, world: &World, event_id: &str) -> Result<Option<Event>, Fault> {
        let ask = async || {
            let key = Key::of(Table::Events, event_id);
            let item = world.tables.read(Read { key, consistent: false, only: &["event"] }).await?;
            Ok(item.and_then(|item| item.read::<Published>().ok()).map(|published| published.event))
        };
        self.known.get(world, event_id, ask).await
    }
}

/// When an order's event starts, in the venue's time zone; midnight of the day where only that is known.
pub(crate) fn starts(message: &TopicMessage, venue: Option<&Venue>) -> Zoned {
    let zone = venue.and_then(|venue| zone(message, venue)).unwrap_or(TimeZone::UTC);
    match message.concert_date {
        ConcertDate::At(at) => at.to_zoned(zone),
        ConcertDate::Day(day) => {
            let midnight = day.at(0, 0, 0, 0);
            midnight.to_zoned(zone).unwrap_or_else(|_| message.purchase_timestamp.to_zoned(TimeZone::UTC))
        }
    }
}

/// The venue's time zone. One that nobody knows is said in the log, since the hour is then printed as UTC's.
fn zone(message: &TopicMessage, venue: &Venue) -> Option<TimeZone> {
    let zone = TimeZone::get(&venue.time_zone).ok();
    if zone.is_none() {
        tracing::warn!(order = %message.order_id, zone = %venue.time_zone,
            "the venue's time zone is not known; its hours are given in UTC");
    }
    zone
}

/// The same in words: `Sat 5 December 2026`, with the hour where it is known.
pub(crate) fn when(message: &TopicMessage, venue: Option<&Venue>) -> String {
    let starts = starts(message, venue);
    match message.concert_date {
        ConcertDate::At(_) => starts.strftime("%a %-d %B %Y, %H:%M %Z").to_string(),
        ConcertDate::Day(_) => starts.strftime("%a %-d %B %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZoneDatabase;

    /// The programs bring the zones with them: where a Lambda runs there may be none.
    #[test]
    fn a_zone_is_found_without_the_systems() {
        let bundled = TimeZoneDatabase::bundled();
        for name in ["America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata"] {
            assert!(bundled.get(name).is_ok(), "{name}");
        }
    }
}
