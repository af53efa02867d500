//! `cargo xtask test`: everything that must hold before a change lands, cheapest first. It stops at
//! the first step that does not hold and says how to repeat that one alone.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::commands::{Stop, ask, cargo, npm, prepare, run as run_command};
use crate::metadata::{self, Member};
use crate::system::{self, CLOUD, RUN, TEST, WINDOW};
use crate::workspace::Workspace;
use crate::{bindings, cloud, directions, ui};

/// Features whose code is linted and tested, and which are the same in every step, so that nothing is
/// compiled twice. The scanner's comparison with zxing-cpp is not among them: it compiles for minutes.
const FEATURES: &[&str] = &[
    bindings::FEATURE,
    "wicket-cloud-aws/emulator",
    "wicket-cloud-aws/keyring",
    "wicket-functions/emulator",
];

/// The feature without which the end-to-end test is left out of `cargo test --workspace`.
const E2E_FEATURE: &str = "wicket/e2e";

/// The version of the go-between that the end-to-end test is written for.
const TAURI_DRIVER: &str = "2.1.0";

/// A part of the checks that a developer can run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Lint,
    Ui,
    Rust,
    E2e,
}

/// One check: the parts it belongs to, its headline and what it does.
struct Step {
    parts: &'static [Part],
    headline: &'static str,
    check: fn(&Workspace, &[Member]) -> Result<(), Stop>,
}

/// All checks in their order. The shell embeds `ui/dist` when it is compiled, so the window is built
/// before anything that compiles the shell.
const STEPS: &[Step] = &[
    Step { parts: &[Part::Lint], headline: "Dependency directions", check: check_directions },
    Step { parts: &[Part::Lint], headline: "Format of the Rust code", check: check_format },
    Step {
        parts: &[Part::Lint],
        headline: "Template of the cloud (sam validate --lint)",
        check: |workspace, _| cloud::validate(workspace),
    },
    Step {
        parts: &[Part::Ui, Part::Lint, Part::Rust, Part::E2e],
        headline: "Packages of the window",
        check: |workspace, _| ui::install(workspace),
    },
    Step {
        parts: &[Part::Ui],
        headline: "Types of the window (svelte-check)",
        check: |w, _| npm_run(w, "check"),
    },
    Step { parts: &[Part::Ui], headline: "Tests of the window (Vitest)", check: |w, _| npm_run(w, "test") },
    Step {
        parts: &[Part::Ui, Part::Lint, Part::Rust, Part::E2e],
        headline: "Build of the window",
        check: |workspace, _| ui::build(workspace),
    },
    Step { parts: &[Part::Lint], headline: "Lints (clippy)", check: check_lints },
    Step {
        parts: &[Part::Rust, Part::E2e],
        headline: "Programs of the development cloud",
        check: provide_cloud,
    },
    Step {
        parts: &[Part::Rust],
        headline: "Attacks on the cloud (its policies as deployed)",
        check: |workspace, _| cloud::attacks::judge(workspace),
    },
    Step { parts: &[Part::Rust], headline: "Rust tests, generated types", check: check_rust },
    Step { parts: &[Part::E2e], headline: "End to end, in the real window", check: check_end_to_end },
];

/// Runs the checks, or the part of them named after `--only`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Stop> {
    let only = parse(arguments)?;
    provide(workspace, only)?;
    let members = metadata::members(workspace)?;
    let begun = Instant::now();
    let mut done = Vec::new();
    for step in STEPS.iter().filter(|step| only.is_none_or(|part| step.parts.contains(&part))) {
        println!("\n== {}", step.headline);
        let since = Instant::now();
        (step.check)(workspace, &members).map_err(|stop| stopped(step, &stop))?;
        println!("   holds, {}", shown(since.elapsed()));
        done.push((step.headline, since.elapsed()));
    }
    println!("\nEverything holds, {} in all:", shown(begun.elapsed()));
    for (headline, took) in done {
        println!("  {:>7}  {headline}", shown(took));
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(arguments: &[String]) -> Result<Option<Part>, Stop> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Ok(None),
        ["--only", "lint"] => Ok(Some(Part::Lint)),
        ["--only", "ui"] => Ok(Some(Part::Ui)),
        ["--only", "rust"] => Ok(Some(Part::Rust)),
        ["--only", "e2e"] => Ok(Some(Part::E2e)),
        _ => Err(Stop::new("`cargo xtask test` takes nothing, or --only with one of lint, ui, rust, e2e.")),
    }
}

