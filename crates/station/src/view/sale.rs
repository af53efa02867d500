//! Sales, orders, tickets and their way onto paper.

use crate::view::{AdmissionView, StandingLine, TakenSeat};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wicket_domain::event::Event;
use wicket_domain::id::{CartId, EventId, OrderId, TicketId};
use wicket_domain::message::Contact;
use wicket_domain::money::Money;
use wicket_domain::order::{OrderCode, PaymentMethod, TicketStatus};
use wicket_domain::seat::{Place, SeatId};
use wicket_print::{Hold, HoldCause};

views! {
    /// What is to be sold.
    pub struct SaleRequest {
        /// The event.
        pub event_id: EventId,
        /// Whose holds these seats may come from.
        pub cart_id: Option<CartId>,
        /// Numbered seats.
        pub seats: Vec<SeatId>,
        /// Standing places.
        pub standing: Vec<StandingLine>,
        /// The cash handed over.
        pub cash: Money,
        /// The name for the ticket, if they gave one.
        pub holder: Option<String>,
        /// Where they want to hear of their tickets, if they said.
        #[serde(default)]
        pub contact: Option<Contact>,
        /// Their fan-club number, if they gave one: the points go there.
        #[serde(default)]
        pub fan_club_id: Option<String>,
        /// The seller was told that the event is over, and sells all the same.
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(as = "Option<bool>", optional))]
        pub any_time: bool,
    }

    /// What was typed about a buyer, as the cloud will read it.
    pub struct BuyerCheck {
        /// What it would refuse.
        pub wrong: Vec<BuyerField>,
        /// The contact, as an address or a number; none when nothing was typed.
        pub contact: Option<Contact>,
        /// Letters of the name that tickets leave out, each once.
        pub unprintable: Vec<String>,
    }

    /// A text that tickets cannot show whole.
    pub struct Unprintable {
        /// Which.
        pub what: PrintedText,
        /// The text.
        pub text: String,
        /// Its letters that are left out, each once.
        pub letters: Vec<String>,
    }

    /// A text on a ticket.
    #[derive(Copy, Eq)]
    pub enum PrintedText {
        /// The holder's name.
        Holder,
        /// The event's name.
        Event,
        /// The venue's name or address.
        Venue,
        /// Zone, row and number, or the standing area.
        Place,
        /// The price category.
        Category,
        /// The station's name.
        Station,
    }

    /// Something that a buyer leaves.
    #[derive(Copy, Eq)]
    pub enum BuyerField {
        /// The name for the tickets.
        Holder,
        /// The e-mail address.
        Email,
        /// The telephone number.
        Phone,
        /// The fan-club number.
        FanClub,
    }

    /// How a sale ended.
    #[allow(clippy::large_enum_variant, reason = "made once for each sale and read at once")]
    #[serde(tag = "outcome", rename_all_fields = "camelCase")]
    pub enum SaleOutcome {
        /// It exists, whatever happens next.
        Sold {
            /// What was sold.
            receipt: Receipt,
        },
        /// Nothing was sold: these seats are somebody else's.
        Taken {
            /// Which.
            seats: Vec<TakenSeat>,
        },
        /// Nothing was sold: a standing area has not so many places left.
        Full {
            /// Which area.
            area_id: String,
            /// How many it has.
            left: u32,
        },
        /// Nothing was sold: the cloud does not answer, and these places are not this station's.
        Offline {
            /// Which seats, as people say them, and areas.
            places: Vec<String>,
        },
        /// Nothing was sold: the cash is not enough.
        Short {
            /// What is due.
            total: Money,
            /// What is missing.
            missing: Money,
        },
    }

    /// A sale that exists.
    pub struct Receipt {
        /// The order.
        pub order_id: OrderId,
        /// Its short code.
        pub code: OrderCode,
        /// What was due.
        pub total: Money,
        /// What was handed over.
        pub received: Money,
        /// What goes back.
        pub change: Money,
        /// The name on the tickets.
        pub holder: Option<String>,
        /// Its tickets were printed or saved, or somebody has dismissed it.
        pub finished: bool,
        /// The tickets.
        pub tickets: Vec<TicketView>,
    }

    /// A sale that nobody has finished, found at a start.
    pub struct UnfinishedSale {
        /// Its event.
        pub event: String,
        /// The event's time zone.
        pub time_zone: String,
        /// When it was sold.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub sold_at: Timestamp,
        /// Who sold it: a name, or the command line.
        pub sold_by: String,
        /// What was sold.
        pub receipt: Receipt,
    }

    /// How the till of a station is set up.
    #[derive(Default)]
    #[serde(default)]
    pub struct TillSettings {
        /// Where tickets are printed; none for the system's own choice.
        pub printer: Option<String>,
        /// The paper: `a4`, `letter` or `80mm`; none for what the region uses.
        pub paper: Option<String>,
        /// Tickets are printed as soon as they are sold.
        pub auto_print: bool,
        /// A quick amount sells at once.
        pub quick_sale: bool,
    }

    /// A ticket.
    pub struct TicketView {
        /// The ticket.
        pub ticket_id: TicketId,
        /// Its seat, or `ga#AREA`.
        pub seat_id: SeatId,
        /// As people say it.
        pub label: String,
        /// In its parts.
        pub place: Place,
        /// What it was priced by.
        pub category: String,
        /// What it cost.
        pub price: Money,
        /// Whether it stands.
        pub status: TicketStatus,
        /// The text in its QR code.
        pub token: String,
        /// When, where and by whom its holder was admitted.
        pub admission: Option<AdmissionView>,
    }

    /// An order as a line of the list.
    pub struct OrderLine {
        /// The order.
        pub order_id: OrderId,
        /// Its code.
        pub code: OrderCode,
        /// Its event.
        pub event: String,
        /// The event's time zone.
        pub time_zone: String,
        /// When it was sold.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub sold_at: Timestamp,
        /// To whom.
        pub holder: Option<String>,
        /// Its places, as people say them.
        pub labels: Vec<String>,
        /// Its sum.
        pub total: Money,
        /// How many times it was printed: 0 is a paid order without paper.
        pub printed: u32,
        /// How many of its tickets were admitted.
        pub admitted: u32,
    }

    /// Everything about an order.
    pub struct OrderView {
        /// Its line.
        pub line: OrderLine,
        /// Its event.
        pub event: Event,
        /// Its tickets.
        pub tickets: Vec<TicketView>,
        /// How it was paid.
        pub method: PaymentMethod,
        /// What was handed over.
        pub received: Money,
        /// What went back.
        pub change: Money,
        /// Who sold it: a name, or the command line.
        pub sold_by: String,
    }

    /// Where a PDF was saved.
    pub struct SavedFile {
        /// The whole path.
        pub path: String,
    }

    /// A printer to choose from.
    pub struct PrinterChoice {
        /// Its name.
        pub name: String,
        /// Whether the system prints on it unless told otherwise.
        pub is_default: bool,
        /// What keeps it from printing now.
        pub hold: Option<PrinterHold>,
    }

    /// What has to be done before a printer prints.
    pub enum PrinterHoldCause {
        /// Somebody has paused it.
        Paused,
        /// It takes no jobs.
        Rejecting,
        /// There is no paper in it.
        NoPaper,
        /// Its lid or door is open.
        Open,
        /// Paper is stuck in it.
        Jammed,
        /// Its toner, ink or ribbon is used up.
        NoInk,
        /// It is switched off or not connected.
        Offline,
        /// Something else.
        Other,
    }

    /// A printer that does not print now, or did not at its last job.
    pub struct PrinterHold {
        /// What has to be done.
        pub cause: PrinterHoldCause,
        /// It prints nothing until that is done. Otherwise it said so at its last job, and only printing shows whether it
        /// is still so.
        pub stopped: bool,
        /// The print system's own words; empty where it has none.
        pub words: String,
    }

    /// How printing ended.
    #[serde(tag = "outcome", rename_all_fields = "camelCase")]
    pub enum PrintView {
        /// The printer took the job.
        Sent {
            /// Which printer.
            printer: String,
        },
        /// The printer does not print now. Nothing was printed; the sale stands.
        Held {
            /// Which printer.
            printer: String,
            /// What holds it.
            hold: PrinterHold,
            /// The job waits in its queue and comes out once nothing holds it.
            waiting: bool,
        },
        /// Nothing was printed; the sale stands.
        NotPrinted {
            /// Why and what to do, in a sentence.
            message: String,
        },
    }
}

impl From<Hold> for PrinterHold {
    fn from(hold: Hold) -> Self {
        let cause = match hold.cause {
            HoldCause::Paused => PrinterHoldCause::Paused,
            HoldCause::Rejecting => PrinterHoldCause::Rejecting,
            HoldCause::NoPaper => PrinterHoldCause::NoPaper,
            HoldCause::Open => PrinterHoldCause::Open,
            HoldCause::Jammed => PrinterHoldCause::Jammed,
            HoldCause::NoInk => PrinterHoldCause::NoInk,
            HoldCause::Offline => PrinterHoldCause::Offline,
            HoldCause::Other => PrinterHoldCause::Other,
        };
        Self { cause, stopped: hold.stopped, words: hold.words }
    }
}
