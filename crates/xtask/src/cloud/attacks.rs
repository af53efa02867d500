//! Attacks on the cloud: a table of who asks for what (`cloud/local/attacks/attacks.json`), judged by the policies as they
//! are deployed, since the emulator enforces none of them. The evaluator is under the AGPL. npm puts it into the build
//! output, a process of its own runs it, and nothing of it is linked or shipped.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::{Passing, python};
use crate::commands::{Stop, npm, prepare, read, run};
use crate::ui::fingerprint;
use crate::workspace::Workspace;

/// What npm needs to install the evaluator: the pins, and how the lock file is read.
const PINS: &[&str] = &["package.json", "package-lock.json", ".npmrc"];

/// Has each row of the table judged in a cloud of its own.
pub(crate) fn judge(workspace: &Workspace) -> Result<(), Stop> {
    let evaluator = provide(workspace)?;
    let scripts = scripts(workspace);
    let python = python::provide(workspace)?.join("python");
    let passing = Passing::up(workspace)?;
    let endpoint = passing.facts.get("endpoint").and_then(Value::as_str).unwrap_or_default();
    let mut reader = Command::new(python);
    reader.arg(scripts.join("deployed.py")).args(["--endpoint", endpoint]);
    let deployed = evaluator.join("deployed.json");
    fs::write(&deployed, read(python::alone(&mut reader))?).map_err(|e| Stop::file(&deployed, &e))?;
    drop(passing);
    run(Command::new("node").arg(scripts.join("judge.mjs")).arg(evaluator)).map_err(|_| {
        Stop::new(
            "The policies as deployed and cloud/local/attacks/attacks.json differ, as said above. Mend \
             cloud/template.yaml, or the table if the permission is meant.",
        )
    })
}

/// The folder that has the evaluator, after installing it when the pins changed.
fn provide(workspace: &Workspace) -> Result<PathBuf, Stop> {
    let folder = workspace.scratch("attacks");
    fs::create_dir_all(&folder).map_err(|e| Stop::file(&folder, &e))?;
    let mut pins = Vec::new();
    for name in PINS {
        let (from, to) = (scripts(workspace).join(name), folder.join(name));
        let pin = fs::read(&from).map_err(|e| Stop::file(&from, &e))?;
        fs::write(&to, &pin).map_err(|e| Stop::file(&to, &e))?;
        pins.push(pin);
    }
    let mark = folder.join("node_modules/.wicket-packages");
    let now = fingerprint(&pins.iter().map(Vec::as_slice).collect::<Vec<_>>());
    if fs::read_to_string(&mark).is_ok_and(|known| known == now) {
        return Ok(folder);
    }
    eprintln!("Attacks: installing the evaluator of policies into {} (npm ci, once).", folder.display());
    prepare(npm(workspace).args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    fs::write(&mark, now).map_err(|e| Stop::file(&mark, &e))?;
    Ok(folder)
}

fn scripts(workspace: &Workspace) -> PathBuf {
    workspace.root().join("cloud/local/attacks")
}
