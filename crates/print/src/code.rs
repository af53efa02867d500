//! The token as a QR code: error correction M (docs/contract.md), the smallest version that holds it. No drawing.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use crate::PrintError;

/// The light margin around a code, in modules (ISO/IEC 18004 asks for four).
pub const QUIET_ZONE: u16 = 4;

/// The largest version printed: 97 modules still are 0.5 mm wide on every format.
const LARGEST: u8 = 20;

/// The modules of a QR code, without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrMatrix {
    side: u16,
    dark: Vec<bool>,
}

impl QrMatrix {
    /// Modules along each side, quiet zone not counted.
    pub fn side(&self) -> u16 {
        self.side
    }

    /// Whether the module in column `x` of row `y` (from the top left) is dark; light outside.
    pub fn is_dark(&self, x: u16, y: u16) -> bool {
        x < self.side
            && self
                .dark
                .get(usize::from(y) * usize::from(self.side) + usize::from(x))
                .copied()
                .unwrap_or(false)
    }

    /// The dark modules as few rectangles, none on another: runs of a row, grown down while the rows below
    /// have the same run.
    pub fn rectangles(&self) -> Vec<Rectangle> {
        let mut done: Vec<Rectangle> = Vec::new();
        let mut open: Vec<Rectangle> = Vec::new();
        for y in 0..=self.side {
            let runs = self.runs(y);
            let (grown, closed): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|above| runs.contains(&(above.x, above.width)));
            done.extend(closed);
            open = grown.into_iter().map(|above| Rectangle { height: above.height + 1, ..above }).collect();
            for (x, width) in runs {
                if !open.iter().any(|above| (above.x, above.width) == (x, width)) {
                    open.push(Rectangle { x, y, width, height: 1 });
                }
            }
        }
        done.sort_by_key(|rectangle| (rectangle.y, rectangle.x));
        done
    }

    /// The dark runs of a row, as their start and length.
    fn runs(&self, y: u16) -> Vec<(u16, u16)> {
        let mut runs: Vec<(u16, u16)> = Vec::new();
        for x in (0..self.side).filter(|&x| self.is_dark(x, y)) {
            match runs.last_mut() {
                Some((start, length)) if *start + *length == x => *length += 1,
                _ => runs.push((x, 1)),
            }
        }
        runs
    }
}

/// A block of dark modules: its left and upper module, and its extent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    /// Left column.
    pub x: u16,
    /// Upper row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// Encodes a token or a pairing code at error correction M, in the alphanumeric mode where its characters allow.
pub fn qr_modules(token: &str) -> Result<QrMatrix, PrintError> {
    if token.is_empty() {
        return Err(PrintError::TokenMissing);
    }
    let segments = QrSegment::make_segments(token);
    let largest = Version::new(LARGEST);
    let code =
        QrCode::encode_segments_advanced(&segments, QrCodeEcc::Medium, Version::MIN, largest, None, false)
            .map_err(|_| PrintError::TokenTooLong { length: token.chars().count() })?;
    let side = u16::try_from(code.size()).unwrap_or_default();
    let dark = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    Ok(QrMatrix { side, dark: dark.map(|(x, y)| code.get_module(x, y)).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_148_alphanumeric_characters_is_version_6() {
        let token = format!("WK1:{}", "A7".repeat(72));
        assert_eq!(qr_modules(&token).unwrap().side(), 41);
    }

    #[test]
    fn rectangles_cover_exactly_the_dark_modules_once() {
        let code = qr_modules("WK1:HELLO").unwrap();
        let mut covered = vec![0; code.dark.len()];
        for Rectangle { x, y, width, height } in code.rectangles() {
            for (row, column) in
                (y..y + height).flat_map(|row| (x..x + width).map(move |column| (row, column)))
            {
                covered[usize::from(row) * usize::from(code.side()) + usize::from(column)] += 1;
            }
        }
        assert_eq!(covered, code.dark.iter().map(|dark| i32::from(*dark)).collect::<Vec<_>>());
    }

    #[test]
    fn a_missing_and_an_endless_token_are_refused() {
        assert_eq!(qr_modules(""), Err(PrintError::TokenMissing));
        assert_eq!(qr_modules(&"Ж".repeat(5_000)), Err(PrintError::TokenTooLong { length: 5_000 }));
    }
}
