//! The direction of dependencies, as ARCHITECTURE.md draws it.

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

use crate::support::run;

/// Every edge between our own crates that may be, and what else a crate must never know.
const EDGES: [(&str, &[&str]); 11] = [
    ("mosaic-model", &[]),
    ("mosaic-api", &["mosaic-model"]),
    ("mosaic-storage", &["mosaic-model"]),
    ("mosaic-docker", &["mosaic-model"]),
    ("mosaic-actors", &["mosaic-docker", "mosaic-model", "mosaic-storage"]),
    ("mosaic-http", &["mosaic-actors", "mosaic-api", "mosaic-model", "mosaic-storage"]),
    ("mosaic-web", &["mosaic-api"]),
    ("mosaic-entrypoint", &[]),
    ("mosaic-standin", &["mosaic-model-server"]),
    ("mosaic-model-server", &[]),
    ("xtask", &[]),
];
const FORBIDDEN: [(&str, &[&str]); 4] = [
    ("mosaic-http", &["sqlx", "ractor", "bollard"]),
    ("mosaic-actors", &["axum", "sqlx", "bollard"]),
    ("mosaic-storage", &["bollard", "axum", "ractor"]),
    ("mosaic-model", &["tokio", "sqlx", "axum", "bollard", "ractor"]),
];

#[test]
fn dependencies_point_one_way() {
    let (metadata, error, succeeded) = run(
        Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
            .current_dir(env!("CARGO_MANIFEST_DIR")),
        "",
    );
    assert!(succeeded, "{error}");
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo speaks JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    let mut seen = BTreeSet::new();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let needs: BTreeSet<&str> = package["dependencies"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().expect("a name"))
            .collect();
        seen.insert(name.to_owned());
        if let Some((_, banned)) = FORBIDDEN.iter().find(|(of, _)| *of == name) {
            for crate_name in *banned {
                assert!(!needs.contains(crate_name), "{name} must not depend on {crate_name}");
            }
        }
        if name == "mosaic" {
            continue;
        }
        let (_, allowed) = EDGES
            .iter()
            .find(|(of, _)| *of == name)
            .unwrap_or_else(|| panic!("{name} is new: say what it may know"));
        let ours = needs.iter().filter(|it| it.starts_with("mosaic-"));
        for dependency in ours {
            assert!(
                allowed.contains(dependency),
                "{name} -> {dependency} is a new edge: is the direction right?"
            );
        }
    }
    assert_eq!(seen.len(), EDGES.len() + 1, "a crate of the table is gone: {seen:?}");
}
