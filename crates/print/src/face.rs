//! The bundled faces: which characters they have, how wide they are, how pairs of them are kerned. Knows no
//! page and no PDF.

use std::sync::OnceLock;

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{GlyphId, Rect};

use crate::PrintError;

/// The two weights a ticket uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// A bundled font file. Inter has both weights; a script that needs shaping has one face for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FaceId {
    /// Inter: Latin, Greek, Cyrillic.
    Regular,
    /// Inter.
    Bold,
    /// Noto Sans Arabic, and below the other scripts.
    Arabic,
    Hebrew,
    Thai,
    Devanagari,
}

impl FaceId {
    /// Every face.
    pub(crate) const ALL: [Self; 6] =
        [Self::Regular, Self::Bold, Self::Arabic, Self::Hebrew, Self::Thai, Self::Devanagari];
    /// Those whose text has to be shaped.
    const SCRIPTS: [Self; 4] = [Self::Arabic, Self::Hebrew, Self::Thai, Self::Devanagari];

    /// The face of a weight.
    pub(crate) const fn of(weight: Weight) -> Self {
        match weight {
            Weight::Regular => Self::Regular,
            Weight::Bold => Self::Bold,
        }
    }

    /// Whether its letters change with their neighbours.
    pub(crate) fn is_shaped(self) -> bool {
        Self::SCRIPTS.contains(&self)
    }
}

/// All of them, parsed.
pub(crate) struct Faces {
    regular: Face,
    bold: Face,
    arabic: Face,
    hebrew: Face,
    thai: Face,
    devanagari: Face,
}

impl Faces {
    /// The faces, parsed when they are first asked for and kept.
    pub(crate) fn shared() -> Result<&'static Self, PrintError> {
        static FACES: OnceLock<Result<Faces, PrintError>> = OnceLock::new();
        FACES.get_or_init(Self::parse).as_ref().map_err(Clone::clone)
    }

    fn parse() -> Result<Self, PrintError> {
        Ok(Self {
            regular: Face::parse("Inter-Regular", include_bytes!("../fonts/Inter-Regular.ttf"))?,
            bold: Face::parse("Inter-Bold", include_bytes!("../fonts/Inter-Bold.ttf"))?,
            arabic: Face::parse("NotoSansArabic-Bold", include_bytes!("../fonts/Noto-Arabic-Bold.ttf"))?,
            hebrew: Face::parse("NotoSansHebrew-Bold", include_bytes!("../fonts/Noto-Hebrew-Bold.ttf"))?,
            thai: Face::parse("NotoSansThai-Bold", include_bytes!("../fonts/Noto-Thai-Bold.ttf"))?,
            devanagari: Face::parse(
                "NotoSansDevanagari-Bold",
                include_bytes!("../fonts/Noto-Devanagari-Bold.ttf"),
            )?,
        })
    }

    pub(crate) const fn face(&self, id: FaceId) -> &Face {
        match id {
            FaceId::Regular => &self.regular,
            FaceId::Bold => &self.bold,
            FaceId::Arabic => &self.arabic,
            FaceId::Hebrew => &self.hebrew,
            FaceId::Thai => &self.thai,
            FaceId::Devanagari => &self.devanagari,
        }
    }

    /// The faces that text of a weight is set in.
    pub(crate) const fn set_in(&self, weight: Weight) -> Typeface<'_> {
        Typeface { faces: self, weight }
    }
}

/// Inter in one weight, and the scripts that Inter does not have.
#[derive(Clone, Copy)]
pub(crate) struct Typeface<'a> {
    faces: &'a Faces,
    weight: Weight,
}

impl<'a> Typeface<'a> {
    /// Inter's face.
    pub(crate) const fn inter(self) -> &'a Face {
        self.face(FaceId::of(self.weight))
    }

    pub(crate) const fn face(self, id: FaceId) -> &'a Face {
        self.faces.face(id)
    }

    /// The first face that has every letter and mark of a cluster.
    pub(crate) fn covering(self, cluster: &str) -> Option<FaceId> {
        let inter = FaceId::of(self.weight);
        let has = |id: &FaceId| cluster.chars().all(|c| is_joiner(c) || self.face(*id).has(c));
        std::iter::once(inter).chain(FaceId::SCRIPTS).find(has)
    }
}

