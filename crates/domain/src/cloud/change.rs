//! What has changed, in numbered pages that stations follow (`docs/contract.md`, "Following").
//!
//! A page holds what stations use and no more: no ticket's code nor its digest, no address.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{ConflictRecord, EventRecord, EventStatus, InventoryRecord, TicketRecord, VenueId};
use crate::table::{Item, NotAnItem, Table};

/// An event's doors may be open for so long after its start, in milliseconds, whatever it says of them.
const AFTER_START_MS: i64 = 72 * 3_600_000;
/// An event is taken until so long after its doors close, in milliseconds.
const AFTER_DOORS_MS: i64 = 24 * 3_600_000;

/// The feed of a house's events.
pub fn house_feed(venue: &VenueId) -> String {
    format!("{venue}#events")
}

/// The feed of an event's seats, tickets and conflicts.
pub fn event_feed(venue: &str, event_id: &str) -> String {
    format!("{venue}#{event_id}")
}

/// Something as it stands after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A seat, a standing area's counter, or a station's grant.
    Inventory(InventoryRecord),
    /// A ticket.
    Ticket(TicketRecord),
    /// What two places did that cannot both be right.
    Conflict(ConflictRecord),
    /// An event was published or changed.
    Event(EventMark),
}

/// That an event was written; all of it is read when this version is news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventMark {
    /// The event.
    pub event_id: String,
    /// One more with every write.
    pub version: u64,
    /// How far it is.
    pub status: EventStatus,
    /// Until when stations take it, in milliseconds: it may last, and its doors may be open, for so long.
    pub until: i64,
}

impl EventMark {
    /// What a house's feed says of an event.
    pub fn of(record: &EventRecord) -> Self {
        let doors = record.event.hours().doors_until.as_millisecond();
        Self {
            event_id: record.event_id.clone(),
            version: record.version,
            status: record.status,
            until: record.starts_at.saturating_add(AFTER_START_MS).max(doors.saturating_add(AFTER_DOORS_MS)),
        }
    }
}

/// A kind of change as it is named in a page, and what names its event in the table.
const INVENTORY: (&str, &str) = ("inventory", "concertId");
const TICKET: (&str, &str) = ("ticket", "eventId");
const CONFLICT: (&str, &str) = ("conflict", "eventId");
const EVENT: &str = "event";

impl Change {
    /// What a table's item tells stations, and of which event; none where it is the functions' own business.
    ///
    /// # Errors
    /// When the item is no record of ours.
    pub fn of(table: Table, item: Item) -> Result<Option<(String, Self)>, NotAnItem> {
        Ok(Some(match table {
            // Orders that were counted.
            Table::SeatInventory if item.text("seatId").is_some_and(|id| id.starts_with("order#")) => {
                return Ok(None);
            }
            Table::SeatInventory => {
                let record = match Sort::of(item.text("seatId").ok_or(NotAnItem)?) {
                    Sort::Seat => InventoryRecord::Seat(item.read()?),
                    Sort::Counter => InventoryRecord::Counter(item.read()?),
                    Sort::Grant => InventoryRecord::Grant(item.read()?),
                };
                (record.concert_id().to_owned(), Self::Inventory(for_stations(record)))
            }
            Table::Tickets => {
                let ticket: TicketRecord = item.read()?;
                // A station reads the code itself, and has no use for its digest or the PDF.
                let ticket = TicketRecord { code_digest: None, pdf_url: None, ..ticket };
                (ticket.event_id.clone(), Self::Ticket(ticket))
            }
            Table::Conflicts => {
                let conflict: ConflictRecord = item.read()?;
                (conflict.event_id.clone(), Self::Conflict(conflict))
            }
            // Which events have this name and date: a row beside those of the events themselves.
            Table::Events if item.has("eventId") && !item.has("manifest") => return Ok(None),
            Table::Events => {
                let event: EventRecord = item.read()?;
                (event.event_id.clone(), Self::Event(EventMark::of(&event)))
            }
            _ => return Ok(None),
        }))
    }

    /// Which item it is about: what is said of it later stands in place of this.
    pub fn about(&self) -> (&'static str, String) {
        match self {
            Self::Inventory(record) => (INVENTORY.0, record.seat_id().to_string()),
            Self::Ticket(ticket) => (TICKET.0, ticket.ticket_id.clone()),
            Self::Conflict(conflict) => (CONFLICT.0, conflict.conflict_id.clone()),
            Self::Event(mark) => (EVENT, mark.event_id.clone()),
        }
    }

