//! Reads the same made-up gate frames with this crate's decoder, with rqrr, rxing and zxing-cpp alone, and
//! prints a JSON line for each measure: codes read and milliseconds, against zxing-cpp's.
//!
//! `cargo bench -p wicket-scan --features bench-zxing --bench gate_frames -- [--frames N] [--seed N] [--folder DIR]`;
//! needs cmake and a C++ compiler. A folder holds pictures NAME.jpg or NAME.png beside NAME.txt with the code's text.
//! All decoders see each frame one after the other, so that whatever else the machine does falls on all alike.
//!
//! What each step of the cascade was worth when it was chosen, in codes read of 200 frames (seed 1, and a set drawn
//! by another program): white and black by the mean of a wide square 181 and 163, the grey picture after it +1 and +7,
//! the narrow square after that +12 and +16, rxing as it comes +1 and +1. A picture of half the size, and rqrr: 0.
//! zxing-cpp on the same frames: 181 and 167.

#![allow(clippy::expect_used, reason = "a benchmark without its frames has nothing to say")]

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wicket_scan::gate_frames::{GateFrame, frames};
use wicket_scan::{Frame, QrDecoder, baseline, load_picture};
use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView};

/// Each decoder reads each frame this often; the quickest counts, since the rest is the machine's other work.
const PASSES: u32 = 3;

type Reader<'a> = Box<dyn FnMut(&Frame) -> Vec<String> + 'a>;

struct Contender<'a> {
    name: &'static str,
    read: Reader<'a>,
    right: u32,
    wrong: u32,
    time: Duration,
    slowest: Duration,
}

fn main() {
    let set: Vec<GateFrame> = match argument("--folder") {
        Some(folder) => from_folder(Path::new(&folder)),
        None => frames(number("--seed", 1), number("--frames", 200)).collect(),
    };
    let zxing = zxingcpp::read().formats(BarcodeFormat::QRCode);
    let mut contenders = [
        // A new decoder for each frame: these are unrelated pictures, and memory of the last one may not help.
        contender("wicket", |frame| texts(QrDecoder::new().decode(frame))),
        contender("rqrr", |frame| texts(baseline::rqrr(frame))),
        contender("rxing", |frame| texts(baseline::rxing(frame))),
        contender("zxing-cpp", |frame| zxing_texts(&zxing, frame)),
    ];
    for (turn, shown) in set.iter().enumerate() {
        contenders.rotate_left(turn % 4);
        for contender in &mut contenders {
            contender.try_on(shown);
        }
    }
    for line in report(&set, &contenders) {
        println!("{line}");
    }
}

impl Contender<'_> {
    fn try_on(&mut self, shown: &GateFrame) {
        let mut texts = Vec::new();
        let mut took = Duration::MAX;
        for _ in 0..PASSES {
            let begun = Instant::now();
            texts = (self.read)(&shown.frame);
            took = took.min(begun.elapsed());
        }
        self.time += took;
        self.slowest = self.slowest.max(took);
        if texts.contains(&shown.text) {
            self.right += 1;
        }
        self.wrong += u32::from(texts.iter().any(|text| *text != shown.text));
    }
}

fn contender<'a>(name: &'static str, read: impl FnMut(&Frame) -> Vec<String> + 'a) -> Contender<'a> {
    let zero = Duration::ZERO;
    Contender { name, read: Box::new(read), right: 0, wrong: 0, time: zero, slowest: zero }
}

/// One line a measure, as `cargo xtask bench` reads them: this crate's decoder against zxing-cpp, and what the two
/// pure Rust decoders reach alone, against the same.
fn report(set: &[GateFrame], contenders: &[Contender<'_>]) -> Vec<Value> {
    let of = |name: &str| contenders.iter().find(|it| it.name == name).expect("listed above");
    let theirs = of("zxing-cpp");
    let frames = set.len();
    let lines = ["wicket", "rqrr", "rxing"].into_iter().flat_map(|name| {
        let it = of(name);
        let (targets, wrong) =
            if name == "wicket" { ((json!(1.0), json!(2.0)), it.wrong) } else { Default::default() };
        let note = if wrong > 0 { format!(", {wrong} read wrongly") } else { String::new() };
        [
            json!({
                "measure": format!("{name}: codes read of {frames} gate frames{note}"), "unit": "codes",
                "value": it.right, "baseline": theirs.right,
                "ratio": f64::from(it.right) / f64::from(theirs.right.max(1)),
                "target": targets.0, "better": "higher",
            }),
            json!({
                "measure": format!("{name}: time for them (slowest {} ms)", millis(it.slowest)), "unit": "ms",
                "value": millis(it.time), "baseline": millis(theirs.time),
                "ratio": millis(it.time) / millis(theirs.time),
                "target": targets.1, "better": "lower",
            }),
        ]
    });
    lines.collect()
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 1e2
}

fn texts(found: Vec<wicket_scan::Found>) -> Vec<String> {
    found.into_iter().map(|code| code.text).collect()
}

fn zxing_texts(reader: &BarcodeReader, frame: &Frame) -> Vec<String> {
    let view = ImageView::from_slice(frame.luma(), frame.width(), frame.height(), ImageFormat::Lum);
    let codes = view.and_then(|view| reader.from(&view)).unwrap_or_default();
    codes.iter().map(zxingcpp::Barcode::text).collect()
}

fn from_folder(folder: &Path) -> Vec<GateFrame> {
    let entries = std::fs::read_dir(folder).expect("a folder of pictures");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    let shown = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path.with_extension("txt")).ok()?;
        path.extension().is_some_and(|it| it != "txt").then_some(())?;
        Some(GateFrame { frame: load_picture(path).ok()?, text })
    };
    paths.iter().filter_map(shown).collect()
}

fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn number(name: &str, otherwise: u64) -> u64 {
    argument(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
