//! Pages to a PDF file: cuts the typeface down to the characters used, writes the metadata, and makes the
//! same tickets give the same bytes. Knows nothing of tickets.
//!
//! printpdf draws and serialises. Three things it does not do without its HTML layout stack are done here:
//! subsetting (with `subsetter`), leaving dates and random identifiers out, and asking viewers not to scale.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, StringFormat};
use printpdf::{
    FontMetrics, FontType, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfFontMetricsStub, PdfPage,
    PdfSaveOptions, TextItem,
};
use sha2::{Digest as _, Sha256};
use subsetter::GlyphRemapper;

use crate::PrintError;
use crate::face::{Face, Faces, Weight};
use crate::sheet::font_id;

/// The file's bytes.
pub(crate) fn write(title: &str, pages: Vec<PdfPage>, faces: &Faces) -> Result<Vec<u8>, PrintError> {
    let mut document = PdfDocument::new(title);
    "Wicket".clone_into(&mut document.metadata.info.creator);
    "Wicket".clone_into(&mut document.metadata.info.producer);
    for weight in [Weight::Regular, Weight::Bold] {
        let characters = used(&pages, weight);
        if !characters.is_empty() {
            let font = PdfFont::new(cut_down(faces.get(weight), &characters)?);
            document.resources.fonts.map.insert(font_id(weight), font);
        }
    }
    document.pages = pages;
    let mut warnings = Vec::new();
    let mut file = printpdf::to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut warnings);
    tidy(&mut file);
    file.compress();
    finish(file)
}

/// The characters shown in a weight.
fn used(pages: &[PdfPage], weight: Weight) -> BTreeSet<char> {
    let wanted = PdfFontHandle::External(font_id(weight));
    let mut characters = BTreeSet::new();
    for page in pages {
        let mut selected = false;
        for op in &page.ops {
            match op {
                Op::SetFont { font, .. } => selected = *font == wanted,
                Op::ShowText { items } if selected => {
                    characters.extend(items.iter().flat_map(|item| match item {
                        TextItem::Text(run) => run.chars().collect(),
                        _ => Vec::new(),
                    }));
                }
                _ => {}
            }
        }
    }
    characters
}

/// The typeface with nothing but these characters, in printpdf's terms.
fn cut_down(face: &Face, characters: &BTreeSet<char>) -> Result<ParsedFont, PrintError> {
    let mut glyphs = GlyphRemapper::new();
    let mut codes = BTreeMap::new();
    let mut widths = BTreeMap::new();
    for &character in characters {
        if let Some(glyph) = face.glyph(character) {
            let code = glyphs.remap(glyph.0);
            codes.insert(u32::from(character), code);
            widths.insert(code, face.parsed.glyph_hor_advance(glyph).unwrap_or_default());
        }
    }
    let program =
        subsetter::subset(face.data, 0, &glyphs).map_err(|fault| PrintError::Typeface(fault.to_string()))?;
    let whole = face.parsed.global_bounding_box();
    Ok(ParsedFont {
        font_name: Some(format!("{}+{}", tag(&program), face.name)),
        original_bytes: program,
        font_index: 0,
        codepoint_to_glyph: codes,
        glyph_widths: widths,
        units_per_em: face.parsed.units_per_em(),
        font_metrics: FontMetrics { ascent: face.parsed.ascender(), descent: face.parsed.descender() },
        font_type: FontType::TrueType,
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em: face.parsed.units_per_em(),
            x_min: whole.x_min,
            y_min: whole.y_min,
            x_max: whole.x_max,
            y_max: whole.y_max,
            us_weight_class: face.parsed.weight().to_number(),
            ..PdfFontMetricsStub::default()
        },
    })
}

/// The six capitals that mark a subset (ISO 32000-1, 9.6.4), the same for the same subset.
fn tag(program: &[u8]) -> String {
    Sha256::digest(program).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// Takes out what printpdf adds of its own accord and adds what it cannot say.
fn tidy(file: &mut lopdf::Document) {
    "1.6".clone_into(&mut file.version);
    if let Some(info) = dictionary(file, b"Info") {
        let kept: [&[u8]; 3] = [b"Title", b"Creator", b"Producer"];
        let spare: Vec<Vec<u8>> =
            info.iter().map(|(key, _)| key.clone()).filter(|key| !kept.contains(&key.as_slice())).collect();
        for key in spare {
            info.remove(&key);
        }
    }
    if let Some(catalog) = dictionary(file, b"Root") {
        catalog.set("Lang", Object::string_literal("en"));
        // At its own size: a code shrunk to fit the margins is harder to read, and 80 mm stock has none.
        let viewer = Dictionary::from_iter([
            ("PrintScaling", Object::from("None")),
            ("DisplayDocTitle", Object::Boolean(true)),
        ]);
        catalog.set("ViewerPreferences", viewer);
    }
}

fn dictionary<'a>(file: &'a mut lopdf::Document, entry: &[u8]) -> Option<&'a mut Dictionary> {
    let id = file.trailer.get(entry).and_then(Object::as_reference).ok()?;
    file.get_object_mut(id).and_then(Object::as_dict_mut).ok()
}

/// Writes the file with an identifier taken from its own content, its small objects compressed together.
fn finish(mut file: lopdf::Document) -> Result<Vec<u8>, PrintError> {
    let fault = |fault: std::io::Error| PrintError::Document(fault.to_string());
    file.trailer.remove(b"ID");
    let mut content = Vec::new();
    file.save_to(&mut content).map_err(fault)?;
    let digest = Sha256::digest(&content);
    let id = Object::String(digest.iter().take(16).copied().collect(), StringFormat::Hexadecimal);
    file.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let mut bytes = Vec::new();
    file.save_modern(&mut bytes).map_err(fault)?;
    Ok(bytes)
}
