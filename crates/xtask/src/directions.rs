//! Which way dependencies may point. The rule keeps the sale, the admission and the station's file
//! callable without a window, so that the shell, the command line and the tests are three thin
//! callers of one thing.

use crate::metadata::{Dependency, Kind, Member};

/// The rule as it is told to people.
pub(crate) const RULE: &str = "domain <- store, scan, print <- station <- cloud-aws <- src-tauri; domain, print <- pipeline <- functions";

/// The layer of the shell, the only one that may know Tauri.
const SHELL: u8 = 4;

/// Each member and its layer; a member may use lower layers only.
const LAYERS: &[(&str, u8)] = &[
    ("wicket-domain", 0),
    ("wicket-store", 1),
    ("wicket-scan", 1),
    ("wicket-print", 1),
    ("wicket-station", 2),
    ("wicket-cloud-aws", 3),
    ("wicket", SHELL),
    (PIPELINE, 2),
    (FUNCTIONS, 3),
];

/// What the functions do, and the functions themselves on AWS. They are beside the stations, not above them: they share
/// the vocabulary and the tickets' looks, and nothing of a station's.
const PIPELINE: &str = "wicket-pipeline";
const FUNCTIONS: &str = "wicket-functions";

/// What the pipeline may use; the functions use the pipeline, too.
const SHARED_WITH_STATIONS: &[&str] = &["wicket-domain", "wicket-print"];

/// The only members that may know AWS.
const ON_AWS: &[&str] = &["wicket-cloud-aws", FUNCTIONS];

/// Builds everything else and is used by nothing, so it has no layer.
const XTASK: &str = "wicket-xtask";

/// One sentence for each dependency that points the wrong way, none when all is well.
pub(crate) fn violations(members: &[Member]) -> Vec<String> {
    members.iter().flat_map(of_member).collect()
}

fn of_member(member: &Member) -> Vec<String> {
    if member.name == XTASK {
        let inner = member.dependencies.iter().filter(|d| layer(&d.name).is_some());
        return inner
            .map(|d| format!("{XTASK} depends on {}: it must build when no other member does.", d.name))
            .collect();
    }
    let Some(own) = layer(&member.name) else {
        return vec![format!(
            "{} has no layer yet: give it one in LAYERS of crates/xtask/src/directions.rs ({RULE}).",
            member.name
        )];
    };
    member.dependencies.iter().filter_map(|d| fault(&member.name, own, d)).collect()
}

