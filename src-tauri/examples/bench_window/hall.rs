//! The seat map of 70,000 seats in a real window: the page measures itself, this opens it and reads the result.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::screen::{Running, Screen};
use crate::{Measure, Outcome, because};

/// The page takes about a minute and a half; a busy machine more.
const PATIENCE: Duration = Duration::from_mins(15);

/// The page's names of the gestures, and ours.
const GESTURES: &[(&str, &str)] =
    &[("pan", "pan"), ("panFar", "fast pan"), ("zoom", "zoom"), ("panZoom", "pan and zoom")];

pub(crate) fn measure() -> Outcome<()> {
    let found = show()?;
    if let Some(why) = found.get("failed").and_then(Value::as_str) {
        return Err(format!("The measuring page gave up: {why}"));
    }
    let number = |path: String| -> Outcome<f64> {
        found.pointer(&path).and_then(Value::as_f64).ok_or_else(|| format!("The page did not tell {path}."))
    };
    let thousands = number("/seats".to_owned())? / 1000.0;
    for (key, name) in GESTURES {
        let (bitmap, in_memory) =
            (number(format!("/speeds/{key}/bitmap"))?, number(format!("/speeds/{key}/bitmapInMemory"))?);
        Measure {
            name: &format!("hall of {thousands:.0},000 seats, {name} (beside one bitmap)"),
            unit: "frames/s",
            value: number(format!("/speeds/{key}/map"))?,
            baseline: bitmap.max(in_memory),
            target: 0.8,
            better: "higher",
        }
        .print();
    }
    Measure {
        name: "its first paint (beside an empty canvas and its data)",
        unit: "ms",
        value: number("/firstPaint/mapMs".to_owned())?,
        baseline: number("/firstPaint/emptyMs".to_owned())?,
        target: 1.5,
        better: "lower",
    }
    .print();
    Ok(())
}

/// Opens the page's window and waits for what it prints.
fn show() -> Outcome<Value> {
    let folder = env::var_os("WICKET_BENCH_PAGE")
        .ok_or("The measuring page is not built; `cargo xtask bench window` builds it first.")?;
    let screen = Screen::open()?;
    let own = env::current_exe().map_err(because("This program could not be found again"))?;
    let mut command = Command::new(own);
    command.arg("--page").arg(folder).stdout(Stdio::piped());
    screen.show_on(&mut command);
    let mut window = command.spawn().map_err(because("The page's window did not open"))?;
    let told = window.stdout.take();
    let _window = Running(window);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        if let Some(told) = told {
            let read = BufReader::new(told).read_line(&mut line);
            // Nobody listens any more once the patience is over.
            let _ = sender.send(read.map(|_| line));
        }
    });
    let line = receiver
        .recv_timeout(PATIENCE)
        .map_err(because("The measuring page did not finish"))?
        .map_err(because("The measuring page could not be heard"))?;
    serde_json::from_str(&line).map_err(because("The measuring page told something else than numbers"))
}
