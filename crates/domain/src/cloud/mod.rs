//! What stands in the cloud's tables, as stations and Lambdas write and read it (`docs/contract.md`, "Tables").
//!
//! Ids of orders, concerts and tickets are opaque texts there: not every writer is a station. Times in items are
//! milliseconds since 1970 UTC, amounts are minor units.

mod change;
mod conflict;
mod edition;
mod event;
mod manifest;
mod page;
pub mod rules;
mod seat;
mod snapshot;
mod station;
mod ticket;
mod trust;

pub use change::{Change, EventMark, event_feed, house_feed};
pub use conflict::{ConflictKind, ConflictRecord};
pub use edition::KeyLists;
pub use event::{EventRecord, EventStatus, StandingRecord, plan_key};
pub use manifest::{Manifest, ManifestClass, ManifestError, ManifestKey, SealedManifest, hex, key_text};
pub(crate) use manifest::{from_hex, key_from_hex};
pub use page::{ChangePage, pages_of, stored};
pub use seat::{CloudSeatState, CounterRecord, GrantRecord, InventoryRecord, SeatRecord, grant_id};
pub use snapshot::{Folded, NotASnapshot, SNAPSHOT_MAX, Snapshot, snapshot_key};
pub use station::{
    Approval, NotAKind, NotAVenue, StationKind, StationRecord, VenueId, fingerprint, is_public_key,
};
pub use ticket::{
    ANNULMENTS_MAX, CloudTicketStatus, TicketRecord, admission_id, admission_id_after, annulled_admissions,
    code_digest, takes_its_place,
};
pub use trust::{DeskGrant, Trust};
