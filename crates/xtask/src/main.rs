//! `cargo xtask …`: the commands that get a person from a fresh clone to a working box office, and
//! that say whether a change may land. It builds in seconds on purpose (the standard library and one
//! JSON parser): everybody waits for it before anything else. It may not depend on any other member
//! of the workspace, so that it still builds when one of them does not.

mod bench;
mod bindings;
mod checks;
mod cloud;
mod commands;
mod directions;
mod metadata;
mod monkey;
mod start;
mod system;
mod table;
mod ui;
mod workspace;

use std::process::ExitCode;

use commands::Stop;
use workspace::Workspace;

const HELP: &str = "\
cargo xtask run [--release] [--cloud] [-- ARGUMENTS]
                                            installs what is missing, builds and opens Wicket; ARGUMENTS go
                                            to it (cargo xtask run -- events --json); --cloud starts the
                                            development cloud first
cargo xtask cloud up | down | code          starts and stops the development cloud; prints the pairing code of
                                            a stack in AWS (cargo xtask cloud help)
cargo xtask test [--only PART]              says whether everything holds; PART is lint, ui, rust or e2e
cargo xtask monkey [--steps N] [--seed S] [--minutes M] [--shrink]
                                            walks at random through the real window and compares it with the
                                            station after every step; --shrink shortens the story of a fault
cargo xtask bindings [--check]              writes the window's TypeScript types from the Rust ones;
                                            --check only compares
cargo xtask bench [NAME…] [--json FILE] [--strict]
                                            measures a release build and shows one table; --strict ends
                                            with 1 when a target is not met
cargo xtask help                            this text";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(stop) => {
            eprintln!("\n{stop}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode, Stop> {
    let Some((name, rest)) = arguments.split_first() else {
        println!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    let workspace = Workspace::find()?;
    match name.as_str() {
        "run" => start::run(&workspace, rest),
        "cloud" => cloud::command(&workspace, rest),
        "test" => checks::run(&workspace, rest),
        "monkey" => monkey::run(&workspace, rest),
        "bindings" => bindings::run(&workspace, rest),
        "bench" => bench::run(&workspace, rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => {
            Err(Stop::new(format!("There is no `cargo xtask {other}`. These are the commands:\n\n{HELP}")))
        }
    }
}
