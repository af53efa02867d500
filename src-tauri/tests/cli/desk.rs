//! A station as a script at the till has it: a folder, and the program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder of its own with a station in it, or none yet.
pub(crate) struct Desk {
    folder: TempDir,
}

/// What a call gave.
pub(crate) struct Said {
    words: String,
    output: Output,
}

impl Desk {
    /// Nothing is set up here.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A station with the sample events, named "Window 1".
    pub(crate) fn with_samples() -> Self {
        let desk = Self::empty();
        desk.ask(&["init", "--station", "Window 1", "--kind", "desk", "--pin", "2580", "--sample"]);
        desk
    }

    /// Where the station keeps everything.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("station")
    }

    /// A path beside the station's folder.
    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Writes a file there and gives its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.file(name);
        std::fs::write(&path, text).expect("room for a file");
        path
    }

    /// Runs `wicket` on this station as a script would, with no screen to open a window on.
    pub(crate) fn run(&self, words: &[&str]) -> Said {
        self.start(words, &["--json"], &[])
    }

    /// Runs it as a person would.
    pub(crate) fn run_plainly(&self, words: &[&str]) -> Said {
        self.start(words, &[], &[])
    }

    /// Runs it as a script would, with these variables in its environment.
    pub(crate) fn run_with(&self, words: &[&str], variables: &[(&str, OsString)]) -> Said {
        self.start(words, &["--json"], variables)
    }

    fn start(&self, words: &[&str], more: &[&str], variables: &[(&str, OsString)]) -> Said {
        let output = command(&self.data())
            .args(words)
            .args(more)
            .envs(variables.iter().cloned())
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        Said { words: words.join(" "), output }
    }

    /// The result of a call that must end well, and complain of nothing.
    pub(crate) fn ask(&self, words: &[&str]) -> Value {
        let said = self.run(words);
        assert_eq!(said.exit(), 0, "{said}");
        assert_eq!(said.complaint(), "", "{said}");
        said.result()
    }

    /// The code and the sentence of a call that must do nothing.
    pub(crate) fn refuses(&self, words: &[&str]) -> (String, String) {
        let said = self.run(words);
        assert_eq!(said.exit(), 2, "{said}");
        assert_eq!(String::from_utf8_lossy(&said.output.stdout), "", "no result: {said}");
        said.error()
    }
}

/// The program on the station in a folder, without a screen.
pub(crate) fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wicket"));
    // What its computer remembers lies beside it: each desk stands on a computer of its own.
    command.env("WICKET_STATE_DIR", data.with_extension("state"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").arg("--data-dir").arg(data);
    command
}

impl Said {
    pub(crate) fn exit(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    /// What it wrote on standard output, as JSON.
    pub(crate) fn result(&self) -> Value {
        serde_json::from_slice(&self.output.stdout).unwrap_or_else(|why| panic!("{why}: {self}"))
    }

    /// What it wrote on standard error.
    pub(crate) fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The code and the sentence on standard error, on which nothing else stands.
    pub(crate) fn error(&self) -> (String, String) {
        let said: Value =
            serde_json::from_slice(&self.output.stderr).unwrap_or_else(|why| panic!("{why}: {self}"));
        assert_eq!(keys(&said), ["error"], "{self}");
        let text = |key: &str| said["error"][key].as_str().unwrap_or_default().to_owned();
        let (code, message) = (text("code"), text("message"));
        assert!(!code.is_empty() && message.len() > 10, "a code and a sentence: {self}");
        (code, message)
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let written = String::from_utf8_lossy(&self.output.stdout);
        write!(f, "`wicket {}` ended with {}\n{written}\n{}", self.words, self.exit(), self.complaint())
    }
}

/// The keys of an object.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    value.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect()
}

/// Fails unless the object has all these keys.
pub(crate) fn has_keys(value: &Value, wanted: &[&str]) {
    for key in wanted {
        assert!(value.get(key).is_some(), "{key} is promised to scripts: {value}");
    }
}

/// The objects of a list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("a list: {value}"))
}
