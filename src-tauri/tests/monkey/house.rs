//! The station the monkey works at: a small hall, so that it sells out, and evenings in three currencies.

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use image::{GrayImage, Luma, imageops};
use qrcodegen::{QrCode, QrCodeEcc};
use serde_json::{Value, json};
use tempfile::TempDir;
use wicket_domain::id::{EventId, TicketId};
use wicket_domain::token::TokenPayload;

use crate::file::{EventRow, File, TicketRow};
use crate::stage::wicket;

pub(crate) const PIN: &str = "2580";

const ROWS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];
const SEATS_A_ROW: u32 = 10;
/// The camera's picture.
const FRAME: (u32, u32) = (1280, 720);
const GROUND: Luma<u8> = Luma([96]);
/// Pixels a module of a ticket's code.
const MODULE: u32 = 5;
/// Modules of quiet around a code.
const QUIET: u32 = 4;

/// What an evening costs, and in which currency.
struct Programme {
    name: &'static str,
    currency: &'static str,
    prices: [&'static str; 3],
    standing: u32,
}

const PROGRAMME: [Programme; 3] = [
    Programme {
        name: "Opening night",
        currency: "USD",
        prices: ["Stalls=45.50", "Balcony=30", "Pit=20"],
        standing: 60,
    },
    Programme {
        name: "Kammerabend",
        currency: "EUR",
        prices: ["Stalls=39", "Balcony=25.25", "Pit=15.75"],
        standing: 12,
    },
    Programme {
        name: "Matinee",
        currency: "JPY",
        prices: ["Stalls=5200", "Balcony=3400", "Pit=1800"],
        standing: 30,
    },
];

/// A folder with the station in it, the camera's pictures beside it.
pub(crate) struct House {
    folder: TempDir,
    pub(crate) file: File,
    key: SigningKey,
    evenings: usize,
}

impl House {
    /// Sets the station up on the command line, with three evenings that begin within the hour.
    pub(crate) fn build() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("frames")).expect("a folder for frames");
        std::fs::write(folder.path().join("hall.json"), hall().to_string()).expect("room for a plan");
        let data = folder.path().join("station");
        let ready = wicket(&data, &["init", "--station", "Window 1", "--supervisor", "Ada", "--pin", PIN]);
        assert!(ready.status.success(), "{}", String::from_utf8_lossy(&ready.stderr));
        let file = File::open(&data);
        let key = SigningKey::from_bytes(&file.secret_key());
        let mut house = Self { folder, file, key, evenings: 0 };
        for _ in &PROGRAMME {
            house.add_evening();
        }
        house.show(&[]);
        house
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("station")
    }

    pub(crate) fn frames(&self) -> PathBuf {
        self.folder.path().join("frames")
    }

    /// Imports the next evening; returns its name.
    pub(crate) fn add_evening(&mut self) -> String {
        let programme = &PROGRAMME[self.evenings % PROGRAMME.len()];
        let round = self.evenings / PROGRAMME.len();
        self.evenings += 1;
        let name =
            if round == 0 { programme.name.to_owned() } else { format!("{} {}", programme.name, round + 1) };
        let plan = self.folder.path().join("hall.json").display().to_string();
        let starts = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(50);
        let (starts, places) = (starts.to_string(), format!("Pit={}", programme.standing));
        let mut words = vec!["plan", "import", &plan, "--event", &name, "--starts", &starts];
        words.extend([
            "--currency",
            programme.currency,
            "--standing",
            &places,
            "--zone",
            "Europe/Berlin",
            "--price",
        ]);
        words.extend(programme.prices);
        let done = wicket(&self.data(), &words);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        name
    }

    /// The text in a ticket's code.
    pub(crate) fn token(&self, event: &EventRow, ticket: &TicketRow) -> String {
        let id = |bytes: &[u8]| <[u8; 16]>::try_from(bytes).expect("16 bytes");
        let (event, number) = (EventId::from_bytes(id(&event.id)), TicketId::from_bytes(id(&ticket.id)));
        let class = u16::try_from(ticket.category).expect("a category");
        TokenPayload::new(&self.key.verifying_key(), class, event, number).sign(&self.key)
    }

    /// Holds these codes into the camera, until others are shown; none is an empty picture.
    pub(crate) fn show(&self, texts: &[String]) {
        let mut frame = GrayImage::from_pixel(FRAME.0, FRAME.1, GROUND);
        for (place, text) in (0i64..).zip(texts) {
            let code = drawn(text);
            let (column, row) = (place % 2, place / 2);
            imageops::overlay(&mut frame, &code, 60 + column * 600, 10 + row * 355);
        }
        let made = self.folder.path().join("next.png");
        frame.save(&made).expect("room for a picture");
        // In one step, so that no half a picture is read.
        std::fs::rename(made, self.frames().join("00.png")).expect("a picture in its place");
    }
}

/// A code in black on white paper.
fn drawn(text: &str) -> GrayImage {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).expect("a code holds a token");
    let modules = u32::try_from(code.size()).expect("a size");
    // As large as four of them fit into a picture.
    let module = MODULE.min(350 / (modules + 2 * QUIET)).max(2);
    let side = (modules + 2 * QUIET) * module;
    GrayImage::from_fn(side, side, |x, y| {
        let at = |pixel: u32| {
            i32::try_from(pixel / module).unwrap_or_default() - i32::try_from(QUIET).unwrap_or_default()
        };
        if code.get_module(at(x), at(y)) { Luma([0]) } else { Luma([255]) }
    })
}

/// How the window names a seat.
pub(crate) fn label(seat: &str) -> String {
    format!("Hall {seat}")
}

/// The seat that the window names so.
pub(crate) fn seat_of(label: &str) -> Option<String> {
    label.strip_prefix("Hall ").map(str::to_owned)
}

fn hall() -> Value {
    let rows: Vec<Value> = ROWS
        .iter()
        .zip(0u32..)
        .map(|(row, down)| {
            let category = if down < 3 { "Stalls" } else { "Balcony" };
            let seats: Vec<Value> = (1..=SEATS_A_ROW)
                .map(|number| {
                    json!({ "seat_guid": format!("{row}-{number}"), "seat_number": number.to_string(),
                        "category": category, "position": { "x": number * 30, "y": 0 } })
                })
                .collect();
            json!({ "row_number": row, "position": { "x": 0, "y": down * 34 }, "seats": seats })
        })
        .collect();
    json!({
        "name": "Little House",
        "categories": [{ "name": "Stalls", "color": "#33415c" }, { "name": "Balcony", "color": "#7d8597" }],
        "size": { "width": 460, "height": 420 },
        "zones": [{
            "name": "Hall", "position": { "x": 50, "y": 50 }, "rows": rows,
            "areas": [{
                "shape": "rectangle", "color": "#dddddd", "border_color": "#000000", "rotation": 0,
                "position": { "x": 40, "y": 230 }, "rectangle": { "width": 260, "height": 80 },
                "text": { "position": { "x": 130, "y": 40 }, "color": "#000000", "text": "Pit" },
            }],
        }],
    })
}

/// Where pictures of what went wrong are kept.
pub(crate) fn pictures() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}
