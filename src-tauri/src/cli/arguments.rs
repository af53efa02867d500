//! What can be typed after `wicket`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

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
    /// List the events
    Events,
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
    /// Judge a ticket at a gate: exit 0 admitted, 1 refused, 2 not run
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
    /// Check the audit log
    Audit {
        #[command(subcommand)]
        task: AuditTask,
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
    Import(Import),
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
    /// The price of a category of the plan or of a standing area, once for each
    #[arg(long = "price", value_name = "CATEGORY=AMOUNT")]
    pub(super) prices: Vec<String>,
    /// An area of the plan, named by its text, in which so many people stand
    #[arg(long = "standing", value_name = "AREA=PLACES")]
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
}

#[derive(Debug, Args)]
pub(super) struct Sale {
    /// The event's id, or an unambiguous part of its name
    pub(super) event: String,
    /// A seat's id, as `wicket seats` lists it; several may follow
    #[arg(long = "seat", value_name = "SEAT", num_args = 1..)]
    pub(super) seats: Vec<String>,
    /// So many places in a standing area
    #[arg(long = "standing", value_name = "AREA=PLACES")]
    pub(super) standing: Vec<String>,
    /// The cash handed over
    #[arg(long, value_name = "AMOUNT")]
    pub(super) cash: String,
    /// The name for the tickets
    #[arg(long, value_name = "NAME")]
    pub(super) holder: Option<String>,
}

#[derive(Debug, Args)]
#[group(id = "code", required = true, multiple = false, args = ["token", "image"])]
pub(super) struct Scan {
    /// The text in the ticket's code
    #[arg(long, value_name = "TEXT")]
    pub(super) token: Option<String>,
    /// A picture of the ticket
    #[arg(long, value_name = "FILE")]
    pub(super) image: Option<PathBuf>,
    /// The gate's name
    #[arg(long, value_name = "NAME")]
    pub(super) gate: Option<String>,
    /// Admit to this event only
    #[arg(long)]
    pub(super) event: Option<String>,
}
