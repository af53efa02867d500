//! The clone's own Python packages, pinned in `cloud/local/requirements.txt`. Nothing is installed outside the
//! build output.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::commands::{Stop, ask, prepare};
use crate::system::{self, CLOUD};
use crate::ui::fingerprint;
use crate::workspace::Workspace;

/// The oldest Python that all the pinned packages take.
const OLDEST: (u32, u32) = (3, 11);

/// The folder of the environment's programs, after making it when the pins changed.
pub(super) fn provide(workspace: &Workspace) -> Result<PathBuf, Stop> {
    system::provide(&[CLOUD])?;
    let version = ask("python3", &["--version"]).unwrap_or_default();
    if too_old(&version) {
        return Err(Stop::new(format!(
            "The development cloud needs Python {}.{} or newer; here is {}. Use Debian 12, Ubuntu 24.04 or newer, or put a \
             newer python3 first in PATH.",
            OLDEST.0,
            OLDEST.1,
            version.trim()
        )));
    }
    let pins = workspace.root().join("cloud/local/requirements.txt");
    let wanted = fs::read_to_string(&pins).map_err(|e| Stop::file(&pins, &e))?;
    let environment = workspace.scratch("cloud").join("python");
    let programs = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let mark = environment.join(".wicket-packages");
    // Its programs name it by its path, so a clone that moved makes it anew.
    let now = fingerprint(&[wanted.as_bytes(), environment.to_string_lossy().as_bytes()]);
    if fs::read_to_string(&mark).is_ok_and(|known| known == now) && runs(&programs) {
        return Ok(programs);
    }
    eprintln!(
        "Development cloud: installing its Python packages into {} (once): ministack is the cloud, aws-sam-cli \
         checks and deploys the template.",
        environment.display()
    );
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&environment);
    prepare(alone(&mut venv))?;
    let mut pip = Command::new(programs.join("python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--retries",
        "5",
    ]);
    pip.arg("--requirement").arg(&pins);
    prepare(alone(&mut pip))?;
    fs::write(&mark, now).map_err(|e| Stop::file(&mark, &e))?;
    Ok(programs)
}

/// Whether `Python 3.9.2` is older than what the pinned packages take. What cannot be read is left to pip to judge.
fn too_old(version: &str) -> bool {
    let numbers = version.trim().trim_start_matches("Python ");
    let mut numbers = numbers.split('.').map_while(|number| number.parse().ok());
    numbers.next().zip(numbers.next()).is_some_and(|version: (u32, u32)| version < OLDEST)
}

/// Whether the environment still has the Python it was made with.
fn runs(programs: &std::path::Path) -> bool {
    Command::new(programs.join("python"))
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Without what the caller's own Python and AWS settings would change.
pub(super) fn alone(command: &mut Command) -> &mut Command {
    for name in ["PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "AWS_PROFILE", "AWS_ENDPOINT_URL"] {
        command.env_remove(name);
    }
    command.env("SAM_CLI_TELEMETRY", "0").env("SAM_CLI_POLL_DELAY", "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_python_is_told_from_one_that_does() {
        assert!(too_old("Python 3.10.12\n"), "Ubuntu 22.04");
        assert!(too_old("Python 3.9.2"), "9 is before 11");
        assert!(!too_old("Python 3.11.2\n") && !too_old("Python 3.14.0rc1"));
        assert!(!too_old("Python 4.0.0") && !too_old(""));
    }
}
