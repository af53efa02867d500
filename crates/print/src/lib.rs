//! Tickets on paper: a [`Ticket`] to a PDF, and a PDF to a printer.
//!
//! Laying out is pure: the same tickets give the same bytes, on any machine, at any time. Only [`Printer`]'s
//! implementation for the system starts a process. No file format other than PDF is written here, and no
//! decision about an order is taken here.

mod code;
mod document;
mod error;
mod face;
mod office;
mod place;
mod printer;
mod roll;
mod sheet;
mod text;
mod ticket;
mod words;

pub use code::{QUIET_ZONE, QrMatrix, Rectangle, qr_modules, qr_shown};
pub use error::PrintError;
pub use printer::{Hold, HoldCause, PrintOutcome, Printer, PrinterName, SystemPrinter};
pub use ticket::{Format, Seat, Ticket, TicketNumber};

/// A4 and Letter, in millimetres.
const A4: (f32, f32) = (210.0, 297.0);
const LETTER: (f32, f32) = (215.9, 279.4);

/// Lays out one page a ticket and gives the bytes of a PDF file.
///
/// The typeface covers Latin, Greek and Cyrillic; any other character prints as an empty box and reads back
/// as U+FFFD. A text too long for its place shrinks, wraps and is at last cut with an ellipsis. The metadata
/// hold the first ticket's event as the title and nothing about a person. One ticket takes at most 30 KB.
///
/// # Errors
/// No ticket, a ticket without a token, or a token too long for a readable code.
pub fn tickets(tickets: &[Ticket], format: Format) -> Result<Vec<u8>, PrintError> {
    let first = tickets.first().ok_or(PrintError::NothingToPrint)?;
    let faces = face::Faces::load()?;
    let mut pages = Vec::with_capacity(tickets.len());
    for ticket in tickets {
        let code = qr_modules(&ticket.token)?;
        pages.push(match format {
            Format::A4 => office::page(ticket, &code, &faces, A4),
            Format::Letter => office::page(ticket, &code, &faces, LETTER),
            Format::Roll80mm => roll::page(ticket, &code, &faces),
        });
    }
    let title = text::printable(&first.event, faces.get(face::Weight::Regular));
    document::write(&title, pages, &faces)
}
