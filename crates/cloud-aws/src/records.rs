//! Events, read whole.

use wicket_domain::cloud::EventRecord;
use wicket_domain::id::EventId;
use wicket_station::cloud::Answered;

use crate::item::{key, read};
use crate::reach::Reach;

impl Reach {
    pub(crate) async fn event(&self, event: EventId) -> Answered<Option<EventRecord>> {
        let asked = self.clients.table.get_item().table_name(&self.events).consistent_read(true);
        let answer = asked.set_key(Some(key([("eventId", &event.to_string())]))).send().await;
        let Some(item) = answer.map_err(|error| self.table_asked().fault(&error))?.item else {
            return Ok(None);
        };
        read(item).map(Some).ok_or_else(|| self.table_asked().unreadable("an event this Wicket can read"))
    }
}
