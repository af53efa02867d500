//! The part of a ticket both layouts share: the seat, side by side as large as it goes, or in rows when its
//! names are long. Draws on a sheet; decides no page.

use crate::sheet::{Align, CAPITAL, MM, PLAIN, STRONG, Sheet};
use crate::words;
use crate::{Seat, Ticket};

/// A word and what it says: `Row`, `14`.
pub(crate) type Field<'a> = (&'static str, &'a str);

/// The labelled parts of a place in the hall, at least one.
pub(crate) fn parts(ticket: &Ticket) -> Vec<Field<'_>> {
    let fields = match &ticket.seat {
        Seat::Area(name) => vec![(words::AREA, name.as_str())],
        Seat::Numbered { section, row, number } => {
            [(words::SECTION, section), (words::ROW, row), (words::SEAT, number)]
                .into_iter()
                .filter_map(|(label, value)| value.as_deref().map(|value| (label, value)))
                .collect()
        }
    };
    let fields: Vec<Field<'_>> = fields.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
    if fields.is_empty() { vec![(words::SEAT, words::NO_FIXED_SEAT)] } else { fields }
}

/// Where the seat stands and how large it may be. Millimetres, but for the sizes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Band<'a> {
    /// Left edge.
    pub(crate) x: f32,
    /// Base line of the labels.
    pub(crate) y: f32,
    /// Width for all parts.
    pub(crate) width: f32,
    /// Sizes of the values side by side, in points, largest first.
    pub(crate) sizes: &'a [f32],
    /// Whether smaller values keep the height of the largest.
    pub(crate) even: bool,
}

/// Size of the labels in points.
const LABEL: f32 = 8.0;
/// Least space between two parts.
const GAP: f32 = 6.0;
/// From the labels' base line to the top of the values.
const UNDER_LABEL: f32 = 2.7;
/// Width of the labels, and distance of base lines, where the parts stand in rows.
const LABEL_COLUMN: f32 = 20.0;
const ROW_STEP: f32 = 6.2;

/// Draws the parts; gives the last base line and the size there in points.
pub(crate) fn draw(sheet: &mut Sheet<'_>, fields: &[Field<'_>], band: Band<'_>) -> (f32, f32) {
    let beside = band.sizes.iter().find_map(|&size| {
        let widths = natural_widths(sheet, fields, size);
        let gaps = GAP * (length(&widths) - 1.0);
        let spare = band.width - gaps - widths.iter().sum::<f32>();
        (spare >= 0.0).then_some((size, widths, spare))
    });
    match beside {
        Some((size, widths, spare)) => draw_beside(sheet, fields, band, size, &widths, spare),
        None => draw_rows(sheet, fields, band),
    }
}

fn draw_beside(
    sheet: &mut Sheet<'_>,
    fields: &[Field<'_>],
    band: Band<'_>,
    size: f32,
    widths: &[f32],
    spare: f32,
) -> (f32, f32) {
    let tallest = if band.even { band.sizes.first().copied().unwrap_or(size) } else { size };
    let base = band.y + UNDER_LABEL + f32::midpoint(tallest, size) * CAPITAL * MM;
    let column = (band.width + GAP) / length(widths);
    let equal = widths.iter().all(|width| width + GAP <= column);
    let mut x = band.x;
    for ((label, value), width) in fields.iter().zip(widths) {
        let label = sheet.fit(label, PLAIN, f32::MAX, &[(LABEL, 1)]);
        sheet.block(x, band.y, &label, PLAIN, 1.0, Align::Left);
        let value = sheet.fit(value, STRONG, f32::MAX, &[(size, 1)]);
        sheet.block(x, base, &value, STRONG, 1.0, Align::Left);
        x += if equal { column } else { width + GAP + spare / length(widths) };
    }
    (base, size)
}

fn draw_rows(sheet: &mut Sheet<'_>, fields: &[Field<'_>], band: Band<'_>) -> (f32, f32) {
    let most_lines = if band.even { 1 } else { 2 };
    let steps = [(16.0, 1), (13.0, most_lines), (10.5, most_lines)];
    let width = band.width - LABEL_COLUMN;
    let sizes = fields.iter().map(|(_, value)| sheet.fit(value, STRONG, width, &steps).size);
    let size = sizes.fold(f32::MAX, f32::min);
    let mut base = band.y + if band.even { 2.6 } else { 1.2 };
    let mut last = base;
    for (label, value) in fields {
        let label = sheet.fit(label, PLAIN, LABEL_COLUMN, &[(LABEL, 1)]);
        sheet.block(band.x, base, &label, PLAIN, 1.0, Align::Left);
        let value = sheet.fit(value, STRONG, width, &[(size, most_lines)]);
        let end = sheet.block(band.x + LABEL_COLUMN, base, &value, STRONG, 1.15, Align::Left);
        last = end;
        base = end + ROW_STEP;
    }
    (last, size)
}

/// The width each part wants with its value in the given size.
fn natural_widths(sheet: &Sheet<'_>, fields: &[Field<'_>], size: f32) -> Vec<f32> {
    let width = |text: &str, style, size| {
        let block = sheet.fit(text, style, f32::MAX, &[(size, 1)]);
        block.width() * MM
    };
    fields.iter().map(|(label, value)| width(label, PLAIN, LABEL).max(width(value, STRONG, size))).collect()
}

fn length(widths: &[f32]) -> f32 {
    f32::from(u8::try_from(widths.len()).unwrap_or(u8::MAX))
}