    /// What is known of the item once this has been told after `known`, which is about the same one. Both may be old.
    #[must_use]
    pub fn told_after(self, known: Option<Self>) -> Self {
        match (known, self) {
            (Some(Self::Ticket(known)), Self::Ticket(fresh)) => Self::Ticket(fresh.told_after(Some(known))),
            (None, Self::Ticket(fresh)) => Self::Ticket(fresh.told_after(None)),
            (Some(Self::Inventory(known)), Self::Inventory(fresh)) if known.version() >= fresh.version() => {
                Self::Inventory(known)
            }
            // Settled once, it stays so.
            (Some(Self::Conflict(known)), Self::Conflict(fresh))
                if known.resolved_at.is_some() && fresh.resolved_at.is_none() =>
            {
                Self::Conflict(known)
            }
            (Some(Self::Event(known)), Self::Event(fresh)) if known.version > fresh.version => {
                Self::Event(known)
            }
            (_, fresh) => fresh,
        }
    }

    /// As it stands in a page: `{"ticket": {…}}`, without the event, which the feed names.
    pub fn written(&self) -> Value {
        let ((name, event), body) = match self {
            Self::Inventory(InventoryRecord::Seat(record)) => (INVENTORY, serde_json::to_value(record)),
            Self::Inventory(InventoryRecord::Counter(record)) => (INVENTORY, serde_json::to_value(record)),
            Self::Inventory(InventoryRecord::Grant(record)) => (INVENTORY, serde_json::to_value(record)),
            Self::Ticket(record) => (TICKET, serde_json::to_value(record)),
            Self::Conflict(record) => (CONFLICT, serde_json::to_value(record)),
            Self::Event(mark) => ((EVENT, ""), serde_json::to_value(mark)),
        };
        // A record of ours always has a JSON form.
        let mut body = body.unwrap_or_default();
        if let Value::Object(fields) = &mut body {
            fields.remove(event);
        }
        Value::Object(Map::from_iter([(name.to_owned(), body)]))
    }

    /// Reads [`Change::written`] back, of a page of this event's feed. A new station reads a stadium's in one go, so each is
    /// read straight into its record.
    pub(super) fn read(change: &RawValue, event_id: &str) -> Option<Self> {
        // As the kinds are named in a page.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        enum Entry<'a> {
            #[serde(borrow)]
            Inventory(&'a RawValue),
            #[serde(borrow)]
            Ticket(&'a RawValue),
            #[serde(borrow)]
            Conflict(&'a RawValue),
            Event(EventMark),
        }
        Some(match serde_json::from_str(change.get()).ok()? {
            Entry::Inventory(body) => Self::Inventory(inventory(&with_event(body, INVENTORY.1, event_id)?)?),
            Entry::Ticket(body) => {
                Self::Ticket(serde_json::from_str(&with_event(body, TICKET.1, event_id)?).ok()?)
            }
            Entry::Conflict(body) => {
                Self::Conflict(serde_json::from_str(&with_event(body, CONFLICT.1, event_id)?).ok()?)
            }
            Entry::Event(mark) => Self::Event(mark),
        })
    }
}

/// An object's text with the event's id put in as its first field.
fn with_event(body: &RawValue, name: &str, event_id: &str) -> Option<String> {
    let fields = body.get().strip_prefix('{')?;
    let event_id = serde_json::to_string(event_id).ok()?;
    Some(format!("{{\"{name}\":{event_id},{fields}"))
}

/// A record of the inventory from its text.
fn inventory(record: &str) -> Option<InventoryRecord> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named<'a> {
        #[serde(borrow)]
        seat_id: Cow<'a, str>,
    }
    let Named { seat_id } = serde_json::from_str(record).ok()?;
    Some(match Sort::of(&seat_id) {
        Sort::Seat => InventoryRecord::Seat(serde_json::from_str(record).ok()?),
        Sort::Counter => InventoryRecord::Counter(serde_json::from_str(record).ok()?),
        Sort::Grant => InventoryRecord::Grant(serde_json::from_str(record).ok()?),
    })
}

/// The sorts of records in the inventory.
enum Sort {
    Seat,
    Counter,
    Grant,
}

impl Sort {
    /// A record's id says which it is.
    fn of(id: &str) -> Self {
        if id.starts_with("ga#") {
            Self::Counter
        } else if id.starts_with("grant#") {
            Self::Grant
        } else {
            Self::Seat
        }
    }
}

