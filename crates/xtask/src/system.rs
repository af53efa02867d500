//! System packages and programs that a fresh machine lacks. On Debian and Ubuntu they are installed,
//! and said to be; elsewhere the missing ones are named. It may not install anything silently.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::commands::{Stop, ask, prepare, program};

/// How to tell that a need is met without asking the package manager.
#[derive(Debug, Clone, Copy)]
enum Probe {
    /// A program in `PATH`.
    Program(&'static str),
    /// A command line that succeeds.
    Answers(&'static [&'static str]),
    /// A library that pkg-config knows.
    PkgConfig(&'static str),
    /// A shared library of this file name in the usual folders.
    Library(&'static str),
    /// Only a package manager can tell; other systems are taken to have it.
    Package,
}

/// A Debian package, what it is for, and how to see that it is not needed any more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    package: &'static str,
    why: &'static str,
    probe: Probe,
}

/// What compiling and opening Wicket takes.
pub(crate) const RUN: &[Need] = &[
    Need {
        package: "build-essential",
        why: "compiles SQLite, which is built in",
        probe: Probe::Program("c++"),
    },
    Need { package: "pkg-config", why: "finds the libraries below", probe: Probe::Program("pkg-config") },
    Need {
        package: "libwebkit2gtk-4.1-dev",
        why: "draws the window",
        probe: Probe::PkgConfig("webkit2gtk-4.1"),
    },
    Need {
        package: "libclang-dev",
        why: "reads the system's camera interface",
        probe: Probe::Library("libclang.so"),
    },
    Need {
        package: "gstreamer1.0-plugins-good",
        why: "plays the gate's sounds (without it the window goes blank at the first one)",
        probe: Probe::Library("libgstautodetect.so"),
    },
    Need { package: "libgl1-mesa-dri", why: "draws where there is no graphics card", probe: Probe::Package },
];

/// What the tests take in addition, apart from the window.
pub(crate) const TEST: &[Need] = &[
    Need {
        package: "poppler-utils",
        why: "reads printed tickets back in tests",
        probe: Probe::Program("pdftotext"),
    },
    Need {
        package: "gnome-keyring",
        why: "keeps a secret in tests, as the desktop's keyring does",
        probe: Probe::Program("gnome-keyring-daemon"),
    },
    Need {
        package: "dbus-daemon",
        why: "lets tests talk to that keyring",
        probe: Probe::Program("dbus-daemon"),
    },
];

/// What driving the real window on a machine without a screen takes in addition.
pub(crate) const WINDOW: &[Need] = &[
    Need {
        package: "webkit2gtk-driver",
        why: "lets a test click in the window",
        probe: Probe::Program("WebKitWebDriver"),
    },
    Need {
        package: "xvfb",
        why: "is the screen that the test's window opens on",
        probe: Probe::Program("Xvfb"),
    },
];

/// What the development cloud and the check of its template take in addition.
pub(crate) const CLOUD: &[Need] = &[Need {
    package: "python3-venv",
    why: "keeps the development cloud's Python packages apart from the system's",
    probe: Probe::Answers(&["python3", "-c", "import ensurepip, venv"]),
}];

/// What measuring against zxing-cpp takes in addition.
pub(crate) const BENCH: &[Need] = &[Need {
    package: "cmake",
    why: "builds zxing-cpp, which the scanner is measured against",
    probe: Probe::Program("cmake"),
}];

/// Makes sure that all needs are met: installs on Debian and Ubuntu, names what is missing elsewhere.
pub(crate) fn provide(needs: &[&[Need]]) -> Result<(), Stop> {
    if !cfg!(target_os = "linux") {
        // Elsewhere the window, the camera and the sounds are parts of the system.
        return Ok(());
    }
    let needs: Vec<Need> = needs.iter().flat_map(|group| group.iter().copied()).collect();
    let unmet: Vec<Need> = needs.into_iter().filter(|need| !is_met(need.probe)).collect();
    if unmet.is_empty() {
        return Ok(());
    }
    if program("apt-get").is_none() || program("dpkg-query").is_none() {
        return Err(Stop::new(format!(
            "This machine lacks something, named here as Debian calls it:\n{}\nInstall it with this system's package \
             manager, then call the command again.",
            list(&unmet)
        )));
    }
    let missing = missing(&unmet, &installed(&unmet));
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

/// Makes sure that rustfmt and clippy are there; a minimal Rust installation has neither.
pub(crate) fn provide_rust_components() -> Result<(), Stop> {
    let lacking: Vec<&str> = [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")]
        .into_iter()
        .filter(|(_, tool)| ask(tool, &["--version"]).is_none())
        .map(|(component, _)| component)
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let names = lacking.join(" ");
    if program("rustup").is_none() {
        return Err(Stop::new(format!(
            "This Rust comes without {names}. Install it, then call the command again."
        )));
    }
    eprintln!("Adding {names} to this Rust: the checks of format and lints need it.");
    prepare(Command::new("rustup").args(["component", "add"]).args(lacking))
}

fn is_met(probe: Probe) -> bool {
    match probe {
        Probe::Program(name) => program(name).is_some(),
        Probe::Answers(words) => words.split_first().is_some_and(|(name, rest)| ask(name, rest).is_some()),
        Probe::PkgConfig(name) => ask("pkg-config", &["--exists", name]).is_some(),
        Probe::Library(name) => library_folders().iter().any(|dir| dir.join(name).exists()),
        Probe::Package => program("dpkg-query").is_none(),
    }
}

fn library_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("LIBCLANG_PATH").map(PathBuf::from).into_iter().collect();
    for base in ["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(Path::new) {
        folders.push(base.to_path_buf());
        for sub in entries(base).into_iter().filter(|path| path.is_dir()) {
            folders.extend([sub.join("lib"), sub.join("dri"), sub.join("gstreamer-1.0"), sub]);
        }
    }
    folders
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// The packages among the needs that dpkg has.
fn installed(needs: &[Need]) -> BTreeSet<String> {
    let mut command = Command::new("dpkg-query");
    command.args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"]);
    command.args(needs.iter().map(|need| need.package));
    // It ends with 1 as soon as one name is unknown, and still lists the others.
    let output = command.stderr(std::process::Stdio::null()).output();
    output.map(|o| installed_in(&String::from_utf8_lossy(&o.stdout))).unwrap_or_default()
}

fn installed_in(listing: &str) -> BTreeSet<String> {
    listing.lines().filter_map(|line| line.strip_suffix(" installed")).map(str::to_owned).collect()
}

fn missing(needs: &[Need], installed: &BTreeSet<String>) -> Vec<Need> {
    needs.iter().filter(|need| !installed.contains(need.package)).copied().collect()
}

fn list(needs: &[Need]) -> String {
    let lines: Vec<String> =
        needs.iter().map(|need| format!("  {:<26} {}", need.package, need.why)).collect();
    lines.join("\n")
}

fn install(needs: &[Need]) -> Result<(), Stop> {
    let packages: Vec<&str> = needs.iter().map(|need| need.package).collect();
    let root = ask("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if !root && program("sudo").is_none() {
        return Err(Stop::new(format!(
            "System packages are missing:\n{}\nThey need an administrator, and there is no sudo here. As root, call\n  \
             apt-get update && apt-get install --yes {}\nand then this command again.",
            list(needs),
            packages.join(" ")
        )));
    }
    let how = if root { "with apt-get" } else { "with sudo apt-get, which may ask for your password" };
    eprintln!("Installing system packages {how}:\n{}", list(needs));
    if prepare(apt_get(root).arg("update")).is_err() {
        eprintln!("Not every package source answered; going on with what is known.");
    }
    prepare(apt_get(root).args(["install", "--yes", "--no-install-recommends"]).args(&packages)).map_err(|_| {
        Stop::new(format!(
            "apt-get did not install {}. Its own words are above; put that right, then call the command again.",
            packages.join(" ")
        ))
    })
}

/// An `apt-get` that asks nothing, draws no progress bars and waits for another one to finish.
fn apt_get(root: bool) -> Command {
    let mut command = Command::new(if root { "env" } else { "sudo" });
    if !root {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]);
    command.args(["-o", "DPkg::Lock::Timeout=300"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_fully_installed_count() {
        let listing = "xvfb installed\nlibclang-dev config-files\npoppler-utils installed\n";
        let found = installed_in(listing);
        assert!(found.contains("xvfb") && found.contains("poppler-utils"));
        assert!(!found.contains("libclang-dev"), "a removed package leaves its settings and nothing else");
    }

    #[test]
    fn what_is_installed_is_not_asked_for_again() {
        let installed = BTreeSet::from(["xvfb".to_owned()]);
        let names: Vec<_> = missing(WINDOW, &installed).iter().map(|need| need.package).collect();
        assert_eq!(names, ["webkit2gtk-driver"]);
    }

    #[test]
    fn each_missing_package_is_told_with_its_reason() {
        let text = list(TEST);
        assert!(text.contains("poppler-utils") && text.contains("printed tickets"), "{text}");
    }
}
