//! What a ticket says on paper. Plain values: prices and names arrive as they shall be read; this module
//! formats nothing and checks nothing.

use std::str::FromStr;

use crate::PrintError;

/// One ticket, ready to be laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The event's name.
    pub event: String,
    /// The venue's name.
    pub venue: String,
    /// The venue's address on one line, if it is to be printed.
    pub venue_address: Option<String>,
    /// When the event starts, in the venue's time zone; printed with the zone's abbreviation.
    pub starts: jiff::Zoned,
    /// Where the holder sits or stands.
    pub seat: Seat,
    /// The price category.
    pub category: String,
    /// The price with its currency, as it is to be read: `$299.00`.
    pub price: String,
    /// The code the order is found by.
    pub order_code: String,
    /// The holder, where known.
    pub holder: Option<String>,
    /// The text of the QR code (the token of docs/contract.md: 148 characters of the alphanumeric alphabet).
    pub token: String,
    /// Which ticket of its order this is.
    pub number: TicketNumber,
    /// The station that issued it.
    pub issued_by: String,
}

/// A place in the hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seat {
    /// A numbered seat; a part the hall does not use is left out of the ticket.
    Numbered {
        /// Block, tier or stand.
        section: Option<String>,
        /// Row.
        row: Option<String>,
        /// Seat number.
        number: Option<String>,
    },
    /// A standing area, by name.
    Area(String),
}

/// `n` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketNumber {
    /// This ticket.
    pub n: u32,
    /// The tickets of the order.
    pub of: u32,
}

/// The paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// 210 x 297 mm, one ticket in the upper third of each sheet.
    A4,
    /// 8.5 x 11 inches, one ticket in the upper third of each sheet.
    Letter,
    /// Roll or ticket stock 80 mm wide (72 mm of it printed), as long as the ticket needs.
    Roll80mm,
}

impl FromStr for Format {
    type Err = PrintError;

    /// Reads `a4`, `letter` or `80mm`, in capitals or not.
    fn from_str(text: &str) -> Result<Self, PrintError> {
        match text.trim().to_ascii_lowercase().as_str() {
            "a4" => Ok(Self::A4),
            "letter" => Ok(Self::Letter),
            "80mm" => Ok(Self::Roll80mm),
            _ => Err(PrintError::UnknownFormat(text.trim().to_owned())),
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::A4 => "a4",
            Self::Letter => "letter",
            Self::Roll80mm => "80mm",
        })
    }
}
