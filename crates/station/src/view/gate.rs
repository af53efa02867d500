//! Scans, verdicts and what the gate's camera reports.

use crate::fault::Fault;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wicket_domain::id::{EventId, ScanId, TicketId};
use wicket_domain::judge::Refusal;
use wicket_domain::order::OrderCode;
use wicket_domain::seat::SeatId;

views! {
    /// An admission.
    pub struct AdmissionView {
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub at: Timestamp,
        /// At which gate, if it was named.
        pub gate: Option<String>,
        /// By which station.
        pub station: String,
    }

    /// What a gate scans.
    pub struct ScanRequest {
        /// What the code says.
        pub text: String,
        /// The gate's name, if it has one.
        pub gate: Option<String>,
        /// The event this gate admits to; none admits to any.
        pub event_id: Option<EventId>,
        /// Let the holder in whatever the hour; only a supervisor may, or the command line.
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(as = "Option<bool>", optional))]
        pub any_time: bool,
    }

    /// A ticket that a steward has chosen from its order.
    pub struct HandRequest {
        /// The ticket.
        pub ticket_id: TicketId,
        /// The gate's name, if it has one.
        pub gate: Option<String>,
        /// The event this gate admits to; none admits to any.
        pub event_id: Option<EventId>,
        /// See [`ScanRequest`].
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(as = "Option<bool>", optional))]
        pub any_time: bool,
    }

    /// An order as a gate lists it, whoever sold it.
    pub struct GateOrder {
        /// Its short code; another system's order may have none.
        pub code: Option<String>,
        /// Who it was sold to.
        pub holder: Option<String>,
        /// Its event.
        pub event_id: EventId,
        /// The event's name.
        pub event: String,
        /// When the event starts.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub starts_at: Timestamp,
        /// The event's time zone.
        pub time_zone: String,
        /// Its tickets, as far as they are known here.
        pub tickets: Vec<GateTicket>,
    }

    /// A ticket of such an order, and what the gate would say of it now.
    pub struct GateTicket {
        /// The ticket.
        pub ticket: ScannedTicket,
        /// Its seat, or `ga#AREA`.
        pub seat_id: Option<SeatId>,
        /// Why it would be refused; none: it is good here and now.
        pub reason: Option<Refusal>,
        /// When, where and by whom its holder was admitted.
        pub first_admission: Option<AdmissionView>,
        /// From when on it is good.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub valid_from: Option<Timestamp>,
        /// Until when it is good.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub valid_until: Option<Timestamp>,
        /// The gates it is good at; none means all.
        pub gates: Vec<String>,
    }

    /// Whether an admission was taken back.
    #[serde(tag = "outcome", rename_all_fields = "camelCase")]
    pub enum UndoOutcome {
        /// It was, now or before: the ticket can be admitted again.
        Undone {
            /// The annulment, a scan of its own.
            scan_id: ScanId,
            /// When.
            #[cfg_attr(feature = "bindings", ts(type = "string"))]
            at: Timestamp,
            /// The ticket, as far as it is known here.
            ticket: Option<ScannedTicket>,
        },
        /// It stands: too much time has passed.
        TooLate {
            /// Until when it could have been undone.
            #[cfg_attr(feature = "bindings", ts(type = "string"))]
            until: Timestamp,
        },
    }

    /// Whether somebody is let in.
    #[derive(Copy, Eq)]
    pub enum VerdictWord {
        /// Let them in.
        Admitted,
        /// Do not.
        Refused,
        /// An admission was undone; only among the last scans.
        Annulled,
    }

    /// The answer to a scan.
    pub struct Verdict {
        /// The scan's id.
        pub scan_id: ScanId,
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub at: Timestamp,
        /// In or not.
        pub verdict: VerdictWord,
        /// Why not.
        pub reason: Option<Refusal>,
        /// The ticket, as far as it is known here.
        pub ticket: Option<ScannedTicket>,
        /// When, where and by whom it was first admitted: this time, if it is admitted now.
        pub first_admission: Option<AdmissionView>,
        /// From when on it is good: its event's doors, or its class where that is narrower.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub valid_from: Option<Timestamp>,
        /// Until when it is good.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub valid_until: Option<Timestamp>,
        /// Where it is good, if not here.
        pub gates: Vec<String>,
        /// Whether the cloud was not asked, or did not answer in time, so that this station's own copy decided.
        /// Never so at a standalone station, which has nobody to ask.
        pub offline: bool,
        /// Whether the text is one of our tickets, but written through another keyboard layout than the scanner is set
        /// to, and could not be restored.
        pub other_keyboard: bool,
        /// Whether the ticket was chosen from its order, not read from a code.
        pub by_hand: bool,
        /// The reason of the hour against which the holder was let in all the same.
        pub out_of_hours: Option<Refusal>,
        /// Until when this admission can be undone; none for a refusal.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub undo_until: Option<Timestamp>,
    }

    /// A ticket at the gate.
    pub struct ScannedTicket {
        /// The ticket.
        pub ticket_id: TicketId,
        /// Its event's name.
        pub event: String,
        /// Its event's time zone.
        pub time_zone: String,
        /// Its order's code, if the sale is known here.
        pub code: Option<OrderCode>,
        /// Who it was sold to.
        pub holder: Option<String>,
        /// As people say it.
        pub label: Option<String>,
        /// What it was priced by.
        pub category: Option<String>,
    }

    /// One of the last scans.
    pub struct ScanLine {
        /// The scan.
        pub scan_id: ScanId,
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub at: Timestamp,
        /// At which gate.
        pub gate: Option<String>,
        /// In or not.
        pub verdict: VerdictWord,
        /// Why not.
        pub reason: Option<Refusal>,
        /// The ticket, as far as it is known here.
        pub ticket: Option<ScannedTicket>,
        /// Its first admission.
        pub first_admission: Option<AdmissionView>,
        /// From when on it is good.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub valid_from: Option<Timestamp>,
        /// Until when it is good.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub valid_until: Option<Timestamp>,
        /// Whether the ticket was chosen from its order.
        pub by_hand: bool,
        /// The reason of the hour against which the holder was let in all the same.
        pub out_of_hours: Option<Refusal>,
        /// Until when it can be undone; none for a refusal, an annulment, and what was undone.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub undo_until: Option<Timestamp>,
        /// When this admission was undone.
        #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
        pub undone_at: Option<Timestamp>,
        /// The scan whose admission this line undid.
        pub annuls: Option<ScanId>,
    }

    /// How the evening stands at the gate.
    pub struct GateCount {
        /// Tickets whose holders are inside.
        pub admitted: u32,
        /// Tickets sold.
        pub sold: u32,
        /// Admissions in the last minute.
        pub last_minute: u32,
    }

    /// A camera to choose from.
    pub struct CameraChoice {
        /// What the system knows it by.
        pub id: String,
        /// As shown.
        pub name: String,
    }

    /// How the camera is doing.
    #[derive(Eq)]
    #[serde(tag = "state", rename_all_fields = "camelCase")]
    pub enum CameraView {
        /// It is being opened.
        Opening {
            /// Its name; empty when the first one found is to be used.
            camera: String,
        },
        /// Pictures arrive.
        Streaming {
            /// Its name.
            camera: String,
            /// Pixels in a row.
            width: u32,
            /// Rows.
            height: u32,
        },
        /// No pictures for now; it is tried again by itself.
        Lost {
            /// Its name; empty when none was found.
            camera: String,
            /// `not_found`, `unplugged`, `busy`, `not_allowed`, `no_picture`, `silent` or `unforeseen`.
            reason: String,
        },
    }

    /// What a gate's camera reports to the window, in the order it happens.
    #[allow(clippy::large_enum_variant, reason = "one at a time, on its way to the window")]
    #[serde(tag = "kind", rename_all_fields = "camelCase")]
    pub enum GateEvent {
        /// The camera's state changed.
        Camera {
            /// The new state.
            camera: CameraView,
        },
        /// A picture was looked at.
        Looked {
            /// The picture's width, which the corners relate to.
            width: u32,
            /// Its height.
            height: u32,
            /// The corners of each code found, as x and y in pixels, clockwise.
            outlines: Vec<[[f32; 2]; 4]>,
        },
        /// A code came into sight and was judged; the scan is recorded.
        Judged {
            /// The verdict.
            verdict: Verdict,
        },
        /// A code came into sight where codes are read and not judged: a pairing code.
        Read {
            /// What it says.
            text: String,
        },
        /// A code came into sight, but it could not be judged or recorded: nobody was admitted.
        Faulted {
            /// Why.
            fault: Fault,
        },
    }
}
