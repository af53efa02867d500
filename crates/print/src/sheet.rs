//! A page being drawn: millimetres from the top left corner in, PDF operations out. Knows neither what a
//! ticket says nor how a PDF file is put together.

use printpdf::{
    Codepoint, CurTransMat, DictItem, FontId, Line, LineDashPattern, LinePoint, Mm, Op, PaintMode,
    PdfFontHandle, PdfPage, Point, Polygon, PolygonRing, Pt, Rect, TextItem, WindingOrder,
};

use unicode_normalization::char::is_combining_mark;

use crate::code::{QrMatrix, Rectangle};
use crate::face::{FaceId, Faces, Weight};
use crate::line::Line as TextLine;
use crate::shape::{Glyph, Part, Placed};
use crate::text::{self, Block, Room};

/// Millimetres in a point.
pub(crate) const MM: f32 = 25.4 / 72.0;
/// The height of Inter's capitals and figures, as a part of the type size.
pub(crate) const CAPITAL: f32 = 0.727;

/// Where a text stands from the given point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A weight and its tracking (extra space after each character, in thousandths of the type size).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) tracking: f32,
}

/// Running text and labels.
pub(crate) const PLAIN: Style = Style { weight: Weight::Regular, tracking: 0.0 };
/// Values.
pub(crate) const STRONG: Style = Style { weight: Weight::Bold, tracking: 0.0 };
/// Headlines: large type is set a little tighter.
pub(crate) const LOUD: Style = Style { weight: Weight::Bold, tracking: -20.0 };

/// The name a face goes by inside the PDF.
pub(crate) fn font_id(face: FaceId) -> FontId {
    let name = match face {
        FaceId::Regular => "R",
        FaceId::Bold => "B",
        FaceId::Arabic => "A",
        FaceId::Hebrew => "H",
        FaceId::Thai => "T",
        FaceId::Devanagari => "D",
    };
    FontId(name.to_owned())
}

/// One page under construction.
pub(crate) struct Sheet<'a> {
    faces: &'a Faces,
    width: f32,
    height: f32,
    ops: Vec<Op>,
}

impl<'a> Sheet<'a> {
    /// A blank page of the given size in millimetres. Everything on it is black.
    pub(crate) fn new(faces: &'a Faces, width: f32, height: f32) -> Self {
        Self { faces, width, height, ops: Vec::new() }
    }

    /// The finished page.
    pub(crate) fn into_page(self) -> PdfPage {
        PdfPage::new(Mm(self.width), Mm(self.height), self.ops)
    }

    /// Sets a text into a room `width` millimetres wide; `steps` as in [`Room`].
    pub(crate) fn fit(&self, text: &str, style: Style, width: f32, steps: &[(f32, usize)]) -> Block {
        let room = Room { width: width / MM, steps, tracking: style.tracking };
        text::fit(text, self.faces.set_in(style.weight), room)
    }

    /// Draws a block with the base line of its first line at `y`; gives the base line of its last.
    pub(crate) fn block(
        &mut self,
        x: f32,
        y: f32,
        block: &Block,
        style: Style,
        leading: f32,
        align: Align,
    ) -> f32 {
        // Lines that are read from right to left begin under each other, on the right.
        let (x, align) = match align {
            Align::Left if block.rtl => (x + block.width() * MM, Align::Right),
            _ => (x, align),
        };
        let mut base = y;
        for (index, line) in block.lines.iter().enumerate() {
            if index > 0 {
                base += block.size * leading * MM;
            }
            self.line(x, base, line, style, block.size, align);
        }
        base
    }

