//! Starting other programs, and the one kind of sentence that ends this one.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::workspace::Workspace;

/// Why `cargo xtask` goes no further: a sentence for a person, with the next step.
#[derive(Debug)]
pub(crate) struct Stop(String);

impl Stop {
    /// A stop with this sentence.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// A stop because of a file or folder that could not be read or written.
    pub(crate) fn file(path: &Path, cause: &std::io::Error) -> Self {
        Self(format!("{} could not be read or written ({cause}).", path.display()))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A cargo call in the clone, without what the outer cargo told this program about itself: those
/// variables would make build scripts run again on every change between the two.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text == "CARGO_PRIMARY_PACKAGE"
        {
            command.env_remove(&name);
        }
    }
    command.current_dir(workspace.root());
    command
}

/// An npm call in `ui/`.
pub(crate) fn npm(workspace: &Workspace) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(workspace.ui()).env("NO_UPDATE_NOTIFIER", "1");
    command
}

/// Runs a command with its output going to the terminal; anything but success stops.
pub(crate) fn run(command: &mut Command) -> Result<(), Stop> {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(Stop::new(format!("`{}` {}.", shown(command), ended(status)))) }
}

/// Runs a preparing command. All it says goes to standard error, so that standard output holds nothing
/// but what the caller asked for: `cargo xtask run -- events --json` can be read by a program.
pub(crate) fn prepare(command: &mut Command) -> Result<(), Stop> {
    run(command.stdout(std::io::stderr()))
}

/// Runs a command with its output going to the terminal and gives its end.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus, Stop> {
    command.status().map_err(|e| Stop::new(format!("`{}` could not be started ({e}).", shown(command))))
}

/// Runs a command and gives what it wrote on standard output; its complaints go to the terminal.
pub(crate) fn read(command: &mut Command) -> Result<String, Stop> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| Stop::new(format!("`{}` could not be started ({e}).", shown(command))))?;
    if !output.status.success() {
        return Err(Stop::new(format!("`{}` {}.", shown(command), ended(output.status))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a command says on standard output, or nothing when it is absent or unhappy.
pub(crate) fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where a program is, looking through `PATH`.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// A command as one would type it, for sentences.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words: Vec<_> = std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with {code}"),
        None => "was ended from outside".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["fmt", "--all"]);
        assert_eq!(shown(&command), "cargo fmt --all", "the folder of the program says nothing to a reader");
    }
}
