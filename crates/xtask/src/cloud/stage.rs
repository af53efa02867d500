//! What is deployed: the template, byte for byte, and beside it the functions' programs without their debug
//! information, where the template expects them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::commands::{Stop, status};
use crate::workspace::Workspace;

/// How the template says where a function's program is.
const CODE: &str = "CodeUri: ../target/lambda/";

/// Fills the folder to deploy from and gives it. Files that are right already stay untouched, since another
/// cloud may be reading them.
pub(super) fn provide(workspace: &Workspace, built: &Path) -> Result<PathBuf, Stop> {
    let source = workspace.root().join("cloud/template.yaml");
    let template = fs::read(&source).map_err(|e| Stop::file(&source, &e))?;
    let stage = workspace.scratch("cloud").join("stage");
    for name in functions(&String::from_utf8_lossy(&template)) {
        let program = built.join(&name);
        if !program.is_file() {
            return Err(Stop::new(format!(
                "The template names the function {name}, and there is no such program in {}.",
                built.display()
            )));
        }
        put_program(&program, &stage.join("target/lambda").join(&name))?;
    }
    put(&stage.join("cloud/template.yaml"), &template)?;
    Ok(stage)
}

/// The word that the template's parameter and AWS have for this machine's processor.
pub(super) const fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }
}

/// The functions' programs, as the template names them.
fn functions(template: &str) -> Vec<String> {
    let named = template.lines().filter_map(|line| line.trim().strip_prefix(CODE));
    named.map(|rest| rest.trim_end_matches('/').to_owned()).collect()
}

/// Copies a program when it is newer than its copy.
fn put_program(program: &Path, folder: &Path) -> Result<(), Stop> {
    let copy = folder.join("bootstrap");
    let age = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).ok();
    let mark = folder.with_extension("from");
    let from = format!("{} {:?}", program.display(), age(program));
    if copy.is_file() && fs::read_to_string(&mark).is_ok_and(|known| known == from) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|e| Stop::file(folder, &e))?;
    // Not inside the folder, all of which is deployed.
    let fresh = folder.with_extension("fresh");
    let stripped =
        status(Command::new("strip").arg("-o").arg(&fresh).arg(program)).is_ok_and(|s| s.success());
    if !stripped {
        fs::copy(program, &fresh).map_err(|e| Stop::file(program, &e))?;
    }
    fs::rename(&fresh, &copy).map_err(|e| Stop::file(&copy, &e))?;
    fs::write(&mark, from).map_err(|e| Stop::file(&mark, &e))
}

fn put(path: &Path, contents: &[u8]) -> Result<(), Stop> {
    if fs::read(path).is_ok_and(|known| known == contents) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|e| Stop::file(folder, &e))?;
    let fresh = path.with_extension("fresh");
    fs::write(&fresh, contents).map_err(|e| Stop::file(&fresh, &e))?;
    fs::rename(&fresh, path).map_err(|e| Stop::file(path, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_names_the_seventeen_functions() {
        let workspace = Workspace::find().unwrap();
        let template = fs::read_to_string(workspace.root().join("cloud/template.yaml")).unwrap();
        let names = functions(&template);
        assert_eq!(names.len(), 17, "{names:?}");
        assert!(names.iter().any(|name| name == "ticket-purchase-handler"));
    }
}
