//! The ticket on 80 mm stock, as a thermal printer likes it: one column, black type, thin rules, no large
//! dark fill, the code's modules whole dots of a 203 dpi head, as long as it needs.

use printpdf::PdfPage;

use crate::code::{QUIET_ZONE, QrMatrix};
use crate::face::Faces;
use crate::place::{self, Band, Field};
use crate::sheet::{Align, CAPITAL, LOUD, MM, PLAIN, STRONG, Sheet};
use crate::{Ticket, words};

const PAPER: f32 = 80.0;
/// The head prints 72 of the 80 mm.
const MARGIN: f32 = 4.0;
const COLUMN: f32 = PAPER - 2.0 * MARGIN;
/// Eight dots at 203 dpi, unless the code has more than the usual 41 modules.
const MODULE: f32 = 1.0;
/// Width of the code with its quiet zone at most.
const CODE_ROOM: f32 = 76.0;
const LABEL: f32 = 8.0;

/// One page, 80 mm wide.
pub(crate) fn page(ticket: &Ticket, code: &QrMatrix, faces: &Faces) -> PdfPage {
    // Laid out twice: the first pass only finds the length, as PDF counts from the bottom edge.
    let mut draft = Sheet::new(faces, PAPER, 0.0);
    let height = lay_out(&mut draft, ticket, code).ceil();
    let mut sheet = Sheet::new(faces, PAPER, height);
    lay_out(&mut sheet, ticket, code);
    sheet.into_page()
}

/// Draws from the top and gives the length used.
fn lay_out(sheet: &mut Sheet<'_>, ticket: &Ticket, code: &QrMatrix) -> f32 {
    sheet.bar(MARGIN, 4.0, COLUMN, 1.0);
    let y = head(sheet, ticket, 10.4);
    sheet.bar(MARGIN, y + 3.4, COLUMN, 0.25);
    let sizes = [40.0, 34.0, 28.0, 24.0, 20.0];
    let band = Band { x: MARGIN, y: y + 8.0, width: COLUMN, sizes: &sizes, even: false };
    let (base, size) = place::draw(sheet, &place::parts(ticket), band);
    // Clear of the descenders.
    let y = base + 1.0 + 0.26 * size * MM;
    sheet.bar(MARGIN, y, COLUMN, 0.25);
    let y = details(sheet, ticket, y + 5.0);
    let y = draw_code(sheet, code, y + 1.0);
    foot(sheet, ticket, y)
}

/// Venue, event and date; gives the last base line.
fn head(sheet: &mut Sheet<'_>, ticket: &Ticket, y: f32) -> f32 {
    let venue = sheet.fit(&ticket.venue, STRONG, COLUMN, &[(10.0, 1), (9.0, 2)]);
    let mut y = sheet.block(MARGIN, y, &venue, STRONG, 1.2, Align::Left);
    if let Some(address) = &ticket.venue_address {
        let address = sheet.fit(address, PLAIN, COLUMN, &[(8.0, 2)]);
        y = sheet.block(MARGIN, y + 4.2, &address, PLAIN, 1.25, Align::Left);
    }
    // The last has room for 120 of the widest letters: the paper is as long as it needs.
    let steps = [(26.0, 1), (22.0, 2), (19.0, 3), (16.0, 3), (13.0, 20)];
    let event = sheet.fit(&ticket.event, LOUD, COLUMN, &steps);
    let first = y + 5.0 + event.size * MM * 0.8;
    let y = sheet.block(MARGIN, first, &event, LOUD, 1.1, Align::Left);
    let date = sheet.fit(&words::date(&ticket.starts), STRONG, COLUMN, &[(16.0, 1), (14.0, 1)]);
    let y = sheet.block(MARGIN, y + 9.0, &date, STRONG, 1.2, Align::Left);
    let time = sheet.fit(&words::time(&ticket.starts), STRONG, COLUMN, &[(16.0, 1), (14.0, 1)]);
    sheet.block(MARGIN, y + 6.8, &time, STRONG, 1.2, Align::Left)
}

/// What was bought and by whom, a line each; gives the last base line.
fn details(sheet: &mut Sheet<'_>, ticket: &Ticket, mut y: f32) -> f32 {
    let mut lines: Vec<Field<'_>> = vec![(words::CATEGORY, &ticket.category), (words::PRICE, &ticket.price)];
    if let Some(holder) = &ticket.holder {
        lines.push((words::NAME, holder));
    }
    let mut low = 0.0;
    for (label, value) in lines {
        let label = sheet.fit(label, PLAIN, 18.0, &[(LABEL, 1)]);
        sheet.block(MARGIN, y, &label, PLAIN, 1.2, Align::Left);
        let value = sheet.fit(value, STRONG, COLUMN - 20.0, &[(11.0, 1), (9.5, 2)]);
        y = sheet.block(MARGIN + 20.0, y, &value, STRONG, 1.2, Align::Left) + 5.2;
        // Clear of the marks below the last line.
        low = if value.is_shaped() { 2.0 } else { 0.0 };
    }
    y - 5.2 + low
}

/// The code in the middle; gives the lower edge of its quiet zone.
fn draw_code(sheet: &mut Sheet<'_>, code: &QrMatrix, y: f32) -> f32 {
    let module = MODULE.min(CODE_ROOM / f32::from(code.side() + 2 * QUIET_ZONE));
    let side = module * f32::from(code.side());
    let quiet = module * f32::from(QUIET_ZONE);
    let top = on_dot(y + quiet);
    sheet.code(on_dot((PAPER - side) / 2.0), top, module, code);
    top + side + quiet
}

/// The next dot of a 203 dpi head, which has eight a millimetre.
fn on_dot(millimetres: f32) -> f32 {
    (millimetres * 8.0).ceil() / 8.0
}

/// The order and where it was sold; gives the length of the paper.
fn foot(sheet: &mut Sheet<'_>, ticket: &Ticket, y: f32) -> f32 {
    let middle = PAPER / 2.0;
    let order = sheet.fit(&ticket.order_code, STRONG, COLUMN, &[(18.0, 1), (14.0, 1), (10.0, 1)]);
    let y = sheet.block(middle, y + 1.2 + order.size * CAPITAL * MM, &order, STRONG, 1.2, Align::Centre);
    let line = format!("{} {} · {}", words::TICKET, words::number(ticket.number), ticket.issued_by);
    let line = sheet.fit(&line, PLAIN, COLUMN, &[(LABEL, 2)]);
    sheet.block(middle, y + 5.0, &line, PLAIN, 1.25, Align::Centre) + 6.0
}
