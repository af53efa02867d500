//! Where things are in the clone. Nothing here is fixed at compile time, so a clone can be moved.

use std::path::{Path, PathBuf};

use crate::commands::Stop;

/// The clone that `cargo xtask` was called in.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the clone from the variable that `cargo run` sets, else from the current folder upwards.
    pub(crate) fn find() -> Result<Self, Stop> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => std::env::current_dir()
                .map_err(|e| Stop::new(format!("The current folder is gone ({e}).")))?,
        };
        let root = start
            .ancestors()
            .find(|dir| dir.join("crates/xtask/Cargo.toml").is_file())
            .ok_or_else(|| Stop::new("Call `cargo xtask` from inside a clone of Wicket."))?
            .to_path_buf();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => std::path::absolute(dir)
                .map_err(|e| Stop::new(format!("CARGO_TARGET_DIR does not name a folder ({e}).")))?,
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The window's sources, with `package.json`.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// Where the generated TypeScript types are committed.
    pub(crate) fn bindings(&self) -> PathBuf {
        self.ui().join("src/backend/bindings")
    }

    /// Where cargo leaves the programs it builds for development.
    pub(crate) fn built(&self) -> PathBuf {
        self.target.join("debug")
    }

    /// This program's own folder under the build output, for downloads and comparisons.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(name)
    }
}
