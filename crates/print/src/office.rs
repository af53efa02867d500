//! The ticket on office paper, A4 or Letter: one ticket in the upper third, a line to fold or cut along, and
//! below it what to do at the entrance. The code stays clear of both folds.

use printpdf::PdfPage;

use crate::code::{QUIET_ZONE, QrMatrix};
use crate::face::Faces;
use crate::place::{self, Band, Field};
use crate::sheet::{Align, LOUD, MM, PLAIN, STRONG, Sheet};
use crate::{Ticket, words};

const EVENT_LEADING: f32 = 1.1;
/// Blank edge that every office printer can leave out.
const MARGIN: f32 = 12.0;
/// The code's module, unless the code has more than the usual 41.
const MODULE: f32 = 1.2;
/// Width of the code with its quiet zone at most.
const CODE_ROOM: f32 = 58.8;
/// Between the text and the code's quiet zone.
const GUTTER: f32 = 6.0;
const LABEL: f32 = 8.0;
/// Upper edge of the bar along the top, its height, and that of the rules.
const TOP: f32 = 8.5;
const BAR: f32 = 1.2;
const HAIRLINE: f32 = 0.2;
/// Type sizes of the event's name and the lines each allows: at most 20 mm high.
const EVENT: [(f32, usize); 10] = [
    (40.0, 1),
    (34.0, 1),
    (28.0, 2),
    (24.0, 2),
    (20.0, 2),
    (18.0, 3),
    (15.5, 3),
    (12.0, 4),
    // Has room for 120 of the widest letters.
    (10.5, 5),
    (7.5, 7),
];

/// One page of the given size in millimetres.
pub(crate) fn page(ticket: &Ticket, code: &QrMatrix, faces: &Faces, (width, height): (f32, f32)) -> PdfPage {
    let mut sheet = Sheet::new(faces, width, height);
    let right = width - MARGIN;
    let modules = f32::from(code.side() + 2 * QUIET_ZONE);
    let module = MODULE.min(CODE_ROOM / modules);
    let side = module * f32::from(code.side());
    let quiet = module * f32::from(QUIET_ZONE);
    let column = width - 2.0 * MARGIN - side - quiet - GUTTER;

    sheet.bar(MARGIN, TOP, width - 2.0 * MARGIN, BAR);
    head(&mut sheet, ticket, column);
    sheet.bar(MARGIN, 55.2, column, HAIRLINE);
    let sizes = [44.0, 38.0, 32.0, 27.0, 23.0, 20.0];
    let band = Band { x: MARGIN, y: 59.5, width: column, sizes: &sizes, even: true };
    place::draw(&mut sheet, &place::parts(ticket), band);
    sheet.bar(MARGIN, 77.8, width - 2.0 * MARGIN, HAIRLINE);
    sheet.code(right - side, TOP + BAR + quiet, module, code);
    stub(&mut sheet, ticket, right, side);
    details(&mut sheet, ticket, column, right - side);
    rest(&mut sheet, width, height);
    sheet.into_page()
}

/// Venue, event and date.
fn head(sheet: &mut Sheet<'_>, ticket: &Ticket, column: f32) {
    let venue = sheet.fit(&ticket.venue, STRONG, column, &[(11.0, 1), (9.5, 1)]);
    sheet.block(MARGIN, 15.3, &venue, STRONG, 1.0, Align::Left);
    if let Some(address) = &ticket.venue_address {
        let address = sheet.fit(address, PLAIN, column, &[(8.5, 1), (7.5, 1)]);
        sheet.block(MARGIN, 19.6, &address, PLAIN, 1.0, Align::Left);
    }
    // Set from the date upwards, so that the name and its date stay together.
    let event = sheet.fit(&ticket.event, LOUD, column, &EVENT);
    let first = 42.6 - event.depth(EVENT_LEADING) * MM;
    sheet.block(MARGIN, first, &event, LOUD, EVENT_LEADING, Align::Left);
    let when = format!("{}, {}", words::date(&ticket.starts), words::time(&ticket.starts));
    let when = sheet.fit(&when, STRONG, column, &[(16.0, 1), (14.0, 1), (12.0, 1)]);
    sheet.block(MARGIN, 51.4, &when, STRONG, 1.0, Align::Left);
}