/// Zero-width joiner and non-joiner: they steer how letters of some scripts join, and are no letters.
pub(crate) fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200C}' | '\u{200D}')
}

/// One font file. All lengths are thousandths of the type size.
pub(crate) struct Face {
    pub(crate) name: &'static str,
    pub(crate) data: &'static [u8],
    pub(crate) parsed: ttf_parser::Face<'static>,
    pub(crate) shaper: rustybuzz::Face<'static>,
}

impl Face {
    fn parse(name: &'static str, data: &'static [u8]) -> Result<Self, PrintError> {
        let parsed =
            ttf_parser::Face::parse(data, 0).map_err(|fault| PrintError::Typeface(fault.to_string()))?;
        let shaper = rustybuzz::Face::from_slice(data, 0)
            .ok_or_else(|| PrintError::Typeface(format!("{name} cannot be shaped")))?;
        Ok(Self { name, data, parsed, shaper })
    }

    pub(crate) fn is_inter(&self) -> bool {
        self.name.starts_with("Inter")
    }

    /// A part of the type size in the font's own units.
    #[allow(clippy::cast_possible_truncation, reason = "a font has a few thousand units")]
    pub(crate) fn part(&self, part: f32) -> i16 {
        (part * f32::from(self.parsed.units_per_em())).round() as i16
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

    /// A shaper's length in thousandths of the type size.
    pub(crate) fn length(&self, units: i32) -> f32 {
        self.scale(i16::try_from(units).unwrap_or_default())
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
        let faces = Faces::shared().unwrap();
        let promised = "AZaz09 ÀÿĀſƏǼ ΆΩώ ἀᾼῳ ЁЯяҐґӢ ẀỲ €₴₽№™–—…’“”";
        for id in [FaceId::Regular, FaceId::Bold] {
            for character in promised.chars() {
                assert!(faces.face(id).has(character), "{id:?} lacks {character:?}");
            }
        }
    }

    #[test]
    fn each_script_has_a_face_of_its_own() {
        let faces = Faces::shared().unwrap();
        for (id, promised) in [
            (FaceId::Arabic, "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکیٹڈڑںےًٌٍَُِّْ٠٩۰۹؟،"),
            (FaceId::Hebrew, "אבגדהוזחטיךכלםמןנסעףפץצקרשתְֱִֵַָֹּׁׂ״׳"),
            (FaceId::Thai, "กขคงจชซญฎฏฐณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะาิีึืุูเแโใไๆ็่้๊๋์ํ๐๙"),
            (FaceId::Devanagari, "अआइईउऊऋएऐओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहािीुूृेैोौंः्०९।"),
        ] {
            for character in promised.chars() {
                let cluster = character.to_string();
                assert_eq!(faces.set_in(Weight::Bold).covering(&cluster), Some(id), "{character:?}");
            }
        }
        for nobodys in ["山", "한", "あ", "😀", "ག"] {
            assert_eq!(faces.set_in(Weight::Bold).covering(nobodys), None, "{nobodys}");
        }
    }

    #[test]
    fn no_two_characters_share_a_glyph_because_a_pdf_glyph_reads_back_as_one_character() {
        let faces = Faces::shared().unwrap();
        for id in [FaceId::Regular, FaceId::Bold] {
            let face = faces.face(id);
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
        let faces = Faces::shared().unwrap();
        let face = faces.face(FaceId::Bold);
        let pair = |left, right| face.kerning(face.glyph(left).unwrap(), face.glyph(right).unwrap());
        assert!(pair('A', 'V') < -20.0, "AV stands {}", pair('A', 'V'));
        assert!(pair('T', 'o') < -20.0, "To stands {}", pair('T', 'o'));
        assert!(pair('H', 'H').abs() < 1.0, "HH stands {}", pair('H', 'H'));
    }
}
