//! Whose an event is: a house reaches its own alone.

use std::cell::RefCell;
use std::collections::HashMap;

use wicket_domain::cloud::VenueId;
use wicket_domain::door::Refusal;
use wicket_domain::id::EventId;
use wicket_domain::pipeline::Faults;
use wicket_domain::table::{Key, Table};

use crate::entrance::Shut;
use crate::fault::Fault;
use crate::world::{Read, World};

/// More events than this and what is known of them is dropped.
const EVENTS_MAX: usize = 1_024;

/// Which house each event belongs to. That never changes, so it is looked up once.
#[derive(Default)]
pub(crate) struct Houses(RefCell<HashMap<String, String>>);

impl Houses {
    /// Refuses a request about an event that is not there, or that is another house's.
    pub(crate) async fn check(&self, world: &World, venue: &VenueId, event: EventId) -> Result<(), Shut> {
        let owner = self.owner(world, &event.to_string()).await?.ok_or(Refusal::Event)?;
        if owner == venue.to_string() { Ok(()) } else { Err(Refusal::Event.into()) }
    }

    /// Refuses a message about another house's event. One that nobody has published is the sender's own.
    pub(crate) async fn check_message(
        &self,
        world: &World,
        venue: &VenueId,
        event: &str,
    ) -> Result<(), Fault> {
        match self.owner(world, event).await? {
            Some(owner) if owner != venue.to_string() => {
                Err(Faults::one("concertId", "The event is another venue's.").into())
            }
            _ => Ok(()),
        }
    }

    /// The event's house; none while nobody has published it, which is asked anew each time.
    pub(crate) async fn owner(&self, world: &World, event: &str) -> Result<Option<String>, Fault> {
        let known = self.0.borrow().get(event).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let key = Key::of(Table::Events, event);
        let item = world.tables.read(Read { key, consistent: true, only: &["venue"] }).await?;
        let Some(owner) = item.as_ref().and_then(|item| item.text("venue")) else { return Ok(None) };
        let mut known = self.0.borrow_mut();
        if known.len() >= EVENTS_MAX {
            known.clear();
        }
        known.insert(event.to_owned(), owner.to_owned());
        Ok(Some(owner.to_owned()))
    }
}
