//! Every package in the build, on any of the targets.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::process;

/// Which build: the `[graph]` of deny.toml.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Scope {
    targets: Vec<String>,
    all_features: bool,
}

/// The packages of a build, by their ids.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) packages: BTreeMap<String, Package>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Package {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: Option<String>,
    /// Where it comes from; none for a package of the workspace.
    pub(super) source: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

impl Graph {
    pub(super) fn read(scope: &Scope) -> Result<Self> {
        let mut graph = Self::default();
        for target in &scope.targets {
            let mut cargo = process::cargo();
            cargo.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target]);
            if scope.all_features {
                cargo.arg("--all-features");
            }
            let metadata: Metadata =
                serde_json::from_str(&process::output(&mut cargo)?).context("reading cargo's metadata")?;
            // The list of packages knows no target; the resolved nodes do.
            let used: HashSet<&str> = metadata.resolve.nodes.iter().map(|node| node.id.as_str()).collect();
            for package in metadata.packages.iter().filter(|package| used.contains(package.id.as_str())) {
                graph.packages.insert(package.id.clone(), package.clone());
            }
        }
        Ok(graph)
    }
}