/// What is wrong with one dependency. Tests may also look sideways (a printed code read back by the
/// scanner), never up.
fn fault(member: &str, own: u8, dependency: &Dependency) -> Option<String> {
    let Dependency { name, kind } = dependency;
    if own < SHELL && (name == "tauri" || name.starts_with("tauri-")) {
        return Some(format!("{member} depends on {name}: only src-tauri may know Tauri."));
    }
    if name.starts_with("aws") && !ON_AWS.contains(&member) {
        return Some(format!("{member} depends on {name}: only {} may know AWS.", ON_AWS.join(" and ")));
    }
    let behind = member == PIPELINE || member == FUNCTIONS;
    let shared = SHARED_WITH_STATIONS.contains(&name.as_str());
    let own_kind = member == FUNCTIONS && name == PIPELINE;
    let crosses = if behind {
        layer(name).is_some() && !shared && !own_kind
    } else {
        // A station's tests ask the pipeline itself, not what they believe of it.
        (name == PIPELINE && *kind != Kind::Dev) || name == FUNCTIONS
    };
    if crosses {
        return Some(format!(
            "{member} depends on {name}: the functions share {} with the stations, and nothing else.",
            SHARED_WITH_STATIONS.join(" and ")
        ));
    }
    let other = if name == XTASK { u8::MAX } else { layer(name)? };
    let allowed = if *kind == Kind::Dev { other <= own } else { other < own };
    (!allowed).then(|| format!("{member} depends on {name}, but dependencies point the other way: {RULE}."))
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, layer)| *layer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, dependencies: &[(&str, Kind)]) -> Member {
        Member {
            name: name.to_owned(),
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: *kind })
                .collect(),
            features: Vec::new(),
            rust_version: None,
        }
    }

    #[test]
    fn the_rule_itself_is_accepted() {
        let members = [
            member("wicket-domain", &[("serde", Kind::Normal)]),
            member("wicket-store", &[("wicket-domain", Kind::Normal)]),
            member("wicket-station", &[("wicket-store", Kind::Normal), ("wicket-print", Kind::Normal)]),
            member("wicket", &[("wicket-station", Kind::Normal), ("tauri", Kind::Normal)]),
            member("wicket-xtask", &[("serde_json", Kind::Normal)]),
        ];
        assert_eq!(violations(&members), Vec::<String>::new());
    }

    #[test]
    fn a_dependency_upwards_is_named() {
        let faults = violations(&[member("wicket-domain", &[("wicket-store", Kind::Normal)])]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("wicket-domain depends on wicket-store"), "{faults:?}");
        let dev = violations(&[member("wicket-store", &[("wicket-station", Kind::Dev)])]);
        assert_eq!(dev.len(), 1, "tests may not look upwards either");
    }

    #[test]
    fn tests_may_look_sideways_and_programs_may_not() {
        assert!(violations(&[member("wicket-print", &[("wicket-scan", Kind::Dev)])]).is_empty());
        assert_eq!(violations(&[member("wicket-print", &[("wicket-scan", Kind::Normal)])]).len(), 1);
    }

    #[test]
    fn tauri_stays_in_the_shell() {
        for name in ["tauri", "tauri-plugin-dialog"] {
            let faults = violations(&[member("wicket-station", &[(name, Kind::Dev)])]);
            assert_eq!(faults.len(), 1, "{name} below the shell, even in tests");
        }
    }

    #[test]
    fn functions_know_nothing_of_stations() {
        let shared = [("wicket-domain", Kind::Normal), ("wicket-print", Kind::Normal)];
        let alright = [
            member("wicket-pipeline", &shared),
            member("wicket-functions", &[("wicket-domain", Kind::Normal), ("wicket-pipeline", Kind::Normal)]),
        ];
        assert!(violations(&alright).is_empty());
        for behind in ["wicket-pipeline", "wicket-functions"] {
            for name in ["wicket-store", "wicket-station", "wicket-cloud-aws"] {
                assert_eq!(violations(&[member(behind, &[(name, Kind::Dev)])]).len(), 1, "{behind}: {name}");
            }
            assert_eq!(violations(&[member("wicket", &[(behind, Kind::Normal)])]).len(), 1, "{behind}");
        }
    }

    #[test]
    fn only_two_members_know_aws() {
        for (name, faults) in
            [("wicket-functions", 0), ("wicket-cloud-aws", 0), ("wicket-pipeline", 1), ("wicket", 1)]
        {
            let found = violations(&[member(name, &[("aws-sdk-dynamodb", Kind::Normal)])]);
            assert_eq!(found.len(), faults, "{name}");
        }
    }

    #[test]
    fn only_the_shell_is_above_the_cloud_port() {
        assert!(violations(&[member("wicket-cloud-aws", &[("wicket-station", Kind::Normal)])]).is_empty());
        assert!(violations(&[member("wicket", &[("wicket-cloud-aws", Kind::Normal)])]).is_empty());
        assert_eq!(violations(&[member("wicket-station", &[("wicket-cloud-aws", Kind::Dev)])]).len(), 1);
    }

    #[test]
    fn a_member_nobody_placed_is_named_and_nothing_depends_on_xtask() {
        assert_eq!(violations(&[member("wicket-new", &[])]).len(), 1);
        assert_eq!(violations(&[member("wicket", &[("wicket-xtask", Kind::Normal)])]).len(), 1);
        assert_eq!(violations(&[member("wicket-xtask", &[("wicket-domain", Kind::Normal)])]).len(), 1);
    }
}
