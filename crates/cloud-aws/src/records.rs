//! Events and conflicts: few items each, read whole.

use std::sync::atomic::Ordering;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use jiff::Timestamp;
use wicket_domain::cloud::{ConflictRecord, EventRecord};
use wicket_domain::event::DOORS_AT_MOST;
use wicket_domain::id::EventId;
use wicket_station::cloud::{Answered, EventMark};

use crate::item::{Item, key, names, number, read, read_all, text, values};
use crate::reach::Reach;

/// An event that began longer ago than three days is read only while its doors are open: it may last that long.
const PAST_MS: i64 = 72 * 3_600_000;
/// The same where its doors close later: it is read until a day after that.
const AFTER_DOORS_MS: i64 = 24 * 3_600_000;
/// No event's doors are open for longer.
const OLDEST_MS: i64 = DOORS_AT_MOST.as_secs() * 1_000 + AFTER_DOORS_MS;
/// One question in so many also asks for these older events, because each one costs money (docs/deploy.md).
const OLDER_EVERY: u64 = 15;

impl Reach {
    pub(crate) async fn conflicts(&self, event: EventId) -> Answered<Vec<ConflictRecord>> {
        let asked = self
            .clients
            .table
            .query()
            .table_name(&self.conflicts)
            .key_condition_expression("#eventId = :event")
            .set_expression_attribute_names(Some(names(["eventId"])))
            .set_expression_attribute_values(Some(values([("event", text(event.to_string()))])))
            .consistent_read(true);
        Ok(read_all(self.all_pages(asked).await?, "conflicts"))
    }

    pub(crate) async fn events(&self) -> Answered<Vec<EventMark>> {
        let since = self.cloud_now().saturating_sub(PAST_MS);
        let mut items = self.live_events(since, None).await?;
        if self.asked_events.fetch_add(1, Ordering::Relaxed).is_multiple_of(OLDER_EVERY) {
            items.extend(self.live_events(self.cloud_now().saturating_sub(OLDEST_MS), Some(since)).await?);
        }
        Ok(read_all(items, "events"))
    }

    /// The marks of the house's events on sale that begin after `since`. With `until`, those that began no later than that, and
    /// whose doors are open or closed a short while ago.
    async fn live_events(&self, since: i64, until: Option<i64>) -> Answered<Vec<Item>> {
        let asked = self
            .clients
            .table
            .query()
            .table_name(&self.events)
            .index_name("StatusIndex")
            // Every station asks in every round: what an event says is read when its version is another.
            .projection_expression("#eventId, #version");
        let asked = match until {
            None => asked
                .key_condition_expression("#status = :live AND #startsAt > :since")
                .filter_expression("#venue = :venue")
                .set_expression_attribute_names(Some(names([
                    "status", "startsAt", "eventId", "version", "venue",
                ])))
                .set_expression_attribute_values(Some(values([
                    ("live", text("live")),
                    ("since", number(since)),
                    ("venue", text(self.venue.to_string())),
                ]))),
            Some(until) => {
                let closed = moment(self.cloud_now().saturating_sub(AFTER_DOORS_MS));
                asked
                    .key_condition_expression("#status = :live AND #startsAt BETWEEN :since AND :until")
                    // Moments stand there as text in UTC, so the later one is the greater one.
                    .filter_expression("#venue = :venue AND #event.#doorsUntil > :closed")
                    .set_expression_attribute_names(Some(names([
                        "status",
                        "startsAt",
                        "eventId",
                        "version",
                        "venue",
                        "event",
                        "doorsUntil",
                    ])))
                    .set_expression_attribute_values(Some(values([
                        ("live", text("live")),
                        ("since", number(since)),
                        ("until", number(until)),
                        ("venue", text(self.venue.to_string())),
                        ("closed", text(closed.to_string())),
                    ])))
            }
        };
        self.all_pages(asked).await
    }

    pub(crate) async fn event(&self, event: EventId) -> Answered<Option<EventRecord>> {
        let asked = self.clients.table.get_item().table_name(&self.events).consistent_read(true);
        let answer = asked.set_key(Some(key([("eventId", &event.to_string())]))).send().await;
        let Some(item) = answer.map_err(|error| self.table_asked().fault(&error))?.item else {
            return Ok(None);
        };
        read(item).map(Some).ok_or_else(|| self.table_asked().unreadable("an event this Wicket can read"))
    }

    /// Every item that a query finds.
    async fn all_pages(&self, asked: QueryFluentBuilder) -> Answered<Vec<Item>> {
        let (mut items, mut start) = (Vec::new(), None);
        loop {
            let answer = asked.clone().set_exclusive_start_key(start).send().await;
            let answer = answer.map_err(|error| self.table_asked().fault(&error))?;
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(items);
            }
        }
    }
}

/// A moment in milliseconds; the earliest there is where it is none.
fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MIN)
}
