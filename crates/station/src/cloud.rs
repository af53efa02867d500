//! The Cloud port: what a station asks of its cloud. `wicket-cloud-aws` answers for AWS; a simulation brings its own.
//!
//! Every call may block, and ends by itself: with an answer or with a [`CloudFault`]. A conditional write that was
//! refused is an answer, not a fault. After a fault nobody knows whether the write took place; each can be repeated.

use std::time::Duration;

use serde::Deserialize;
use wicket_domain::cloud::{CloudTicketStatus, InventoryRecord, TicketRecord};
use wicket_domain::cloud::{ConflictRecord, CounterRecord, EventRecord, GrantRecord, SeatRecord};
use wicket_domain::door::Door;
use wicket_domain::id::{EventId, ScanId, StationId, TicketId};
use wicket_domain::seat::SeatId;

/// So many seats fit into one claim: a transaction of 100 with the check of the fence (`docs/contract.md`).
pub const SEATS_IN_A_CLAIM: usize = 99;
/// So many messages fit into one batch.
pub const MESSAGES_IN_A_BATCH: usize = 10;
/// So many bytes may a batch have together (SQS, quota "Message size").
pub const BYTES_IN_A_BATCH: usize = 262_144;

/// Why a request got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloudTrouble {
    /// Nothing could be reached, or the connection broke.
    Unreachable,
    /// No answer in time.
    Slow,
    /// The cloud asks to go slower.
    Throttled,
    /// The cloud itself is in trouble (5xx).
    Broken,
    /// Nobody is signed in, or the sign-in has run out, or it may not do this.
    Refused,
    /// The clocks are too far apart for signed requests.
    Clock,
    /// A table, queue or bucket is not there: another region or environment.
    NotThere,
    /// The answer makes no sense.
    Unreadable,
    /// The request itself was at fault.
    Rejected,
}

impl CloudTrouble {
    /// Whether it may bar this one thing and nothing else: the cloud lets the station in all the same.
    pub const fn bars_one(self) -> bool {
        matches!(self, Self::Refused | Self::NotThere)
    }
}

/// A request without an answer. `words` are for a technician and hold no secret and no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct CloudFault {
    /// What sort.
    pub trouble: CloudTrouble,
    /// As the service or the network said it, shortened.
    pub words: String,
}

/// An answer, or none.
pub type Answered<T> = Result<T, CloudFault>;

/// An event on sale, without what stations know of it already.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventMark {
    /// The event.
    pub event_id: String,
    /// One more with every write.
    pub version: u64,
}

/// Which queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Admissions.
    Admission,
    /// Everything else.
    Station,
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its number in the outbox.
    pub sequence: u64,
    /// The envelope as JSON.
    pub body: String,
}

/// What became of one message of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The queue has it.
    Taken,
    /// The queue will never take it as it is; why.
    Refused(String),
    /// Not this time; why.
    Again(String),
}

/// What a claim wants the seats to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// In this station's cart until then (milliseconds, cloud's clock).
    Hold {
        /// When it ends.
        until: i64,
    },
    /// This station's, for as long as it wants.
    Own,
    /// Anybody's again.
    Release,
}

/// Conditional writes of up to [`SEATS_IN_A_CLAIM`] seats: all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The event.
    pub event_id: EventId,
    /// Who claims.
    pub station_id: StationId,
    /// Its fence, which must still stand.
    pub epoch: u32,
    /// What for.
    pub goal: Goal,
    /// The seats with the version each is known by: another version refuses the claim.
    ///
    /// `Hold` and `Own` also ask that a seat is available, held by this station, held by another until before `now`,
    /// or owned by this station; `Release` that it is held or owned by this station.
    pub seats: Vec<(SeatId, u64)>,
    /// By the cloud's clock, in milliseconds: what `updatedAt` becomes.
    pub now: i64,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimAnswer {
    /// Every seat is now as wanted, one version on.
    Done,
    /// Nothing was changed. Every seat that was asked for as it stands now (read consistently; one that the cloud
    /// does not have is left out).
    Refused(Vec<SeatRecord>),
    /// This station was fenced: its epoch is over.
    Fenced,
}

/// Places of a standing area moved between the area's counter and this station's grant, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantClaim {
    /// The event.
    pub event_id: EventId,
    /// Who claims.
    pub station_id: StationId,
    /// Its fence, which must still stand.
    pub epoch: u32,
    /// The area.
    pub area_id: String,
    /// How many more (or, negative, fewer) places.
    pub change: i64,
    /// The grant's version as known; 0 when there is none yet.
    pub version: u64,
    /// What was granted at that version.
    pub granted: u32,
    /// By the cloud's clock, in milliseconds.
    pub now: i64,
}

/// What became of a claim of standing places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantAnswer {
    /// The grant is `granted + change` now, one version on.
    Done,
    /// Nothing was changed: the grant and the counter as they stand, read consistently.
    Refused {
        /// This station's grant, if there is one.
        grant: Option<GrantRecord>,
        /// What is left for everybody.
        counter: Option<CounterRecord>,
    },
    /// This station was fenced.
    Fenced,
}

