//! Tickets on paper: a [`Ticket`] to a PDF, and a PDF to a printer.
//!
//! Laying out is pure: the same tickets give the same bytes, on any machine, at any time. Only [`Printer`]'s
//! implementation for the system starts a process. No file format other than PDF is written here, and no
//! decision about an order is taken here.

mod code;
mod document;
mod error;
mod face;
mod letter;
mod line;
mod office;
mod place;
mod printable;
mod printer;
mod roll;
mod shape;
mod sheet;
mod text;
mod ticket;
mod words;

pub use code::{QUIET_ZONE, QrMatrix, Rectangle, qr_modules};
pub use error::PrintError;
pub use letter::{Paragraph, letter};
pub use printer::{Hold, HoldCause, PrintOutcome, Printer, PrinterName, SystemPrinter};
pub use ticket::{Format, Seat, Ticket, TicketNumber};

/// A4 and Letter, in millimetres.
const A4: (f32, f32) = (210.0, 297.0);
const LETTER: (f32, f32) = (215.9, 279.4);

/// Lays out one page a ticket and gives the bytes of a PDF file.
///
/// The faces cover Latin, Greek, Cyrillic, Arabic, Hebrew, Thai and Devanagari. Any other letter is left out, and `[?]`
/// stands in its place; [`unprintable`] says which. A text too long for its place shrinks, wraps and is at last cut with
/// an ellipsis; an event's name of 120 characters never is. The metadata hold the first ticket's event as the title and
/// nothing about a person. One ticket takes at most 30 KB, and 45 KB with letters of every script at once.
///
/// # Errors
/// No ticket, a ticket without a token, or a token too long for a readable code.
pub fn tickets(tickets: &[Ticket], format: Format) -> Result<Vec<u8>, PrintError> {
    let first = tickets.first().ok_or(PrintError::NothingToPrint)?;
    let faces = face::Faces::shared()?;
    let mut pages = Vec::with_capacity(tickets.len());
    for ticket in tickets {
        let code = qr_modules(&ticket.token)?;
        pages.push(match format {
            Format::A4 => office::page(ticket, &code, faces, A4),
            Format::Letter => office::page(ticket, &code, faces, LETTER),
            Format::Roll80mm => roll::page(ticket, &code, faces),
        });
    }
    let title = printable::printable(&first.event, faces.set_in(face::Weight::Regular));
    document::write(&title, pages, faces)
}

/// The letters of a text that tickets leave out, each once: Chinese, Japanese and Korean ones, emoji, and scripts that
/// no bundled face has.
///
/// # Errors
/// The bundled faces cannot be read; a broken build.
pub fn unprintable(text: &str) -> Result<Vec<String>, PrintError> {
    let faces = face::Faces::shared()?;
    Ok(printable::left_out(text, faces.set_in(face::Weight::Bold)))
}
