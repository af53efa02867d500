//! The Cloud port: what a station asks of its cloud. `wicket-cloud-aws` answers for AWS; a simulation brings its own.
//!
//! A station writes at doors only (`docs/contract.md`, "Doors"), sends messages, and reads what it follows. Every call may
//! block, and ends by itself: with an answer or with a [`CloudFault`]. After a fault nobody knows whether what was asked
//! took place; each can be repeated.

use std::time::Duration;

use wicket_domain::cloud::{ChangePage, EventRecord};
use wicket_domain::door::Door;
use wicket_domain::id::EventId;
use wicket_domain::pairing::PairingCode;

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

/// A batch on its way: waits until its answers have come.
pub type Sending<'a> = Box<dyn FnOnce() -> Answered<Vec<Delivery>> + 'a>;

/// Pages of a feed as they come: one answer after another, the next one asked for while one is worked on. The first has
/// no page where nothing is new.
pub type Pages<'a> = Box<dyn Iterator<Item = Answered<Vec<ChangePage>>> + Send + 'a>;

/// What a feed's first pages come to, part by part. Nothing comes after a fault.
pub struct Beginning<'a> {
    /// Every page up to this one is in it.
    pub number: u64,
    /// The parts, each like a page.
    pub parts: Box<dyn Iterator<Item = Answered<ChangePage>> + Send + 'a>,
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
    /// All of it has so long; past it, [`CloudTrouble::Slow`]. Without it, as long as the line's own patience lasts.
    pub within: Option<Duration>,
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

    /// Sets out to send up to [`MESSAGES_IN_A_BATCH`] messages of at most [`BYTES_IN_A_BATCH`] together, in order. One
    /// answer each, in their order. Only the waiting for it blocks.
    fn send(&self, queue: Queue, parcels: &[Parcel]) -> Sending<'_>;

    /// Pages of a feed of this house after this number, in order. `sure`: every page written before is among them; without
    /// it, which costs half, some may be missing yet.
    fn changes(&self, feed: &str, after: u64, sure: bool) -> Pages<'_>;

    /// What a feed's first pages come to, in one file; none where there is none to be had.
    fn beginning(&self, feed: &str) -> Answered<Option<Beginning<'_>>>;

    /// One event as it stands, read consistently.
    fn event(&self, event_id: EventId) -> Answered<Option<EventRecord>>;

    /// Fetches a plan's document of at most `most` bytes.
    fn plan(&self, key: &str, most: usize) -> Answered<String>;
}

/// Whoever tells a station that is to be paired what a cloud is made of. A station has no other part of its cloud yet.
pub trait Guide: Send + Sync {
    /// Asks at the code's address, and returns what was answered, unread: at most
    /// [`ANSWER_MAX`](wicket_domain::pairing::ANSWER_MAX) bytes.
    fn ask(&self, code: &PairingCode) -> Result<String, GuideFault>;
}

/// Why a [`Guide`] has nothing to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuideFault {
    /// Something answers at the code's address, and it is no Wicket cloud.
    NoWicket,
    /// Whoever waited has given up.
    Cancelled,
    /// No answer.
    Cloud(CloudFault),
}

impl From<CloudFault> for GuideFault {
    fn from(fault: CloudFault) -> Self {
        Self::Cloud(fault)
    }
}