/// Under the code: the order, for when the code cannot be read.
fn stub(sheet: &mut Sheet<'_>, ticket: &Ticket, right: f32, side: f32) {
    let label = sheet.fit(words::ORDER, PLAIN, side, &[(LABEL, 1)]);
    sheet.block(right - side, 73.5, &label, PLAIN, 1.0, Align::Left);
    let room = side - label.width() * MM - 3.0;
    let order =
        sheet.fit(&ticket.order_code, STRONG, room, &[(16.0, 1), (13.0, 1), (10.0, 1), (8.0, 1), (6.5, 1)]);
    sheet.block(right, 73.5, &order, STRONG, 1.0, Align::Right);
}

/// The last row: what was bought, by whom, where.
fn details(sheet: &mut Sheet<'_>, ticket: &Ticket, column: f32, stub: f32) {
    let number = words::number(ticket.number);
    let mut cells: Vec<(f32, f32, Field<'_>)> = vec![
        (MARGIN, column * 0.36, (words::CATEGORY, ticket.category.as_str())),
        (MARGIN + column * 0.40, column * 0.20, (words::PRICE, ticket.price.as_str())),
        (stub, 18.0, (words::TICKET, number.as_str())),
        (stub + 22.0, 27.0, (words::ISSUED_BY, ticket.issued_by.as_str())),
    ];
    if let Some(holder) = &ticket.holder {
        cells.push((MARGIN + column * 0.64, column * 0.36, (words::NAME, holder.as_str())));
    }
    for (x, width, (label, value)) in cells {
        let label = sheet.fit(label, PLAIN, width, &[(LABEL, 1)]);
        sheet.block(x, 81.9, &label, PLAIN, 1.2, Align::Left);
        let value = sheet.fit(value, STRONG, width, &[(11.0, 1), (9.0, 1), (7.5, 2)]);
        sheet.block(x, 86.8, &value, STRONG, 1.15, Align::Left);
    }
}

/// The rest of the sheet: the cut, and few words.
fn rest(sheet: &mut Sheet<'_>, width: f32, height: f32) {
    let cut = height / 3.0;
    sheet.dashes(0.0, cut, width);
    let note = sheet.fit(words::CUT_HERE, PLAIN, 60.0, &[(7.0, 1)]);
    sheet.block(width - MARGIN, cut + 4.0, &note, PLAIN, 1.2, Align::Right);
    // Marks where a letter folds a second time.
    sheet.bar(0.0, 2.0 * cut, 4.0, HAIRLINE);
    sheet.bar(width - 4.0, 2.0 * cut, 4.0, HAIRLINE);
    let title = sheet.fit(words::AT_THE_ENTRANCE, STRONG, 100.0, &[(13.0, 1)]);
    sheet.block(MARGIN, cut + 18.0, &title, STRONG, 1.2, Align::Left);
    let gap = 8.0;
    let column = (width - 2.0 * MARGIN - 2.0 * gap) / 3.0;
    let mut x = MARGIN;
    for (heading, sentence) in words::INSTRUCTIONS {
        sheet.bar(x, cut + 22.0, column, HAIRLINE);
        let heading = sheet.fit(heading, STRONG, column, &[(9.5, 1)]);
        sheet.block(x, cut + 27.0, &heading, STRONG, 1.2, Align::Left);
        let sentence = sheet.fit(sentence, PLAIN, column, &[(9.5, 4)]);
        sheet.block(x, cut + 31.8, &sentence, PLAIN, 1.35, Align::Left);
        x += column + gap;
    }
}
