//! What `cargo metadata` says about the members of the workspace, reduced to what is asked here.

use serde_json::Value;

use crate::commands::{Stop, cargo, read};
use crate::workspace::Workspace;

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In the program itself.
    Normal,
    /// In the build script.
    Build,
    /// In tests, examples and benchmarks only.
    Dev,
}

/// One line of a member's dependency tables.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// A member of the workspace.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) features: Vec<String>,
    /// The `rust-version` it declares, such as `1.95`.
    pub(crate) rust_version: Option<String>,
}

/// The members of the clone's workspace.
pub(crate) fn members(workspace: &Workspace) -> Result<Vec<Member>, Stop> {
    parse(&read(cargo(workspace).args(["metadata", "--format-version", "1", "--no-deps"]))?)
}

/// Those of the wanted `package/feature` names that the workspace has.
pub(crate) fn existing_features(members: &[Member], wanted: &[&str]) -> Vec<String> {
    let has = |name: &str, feature: &str| {
        members.iter().any(|m| m.name == name && m.features.iter().any(|f| f == feature))
    };
    wanted
        .iter()
        .filter(|full| full.split_once('/').is_some_and(|(name, feature)| has(name, feature)))
        .map(|full| (*full).to_owned())
        .collect()
}

fn parse(json: &str) -> Result<Vec<Member>, Stop> {
    let root: Value = serde_json::from_str(json)
        .map_err(|e| Stop::new(format!("`cargo metadata` gave something that is not JSON ({e}).")))?;
    let packages = root.get("packages").and_then(Value::as_array);
    Ok(packages.into_iter().flatten().map(member).collect())
}

fn member(package: &Value) -> Member {
    let dependencies = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
    let features = package.get("features").and_then(Value::as_object);
    Member {
        name: text(package, "name"),
        dependencies: dependencies.map(|d| Dependency { name: text(d, "name"), kind: kind(d) }).collect(),
        features: features.map(|map| map.keys().cloned().collect()).unwrap_or_default(),
        rust_version: package.get("rust_version").and_then(Value::as_str).map(str::to_owned),
    }
}

fn kind(dependency: &Value) -> Kind {
    match dependency.get("kind").and_then(Value::as_str) {
        Some("dev") => Kind::Dev,
        Some("build") => Kind::Build,
        _ => Kind::Normal,
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"{"packages": [
        {"name": "wicket-domain", "rust_version": "1.95", "features": {"bindings": ["dep:ts-rs"]},
         "dependencies": [{"name": "serde", "kind": null}, {"name": "proptest", "kind": "dev"}]},
        {"name": "wicket", "rust_version": null, "features": {},
         "dependencies": [{"name": "tauri-build", "kind": "build"}]}]}"#;

    #[test]
    fn kinds_features_and_versions_are_read() {
        let members = parse(TWO).unwrap();
        assert_eq!(members[0].dependencies[0].kind, Kind::Normal, "null means a normal dependency");
        assert_eq!(members[0].dependencies[1].kind, Kind::Dev);
        assert_eq!(members[1].dependencies[0].kind, Kind::Build);
        assert_eq!(members[0].rust_version.as_deref(), Some("1.95"));
    }

    #[test]
    fn only_features_that_exist_are_asked_for() {
        let members = parse(TWO).unwrap();
        let found = existing_features(&members, &["wicket-domain/bindings", "wicket/e2e", "nobody/bindings"]);
        assert_eq!(found, ["wicket-domain/bindings"]);
    }
}
