//! Changing the hours of an event that is there. For a published event only its organizer's station does so, and the
//! cloud has the change before the file: every other station takes it in its next round.

use wicket_domain::cloud::{EventRecord, EventStatus};
use wicket_domain::event::{Event, Hours};
use wicket_domain::id::EventId;
use wicket_store::EventRow;

use super::StepError;
use super::link::{not_paired, told};
use super::take::unreadable;
use crate::Station;
use crate::actor::Actor;
use crate::events::HoursDraft;
use crate::fault::{Code, Fault};

/// Another writer of the same event may be quicker this often.
const TRIES: u32 = 3;

impl Station {
    /// Changes when an event's doors are open and until when it is sold. What `draft` leaves out stays as it is. Returns
    /// all its hours.
    pub fn change_hours(&self, by: &Actor, event_id: EventId, draft: HoursDraft) -> Result<Hours, Fault> {
        let row = self.on_sale(event_id)?;
        changed(&row.event, draft)?;
        let published = row.publication.is_shared();
        if published {
            match self.publish_hours(&row, draft) {
                Ok(()) => {}
                Err(StepError::Cloud(fault)) => return Err(told(&fault)),
                Err(StepError::Here(fault)) => return Err(fault),
            }
        }
        let now = self.clock.now();
        let hours = self.write(|tx| {
            let row = tx.event(event_id)?.ok_or_else(crate::lookup::gone)?;
            let event = changed(&row.event, draft)?;
            tx.update_event(row.event_no, &event)?;
            let (from, until, sold) = (event.doors_from, event.doors_until, event.sells_until);
            let body = serde_json::json!({
                "eventId": event_id, "doorsFrom": from, "doorsUntil": until, "sellsUntil": sold,
            });
            self.books(tx).enter(now, &by.text(), "event_hours", &body.to_string())?;
            Ok(event.hours())
        })?;
        self.tell_news();
        Ok(hours)
    }

    /// Writes the hours into the event's item in the cloud, and takes over what else stands there.
    fn publish_hours(&self, row: &EventRow, draft: HoursDraft) -> Result<(), StepError> {
        let cloud = self.link.cloud().ok_or_else(not_paired)?;
        let own = self.own()?;
        if row.organizer_key != Some(own.key.verifying_key().to_bytes()) {
            let message = format!("{} was published by another station; it changes it.", row.event.name);
            return Err(Fault::new(Code::NotAllowed, message).into());
        }
        self.probe()?;
        for _ in 0..TRIES {
            let there = self.link.noted(cloud.event(row.event.event_id))?;
            let Some(record) = there.filter(|there| there.status == EventStatus::Live) else {
                let message =
                    format!("{} is still being published. Publish it to its end first.", row.event.name);
                return Err(Fault::new(Code::BadInput, message).into());
            };
            if record.organizer_id != own.station_id.to_string() {
                return Err(unreadable("the event was published by another station").into());
            }
            let next = EventRecord {
                event: changed(&record.event, draft)?,
                version: record.version.saturating_add(1),
                updated_at: self.link.cloud_now(),
                ..record.clone()
            };
            if self.put_event(&next, Some(record.version))? {
                self.update_from(row, &next)?;
                return Ok(());
            }
        }
        Err(unreadable("the event was changed by somebody else at the same moment").into())
    }
}

/// The event with what the draft gives of its hours, if it can have them.
fn changed(event: &Event, draft: HoursDraft) -> Result<Event, Fault> {
    let event = Event {
        doors_from: draft.doors_from.or(event.doors_from),
        doors_until: draft.doors_until.or(event.doors_until),
        sells_until: draft.sells_until.or(event.sells_until),
        ..event.clone()
    };
    event.check_hours().map_err(|error| Fault::new(Code::BadInput, error.to_string()))?;
    Ok(event)
}