/// Installs what the chosen checks need before the first of them starts, so that nobody waits for a
/// password prompt in the middle.
fn provide(workspace: &Workspace, only: Option<Part>) -> Result<(), Stop> {
    match only {
        Some(Part::Ui) => {}
        Some(Part::Lint) => system::provide(&[RUN, CLOUD])?,
        Some(Part::Rust) => system::provide(&[RUN, TEST, CLOUD])?,
        Some(Part::E2e) | None => system::provide(&[RUN, TEST, WINDOW, CLOUD])?,
    }
    if matches!(only, None | Some(Part::Lint)) {
        system::provide_rust_components()?;
    }
    ui::check_node(workspace)
}

fn stopped(step: &Step, cause: &Stop) -> Stop {
    let part = match step.parts.first() {
        Some(Part::Lint) => "lint",
        Some(Part::Rust) => "rust",
        Some(Part::E2e) => "e2e",
        Some(Part::Ui) | None => "ui",
    };
    Stop::new(format!(
        "Stopped at: {}.\n{cause}\nTo repeat only this part: cargo xtask test --only {part}",
        step.headline
    ))
}

fn check_directions(_: &Workspace, members: &[Member]) -> Result<(), Stop> {
    let faults = directions::violations(members);
    if faults.is_empty() {
        println!("   {}", directions::RULE);
        return Ok(());
    }
    Err(Stop::new(faults.join("\n")))
}

fn check_format(workspace: &Workspace, _: &[Member]) -> Result<(), Stop> {
    run_command(cargo(workspace).args(["fmt", "--all", "--check"]))
        .map_err(|_| Stop::new("Call `cargo fmt --all` and commit what it changed."))
}

fn npm_run(workspace: &Workspace, script: &str) -> Result<(), Stop> {
    run_command(npm(workspace).args(["run", script]))
}

fn check_lints(workspace: &Workspace, members: &[Member]) -> Result<(), Stop> {
    let mut clippy = cargo(workspace);
    clippy.args(["clippy", "--workspace", "--all-targets"]);
    with_features(&mut clippy, members, &[E2E_FEATURE]);
    let declared = members.iter().find_map(|m| m.rust_version.as_deref()).unwrap_or_default();
    let compiler = ask("rustc", &["--version"]).unwrap_or_default();
    if same_release(&compiler, declared) {
        clippy.args(["--", "--deny", "warnings"]);
    } else {
        println!(
            "   Warnings are denied with Rust {declared}, the release this code is written for; this is {}, whose newer \
             lints are shown only.",
            compiler.trim()
        );
    }
    run_command(&mut clippy)
}

/// Whether `rustc 1.95.0 (…)` is the release `1.95`. Each release brings lints that older code could
/// not know, and a fresh machine has the newest.
fn same_release(compiler: &str, declared: &str) -> bool {
    let version = compiler.split_whitespace().nth(1).unwrap_or_default();
    let minor = |text: &str| text.split('.').take(2).collect::<Vec<_>>().join(".");
    !declared.is_empty() && minor(version) == minor(declared)
}

/// Tests bring up development clouds by calling this program; what takes long the first time is done here.
/// The whole workspace is named, although the functions are meant, because the tests then find it compiled.
fn provide_cloud(workspace: &Workspace, members: &[Member]) -> Result<(), Stop> {
    cloud::provide(workspace)?;
    let mut build = cargo(workspace);
    build.args(["build", "--workspace", "--bins"]);
    with_features(&mut build, members, &[]);
    run_command(&mut build)
}

