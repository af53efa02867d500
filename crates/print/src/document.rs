//! Pages to a PDF file: cuts the typeface down to the characters used, writes the metadata, and makes the
//! same tickets give the same bytes. Knows nothing of tickets.
//!
//! printpdf draws and serialises. Three things it does not do without its HTML layout stack are done here:
//! subsetting (with `subsetter`), leaving dates and random identifiers out, and asking viewers not to scale.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, Stream, StringFormat};
use printpdf::{
    FontMetrics, FontType, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfFontMetricsStub, PdfPage,
    PdfSaveOptions, TextItem,
};
use sha2::{Digest as _, Sha256};
use subsetter::GlyphRemapper;

use crate::PrintError;
use crate::face::{Face, FaceId, Faces};
use crate::sheet::font_id;

/// The file's bytes.
pub(crate) fn write(title: &str, mut pages: Vec<PdfPage>, faces: &Faces) -> Result<Vec<u8>, PrintError> {
    let mut document = PdfDocument::new(title);
    "Wicket".clone_into(&mut document.metadata.info.creator);
    "Wicket".clone_into(&mut document.metadata.info.producer);
    let mut readings = Vec::new();
    for id in FaceId::ALL {
        let face = faces.face(id);
        let glyphs = used(&pages, id, face);
        if !glyphs.is_empty() {
            let mut codes = GlyphRemapper::new();
            let font = cut_down(face, &glyphs, &mut codes)?;
            if id.is_shaped() {
                renumber(&mut pages, id, &codes);
                readings.push((font.font_name.clone().unwrap_or_default(), to_unicode(&glyphs, &codes)));
            }
            document.resources.fonts.map.insert(font_id(id), PdfFont::new(font));
        }
    }
    document.pages = pages;
    let mut warnings = Vec::new();
    let mut file = printpdf::to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut warnings);
    for (font, reading) in readings {
        let named = |object: &Object| {
            let name = object.as_dict().and_then(|font| font.get(b"BaseFont")).and_then(Object::as_name);
            name.is_ok_and(|name| name == font.as_bytes())
        };
        let streams: Vec<_> = file
            .objects
            .values()
            .filter(|object| named(object))
            .filter_map(|object| object.as_dict().ok()?.get(b"ToUnicode").ok()?.as_reference().ok())
            .collect();
        for stream in streams {
            file.objects
                .insert(stream, Object::Stream(Stream::new(Dictionary::new(), reading.clone().into_bytes())));
        }
    }
    tidy(&mut file);
    file.compress();
    finish(file)
}

/// What is shown in a face: each glyph, and the first text it reads as. Inter's characters have one glyph each.
fn used(pages: &[PdfPage], id: FaceId, face: &Face) -> BTreeMap<u16, String> {
    let mut glyphs = BTreeMap::new();
    let mut note = |glyph: u16, reads: &str| {
        let known: &mut String = glyphs.entry(glyph).or_default();
        if known.is_empty() {
            reads.clone_into(known);
        }
    };
    each_run(pages, id, |items| {
        for item in items {
            match item {
                TextItem::Text(run) => {
                    for character in run.chars() {
                        if let Some(glyph) = face.glyph(character) {
                            note(glyph.0, character.encode_utf8(&mut [0; 4]));
                        }
                    }
                }
                TextItem::GlyphIds(shown) => {
                    for one in shown {
                        note(one.gid, one.cid.as_deref().unwrap_or_default());
                    }
                }
                TextItem::Offset(_) => {}
            }
        }
    });
    glyphs
}

fn each_run<'p>(pages: &'p [PdfPage], id: FaceId, mut see: impl FnMut(&'p [TextItem])) {
    let wanted = PdfFontHandle::External(font_id(id));
    for page in pages {
        let mut selected = false;
        for op in &page.ops {
            match op {
                Op::SetFont { font, .. } => selected = *font == wanted,
                Op::ShowText { items } if selected => see(items),
                _ => {}
            }
        }
    }
}

/// Gives the glyphs of a face the numbers that they have in the part that is embedded.
fn renumber(pages: &mut [PdfPage], id: FaceId, codes: &GlyphRemapper) {
    let wanted = PdfFontHandle::External(font_id(id));
    for page in pages {
        let mut selected = false;
        for op in &mut page.ops {
            match op {
                Op::SetFont { font, .. } => selected = *font == wanted,
                Op::ShowText { items } if selected => {
                    let shown = items.iter_mut().filter_map(|item| match item {
                        TextItem::GlyphIds(shown) => Some(shown),
                        _ => None,
                    });
                    for one in shown.flatten() {
                        one.gid = codes.get(one.gid).unwrap_or_default();
                    }
                }
                _ => {}
            }
        }
    }
}

/// What each glyph reads as (ISO 32000-1, 9.10.3).
fn to_unicode(glyphs: &BTreeMap<u16, String>, codes: &GlyphRemapper) -> String {
    let hex = |text: &str| -> String {
        let units: Vec<_> = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
        units.concat()
    };
    let lines: Vec<_> = glyphs
        .iter()
        .filter(|(_, reads)| !reads.is_empty())
        .filter_map(|(glyph, reads)| Some(format!("<{:04X}> <{}>", codes.get(*glyph)?, hex(reads))))
        .collect();
    // A block has at most a hundred lines.
    let blocks = lines
        .chunks(100)
        .map(|lines| format!("{} beginbfchar\n{}\nendbfchar\n", lines.len(), lines.join("\n")));
    let blocks: String = blocks.collect();
    format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{blocks}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
}

/// The face with nothing but these glyphs, in printpdf's terms.
fn cut_down(
    face: &Face,
    shown: &BTreeMap<u16, String>,
    glyphs: &mut GlyphRemapper,
) -> Result<ParsedFont, PrintError> {
    let mut codes = BTreeMap::new();
    let mut widths = BTreeMap::new();
    for (glyph, reads) in shown {
        let code = glyphs.remap(*glyph);
        if let Some(character) = reads.chars().next() {
            codes.entry(u32::from(character)).or_insert(code);
        }
        widths.insert(code, face.parsed.glyph_hor_advance(ttf_parser::GlyphId(*glyph)).unwrap_or_default());
    }
    let program =
        subsetter::subset(face.data, 0, glyphs).map_err(|fault| PrintError::Typeface(fault.to_string()))?;
    let whole = face.parsed.global_bounding_box();
    // The lines are Inter's: a reader of the PDF marks letters of every script as high as those.
    let (ascent, descent) = if face.is_inter() {
        (face.parsed.ascender(), face.parsed.descender())
    } else {
        (face.part(0.969), face.part(-0.242))
    };
    Ok(ParsedFont {
        font_name: Some(format!("{}+{}", tag(&program), face.name)),
        original_bytes: program,
        font_index: 0,
        codepoint_to_glyph: codes,
        glyph_widths: widths,
        units_per_em: face.parsed.units_per_em(),
        font_metrics: FontMetrics { ascent, descent },
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
