//! `cargo xtask run`: from whatever state the clone is in to an open box office.

use std::process::ExitCode;

use serde_json::Value;

use crate::cloud;
use crate::commands::{Stop, cargo, prepare, status};
use crate::system::{self, RUN};
use crate::ui;
use crate::workspace::Workspace;

/// Options of the program that take a value, so that the value is not taken for a subcommand.
const WITH_VALUE: &[&str] = &["--data-dir"];

/// Starts the development cloud first.
const CLOUD: &str = "--cloud";

/// The supervisor's PIN at a station that `--cloud` sets up to try things out; it is told.
const TRIAL_PIN: &str = "2580";

/// Installs, builds and starts; ends as the program ends.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Stop> {
    let split = arguments.iter().position(|a| a == "--").unwrap_or(arguments.len());
    let (own, after) = arguments.split_at(split);
    let passed = after.get(1..).unwrap_or_default();
    let with_cloud = own.iter().any(|word| word == CLOUD);
    let own: Vec<&String> = own.iter().filter(|word| *word != CLOUD).collect();
    if let Some(unknown) = own.iter().find(|a| **a != "--release") {
        return Err(Stop::new(format!(
            "`cargo xtask run` does not know {unknown}. What is meant for Wicket itself goes after two dashes: \
             cargo xtask run -- {unknown}"
        )));
    }
    if opens_window(passed) && !has_screen() {
        return Err(Stop::new(
            "Wicket opens a window, and there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set).\n\
             Call this on a desktop, or open it on a screen that only exists in memory:\n  \
             sudo apt-get install --yes xvfb xauth\n  \
             xvfb-run --auto-servernum cargo xtask run\n\
             What needs no window works here too: cargo xtask run -- help",
        ));
    }
    system::provide(&[RUN])?;
    ui::check_node(workspace)?;
    ui::install(workspace)?;
    ui::build(workspace)?;
    eprintln!("Program: compiling and starting it (the first time takes some minutes).");
    if with_cloud {
        join_cloud(workspace, &own, passed)?;
    }
    let mut start = cargo(workspace);
    start.args(["run", "--package", "wicket"]).args(&own).arg("--").args(passed);
    if let Ok(here) = std::env::current_dir() {
        // Relative paths among the arguments mean the caller's folder.
        start.current_dir(here);
    }
    let ended = status(&mut start)?;
    Ok(ended.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Brings the development cloud up and pairs the station with it; a new one is set up first, with the samples, so that
/// there is something to publish. A station of another cloud stays that one's; the window opens all the same.
fn join_cloud(workspace: &Workspace, own: &[&String], passed: &[String]) -> Result<(), Stop> {
    let facts = cloud::default(workspace)?;
    let fact = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
    let code = fact("pairingCode");
    let folder = passed.iter().position(|word| word == "--data-dir");
    let wicket = |words: &[&str]| {
        let mut command = cargo(workspace);
        command.args(["run", "--quiet", "--package", "wicket"]).args(own).arg("--");
        command.args(folder.and_then(|at| passed.get(at..at + 2)).unwrap_or_default()).args(words);
        if let Ok(here) = std::env::current_dir() {
            command.current_dir(here);
        }
        command
    };
    prepare(cargo(workspace).args(["build", "--package", "wicket"]).args(own))?;
    // Refused where there is a station already, which then stays as it is; so what it says is no news.
    let set_up = wicket(&[
        "init",
        "--station",
        "Window 1",
        "--kind",
        "desk",
        "--pin",
        TRIAL_PIN,
        "--sample",
        "--json",
    ])
    .output();
    let is_new = set_up.is_ok_and(|output| output.status.success());
    if is_new {
        eprintln!(
            "This station was new: it is called Window 1 now, has the sample events, and its supervisor's PIN is \
             {TRIAL_PIN}."
        );
    }
    eprintln!("Staff signs in as supervisor@example.com with the password {}.", fact("password"));
    eprintln!("Pairing code of the development cloud, for other stations too:\n{code}");
    let joined = prepare(&mut wicket(&["pair", code])).is_ok();
    // The first desk of a cloud lets itself in; in one that has a desk, that desk decides.
    let let_in = joined && (!is_new || prepare(&mut wicket(&["stations", "approve", "this"])).is_ok());
    if !let_in {
        eprintln!("The station did not join the development cloud; its own words are above.");
    }
    Ok(())
}

/// Whether these arguments lead to the window: all but a subcommand do.
fn opens_window(passed: &[String]) -> bool {
    let mut words = passed.iter();
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(&word.as_str()) {
            words.next();
        } else if !word.starts_with('-') || ["--help", "-h", "--version", "-V"].contains(&word.as_str()) {
            return false;
        }
    }
    true
}

fn has_screen() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(words: &[&str]) -> bool {
        opens_window(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn only_subcommands_and_questions_need_no_screen() {
        assert!(opens(&[]));
        assert!(opens(&["--data-dir", "station"]), "the folder is a value, not a subcommand");
        assert!(!opens(&["--data-dir", "station", "events"]));
        assert!(!opens(&["sell", "gala"]));
        assert!(!opens(&["--help"]));
    }
}