/// One page of what has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// In the order of `updatedAt`.
    pub items: Vec<T>,
    /// Items of the page that could not be read; they are told, not dropped in silence.
    pub unreadable: u32,
    /// Where the next page begins: an opaque text, good after a restart; none at the end.
    pub next: Option<String>,
}

/// Pages, the next one fetched while one is worked on.
pub type Pages<'a, T> = Box<dyn Iterator<Item = Answered<Page<T>>> + Send + 'a>;

/// An admission that a gate wants to be the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmissionClaim {
    /// The event.
    pub event_id: EventId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The admission (`wicket_domain::cloud::admission_id_after`).
    pub admission_id: ScanId,
    /// Earlier admissions of this station with this ticket that were undone: the cloud may not have heard of that yet.
    pub annulled: Vec<ScanId>,
    /// When, in milliseconds.
    pub at: i64,
    /// At which gate.
    pub gate: Option<String>,
    /// The admitting station's name.
    pub station_name: String,
    /// By the cloud's clock, in milliseconds.
    pub now: i64,
}

/// What the cloud says of an admission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateAnswer {
    /// It is the first, or the same one again.
    First,
    /// Somebody was admitted with it before.
    Already {
        /// When, in milliseconds.
        at: Option<i64>,
        /// At which gate.
        gate: Option<String>,
        /// By which station.
        station: Option<String>,
    },
    /// The ticket does not stand any more.
    Fallen(CloudTicketStatus),
}

/// A request at a door of the cloud, signed by the station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Which door.
    pub door: Door,
    /// A `wicket_domain::door::Request` as JSON.
    pub body: String,
    /// Over the body, by the station's key.
    pub signature: String,
}

/// What was answered at a door: what was asked for (2xx), or a `wicket_domain::door::Refusal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP's.
    pub status: u16,
    /// JSON.
    pub body: String,
}

/// The cloud as a station sees it.
pub trait Cloud: Send + Sync {
    /// How far this computer's clock is ahead of the cloud's, in milliseconds, as measured from the answers so far.
    fn clock_offset_ms(&self) -> Option<i64>;

    /// Asks at a door. Asked again after a fault, the same request is answered the same.
    fn ask(&self, ask: &Ask) -> Answered<Reply>;

    /// Sends up to [`MESSAGES_IN_A_BATCH`] messages of at most [`BYTES_IN_A_BATCH`] together, in order. One answer
    /// each, in their order.
    fn send(&self, queue: Queue, parcels: &[Parcel]) -> Answered<Vec<Delivery>>;

    /// Claims or releases seats. Asked again after a fault, it may be refused by its own earlier success; the records
    /// then say so.
    fn claim(&self, claim: &Claim) -> Answered<ClaimAnswer>;

    /// Claims or releases places of a standing area; likewise.
    fn grant(&self, claim: &GrantClaim) -> Answered<GrantAnswer>;

    /// Seats, counters and grants of an event written at or after `since` (cloud's milliseconds; 0 is everything),
    /// oldest first, going on at `resume` when that is given.
    fn inventory(&self, event_id: EventId, since: i64, resume: Option<String>) -> Pages<'_, InventoryRecord>;

    /// Tickets of an event, likewise.
    fn tickets(&self, event_id: EventId, since: i64, resume: Option<String>) -> Pages<'_, TicketRecord>;

    /// Conflicts of an event, settled ones too.
    fn conflicts(&self, event_id: EventId) -> Answered<Vec<ConflictRecord>>;

    /// Marks a conflict as settled by somebody (a name), at `now`.
    fn settle(&self, event_id: EventId, conflict_id: &str, by: &str, now: i64) -> Answered<()>;

    /// Every event on sale, and of which version it is: an event is read whole when it is of another than known.
    fn events(&self) -> Answered<Vec<EventMark>>;

    /// One event as it stands, read consistently.
    fn event(&self, event_id: EventId) -> Answered<Option<EventRecord>>;

    /// Writes an event if it still is of version `expected` (none: if it is not there); says whether it was.
    fn put_event(&self, event: &EventRecord, expected: Option<u64>) -> Answered<bool>;

    /// Puts a plan's document where `key` says.
    fn put_plan(&self, key: &str, document: &str) -> Answered<()>;

    /// Fetches a plan's document of at most `most` bytes.
    fn plan(&self, key: &str, most: usize) -> Answered<String>;

    /// Writes seats of an event that is not on sale yet; up to 500 at once. A seat that is there stays as it is; those
    /// are given, as they stand.
    fn put_seats(&self, seats: &[SeatRecord]) -> Answered<Vec<SeatRecord>>;

    /// Writes a standing area's counter, if there is none yet; likewise a grant.
    fn put_standing(&self, counter: &CounterRecord, grant: Option<&GrantRecord>) -> Answered<()>;

    /// Asks for a first admission, within `budget` altogether; past it, [`CloudTrouble::Slow`].
    fn admit(&self, claim: &AdmissionClaim, budget: Duration) -> Answered<GateAnswer>;
}
