//! What the tests of this crate share: sample tickets, and poppler's tools to read a PDF back with.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test may fail here, too"
)]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "pixels of one page")]

use std::process::Command;

use wicket_print::{Format, Seat, Ticket, TicketNumber};

pub const FORMATS: [Format; 3] = [Format::A4, Format::Letter, Format::Roll80mm];

/// The limit of one ticket with names in one script, any format.
pub const MOST_BYTES: usize = 30_000;

pub fn token(seed: u32) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut state = seed;
    let body = (0..144).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(ALPHABET[(state >> 16) as usize % ALPHABET.len()])
    });
    "WK1:".chars().chain(body).collect()
}

pub fn numbered(section: &str, row: &str, number: &str) -> Seat {
    Seat::Numbered {
        section: Some(section.to_owned()),
        row: Some(row.to_owned()),
        number: Some(number.to_owned()),
    }
}

pub fn ordinary() -> Ticket {
    Ticket {
        event: "Esports Championship".to_owned(),
        venue: "Harbour Arena".to_owned(),
        venue_address: Some("200 Quay Street, Oakland, CA 94607".to_owned()),
        starts: "2026-12-04T19:30[America/Los_Angeles]".parse().unwrap(),
        seat: numbered("112", "F", "14"),
        category: "Lower tier".to_owned(),
        price: "$65.00".to_owned(),
        order_code: "K7QF-2M9D".to_owned(),
        holder: Some("María José Peña".to_owned()),
        token: token(1),
        number: TicketNumber { n: 1, of: 2 },
        issued_by: "Window 1".to_owned(),
    }
}

pub fn short() -> Ticket {
    Ticket {
        event: "Gala".to_owned(),
        venue: "Odeon".to_owned(),
        venue_address: None,
        seat: Seat::Area("Standing".to_owned()),
        category: "Full".to_owned(),
        holder: None,
        token: token(2),
        ..ordinary()
    }
}

pub fn long() -> Ticket {
    Ticket {
        event: "The Metropolitan Philharmonic Orchestra and Chorus present: Симфония № 9, Ὠδὴ εἰς τὴν Χαράν"
            .to_owned(),
        venue: "Grand Municipal Conservatory of Music and Performing Arts, Great Hall".to_owned(),
        venue_address: Some(
            "Boulevard of the Unknown Philanthropist 12345, Llanfairpwllgwyngyll, Wales".to_owned(),
        ),
        starts: "2026-09-30T20:00[America/Sao_Paulo]".parse().unwrap(),
        seat: numbered("Upper Balcony Left", "AA", "1204"),
        category: "Wheelchair user with one companion, reduced".to_owned(),
        price: "CHF 1,299,999.00".to_owned(),
        order_code: "WWWWWW-MMMMMM-QQQQ".to_owned(),
        holder: Some("Γεώργιος Παπακωνσταντίνου-Καραμανλής 山田太郎".to_owned()),
        token: token(3),
        number: TicketNumber { n: 118, of: 120 },
        issued_by: "Self-service kiosk north-east 4".to_owned(),
    }
}

pub fn endless() -> Ticket {
    let word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenverkaufsveranstaltungsraum";
    let sentence = format!("{word} ").repeat(9);
    Ticket {
        event: sentence.clone(),
        venue: sentence.clone(),
        venue_address: Some(sentence.clone()),
        seat: numbered(word, &sentence, word),
        category: sentence.clone(),
        price: word.to_owned(),
        order_code: word.to_uppercase(),
        holder: Some(sentence.clone()),
        token: token(4),
        number: TicketNumber { n: u32::MAX, of: u32::MAX },
        issued_by: sentence,
        ..ordinary()
    }
}

/// As many different letters as fit: what makes the embedded typeface largest.
pub fn motley() -> Ticket {
    let letters = |from: u32, to: u32| -> String {
        (from..=to).filter_map(char::from_u32).filter(|c| c.is_alphabetic()).collect()
    };
    let spaced = |text: String| {
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(9).map(String::from_iter).collect::<Vec<_>>().join(" ")
    };
    Ticket {
        event: spaced(letters(0x1F00, 0x1F7D)),
        venue: spaced(letters(0x410, 0x44F)),
        venue_address: Some(spaced(letters(0x1EA0, 0x1EF9))),
        seat: numbered("ĂÇĐĘĞĦİŁ", "ΆΈΉΊ", "ЪЖЯ"),
        category: spaced(letters(0x100, 0x17F)),
        price: "₴₽€£¥ 1,234,567.89".to_owned(),
        order_code: "QWERTYUIOP-ASDFGH".to_owned(),
        holder: Some(spaced(letters(0x450, 0x4B0))),
        token: token(5),
        issued_by: spaced(letters(0x391, 0x3C9)),
        ..ordinary()
    }
}