    fn line(&mut self, x: f32, y: f32, line: &TextLine, style: Style, size: f32, align: Align) {
        let width = line.width / 1000.0 * size * MM;
        let left = match align {
            Align::Left => x,
            Align::Centre => x - width / 2.0,
            Align::Right => x - width,
        };
        let pen = left + line.before / 1000.0 * size * MM;
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetTextCursor { pos: self.point(pen, y) });
        for part in &line.parts {
            match part {
                Part::Plain { placed, after, .. } => {
                    self.choose(FaceId::of(style.weight), size, style.tracking);
                    self.plain(placed, *after, size);
                }
                Part::Shaped { face, rtl, text, glyphs } => {
                    // Joined letters must not be drawn apart.
                    self.choose(*face, size, 0.0);
                    // From left to right, a reader of the PDF takes the letters in the order they are said. From right
                    // to left it turns them round by itself, and text that is in order would be turned too.
                    let reads_as = (!rtl).then(|| actual_text(text));
                    self.ops.extend(reads_as.clone());
                    self.glyphs(glyphs, size);
                    self.ops.extend(reads_as.map(|_| Op::EndMarkedContent));
                }
            }
        }
        self.ops.push(Op::EndTextSection);
    }

    fn choose(&mut self, face: FaceId, size: f32, tracking: f32) {
        self.ops.push(Op::SetFont { font: PdfFontHandle::External(font_id(face)), size: Pt(size) });
        self.ops.push(Op::SetCharacterSpacing { multiplier: round(tracking / 1000.0 * size) });
    }

    fn plain(&mut self, placed: &[Placed], after: f32, size: f32) {
        // A mark drawn over its letter moves the pen back, which readers of the PDF take for a new word.
        let line: String = placed.iter().map(|placed| placed.character).collect();
        let reads_as = line.chars().any(is_combining_mark).then(|| actual_text(&line));
        self.ops.extend(reads_as.clone());
        self.show(placed, after, size);
        self.ops.extend(reads_as.map(|_| Op::EndMarkedContent));
    }

    /// Shows shaped glyphs. Their numbers are the whole face's; the document gives them those of the part it embeds.
    fn glyphs(&mut self, glyphs: &[Glyph], size: f32) {
        let mut items = Vec::new();
        let (mut risen, mut owed) = (0.0, 0.0);
        for glyph in glyphs {
            if (glyph.dy - risen).abs() >= 0.5 {
                if !items.is_empty() {
                    self.ops.push(Op::ShowText { items: std::mem::take(&mut items) });
                }
                self.ops.push(Op::SetLineOffset { multiplier: round(glyph.dy / 1000.0 * size) });
                risen = glyph.dy;
            }
            // Whole thousandths: what is lost of one is made up with the next.
            let shift: f32 = owed + glyph.dx;
            let moved = shift.round();
            if moved != 0.0 {
                items.push(TextItem::Offset(-moved));
            }
            items.push(TextItem::GlyphIds(vec![Codepoint::with_cid(glyph.id, 0.0, glyph.reads.clone())]));
            owed = shift - moved + glyph.advance - glyph.width - glyph.dx;
        }
        if owed.abs() >= 0.5 {
            items.push(TextItem::Offset(-owed.round()));
        }
        self.ops.push(Op::ShowText { items });
        if risen.abs() >= 0.5 {
            self.ops.push(Op::SetLineOffset { multiplier: 0.0 });
        }
    }

    /// Shows placed characters, runs of them joined where nothing stands between.
    fn show(&mut self, line: &[Placed], after: f32, size: f32) {
        let mut items: Vec<TextItem> = Vec::new();
        let mut risen = 0.0;
        for placed in line {
            if (placed.rise - risen).abs() > f32::EPSILON {
                self.ops.push(Op::ShowText { items: std::mem::take(&mut items) });
                self.ops.push(Op::SetLineOffset { multiplier: round(placed.rise / 1000.0 * size) });
                risen = placed.rise;
            }
            if placed.shift.abs() >= 0.5 {
                items.push(TextItem::Offset(-placed.shift.round()));
            }
            match items.last_mut() {
                Some(TextItem::Text(run)) => run.push(placed.character),
                _ => items.push(TextItem::Text(placed.character.to_string())),
            }
        }
        if after.abs() >= 0.5 {
            items.push(TextItem::Offset(-after.round()));
        }
        self.ops.push(Op::ShowText { items });
        if risen > 0.0 {
            self.ops.push(Op::SetLineOffset { multiplier: 0.0 });
        }
    }

    /// A filled bar, its top left corner at `x`, `y`.
    pub(crate) fn bar(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let corner = self.point(x, y + height);
        self.ops.push(Op::DrawRectangle {
            rectangle: Rect {
                x: corner.x,
                y: corner.y,
                width: points(width),
                height: points(height),
                mode: Some(PaintMode::Fill),
                winding_order: Some(WindingOrder::NonZero),
            },
        });
    }

    /// A dashed line across, for folding or cutting.
    pub(crate) fn dashes(&mut self, x: f32, y: f32, width: f32) {
        let ends = [self.point(x, y), self.point(x + width, y)];
        self.ops.push(Op::SetOutlineThickness { pt: Pt(0.5) });
        self.ops.push(Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, &[3.0, 3.0]) });
        self.ops.push(Op::DrawLine {
            line: Line {
                points: ends.into_iter().map(|p| LinePoint { p, bezier: false }).collect(),
                is_closed: false,
            },
        });
    }

    /// A QR code, its top left dark corner at `x`, `y`. One path of few rectangles: crisp at any resolution,
    /// and no seams between them, as there would be between separately painted ones.
    pub(crate) fn code(&mut self, x: f32, y: f32, module: f32, code: &QrMatrix) {
        let scale = module / MM;
        let corner = self.point(x, y);
        let rings = code.rectangles().into_iter().map(ring).collect();
        self.ops.push(Op::SaveGraphicsState);
        self.ops.push(Op::SetTransformationMatrix {
            matrix: CurTransMat::Raw([round(scale), 0.0, 0.0, round(-scale), corner.x.0, corner.y.0]),
        });
        self.ops.push(Op::DrawPolygon {
            polygon: Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero },
        });
        self.ops.push(Op::RestoreGraphicsState);
    }

    fn point(&self, x: f32, y: f32) -> Point {
        Point { x: points(x), y: points(self.height - y) }
    }
}

/// The outline of dark modules, in modules.
fn ring(dark: Rectangle) -> PolygonRing {
    let (left, right) = (f32::from(dark.x), f32::from(dark.x + dark.width));
    let (top, bottom) = (f32::from(dark.y), f32::from(dark.y + dark.height));
    let corner = |x, y| LinePoint { p: Point { x: Pt(x), y: Pt(y) }, bezier: false };
    PolygonRing {
        points: vec![corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)],
    }
}

/// Opens a span that reads as `line`, however it is drawn (ISO 32000-1, 14.9.4).
fn actual_text(line: &str) -> Op {
    let data = [0xFE, 0xFF].into_iter().chain(line.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let text = DictItem::String { data, literal: false };
    let properties = DictItem::Dict { map: [("ActualText".to_owned(), text)].into() };
    Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties }
}

/// Millimetres to points, to the thousandth.
fn points(millimetres: f32) -> Pt {
    Pt(round(millimetres / MM))
}

fn round(value: f32) -> f32 {
    (value * 1000.0).round() / 1000.0
}
