//! What the window and scripts are told of the cloud: how it stands, what waits, what has collided.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wicket_domain::cloud::{Approval, ConflictKind, StationKind, VenueId};
use wicket_domain::id::{EventId, MessageId, StationId};

views! {
    /// Whether the station has a cloud.
    pub enum CloudMode {
        /// It owns every seat and reports to nobody.
        Standalone,
        /// It sells what it owns and reports what it sold.
        Connected,
    }

    /// Why the cloud cannot be used now; words for it stand in the catalogue.
    pub enum Trouble {
        /// No answer from the network.
        Unreachable,
        /// Answers come too late.
        Slow,
        /// The cloud asks to go slower.
        Throttled,
        /// The cloud itself is in trouble.
        Broken,
        /// The sign-in has run out or does not allow it.
        Refused,
        /// This computer's clock is too far off.
        Clock,
        /// Another region or environment: its tables are not there.
        NotThere,
        /// The answers make no sense.
        Unreadable,
        /// The cloud refused what was asked.
        Rejected,
        /// An office has fenced this station: its unsold places are on sale elsewhere.
        Fenced,
        /// No desk has let this station in yet.
        Pending,
        /// A desk has shut this station out.
        ShutOut,
        /// Another copy of this station's file is in use, or this one is older than what the cloud has had.
        Copied,
    }

    /// How the cloud stands, as far as real requests have told.
    pub struct CloudStatus {
        /// Whether there is a cloud at all.
        pub mode: CloudMode,
        /// Whether the last request was answered.
        pub online: bool,
        /// Since when it has been so.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub since: Option<Timestamp>,
        /// Messages that wait to be delivered, the dead ones not among them.
        pub waiting: u32,
        /// How long the oldest of them has waited, in seconds.
        pub oldest_seconds: Option<u32>,
        /// Messages that the cloud will not take as they are.
        pub dead_letters: u32,
        /// Conflicts that nobody has settled.
        pub conflicts: u32,
        /// How far this computer's clock is ahead of the cloud's, in milliseconds.
        #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
        pub clock_offset_ms: Option<i64>,
        /// What is wrong, if something is.
        pub trouble: Option<Trouble>,
        /// As the network or the service said it, for a technician.
        pub words: Option<String>,
        /// Which of the organizer's clouds.
        pub environment: Option<String>,
        /// When the last round of syncing ended well.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub synced_at: Option<Timestamp>,
        /// Why messages do not go out, if the last round that sends them ended early.
        pub delivering: Option<Trouble>,
        /// Why nothing is heard of what others do, if the last round that asks ended early.
        pub following: Option<Trouble>,
        /// Events of which this station does not have everything yet: their names.
        pub catching_up: Vec<String>,
    }

    /// How this station stands in the register of its house.
    pub struct Register {
        /// This station.
        pub station_id: StationId,
        /// Its house; none without a cloud.
        pub venue: Option<VenueId>,
        /// What it is for.
        pub kind: StationKind,
        /// Whether a desk has let it in; none until the register has said anything.
        pub approval: Option<Approval>,
        /// Whether its house has a desk that lets stations in. The first one lets itself in.
        pub founded: bool,
        /// Whether another copy of its file is in use, or it is older than what the cloud has had.
        pub copied: bool,
        /// What people compare before they let it in: `4F2A 91C0 77B1`.
        pub fingerprint: String,
    }

    /// A station of the house, as its register has it.
    pub struct StationLine {
        /// The station.
        pub station_id: StationId,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub kind: StationKind,
        /// Whether a desk has let it in.
        pub approval: Approval,
        /// Who decided last.
        pub decided_by: Option<String>,
        /// Its fence.
        pub epoch: u32,
        /// When it was last heard of.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub last_seen: Timestamp,
        /// Which Wicket it runs.
        pub software: String,
        /// What people compare before they let it in.
        pub fingerprint: String,
        /// Whether it is the one that asks.
        pub this_one: bool,
    }

    /// A station whose unsold places were given back.
    pub struct Fenced {
        /// The station, as it stands now.
        pub station: StationLine,
        /// So many seats and standing places are on sale again.
        pub places: u32,
    }

    /// How far a message is.
    pub enum MessageState {
        /// It will be sent.
        Waiting,
        /// The cloud has it.
        Sent,
        /// The cloud will not take it as it is; it is kept until somebody does something about it.
        Dead,
    }

    /// A message of the outbox.
    pub struct OutboxLine {
        /// Its number.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub sequence: u64,
        /// Its id.
        pub message_id: MessageId,
        /// `purchase`, `admission`, `reprint`.
        pub kind: String,
        /// When what it tells happened.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub occurred_at: Timestamp,
        /// How far it is.
        pub state: MessageState,
        /// How often it was tried in vain.
        pub attempts: u32,
        /// Why the last try was in vain, in the service's words.
        pub words: Option<String>,
    }

    /// The outbox: what is dead, then what waits, then what went last.
    pub struct OutboxView {
        /// Messages that wait altogether.
        pub waiting: u32,
        /// Dead ones altogether.
        pub dead: u32,
        /// The lines, a few hundred at most.
        pub lines: Vec<OutboxLine>,
    }

    /// What two places did that cannot both be right.
    pub struct ConflictLine {
        /// Its id.
        pub conflict_id: String,
        /// The event.
        pub event_id: EventId,
        /// Its name.
        pub event: String,
        /// IANA time zone of the event.
        pub time_zone: String,
        /// What sort.
        pub kind: ConflictKind,
        /// When it was found.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub at: Timestamp,
        /// The seat it is about, as people say it.
        pub seat: Option<String>,
        /// The order it is about.
        pub order_id: Option<String>,
        /// The ticket it is about.
        pub ticket_id: Option<String>,
        /// What the side that was there first did: `orderId`, `orderCode`, `station`, `gate`, `at` (RFC 3339), `reason`.
        pub first: BTreeMap<String, String>,
        /// What the other side did.
        pub second: BTreeMap<String, String>,
        /// When somebody settled it.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub settled_at: Option<Timestamp>,
        /// Who.
        pub settled_by: Option<String>,
    }

    /// How far publishing an event is.
    pub struct PublishProgress {
        /// Seats written.
        pub done: u32,
        /// Seats altogether.
        pub total: u32,
    }

    /// An event as the sync page shows it.
    pub struct CloudEvent {
        /// The event.
        pub event_id: EventId,
        /// Its name.
        pub name: String,
        /// When it starts.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub starts_at: Timestamp,
        /// IANA time zone.
        pub time_zone: String,
        /// Whether other stations can have it.
        pub published: bool,
        /// Numbered seats that only this station may sell.
        pub owned: u32,
        /// Of them, kept for selling offline.
        pub allotted: u32,
        /// Standing places that only this station may sell.
        pub granted: u32,
        /// Whether everything that others did is known here.
        pub caught_up: bool,
    }

    /// The pairing, as Manage shows it to another station.
    pub struct PairingView {
        /// Which of the organizer's clouds.
        pub environment: String,
        /// Which house.
        pub venue: VenueId,
        /// The code as text.
        pub code: String,
        /// The code as a QR code: rows of `0` and `1`, without a quiet zone.
        pub modules: Vec<String>,
    }

    /// Whether a cart's places are this station's to sell.
    #[serde(tag = "outcome", rename_all_fields = "camelCase")]
    pub enum ClaimOutcome {
        /// They are: money may be taken.
        Owned,
        /// None was claimed: these are somebody else's.
        Taken {
            /// Which.
            seats: Vec<super::TakenSeat>,
        },
        /// None was claimed: the area has fewer places left.
        Full {
            /// Which area.
            area_id: String,
            /// Places left that could be had now.
            left: u32,
        },
        /// None was claimed: the cloud does not answer, and these places are not this station's.
        Offline {
            /// Which seats, as people say them, and areas.
            places: Vec<String>,
        },
    }

    /// How a sign-in with the organizer's account ended.
    #[serde(tag = "outcome", rename_all_fields = "camelCase")]
    pub enum CloudSignIn {
        /// Who it is; a PIN is to be set for the next times if they have none here yet.
        SignedIn {
            /// Who.
            staff: super::StaffMember,
            /// Whether they have a PIN here already.
            has_pin: bool,
            /// Why the sign-in cannot be kept for after a restart, in words; none when it is kept.
            not_kept: Option<String>,
        },
        /// The account asks for a new password first.
        NewPassword,
        /// Name or password are not right, or the account may not work here; in words.
        Refused {
            /// Why, and what to do.
            message: String,
        },
    }
}
