//! A letter on A4: paragraphs one under the other, over as many pages as they need.

use crate::face::{Faces, Weight};
use crate::printable::printable;
use crate::sheet::{Align, MM, PLAIN, STRONG, Sheet};
use crate::{A4, PrintError, document};

const MARGIN: f32 = 21.0;
const LEADING: f32 = 1.35;
/// Lines of one paragraph; more than any text has that is read whole.
const LINES: usize = 60;
/// Between two paragraphs, as a part of the type size.
const GAP: f32 = 0.5;

/// One paragraph of a letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Paragraph {
    /// Type size in points.
    pub size: f32,
    /// Whether it is set in bold.
    pub bold: bool,
    /// What it says.
    pub text: String,
}

/// Lays out paragraphs under the document's title and gives the bytes of a PDF file. No word is cut; letters are printed
/// as on tickets.
///
/// # Errors
/// The bundled faces cannot be read, or the file cannot be put together.
pub fn letter(title: &str, paragraphs: &[Paragraph]) -> Result<Vec<u8>, PrintError> {
    let faces = Faces::shared()?;
    let (width, height) = A4;
    let blank = || Sheet::new(faces, width, height);
    let (mut pages, mut sheet, mut y) = (Vec::new(), blank(), MARGIN);
    for Paragraph { size, bold, text } in paragraphs {
        let style = if *bold { STRONG } else { PLAIN };
        let block = sheet.fit(text, style, width - 2.0 * MARGIN, &[(*size, LINES)]);
        let first = y + size * MM;
        if first + block.depth(LEADING) * MM > height - MARGIN && y > MARGIN {
            pages.push(std::mem::replace(&mut sheet, blank()).into_page());
            y = MARGIN;
        }
        let last = sheet.block(MARGIN, y + size * MM, &block, style, LEADING, Align::Left);
        y = last + size * GAP * MM;
    }
    pages.push(sheet.into_page());
    document::write(&printable(title, faces.set_in(Weight::Regular)), pages, faces)
}
