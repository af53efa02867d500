//! What the real window costs: frames a second and first paint of the seat map, and Wicket's start and memory beside an
//! empty window's. `cargo xtask bench window` builds what it needs and calls it; one JSON object a line on standard output.
//!
//! The same program is also what it compares with: `--empty` opens an empty Tauri window, `--page DIR` shows the
//! measuring page that was built into a folder and prints what that page found.

mod driven;
mod hall;
mod processes;
#[path = "../../tests/e2e/running.rs"]
mod running;
mod screen;
mod start;
mod window;

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

/// A value, or a sentence that says what could not be measured and why.
type Outcome<T> = Result<T, String>;

/// The window's inner size everywhere here, and the screen's: what `wicket` opens.
const SIZE: (u32, u32) = (1280, 800);

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let flag = arguments.first().and_then(|word| word.to_str()).unwrap_or_default();
    let folder = arguments.get(1).map(PathBuf::from);
    let outcome = match (flag, folder) {
        ("--empty", Some(storage)) => window::empty(storage),
        ("--page", Some(page)) => window::page(page),
        ("", None) => measure(),
        _ => Err("Call it without arguments, or with --empty DIR, or with --page DIR.".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what can be measured; a part that cannot does not take the other with it.
fn measure() -> Outcome<()> {
    let parts = [hall::measure(), start::measure()];
    parts.into_iter().filter_map(Result::err).reduce(|all, next| format!("{all}\n{next}")).map_or(Ok(()), Err)
}

/// One measure beside its baseline of the same run.
struct Measure<'a> {
    name: &'a str,
    unit: &'a str,
    value: f64,
    baseline: f64,
    /// The ratio of value to baseline that is asked for.
    target: f64,
    better: &'a str,
}

impl Measure<'_> {
    fn print(&self) {
        let line = json!({
            "measure": self.name,
            "value": self.value,
            "baseline": self.baseline,
            "ratio": self.value / self.baseline,
            "target": self.target,
            "unit": self.unit,
            "better": self.better,
        });
        println!("{line}");
    }
}

/// The middle one; not a number when there is none.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Joins a sentence's beginning with the reason for `map_err`.
fn because<E: Display>(what: impl Display) -> impl FnOnce(E) -> String {
    move |reason| format!("{what}: {reason}.")
}

/// The built program, which lies two folders above this one: `release/wicket` beside `release/examples/bench_window`.
fn wicket() -> Outcome<PathBuf> {
    let own = env::current_exe().map_err(because("This program could not be found again"))?;
    let name = format!("wicket{}", env::consts::EXE_SUFFIX);
    let built = own.parent().and_then(Path::parent).map(|folder| folder.join(name));
    built
        .filter(|path| path.is_file())
        .ok_or_else(|| "Wicket is not built; `cargo xtask bench window` builds it first.".to_owned())
}
