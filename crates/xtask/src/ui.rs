//! The window's sources in `ui/`: packages from the lock file, then a build into `ui/dist`, each only
//! when something changed. What was done last is remembered inside `node_modules`, so that removing
//! that folder forgets it.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::commands::{Stop, ask, npm, prepare, program};
use crate::workspace::Workspace;

/// Folders of `ui/` that are made, not written.
const MADE: &[&str] = &["node_modules", "dist", "paraglide", "coverage"];

/// Makes sure that Node and npm are there and new enough for `ui/package.json`.
pub(crate) fn check_node(workspace: &Workspace) -> Result<(), Stop> {
    let manifest = read_text(&workspace.ui().join("package.json"))?;
    let wanted = wanted_node(&manifest);
    let need = format!("Wicket's window is built with npm and Node {}", named(&wanted));
    let Some(found) = ask("node", &["--version"]) else {
        return Err(Stop::new(format!(
            "{need}; there is no Node here. Get it from https://nodejs.org, then call again."
        )));
    };
    if !version(&found).is_some_and(|have| wanted.iter().any(|span| span.holds(have))) {
        let found = found.trim();
        return Err(Stop::new(format!(
            "{need}; here is Node {found}. Get another one from https://nodejs.org."
        )));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if program(npm).is_none() {
        return Err(Stop::new(format!(
            "{need}; there is Node but no npm here. Install npm, then call again."
        )));
    }
    Ok(())
}

/// Installs the packages of the lock file, when it or Node changed since the last time.
pub(crate) fn install(workspace: &Workspace) -> Result<(), Stop> {
    let lock = read_text(&workspace.ui().join("package-lock.json"))?;
    let node = ask("node", &["--version"]).unwrap_or_default();
    let now = fingerprint(&[lock.as_bytes(), node.as_bytes()]);
    if remembered(workspace, ".wicket-packages").as_deref() == Some(now.as_str()) {
        eprintln!("Packages of the window: as in ui/package-lock.json already.");
        return Ok(());
    }
    eprintln!("Packages of the window: installing what ui/package-lock.json names (npm ci).");
    prepare(npm(workspace).args(["ci", "--no-audit", "--no-fund"]))?;
    remember(workspace, ".wicket-packages", &now)
}

/// Builds `ui/dist`, when a source changed since the last time.
pub(crate) fn build(workspace: &Workspace) -> Result<(), Stop> {
    let now = sources(&workspace.ui())?;
    let built = workspace.ui().join("dist/index.html").is_file();
    if built && remembered(workspace, ".wicket-build").as_deref() == Some(now.as_str()) {
        eprintln!("Window: ui/dist is up to date.");
        return Ok(());
    }
    eprintln!("Window: building ui/dist, since its sources changed (npm run build).");
    prepare(npm(workspace).args(["run", "build"]))?;
    remember(workspace, ".wicket-build", &now)
}

/// Builds the page that measures the seat map, apart from the window's, and gives its folder.
pub(crate) fn build_measuring_page(workspace: &Workspace) -> Result<PathBuf, Stop> {
    let folder = workspace.scratch("seat-map-bench");
    eprintln!("Seat map: building the page that measures it.");
    let mut vite = npm(workspace);
    vite.args(["exec", "--", "vite", "build", "--config", "src/seatmap/bench/vite.config.ts"]);
    vite.args(["--emptyOutDir", "--logLevel", "warn", "--outDir"]).arg(&folder);
    prepare(&mut vite)?;
    Ok(folder)
}

fn remembered(workspace: &Workspace, name: &str) -> Option<String> {
    fs::read_to_string(workspace.ui().join("node_modules").join(name)).ok()
}

fn remember(workspace: &Workspace, name: &str, what: &str) -> Result<(), Stop> {
    let path = workspace.ui().join("node_modules").join(name);
    fs::write(&path, what).map_err(|e| Stop::file(&path, &e))
}

/// A fingerprint of every source under `ui/`: names and contents.
fn sources(ui: &Path) -> Result<String, Stop> {
    let mut files = Vec::new();
    collect(ui, &mut files)?;
    files.sort();
    let mut parts = Vec::new();
    for file in &files {
        let name = file.strip_prefix(ui).unwrap_or(file);
        parts.push(name.to_string_lossy().into_owned().into_bytes());
        parts.push(fs::read(file).map_err(|e| Stop::file(file, &e))?);
    }
    Ok(fingerprint(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Stop> {
    for entry in fs::read_dir(folder).map_err(|e| Stop::file(folder, &e))? {
        let path = entry.map_err(|e| Stop::file(folder, &e))?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || MADE.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// Tells contents apart. It need not be the same under another compiler: then work is done once more.
pub(crate) fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn read_text(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|e| Stop::file(path, &e))
}

/// Versions of Node that do: from one on, and whether only until the next major.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: (u32, u32),
    within_major: bool,
}

impl Span {
    fn holds(self, have: (u32, u32)) -> bool {
        have >= self.from && (!self.within_major || have.0 == self.from.0)
    }
}

/// What `engines` in `package.json` accepts, of the forms `^20.19` and `>=24`; anything from 20.0 on if it is silent.
fn wanted_node(manifest: &str) -> Vec<Span> {
    let manifest: Value = serde_json::from_str(manifest).unwrap_or_default();
    let engines = manifest.get("engines").and_then(|e| e.get("node")).and_then(Value::as_str);
    let span = |text: &str| {
        let within_major = text.trim().starts_with('^');
        version(text).map(|from| Span { from, within_major })
    };
    let spans: Vec<Span> = engines.into_iter().flat_map(|text| text.split("||")).filter_map(span).collect();
    if spans.is_empty() { vec![Span { from: (20, 0), within_major: false }] } else { spans }
}

/// The versions as one says them: `20.19 or newer of 20, 24.0 or newer`.
fn named(wanted: &[Span]) -> String {
    let name = |span: &Span| {
        let (major, minor) = span.from;
        let of = if span.within_major { format!(" of {major}") } else { String::new() };
        format!("{major}.{minor} or newer{of}")
    };
    wanted.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Major and minor of `v20.19.2`, `>=20.19` and the like.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().trim_start_matches(|c: char| !c.is_ascii_digit()).split('.');
    let major = numbers.next()?.parse().ok()?;
    Some((major, numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_compare_by_number() {
        assert_eq!(version("v20.19.2\n"), Some((20, 19)));
        assert_eq!(version(">=22"), Some((22, 0)));
        assert_eq!(version("none"), None);
        assert!(version("v20.9.0") < version(">=20.19"), "9 is before 19, which text order gets wrong");
    }

    #[test]
    fn the_nodes_that_do_come_from_the_manifest() {
        let wanted = wanted_node(r#"{"engines": {"node": "^20.19 || ^22.12 || >=24"}}"#);
        let does = |version| wanted.iter().any(|span| span.holds(version));
        assert!(does((20, 19)) && does((20, 20)) && does((22, 12)) && does((24, 0)) && does((26, 1)));
        assert!(
            !does((20, 18)) && !does((21, 7)) && !does((22, 11)) && !does((23, 3)),
            "none of these builds it"
        );
        assert_eq!(named(&wanted), "20.19 or newer of 20, 22.12 or newer of 22, 24.0 or newer");
        assert!(wanted_node("{}").iter().any(|span| span.holds((20, 0))));
    }

    #[test]
    fn a_fingerprint_tells_where_one_file_ends() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
        assert_eq!(fingerprint(&[b"ab"]), fingerprint(&[b"ab"]));
    }

    #[test]
    fn made_folders_do_not_change_the_fingerprint() {
        let ui = std::env::temp_dir().join(format!("wicket-xtask-ui-{}", std::process::id()));
        fs::create_dir_all(ui.join("src")).unwrap();
        fs::create_dir_all(ui.join("node_modules")).unwrap();
        fs::write(ui.join("src/App.svelte"), "one").unwrap();
        let before = sources(&ui).unwrap();
        fs::write(ui.join("node_modules/made.js"), "x").unwrap();
        assert_eq!(sources(&ui).unwrap(), before);
        fs::write(ui.join("src/App.svelte"), "two").unwrap();
        assert_ne!(sources(&ui).unwrap(), before);
        fs::remove_dir_all(&ui).unwrap();
    }
}
