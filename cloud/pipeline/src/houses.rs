//! Whose an event is: a house reaches its own alone.

use std::cell::RefCell;
use std::collections::HashMap;

use wicket_domain::cloud::VenueId;
use wicket_domain::door::Refusal;
use wicket_domain::id::EventId;
use wicket_domain::table::{Key, Table};

use crate::entrance::Shut;
use crate::world::{Read, World};

/// More events than this and what is known of them is dropped.
const EVENTS_MAX: usize = 1_024;

/// Events that were looked up. An event stays its house's, so what is known stays true.
#[derive(Default)]
pub(crate) struct Houses(RefCell<HashMap<EventId, String>>);

impl Houses {
    /// Refuses an event that is not there, or that is another house's.
    pub(crate) async fn check(&self, world: &World, venue: &VenueId, event: EventId) -> Result<(), Shut> {
        let venue = venue.to_string();
        let known = self.0.borrow().get(&event).cloned();
        let owner = if let Some(owner) = known { owner } else { self.look_up(world, event).await? };
        if owner == venue { Ok(()) } else { Err(Refusal::Event.into()) }
    }

    async fn look_up(&self, world: &World, event: EventId) -> Result<String, Shut> {
        let key = Key::of(Table::Events, event.to_string());
        let item = world.tables.read(Read { key, consistent: true, only: &["venue"] }).await?;
        let owner = item.as_ref().and_then(|item| item.text("venue")).ok_or(Refusal::Event)?;
        let mut known = self.0.borrow_mut();
        if known.len() >= EVENTS_MAX {
            known.clear();
        }
        known.insert(event, owner.to_owned());
        Ok(owner.to_owned())
    }
}
