//! The bundled typeface: which characters it has, how wide they are, how pairs of them are kerned. Knows no
//! page and no PDF.

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{GlyphId, Rect};

use crate::PrintError;

/// What stands in for a character the typeface does not have. The bundled files carry a glyph for it.
pub(crate) const REPLACEMENT: char = '\u{FFFD}';

/// The two weights a ticket uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Both weights, parsed.
pub(crate) struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    pub(crate) fn load() -> Result<Self, PrintError> {
        Ok(Self {
            regular: Face::parse("Inter-Regular", include_bytes!("../fonts/Inter-Regular.ttf"))?,
            bold: Face::parse("Inter-Bold", include_bytes!("../fonts/Inter-Bold.ttf"))?,
        })
    }

    pub(crate) fn get(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

/// One weight of the typeface. All lengths are thousandths of the type size.
pub(crate) struct Face {
    pub(crate) name: &'static str,
    pub(crate) data: &'static [u8],
    pub(crate) parsed: ttf_parser::Face<'static>,
}

impl Face {
    fn parse(name: &'static str, data: &'static [u8]) -> Result<Self, PrintError> {
        let parsed =
            ttf_parser::Face::parse(data, 0).map_err(|fault| PrintError::Typeface(fault.to_string()))?;
        Ok(Self { name, data, parsed })
    }

    pub(crate) fn glyph(&self, character: char) -> Option<GlyphId> {
        self.parsed.glyph_index(character)
    }

    pub(crate) fn has(&self, character: char) -> bool {
        self.glyph(character).is_some()
    }

    /// The advance as the PDF's width table states it: whole thousandths, rounded down.
    pub(crate) fn advance(&self, glyph: GlyphId) -> f32 {
        self.scale(self.parsed.glyph_hor_advance(glyph).unwrap_or_default()).floor()
    }

    /// The outline's box, in font units turned to thousandths: `(x_min, y_min, x_max, y_max)`.
    pub(crate) fn outline_box(&self, glyph: GlyphId) -> Option<(f32, f32, f32, f32)> {
        let Rect { x_min, y_min, x_max, y_max } = self.parsed.glyph_bounding_box(glyph)?;
        Some((self.scale(x_min), self.scale(y_min), self.scale(x_max), self.scale(y_max)))
    }

    /// How much closer (negative) or wider apart the typeface wants a pair to stand.
    pub(crate) fn kerning(&self, left: GlyphId, right: GlyphId) -> f32 {
        let Some(positioning) = self.parsed.tables().gpos else { return 0.0 };
        let adjustment: i32 = positioning
            .lookups
            .into_iter()
            .filter_map(|lookup| {
                lookup.subtables.into_iter::<PositioningSubtable<'_>>().find_map(|table| match table {
                    PositioningSubtable::Pair(pairs) => pair_advance(&pairs, left, right),
                    _ => None,
                })
            })
            .map(i32::from)
            .sum();
        self.scale(i16::try_from(adjustment).unwrap_or_default())
    }

    fn scale(&self, units: impl Into<f32>) -> f32 {
        units.into() * 1000.0 / f32::from(self.parsed.units_per_em())
    }
}

/// The change of the left glyph's advance, `None` when this table says nothing about the pair.
fn pair_advance(pairs: &PairAdjustment<'_>, left: GlyphId, right: GlyphId) -> Option<i16> {
    let (first, _) = match pairs {
        PairAdjustment::Format1 { coverage, sets } => sets.get(coverage.get(left)?)?.get(right)?,
        PairAdjustment::Format2 { coverage, classes, matrix } => {
            coverage.get(left)?;
            matrix.get((classes.0.get(left), classes.1.get(right)))?
        }
    };
    Some(first.x_advance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_have_the_scripts_we_promise() {
        let faces = Faces::load().unwrap();
        let promised = "AZaz09 ÀÿĀſƏǼ ΆΩώ ἀᾼῳ ЁЯяҐґӢ ẀỲ €₴₽№™–—…’“”\u{FFFD}";
        for weight in [Weight::Regular, Weight::Bold] {
            for character in promised.chars() {
                assert!(faces.get(weight).has(character), "{weight:?} lacks {character:?}");
            }
        }
    }

    #[test]
    fn no_two_characters_share_a_glyph_because_a_pdf_glyph_reads_back_as_one_character() {
        let faces = Faces::load().unwrap();
        for weight in [Weight::Regular, Weight::Bold] {
            let face = faces.get(weight);
            let mut seen = std::collections::BTreeMap::new();
            for character in (0..0x1_FFFF).filter_map(char::from_u32) {
                if let Some(glyph) = face.glyph(character) {
                    assert_eq!(seen.insert(glyph, character), None, "{character:?} shares its glyph");
                }
            }
        }
    }

    #[test]
    fn pairs_are_kerned() {
        let faces = Faces::load().unwrap();
        let face = faces.get(Weight::Bold);
        let pair = |left, right| face.kerning(face.glyph(left).unwrap(), face.glyph(right).unwrap());
        assert!(pair('A', 'V') < -20.0, "AV stands {}", pair('A', 'V'));
        assert!(pair('T', 'o') < -20.0, "To stands {}", pair('T', 'o'));
        assert!(pair('H', 'H').abs() < 1.0, "HH stands {}", pair('H', 'H'));
    }
}