/// All Rust tests; among them those that write the TypeScript types, which are compared afterwards.
fn check_rust(workspace: &Workspace, members: &[Member]) -> Result<(), Stop> {
    let fresh = bindings::fresh_folder(workspace)?;
    let mut tests = cargo(workspace);
    tests.args(["test", "--workspace"]);
    with_features(&mut tests, members, &[]);
    cloud::programs(&mut tests, workspace);
    let passing = cloud::Passing::up(workspace)?;
    passing.name_to(&mut tests);
    run_command(bindings::export_into(&mut tests, &fresh))?;
    drop(passing);
    bindings::compare(workspace, &fresh)
}

/// Drives the real window. The whole workspace is named, although two tests run, because cargo then
/// uses what the Rust tests compiled.
fn check_end_to_end(workspace: &Workspace, members: &[Member]) -> Result<(), Stop> {
    run_command(&mut in_the_window(workspace, members, &["e2e", "monkey"])?)
}

/// The command that runs these tests, which drive the real window.
pub(crate) fn in_the_window(
    workspace: &Workspace,
    members: &[Member],
    tests: &[&str],
) -> Result<Command, Stop> {
    let driver = tauri_driver(workspace)?;
    let mut test = cargo(workspace);
    test.args(["test", "--workspace"]);
    for name in tests {
        test.args(["--test", name]);
    }
    with_features(&mut test, members, &[E2E_FEATURE]);
    test.env("WICKET_TAURI_DRIVER", driver);
    cloud::programs(&mut test, workspace);
    // No desktop, so no accessibility bus to complain about.
    test.env("NO_AT_BRIDGE", "1");
    Ok(test)
}

fn with_features(command: &mut Command, members: &[Member], more: &[&str]) {
    let wanted: Vec<&str> = FEATURES.iter().chain(more).copied().collect();
    let features = metadata::existing_features(members, &wanted);
    if !features.is_empty() {
        command.arg("--features").arg(features.join(","));
    }
}

/// Where tauri-driver is, after building it once. Unoptimised: it only hands messages on.
pub(crate) fn tauri_driver(workspace: &Workspace) -> Result<std::path::PathBuf, Stop> {
    let tools = workspace.scratch("tools");
    let program = tools.join(format!("tauri-driver-{TAURI_DRIVER}")).join("bin/tauri-driver");
    if program.is_file() {
        return Ok(program);
    }
    eprintln!("Building tauri-driver {TAURI_DRIVER}, which lets a test drive the window (once).");
    let mut install = cargo(workspace);
    install.args(["install", "tauri-driver", "--version", TAURI_DRIVER, "--locked", "--debug", "--quiet"]);
    install.arg("--root").arg(tools.join(format!("tauri-driver-{TAURI_DRIVER}")));
    install.arg("--target-dir").arg(tools.join("build"));
    prepare(&mut install)?;
    Ok(program)
}

fn shown(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 {
        format!("{}.{} s", seconds, took.subsec_millis() / 100)
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_can_be_chosen() {
        let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(parse(&words(&[])).unwrap(), None);
        assert_eq!(parse(&words(&["--only", "e2e"])).unwrap(), Some(Part::E2e));
        assert!(parse(&words(&["--only", "everything"])).is_err());
        assert!(parse(&words(&["fast"])).is_err());
    }

    #[test]
    fn warnings_are_denied_only_by_the_release_the_code_is_written_for() {
        assert!(same_release("rustc 1.95.0 (59807616e 2026-04-14)", "1.95"));
        assert!(!same_release("rustc 1.96.1 (abc 2026-06-01)", "1.95"));
        assert!(!same_release("rustc 1.9.0", "1.95"), "1.9 is not 1.95");
        assert!(!same_release("", ""));
    }

    #[test]
    fn the_window_is_built_before_the_shell_is_compiled() {
        let position = |headline| STEPS.iter().position(|step| step.headline == headline);
        assert!(position("Build of the window") < position("Lints (clippy)"));
    }

    #[test]
    fn times_read_well() {
        assert_eq!(shown(Duration::from_millis(1_234)), "1.2 s");
        assert_eq!(shown(Duration::from_secs(125)), "2 min 05 s");
    }
}
