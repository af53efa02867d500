//! What can be typed after `wicket`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand};
use wicket_domain::cloud::StationKind;
use wicket_domain::id::ScanId;

/// Box office, gate and kiosk in one program. Without a command, the window opens.
#[derive(Debug, Parser)]
#[command(name = "wicket", version)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) task: Option<Task>,
    /// Keep everything in this folder instead of the account's own
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// Write JSON, for scripts
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Offer the window a picture, or a folder of pictures, as a camera
    #[arg(long, value_name = "PATH")]
    pub(super) replay: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Name this station and set the supervisor's PIN
    Init {
        /// The station's name, as tickets and other stations show it
        #[arg(long, value_name = "NAME")]
        station: String,
        /// What it is for: till, gate or desk. A desk is an office: it publishes events and lets stations in
        #[arg(long, default_value = "till")]
        kind: StationKind,
        /// The supervisor's name
        #[arg(long, value_name = "NAME", default_value = "Supervisor")]
        supervisor: String,
        /// 4 to 12 digits
        #[arg(long)]
        pin: String,
        /// Bring an arena and ten events to try things out
        #[arg(long)]
        sample: bool,
    },
    /// List the events, or change the hours of one
    Events {
        #[command(subcommand)]
        task: Option<EventsTask>,
    },
    /// List an event's seats
    Seats {
        /// Its id, or an unambiguous part of its name
        event: String,
        /// Only those that can be sold now
        #[arg(long)]
        free: bool,
    },
    /// Check or import a seating plan
    Plan {
        #[command(subcommand)]
        task: PlanTask,
    },
    /// Sell seats for cash
    Sell(Sale),
    /// Write an order's tickets as a PDF
    Print {
        /// The order's id or code
        order: String,
        /// Where to
        #[arg(long, value_name = "FILE.pdf")]
        out: PathBuf,
        /// a4, letter or 80mm
        #[arg(long, default_value = "a4")]
        format: String,
    },
    /// Judge a ticket at a gate, or take an admission back: exit 0 admitted, 1 refused, 2 not run
    Admit(Scan),
    /// Find orders by code, id, holder's name or seat
    Orders {
        /// Without it, the newest orders
        query: Option<String>,
    },
    /// Read every code in pictures and say how long it took
    Decode {
        /// PNG or JPEG files
        #[arg(required = true)]
        images: Vec<PathBuf>,
    },
    /// Join a cloud: a pairing code, or a file with one
    Pair {
        /// The code that another station or `cargo xtask cloud up` shows, or the file it was saved in
        code: OsString,
    },
    /// Sign in with the organizer's account; the password is asked for, or read from standard input
    SignIn {
        /// The account's name or e-mail address
        user: String,
        /// For an account that asks for a new password: it stands on a second line
        #[arg(long)]
        new_password: bool,
        /// The PIN to sign in with from now on, at the window and offline
        #[arg(long)]
        pin: Option<String>,
    },
    /// Put an event into the cloud, from where every paired station takes it
    Publish {
        /// Its id, or an unambiguous part of its name
        event: String,
    },
    /// Deliver what waits and take what is new
    Sync {
        /// Go on until nothing waits and nothing new comes
        #[arg(long)]
        until_idle: bool,
    },
    /// Say how the cloud stands, and what the people here have to know
    Status {
        /// Mark what they have to know as read: it is not told again
        #[arg(long)]
        read: bool,
    },
    /// List what waits for the cloud and what it would not take
    Outbox {
        #[command(subcommand)]
        task: Option<OutboxTask>,
    },
    /// List the venue's stations, at a desk; let one in, shut one out, or go on with a file that was copied
    Stations {
        #[command(subcommand)]
        task: Option<StationsTask>,
    },
    /// List what two places did that cannot both be right
    Conflicts {
        #[command(subcommand)]
        task: Option<ConflictTask>,
    },
    /// Take seats, and as many places of each standing area, ahead, to have them when the network is gone
    Allot {
        /// Its id, or an unambiguous part of its name
        event: String,
        /// How many
        count: u32,
    },
    /// Give back what was taken ahead and not sold
    GiveBack {
        /// Its id, or an unambiguous part of its name
        event: String,
    },
    /// Check the audit log
    Audit {
        #[command(subcommand)]
        task: AuditTask,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum EventsTask {
    /// Change when an event's doors are open and until when it is sold; what is not given stays
    #[command(group(ArgGroup::new("what").required(true).multiple(true).args(["doors_from", "doors_until", "sells_until"])))]
    Hours {
        /// Its id, or an unambiguous part of its name
        event: String,
        #[command(flatten)]
        hours: HoursGiven,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum PlanTask {
    /// Say what is wrong with a seating plan, and what Wicket would make of it
    Check {
        /// In the pretix seating-plan format
        file: PathBuf,
    },
    /// Add an event with this seating plan
    Import(Box<Import>),
}

#[derive(Debug, Subcommand)]
pub(super) enum OutboxTask {
    /// Let a message that the cloud would not take wait again
    #[command(group(ArgGroup::new("which").required(true).multiple(false)))]
    Retry {
        /// Its number or id
        #[arg(group = "which")]
        id: Option<String>,
        /// Every one that is stuck
        #[arg(long, group = "which")]
        all: bool,
    },
    /// Write a message as it goes out
    Export {
        /// Its number or id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum StationsTask {
    /// Let a station in, after its fingerprint was compared; the first desk of a venue lets itself in
    Approve {
        /// Its id or name, or an unambiguous part of one; `this` is the station itself
        station: String,
        /// What it is to be for, where that is another than it says itself
        #[arg(long)]
        kind: Option<StationKind>,
    },
    /// Shut a station out for good: what it sells from now on is not taken
    Revoke {
        /// Its id or name, or an unambiguous part of one
        station: String,
    },
    /// Take back what a station owns, because it will not come back tonight: its unsold places are on sale again
    Fence {
        /// Its id or name, or an unambiguous part of one
        station: String,
    },
    /// Go on with this file as the station, when another copy of it was in use and is not any more
    Resume,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConflictTask {
    /// Mark a conflict as settled
    Settle {
        /// Its id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum AuditTask {
    /// Check that nothing in it was changed: exit 0 sound, 1 not
    Verify,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// In the pretix seating-plan format
    pub(super) file: PathBuf,
    /// The event's name
    #[arg(long, value_name = "NAME")]
    pub(super) event: String,
    /// When it starts: 2026-12-04T19:30:00-08:00
    #[arg(long, value_name = "RFC3339")]
    pub(super) starts: String,
    /// Of all prices
    #[arg(long, value_name = "ISO4217")]
    pub(super) currency: String,
    /// The price of a category of the plan or of a standing area; several may follow
    #[arg(long = "price", value_name = "CATEGORY=AMOUNT", num_args = 1..)]
    pub(super) prices: Vec<String>,
    /// An area of the plan, named by its text, in which so many people stand; several may follow
    #[arg(long = "standing", value_name = "AREA=PLACES", num_args = 1..)]
    pub(super) standing: Vec<String>,
    /// The venue's name; the plan's name unless given
    #[arg(long, value_name = "NAME")]
    pub(super) venue: Option<String>,
    /// The venue's address
    #[arg(long)]
    pub(super) address: Option<String>,
    /// The venue's time zone; this machine's unless given
    #[arg(long, value_name = "IANA")]
    pub(super) zone: Option<String>,
    /// What sort of event: music, sport …
    #[arg(long, default_value = "")]
    pub(super) kind: String,
    #[command(flatten)]
    pub(super) hours: HoursGiven,
}

#[derive(Debug, Args)]
pub(super) struct HoursGiven {
    /// When doors open: gates refuse a ticket before; without it 12 hours before the start
    #[arg(long, value_name = "RFC3339")]
    pub(super) doors_from: Option<String>,
    /// When doors close: gates refuse a ticket from then on; without it 12 hours after the start
    #[arg(long, value_name = "RFC3339")]
    pub(super) doors_until: Option<String>,
    /// Until when it is sold without --any-time; without it 12 hours after the start
    #[arg(long, value_name = "RFC3339")]
    pub(super) sells_until: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Sale {
    /// The event's id, or an unambiguous part of its name
    pub(super) event: String,
    /// A seat's id, as `wicket seats` lists it; several may follow
    #[arg(long = "seat", value_name = "SEAT", num_args = 1..)]
    pub(super) seats: Vec<String>,
    /// So many places in a standing area; several may follow
    #[arg(long = "standing", value_name = "AREA=PLACES", num_args = 1..)]
    pub(super) standing: Vec<String>,
    /// The cash handed over
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub(super) cash: String,
    /// The name for the tickets
    #[arg(long, value_name = "NAME")]
    pub(super) holder: Option<String>,
    /// Where their tickets are sent to
    #[arg(long, value_name = "ADDRESS")]
    pub(super) email: Option<String>,
    /// Where they are told by text message: a number with its country, +49…
    #[arg(long, value_name = "NUMBER")]
    pub(super) phone: Option<String>,
    /// Their fan-club number, which the points go to
    #[arg(long, value_name = "NUMBER")]
    pub(super) fan_club: Option<String>,
    /// Sell although the event is over
    #[arg(long)]
    pub(super) any_time: bool,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("code").required(true).multiple(false)))]
pub(super) struct Scan {
    /// The text in the ticket's code
    #[arg(long, value_name = "TEXT", group = "code", allow_hyphen_values = true)]
    pub(super) token: Option<String>,
    /// A picture of the ticket
    #[arg(long, value_name = "FILE", group = "code")]
    pub(super) image: Option<PathBuf>,
    /// The order's code or id, or the holder's name, when there is no ticket's code to read
    #[arg(long, value_name = "CODE", group = "code")]
    pub(super) order: Option<String>,
    /// Take back the admission of a scan, within 30 seconds of it, at the station that made it
    #[arg(long, value_name = "SCAN_ID", group = "code", conflicts_with_all = ["gate", "event", "any_time"])]
    pub(super) undo: Option<ScanId>,
    /// Which ticket of an order with several: its seat's id or label, or its standing area
    #[arg(long, value_name = "SEAT", requires = "order", conflicts_with_all = ["token", "image", "undo"])]
    pub(super) seat: Option<String>,
    /// Let the holder in before doors open and after they close; nothing else is overlooked
    #[arg(long)]
    pub(super) any_time: bool,
    /// The gate's name
    #[arg(long, value_name = "NAME")]
    pub(super) gate: Option<String>,
    /// Admit to this event only
    #[arg(long)]
    pub(super) event: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_declaration_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_scan_takes_a_token_or_a_picture_and_says_where() {
        let parse = |words: &str| Arguments::try_parse_from(words.split(' '));
        assert!(parse("wicket admit --token WK1:X --gate North --event Gala").is_ok());
        assert!(parse("wicket admit --image a.png --gate North --json").is_ok());
        assert!(parse("wicket admit --gate North").is_err(), "one of the two is needed");
        assert!(parse("wicket admit --token X --image a.png").is_err(), "not both");
        assert!(parse("wicket admit --order K7QF2M9 --seat A-1 --gate North --any-time").is_ok());
        assert!(parse("wicket admit --token X --seat A-1").is_err(), "a code is of one ticket");
        let scan = "wicket admit --undo 07070707-0707-0707-0707-070707070707";
        assert!(parse(scan).is_ok());
        assert!(parse(&format!("{scan} --any-time")).is_err(), "it has its own hour");
        assert!(parse("wicket admit --undo yesterday").is_err());
    }

    #[test]
    fn several_seats_may_follow_one_option_or_each_have_their_own() {
        for words in
            ["wicket sell gala --seat A-1 A-2 --cash 10", "wicket sell gala --seat A-1 --seat A-2 --cash 10"]
        {
            let arguments = Arguments::try_parse_from(words.split(' ')).unwrap();
            let Some(Task::Sell(sale)) = arguments.task else { panic!("{words} is a sale") };
            assert_eq!(sale.seats, ["A-1", "A-2"]);
        }
    }

    #[test]
    fn several_prices_and_areas_may_follow_one_option_or_each_have_their_own() {
        let head = "wicket plan import hall.json --event Gala --starts 2026-12-04T19:30:00Z --currency USD";
        for words in [
            "--price Stalls=45 Balcony=30.50 --standing Pit=500 Lawn=90",
            "--price Stalls=45 --standing Pit=500 --price Balcony=30.50 --standing Lawn=90",
        ] {
            let arguments = Arguments::try_parse_from(head.split(' ').chain(words.split(' '))).unwrap();
            let Some(Task::Plan { task: PlanTask::Import(import) }) = arguments.task else {
                panic!("{words} is an import")
            };
            assert_eq!(import.prices, ["Stalls=45", "Balcony=30.50"], "{words}");
            assert_eq!(import.standing, ["Pit=500", "Lawn=90"], "{words}");
        }
        let sale = "wicket sell Gala --standing Pit=2 Lawn=1 --cash 90";
        let Some(Task::Sell(sale)) = Arguments::try_parse_from(sale.split(' ')).unwrap().task else {
            panic!("{sale} is a sale")
        };
        assert_eq!(sale.standing, ["Pit=2", "Lawn=1"]);
    }
}