pub fn all() -> Vec<Ticket> {
    vec![ordinary(), short(), long(), endless(), motley()]
}

/// A PDF on disk, for as long as the test needs it.
pub struct Paper {
    folder: tempfile::TempDir,
}

impl Paper {
    pub fn new(pdf: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ticket.pdf"), pdf).unwrap();
        Self { folder }
    }

    /// The text as a reader finds it, white space single.
    pub fn text(&self) -> String {
        let text = self.poppler("pdftotext", &["-enc", "UTF-8", "ticket.pdf", "-"]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn info(&self) -> String {
        self.poppler("pdfinfo", &["ticket.pdf"])
    }

    pub fn fonts(&self) -> String {
        self.poppler("pdffonts", &["ticket.pdf"])
    }

    /// The words of each page with their boxes in points, and the pages' sizes.
    pub fn words(&self) -> Vec<PageWords> {
        let html = self.poppler("pdftotext", &["-enc", "UTF-8", "-bbox", "ticket.pdf", "-"]);
        let mut pages: Vec<PageWords> = Vec::new();
        for line in html.lines().map(str::trim) {
            if line.starts_with("<page ") {
                let size = [attribute(line, "width"), attribute(line, "height")];
                pages.push(PageWords { width: size[0], height: size[1], words: Vec::new() });
            } else if line.starts_with("<word ") {
                let text = line.split_once('>').unwrap().1.trim_end_matches("</word>");
                let edge = |name| attribute(line, name);
                pages.last_mut().unwrap().words.push(Word {
                    text: text.to_owned(),
                    left: edge("xMin"),
                    top: edge("yMin"),
                    right: edge("xMax"),
                    bottom: edge("yMax"),
                });
            }
        }
        pages
    }

    /// A page (from 1) in grey at a resolution.
    pub fn raster(&self, page: usize, dpi: u32) -> image::GrayImage {
        let (page, dpi) = (page.to_string(), dpi.to_string());
        let arguments = ["-gray", "-png", "-singlefile", "-r", &dpi, "-f", &page, "-l", &page];
        self.poppler("pdftoppm", &[arguments.as_slice(), &["ticket.pdf", "page"]].concat());
        image::open(self.folder.path().join("page.png")).unwrap().into_luma8()
    }

    fn poppler(&self, tool: &str, arguments: &[&str]) -> String {
        let output = Command::new(tool).args(arguments).current_dir(self.folder.path()).output();
        let output = output.unwrap_or_else(|fault| {
            panic!("{tool} cannot be run ({fault}). Install poppler-utils; `cargo xtask test` does so.")
        });
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && complaint.is_empty(),
            "{tool} does not like this PDF: {complaint}"
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

pub struct PageWords {
    pub width: f32,
    pub height: f32,
    pub words: Vec<Word>,
}

#[derive(Debug)]
pub struct Word {
    pub text: String,
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

fn attribute(line: &str, name: &str) -> f32 {
    let (_, rest) = line.split_once(&format!("{name}=\"")).unwrap();
    rest.split_once('"').unwrap().0.parse().unwrap()
}

/// The codes read from a picture.
pub fn codes(picture: &image::GrayImage) -> Vec<String> {
    let (width, height) = picture.dimensions();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
            picture.get_pixel(x as u32, y as u32).0[0]
        });
    prepared.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

/// Fails when a word leaves its page, stands in the code's quiet zone, or on another word.
pub fn assert_tidy(pdf: &[u8], which: &str) {
    let boxes = code_boxes(pdf);
    let paper = Paper::new(pdf);
    let pages = paper.words();
    assert_eq!(boxes.len(), pages.len(), "{which}: a code a page");
    for (page, _) in pages.iter().enumerate().filter(|(_, page)| page.width < ROLL) {
        assert_clear_sides(&paper.raster(page + 1, 72), which);
    }
    for (page, (left, upper, right, lower)) in pages.iter().zip(boxes) {
        let edge = 11.0;
        for (index, word) in page.words.iter().enumerate() {
            let (top, bottom) = word.capitals();
            // Where the pen stands for a mark says nothing of where its ink does, which is looked at on a roll. A sheet has
            // room for either.
            let by_ink = page.width < ROLL && (word.is_mark() || word.has_joined_marks());
            let across = by_ink || word.left >= edge && word.right <= page.width - edge;
            assert!(
                across && top >= edge && bottom <= page.height - edge,
                "{which}: {word:?} leaves the page"
            );
            let (upper, lower) = (page.height - upper, page.height - lower);
            let clear = word.right < left || word.left > right || bottom < upper || top > lower;
            assert!(clear, "{which}: {word:?} stands in the quiet zone of {left} {upper} {right} {lower}");
            for other in &page.words[..index] {
                let slack = f32::max(word.slack(), other.slack());
                let apart = word.left >= other.right - slack || word.right <= other.left + slack;
                let (above, below) = (word.small(), other.small());
                let apart = apart || above.0 >= below.1 || above.1 <= below.0;
                assert!(apart, "{which}: {word:?} stands on {other:?}");
            }
        }
    }
}

/// Wider pages are sheets, which have a line to fold them at from edge to edge, and printers with room for it.
const ROLL: f32 = 250.0;

/// Fails when ink stands in the outer 11 points on the left or right, where a printer of 80 mm has no dots. A point
/// is a pixel.
fn assert_clear_sides(picture: &image::GrayImage, which: &str) {
    let side = |x: &u32| *x < 11 || *x >= picture.width() - 11;
    let inked = picture.enumerate_pixels().find(|(x, _, pixel)| side(x) && pixel.0[0] < 200);
    assert!(inked.is_none(), "{which}: ink at the side of the page, {inked:?}");
}

impl Word {
    /// From the top of the capitals to the base line: poppler's box has room for every accent.
    fn capitals(&self) -> (f32, f32) {
        let height = self.bottom - self.top;
        (self.top + 0.2 * height, self.top + 0.8 * height)
    }

    /// A mark of a joined script that a reader of the PDF takes for a word of its own has no width.
    fn is_mark(&self) -> bool {
        self.right - self.left < 0.01
    }

    /// Whether marks of a joined script stand in it.
    fn has_joined_marks(&self) -> bool {
        self.text
            .chars()
            .any(|letter| is_joined(letter) && unicode_normalization::char::is_combining_mark(letter))
    }

    /// How far its box may reach over another's, in points. A mark stands on its
    /// letter, and high ones reach up to the line above. A reader of the PDF may take a mark for the end of the word
    /// beside, whose box then reaches over the letter. Letters of Arabic are kerned into each other, and a reader may
    /// begin a new word between them.
    fn slack(&self) -> f32 {
        if self.is_mark() {
            return f32::MAX;
        }
        let height = self.bottom - self.top;
        if self.has_joined_marks() {
            height
        } else if self.text.chars().any(is_joined) {
            f32::max(0.6, 0.1 * height)
        } else {
            0.6
        }
    }

    /// The height of small letters: what must be apart even where lines are set tightly.
    fn small(&self) -> (f32, f32) {
        let height = self.bottom - self.top;
        (self.top + 0.4 * height, self.top + 0.75 * height)
    }
}

/// Whether it is a letter or a mark of Hebrew or Arabic.
fn is_joined(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8FF}')
}

/// Left, upper, right and lower edge of each page's quiet zone in points from the lower left corner: where
/// the page scales its coordinates to modules.
fn code_boxes(pdf: &[u8]) -> Vec<(f32, f32, f32, f32)> {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let matrix = |id| -> (f32, f32, f32, f32) {
        let content = lopdf::content::Content::decode(&document.get_page_content(id)).unwrap();
        let scaled = content.operations.iter().find(|operation| operation.operator == "cm").unwrap();
        let number = |index: usize| scaled.operands[index].as_float().unwrap();
        let (module, left, upper) = (number(0), number(4), number(5));
        let (quiet, side) = (4.0 * module, 41.0 * module);
        (left - quiet, upper + quiet, left + side + quiet, upper - side - quiet)
    };
    document.get_pages().into_values().map(matrix).collect()
}
