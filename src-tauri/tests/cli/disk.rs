//! A full disk for a test's folder, by a library that is preloaded: an ordinary user may not mount a small disk. The test
//! of the real window uses this file too.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles the stand-in into a folder; returns the library.
pub(crate) fn build(into: &Path) -> PathBuf {
    let library = into.join("libwicket-test-disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/full_disk.c");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let built = Command::new(compiler)
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .expect("a C compiler, named cc or by CC");
    assert!(built.success(), "the stand-in compiles");
    library
}

/// What a program has to find in its environment so that `folder` has room for so many bytes in all.
pub(crate) fn variables(library: &Path, folder: &Path, bytes: u64) -> [(&'static str, OsString); 3] {
    [
        ("LD_PRELOAD", library.as_os_str().to_owned()),
        ("WICKET_DISK_FOLDER", folder.as_os_str().to_owned()),
        ("WICKET_DISK_SIZE", bytes.to_string().into()),
    ]
}
