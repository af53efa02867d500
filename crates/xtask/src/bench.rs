//! `cargo xtask bench`: what each part measures in a release build, in one table. A part is a program
//! that writes one JSON object a line on standard output:
//! `{"measure", "value", "baseline", "ratio", "target", "unit", "better": "higher" | "lower"}`,
//! where the target is for the ratio, or for the value of a measure that has no baseline. Ratios to a
//! baseline of the same run are what says something on a machine nobody knows.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use serde_json::{Value, json};

use crate::checks::tauri_driver;
use crate::cloud;
use crate::commands::{Stop, cargo, prepare, read, shown};
use crate::system::{self, BENCH, CLOUD, Need, RUN, WINDOW};
use crate::table;
use crate::ui;
use crate::workspace::Workspace;

/// A part that measures: its name and the cargo arguments that run it. Adding one is one line.
struct Part {
    name: &'static str,
    cargo: &'static [&'static str],
    needs: &'static [Need],
    /// Whether it opens the real window, which then is built first.
    window: bool,
    /// Whether it needs a development cloud, whose functions then are built first.
    cloud: Cloud,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cloud {
    No,
    /// It starts clouds of its own.
    Its,
    /// It is given one with nothing in it.
    Given,
}

const PARTS: &[Part] = &[
    Part {
        name: "station",
        cargo: &["run", "--release", "--package", "wicket-station", "--example", "bench_station"],
        needs: &[],
        window: false,
        cloud: Cloud::No,
    },
    Part {
        name: "scan",
        cargo: &["bench", "--package", "wicket-scan", "--features", "bench-zxing", "--bench", "gate_frames"],
        needs: BENCH,
        window: false,
        cloud: Cloud::No,
    },
    Part {
        name: "window",
        cargo: &["run", "--release", "--package", "wicket", "--features", "e2e", "--example", "bench_window"],
        needs: WINDOW,
        window: true,
        cloud: Cloud::No,
    },
    Part {
        name: "delivery",
        cargo: &with_cloud("bench_cloud", "delivery"),
        needs: CLOUD,
        window: false,
        cloud: Cloud::Its,
    },
    Part {
        name: "snapshot",
        cargo: &with_cloud("bench_cloud", "snapshot"),
        needs: CLOUD,
        window: false,
        cloud: Cloud::Its,
    },
    Part {
        name: "deltas",
        cargo: &with_cloud("bench_cloud", "deltas"),
        needs: CLOUD,
        window: false,
        cloud: Cloud::Its,
    },
    Part {
        name: "crowd",
        cargo: &with_cloud("bench_crowd", "all"),
        needs: CLOUD,
        window: false,
        cloud: Cloud::Its,
    },
    Part {
        name: "functions",
        // It counts, and counts the same without being optimised.
        cargo: &[
            "run",
            "--package",
            "wicket-functions",
            "--features",
            "wicket-functions/emulator",
            "--example",
            "bench_cost",
        ],
        needs: CLOUD,
        window: false,
        cloud: Cloud::Given,
    },
];

/// An example of the cloud's adapter, and its argument.
const fn with_cloud(example: &'static str, what: &'static str) -> [&'static str; 10] {
    let package = "wicket-cloud-aws";
    let features = "wicket-cloud-aws/emulator";
    ["run", "--release", "--package", package, "--features", features, "--example", example, "--", what]
}

/// What was measured once.
#[derive(Debug, Clone, PartialEq)]
struct Measure {
    part: String,
    name: String,
    unit: String,
    value: f64,
    baseline: Option<f64>,
    ratio: Option<f64>,
    target: Option<f64>,
    higher_is_better: bool,
}

impl Measure {
    /// Whether the target is met; none without a target.
    fn met(&self) -> Option<bool> {
        let (reached, target) = (self.ratio.unwrap_or(self.value), self.target?);
        Some(if self.higher_is_better { reached >= target } else { reached <= target })
    }
}

