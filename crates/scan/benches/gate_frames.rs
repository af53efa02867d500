//! Reads the same made-up gate frames with this crate's decoder, with rqrr, rxing and zxing-cpp alone, and
//! prints a JSON line for each measure: codes read and milliseconds, against zxing-cpp's. Then this crate's decoder for
//! picture files and zxing-cpp read made-up pictures with several codes (`gate_frames::sheets`).
//!
//! `cargo bench -p wicket-scan --features bench-zxing --bench gate_frames -- [--frames N] [--seed N] [--sheets N]
//! [--folder DIR]`;
//! needs cmake and a C++ compiler. A folder holds pictures NAME.jpg or NAME.png beside NAME.txt with the code's text.
//! All decoders see each frame one after the other, so that whatever else the machine does falls on all alike.
//!
//! What each step of the cascade was worth when it was chosen, in codes read of 200 frames (seed 1, and a set drawn
//! by another program): white and black by the mean of a wide square 181 and 163, the grey picture after it +1 and +7,
//! the narrow square after that +12 and +16, rxing as it comes +1 and +1. zxing-cpp on the same frames: 181 and 167.
//! A picture of half the size, and rqrr, add nothing on gate frames. Half the size is there for codes on a fine weave and
//! for large codes beside small ones, of which the sheets have some.

#![allow(clippy::expect_used, reason = "a benchmark without its frames has nothing to say")]

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wicket_scan::gate_frames::{GateFrame, frames, sheets};
use wicket_scan::{Frame, QrDecoder, SOUGHT, baseline, decode_picture, load_picture};
use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView};

/// Each decoder reads each frame this often; the quickest counts, since the rest is the machine's other work.
const PASSES: u32 = 3;

type Reader<'a> = Box<dyn FnMut(&Frame) -> Vec<String> + 'a>;

struct Contender<'a> {
    name: &'static str,
    read: Reader<'a>,
    right: u32,
    wrong: u32,
    times: Vec<Duration>,
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
        contender("wicket", |frame| texts(QrDecoder::seeking(SOUGHT).decode(frame))),
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
    for line in several_codes(&zxing) {
        println!("{line}");
    }
}

/// Every code of the pictures with several: how many are read, and the median time for a picture.
fn several_codes(zxing: &BarcodeReader) -> Vec<Value> {
    let mut readers: [(Reader<'_>, usize, Vec<Duration>); 2] = [
        (Box::new(|frame| texts(decode_picture(frame))), 0, Vec::new()),
        (Box::new(|frame| zxing_texts(zxing, frame)), 0, Vec::new()),
    ];
    let (mut codes, mut pictures) = (0, 0);
    for shown in sheets(number("--seed", 1), number("--sheets", 100)) {
        (codes, pictures) = (codes + shown.texts.len(), pictures + 1);
        for (read, right, times) in &mut readers {
            let (took, found) = quickest(&shown.frame, read);
            times.push(took);
            *right += read_of(&shown.texts, found);
        }
    }
    let [ours, theirs] = readers.map(|(_, right, times)| (right, millis(median(times))));
    let line = |measure: String, unit: &str, pair: [f64; 2], target: f64, better: &str| {
        json!({
            "measure": measure, "unit": unit, "value": pair[0], "baseline": pair[1], "ratio": pair[0] / pair[1],
            "target": target, "better": better,
        })
    };
    #[allow(clippy::cast_precision_loss, reason = "a few hundred codes")]
    let read = [ours.0 as f64, theirs.0 as f64];
    vec![
        line(format!("codes read of {codes} in {pictures} pictures"), "codes", read, 1.0, "higher"),
        line("all codes of a picture, median".into(), "ms", [ours.1, theirs.1], 1.2, "lower"),
    ]
}

/// How many of the `wanted` texts were read; a text that stands there twice has to be read twice.
fn read_of(wanted: &[String], mut found: Vec<String>) -> usize {
    let taken = |text: &String| {
        let place = found.iter().position(|read| read == text)?;
        Some(found.swap_remove(place))
    };
    wanted.iter().filter_map(taken).count()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The quickest of some passes and what the last one read.
fn quickest(frame: &Frame, read: &mut Reader<'_>) -> (Duration, Vec<String>) {
    let mut texts = Vec::new();
    let mut took = Duration::MAX;
    for _ in 0..PASSES {
        let begun = Instant::now();
        texts = read(frame);
        took = took.min(begun.elapsed());
    }
    (took, texts)
}

impl Contender<'_> {
    fn try_on(&mut self, shown: &GateFrame) {
        let (took, texts) = quickest(&shown.frame, &mut self.read);
        self.times.push(took);
        self.slowest = self.slowest.max(took);
        if texts.contains(&shown.text) {
            self.right += 1;
        }
        self.wrong += u32::from(texts.iter().any(|text| *text != shown.text));
    }

    fn time(&self) -> Duration {
        self.times.iter().sum()
    }
}

fn contender<'a>(name: &'static str, read: impl FnMut(&Frame) -> Vec<String> + 'a) -> Contender<'a> {
    let (times, slowest) = (Vec::new(), Duration::ZERO);
    Contender { name, read: Box::new(read), right: 0, wrong: 0, times, slowest }
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
                "value": millis(it.time()), "baseline": millis(theirs.time()),
                "ratio": millis(it.time()) / millis(theirs.time()),
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
