//! The part of a ticket both layouts share: the seat, as labelled values in one size side by side. Draws on
//! a sheet; decides no page.

use crate::sheet::{Align, CAPITAL, LOUD, MM, PLAIN, Sheet};
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

/// Where the seat stands and how large it may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Band<'a> {
    /// Left edge, in millimetres.
    pub(crate) x: f32,
    /// Base line of the labels.
    pub(crate) label: f32,
    /// Base line of the values.
    pub(crate) value: f32,
    /// Width for all parts.
    pub(crate) width: f32,
    /// Size of the labels in points.
    pub(crate) label_size: f32,
    /// Sizes of the values in points, largest first.
    pub(crate) sizes: &'a [f32],
}

/// Space between two parts, in millimetres.
const GAP: f32 = 6.0;

/// Draws the parts side by side in the largest common size that fits; in the smallest, each part gets an
/// equal share and its value is cut.
pub(crate) fn draw(sheet: &mut Sheet<'_>, fields: &[Field<'_>], band: Band<'_>) {
    let share = {
        let columns = f32::from(u8::try_from(fields.len()).unwrap_or(u8::MAX));
        (band.width - GAP * (columns - 1.0)) / columns
    };
    let natural = |size: f32| -> Vec<f32> {
        fields.iter().map(|(label, value)| column(sheet, label, value, size, band.label_size)).collect()
    };
    let fits =
        |widths: &Vec<f32>| widths.iter().sum::<f32>() + GAP * (share_count(widths) - 1.0) <= band.width;
    let chosen =
        band.sizes.iter().copied().map(|size| (size, natural(size))).find(|(_, widths)| fits(widths));
    let smallest = band.sizes.last().copied().unwrap_or(band.label_size);
    let (size, widths) = chosen.unwrap_or_else(|| (smallest, vec![share; fields.len()]));
    // Left over width spreads the columns, up to equal shares, so that short values do not huddle.
    let mut x = band.x;
    let spread = if widths.iter().all(|width| *width <= share) { Some(share) } else { None };
    for ((label, value), width) in fields.iter().zip(&widths) {
        let label = sheet.fit(label, PLAIN, *width, &[(band.label_size, 1)]);
        sheet.block(x, band.label, &label, PLAIN, 1.2, Align::Left);
        let value = sheet.fit(value, LOUD, *width + 0.05, &[(size, 1)]);
        let drop = (band.sizes.first().copied().unwrap_or(size) - size) * CAPITAL * MM / 2.0;
        sheet.block(x, band.value - drop, &value, LOUD, 1.1, Align::Left);
        x += spread.unwrap_or(*width) + GAP;
    }
}

fn share_count(widths: &[f32]) -> f32 {
    f32::from(u8::try_from(widths.len()).unwrap_or(u8::MAX))
}

/// The width a labelled value wants.
fn column(sheet: &Sheet<'_>, label: &str, value: &str, size: f32, label_size: f32) -> f32 {
    let label = sheet.fit(label, PLAIN, f32::MAX, &[(label_size, 1)]);
    let value = sheet.fit(value, LOUD, f32::MAX, &[(size, 1)]);
    sheet.width_of(&label, PLAIN).max(sheet.width_of(&value, LOUD))
}