/// What the caller asked for.
#[derive(Debug, Default, PartialEq)]
struct Wish {
    names: Vec<String>,
    json: Option<String>,
    strict: bool,
}

/// Measures the named parts, or all of them.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Stop> {
    let wish = parse(arguments)?;
    let chosen: Vec<&Part> =
        PARTS.iter().filter(|p| wish.names.is_empty() || wish.names.iter().any(|n| n == p.name)).collect();
    let mut groups: Vec<&[Need]> = vec![RUN];
    groups.extend(chosen.iter().map(|part| part.needs));
    system::provide(&groups)?;
    let (mut measures, mut silent) = (Vec::new(), Vec::new());
    for part in chosen {
        match measure(workspace, part) {
            Ok(found) => measures.extend(found),
            Err(stop) => silent.push(format!("{}: {stop}", part.name)),
        }
    }
    println!("\n{}", lay_out(&measures));
    if let Some(file) = &wish.json {
        let text = format!("{:#}\n", Value::from(measures.iter().map(to_json).collect::<Vec<_>>()));
        fs::write(file, text).map_err(|e| Stop::file(Path::new(file), &e))?;
    }
    if !silent.is_empty() {
        return Err(Stop::new(format!("Not measured:\n  {}", silent.join("\n  "))));
    }
    let missed = measures.iter().filter(|m| m.met() == Some(false)).count();
    if missed > 0 {
        println!(
            "{missed} of {} targets are not met.",
            measures.iter().filter(|m| m.target.is_some()).count()
        );
    }
    Ok(if wish.strict && missed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn parse(arguments: &[String]) -> Result<Wish, Stop> {
    let mut wish = Wish::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--strict" => wish.strict = true,
            "--json" => {
                let file = words.next().ok_or_else(|| Stop::new("Name the file that --json writes."))?;
                wish.json = Some(file.clone());
            }
            name if PARTS.iter().any(|part| part.name == name) => wish.names.push(name.to_owned()),
            other => {
                let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
                return Err(Stop::new(format!(
                    "Nothing called {other} is measured; there are {}.",
                    names.join(", ")
                )));
            }
        }
    }
    Ok(wish)
}

fn measure(workspace: &Workspace, part: &Part) -> Result<Vec<Measure>, Stop> {
    let mut command: Command = cargo(workspace);
    command.args(part.cargo).stdin(Stdio::null());
    if part.window {
        ui::check_node(workspace)?;
        ui::install(workspace)?;
        ui::build(workspace)?;
        command.env("WICKET_BENCH_PAGE", ui::build_measuring_page(workspace)?);
        // The program that is measured, and at once the one that measures, so that their parts are built once.
        let both = ["--bin", "wicket", "--example", "bench_window", "--features", "e2e"];
        prepare(cargo(workspace).args(["build", "--release", "--package", "wicket"]).args(both))?;
        command.env("WICKET_TAURI_DRIVER", tauri_driver(workspace)?).env("NO_AT_BRIDGE", "1");
    }
    let mut given = None;
    if part.cloud != Cloud::No {
        cloud::provide(workspace)?;
        prepare(cargo(workspace).args(["build", "--package", "wicket-functions", "--bins"]))?;
        cloud::programs(&mut command, workspace);
        if part.cloud == Cloud::Given {
            given.insert(cloud::Passing::up(workspace)?).name_to(&mut command);
        }
    }
    println!("\n== {}: {}", part.name, shown(&command));
    let output = read(&mut command)?;
    drop(given);
    let found: Vec<Measure> = output.lines().filter_map(|line| from_json(part.name, line)).collect();
    if found.is_empty() { Err(Stop::new("it ended without a measure.")) } else { Ok(found) }
}

