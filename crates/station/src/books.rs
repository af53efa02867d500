//! A station's books: what it writes down of an act. The audit log is for the people here, the outbox for the cloud. Nothing
//! else writes to either.

use jiff::Timestamp;
use wicket_domain::id::MessageId;
use wicket_domain::message::MessageKind;
use wicket_domain::pipeline::StationMessage;
use wicket_store::Write;

use crate::Station;
use crate::fault::Fault;
use crate::keys::Own;
use crate::ports::{Random, draw};
use crate::post::refused;
use crate::sync::{Link, draft};

/// Both books, open in one transaction.
pub(crate) struct Books<'a> {
    tx: &'a Write<'a>,
    random: &'a dyn Random,
    link: &'a Link,
}

impl Station {
    /// Opens the books in a transaction.
    pub(crate) fn books<'a>(&'a self, tx: &'a Write<'a>) -> Books<'a> {
        Books { tx, random: self.random.as_ref(), link: &self.link }
    }
}

impl Books<'_> {
    /// Adds an entry to the audit log: who did what, and its `facts` as JSON.
    pub(crate) fn enter(&self, at: Timestamp, by: &str, kind: &str, facts: &str) -> Result<(), Fault> {
        Ok(self.tx.append_audit(at, by, kind, facts)?)
    }

    /// Puts a message into the outbox, as it will leave. What the pipeline would refuse is a fault, so that the
    /// transaction leaves nothing behind.
    pub(crate) fn send(
        &self,
        own: &Own,
        kind: MessageKind,
        at: Timestamp,
        body: &str,
    ) -> Result<StationMessage, Fault> {
        let message_id = MessageId::new(at, draw(self.random)?);
        let row = self.tx.append_outbox(message_id, own.epoch, kind.as_str(), at, body)?;
        let text = draft(own, &row, self.link.clock_offset())?;
        StationMessage::parse(&text).map(|(_, message)| message).map_err(|faults| refused(&faults))
    }
}