/// Without the order, which no other station needs.
fn for_stations(record: InventoryRecord) -> InventoryRecord {
    match record {
        InventoryRecord::Seat(seat) => InventoryRecord::Seat(super::SeatRecord { order_id: None, ..seat }),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{ChangePage, CloudSeatState, CloudTicketStatus, ConflictKind, SeatRecord};
    use crate::seat::SeatId;

    const FEED: &str = "hall#e";

    fn ticket() -> TicketRecord {
        TicketRecord {
            ticket_id: "t".to_owned(),
            event_id: "e".to_owned(),
            order_id: Some("o".to_owned()),
            sold_by: Some(crate::id::StationId::from_bytes([1; 16])),
            order_code: None,
            seat_id: None,
            label: None,
            category: None,
            holder: Some("Zoë".to_owned()),
            status: CloudTicketStatus::Used,
            admission_id: Some("a".to_owned()),
            annulled: vec!["b".to_owned()],
            validated_at: Some(5),
            gate: None,
            station: None,
            pdf_url: Some("https://files.example/t.pdf".to_owned()),
            code_digest: Some("SECRET".to_owned()),
            updated_at: 6,
        }
    }

    fn seat() -> SeatRecord {
        SeatRecord {
            concert_id: "e".to_owned(),
            seat_id: SeatId::new("A-1"),
            state: CloudSeatState::Sold,
            station: None,
            epoch: None,
            hold_until: None,
            order_id: Some("o".to_owned()),
            pay_until: Some(8),
            version: 4,
            updated_at: 7,
        }
    }

    fn conflict() -> ConflictRecord {
        ConflictRecord {
            event_id: "e".to_owned(),
            conflict_id: "c".to_owned(),
            kind: ConflictKind::SeatSoldTwice,
            at: 3,
            first: [("orderId".to_owned(), "o".to_owned())].into(),
            second: std::collections::BTreeMap::new(),
            seat_id: Some("A-1".to_owned()),
            ticket_id: None,
            order_id: None,
            resolved_at: None,
            resolved_by: None,
            updated_at: 3,
        }
    }

    fn paged(changes: &[Change]) -> ChangePage {
        let text = Value::Array(changes.iter().map(Change::written).collect()).to_string();
        assert!(!text.contains("SECRET") && !text.contains("files.example"), "{text}");
        ChangePage::read(FEED, 9, &text).unwrap()
    }

    #[test]
    fn a_page_says_what_the_tables_have_but_for_codes() {
        let items = [
            (Table::Tickets, Item::of(&ticket()).unwrap()),
            (Table::SeatInventory, Item::of(&seat()).unwrap()),
            (Table::Conflicts, Item::of(&conflict()).unwrap()),
        ];
        let changes: Vec<_> = items
            .into_iter()
            .map(|(table, item)| {
                let (event, change) = Change::of(table, item).unwrap().unwrap();
                assert_eq!(event, "e");
                change
            })
            .collect();
        let page = paged(&changes);
        let known = TicketRecord { code_digest: None, pdf_url: None, ..ticket() };
        let taken = SeatRecord { order_id: None, ..seat() };
        assert_eq!(
            page.changes,
            [
                Change::Ticket(known),
                Change::Inventory(InventoryRecord::Seat(taken)),
                Change::Conflict(conflict()),
            ]
        );
        assert_eq!((page.number, page.unreadable), (9, 0));
    }

    #[test]
    fn what_is_the_functions_own_is_not_told() {
        let counted = [("concertId", "e"), ("seatId", "order#o")].into_iter().collect();
        assert_eq!(Change::of(Table::SeatInventory, counted), Ok(None));
        assert_eq!(Change::of(Table::Orders, Item::new()), Ok(None));
        assert_eq!(Change::of(Table::SeatInventory, Item::new()), Err(NotAnItem));
        let named: Item = [("eventId", "concert-1"), ("names", "e")].into_iter().collect();
        assert_eq!(Change::of(Table::Events, named), Ok(None), "events of one name and date");
        let key_of_the_cloud: Item = [("venue", "#cloud"), ("publicKey", "k")].into_iter().collect();
        assert_eq!(Change::of(Table::Stations, key_of_the_cloud), Ok(None));
        let unreadable: Item = [("eventId", "e"), ("manifest", "none")].into_iter().collect();
        assert_eq!(Change::of(Table::Events, unreadable), Err(NotAnItem));
        assert_eq!(Change::of(Table::Events, Item::new()), Err(NotAnItem));
    }
}