/// A measure from one line; none when the line is something else.
fn from_json(part: &str, line: &str) -> Option<Measure> {
    let value: Value = serde_json::from_str(line.trim()).ok()?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &str| value.get(key).and_then(Value::as_f64);
    let measured = number("value")?;
    let baseline = number("baseline");
    Some(Measure {
        part: part.to_owned(),
        name: text("measure")?,
        unit: text("unit").unwrap_or_default(),
        value: measured,
        baseline,
        ratio: number("ratio").or_else(|| baseline.filter(|b| *b != 0.0).map(|b| measured / b)),
        target: number("target"),
        higher_is_better: text("better").as_deref() != Some("lower"),
    })
}

fn to_json(measure: &Measure) -> Value {
    json!({
        "part": measure.part,
        "measure": measure.name,
        "value": measure.value,
        "unit": measure.unit,
        "baseline": measure.baseline,
        "ratio": measure.ratio,
        "target": measure.target,
        "better": if measure.higher_is_better { "higher" } else { "lower" },
        "met": measure.met(),
    })
}

fn lay_out(measures: &[Measure]) -> String {
    let rows: Vec<Vec<String>> = measures.iter().map(row).collect();
    let heads = ["part", "measure", "value", "unit", "baseline", "ratio", "target", ""];
    table::lay_out(&heads, &[false, false, true, false, true, true, true, false], &rows)
}

fn row(measure: &Measure) -> Vec<String> {
    let sign = if measure.higher_is_better { ">=" } else { "<=" };
    let verdict = match measure.met() {
        Some(true) => "met",
        Some(false) => "NOT MET",
        None => "",
    };
    vec![
        measure.part.clone(),
        measure.name.clone(),
        number(measure.value),
        measure.unit.clone(),
        measure.baseline.map(number).unwrap_or_default(),
        measure.ratio.map(|r| format!("{r:.2}")).unwrap_or_default(),
        measure.target.map(|t| format!("{sign} {t}")).unwrap_or_default(),
        verdict.to_owned(),
    ]
}

/// Three digits or more that say something, and no more.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALE: &str = r#"{"measure": "two-seat cash sale", "value": 420.5, "baseline": 1000, "ratio": 0.4205,
        "target": 0.35, "unit": "per s", "better": "higher"}"#;

    #[test]
    fn a_measure_is_read_and_judged() {
        let sale = from_json("station", SALE).unwrap();
        assert_eq!((sale.name.as_str(), sale.met()), ("two-seat cash sale", Some(true)));
        assert_eq!(from_json("station", "Compiling wicket"), None, "other output is passed over");
        assert_eq!(from_json("station", "{\"measure\": \"x\"}"), None, "a measure has a value");
    }

    #[test]
    fn the_target_is_for_the_ratio_or_else_for_the_value() {
        let line = r#"{"measure": "start", "value": 3, "baseline": 2, "target": 2, "better": "lower"}"#;
        let start = from_json("window", line).unwrap();
        assert_eq!(
            (start.ratio, start.met()),
            (Some(1.5), Some(true)),
            "the ratio is worked out when it is left out"
        );
        let line = r#"{"measure": "read", "value": 150, "target": 164, "better": "higher"}"#;
        assert_eq!(from_json("scan", line).unwrap().met(), Some(false));
        let line = r#"{"measure": "read", "value": 150}"#;
        assert_eq!(from_json("scan", line).unwrap().met(), None);
    }

    #[test]
    fn a_target_not_met_stands_out() {
        let mut sale = from_json("station", SALE).unwrap();
        sale.target = Some(0.5);
        let text = lay_out(&[sale]);
        assert!(text.contains("NOT MET") && text.contains(">= 0.5") && text.contains("0.42"), "{text}");
    }

    #[test]
    fn the_wish_is_read() {
        let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let wish = parse(&words(&["scan", "--json", "out.json", "--strict"])).unwrap();
        assert_eq!(wish, Wish { names: words(&["scan"]), json: Some("out.json".to_owned()), strict: true });
        assert!(parse(&words(&["nothing"])).is_err());
        assert!(parse(&words(&["--json"])).is_err());
    }
}
