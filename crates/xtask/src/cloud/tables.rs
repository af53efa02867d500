//! Dynoxide, which keeps the development cloud's tables in an SQLite file. The emulator's own tables would do
//! for a demonstration: a page of an index over 70,000 items takes it more than a second.

use std::path::PathBuf;

use crate::commands::{Stop, cargo, prepare};
use crate::workspace::Workspace;

/// The version that was tried against the conditions and transactions of `docs/contract.md`.
const DYNOXIDE: &str = "3.2.0";

/// Where dynoxide is, after building it once.
pub(super) fn provide(workspace: &Workspace) -> Result<PathBuf, Stop> {
    let tools = workspace.scratch("tools");
    let home = tools.join(format!("dynoxide-{DYNOXIDE}"));
    let program = home.join("bin/dynoxide");
    if program.is_file() {
        return Ok(program);
    }
    eprintln!("Development cloud: building dynoxide {DYNOXIDE}, which keeps its tables (once).");
    let mut install = cargo(workspace);
    install.args(["install", "dynoxide-rs", "--version", DYNOXIDE, "--locked", "--quiet"]);
    // Its server alone, and compiled quickly: SQLite does the work.
    install.args(["--no-default-features", "--features", "native-sqlite,http-server,cli"]);
    for setting in ["lto=false", "codegen-units=16", "opt-level=1"] {
        install.arg("--config").arg(format!("profile.release.{setting}"));
    }
    install.arg("--root").arg(&home).arg("--target-dir").arg(tools.join("build"));
    prepare(&mut install)?;
    Ok(program)
}
