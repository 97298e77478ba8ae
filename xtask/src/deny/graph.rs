//! Every package in the build, on any of the targets.

use std::collections::{BTreeMap, HashSet};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::process;

/// Which build: the `[graph]` of deny.toml.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Scope {
    targets: Vec<String>,
    all_features: bool,
}

/// The packages of a build, by their ids.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) packages: BTreeMap<String, Package>,
}

#[derive(Debug, Deserialize)]
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
}

impl Graph {
    pub(super) fn read(scope: &Scope) -> Result<Self> {
        let mut metadata = process::cargo();
        metadata.args(["metadata", "--format-version", "1", "--locked"]);
        let metadata: Metadata = serde_json::from_str(&process::output(scope.limit(&mut metadata))?)
            .context("reading cargo's metadata")?;
        // The metadata lists every package that some feature could bring; the tree knows which ones are built.
        let mut built = String::new();
        for target in &scope.targets {
            let mut tree = process::cargo();
            tree.args(["tree", "--workspace", "--locked", "--edges", "normal,build,dev", "--target", target]);
            tree.args(["--prefix", "none", "--format", "{p} "]);
            built += &process::output(scope.limit(&mut tree))?;
        }
        let built: HashSet<(&str, &str)> = built.lines().filter_map(name_and_version).collect();
        let packages = metadata.packages.into_iter();
        let packages = packages.filter(|it| built.contains(&(it.name.as_str(), it.version.as_str())));
        Ok(Self { packages: packages.map(|package| (package.id.clone(), package)).collect() })
    }
}

impl Scope {
    fn limit<'a>(&self, cargo: &'a mut Command) -> &'a mut Command {
        if self.all_features { cargo.arg("--all-features") } else { cargo }
    }
}

/// Reads the tree's `name v1.2.3 (where)`.
fn name_and_version(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    Some((words.next()?, words.next()?.strip_prefix('v')?))
}
