//! The rules of deny.toml, as far as they are used here; a rule that is not understood is an error, never skipped.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::graph::{Graph, Package, Scope};
use super::licence;
use crate::workspace;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) graph: Scope,
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
    private: Private,
}

/// Licences that are allowed for one crate alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

/// Whether packages of the workspace need no licence of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Private {
    ignore: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Bans {
    multiple_versions: Deny,
    /// Dependencies without a version: those inside the workspace are such.
    #[serde(rename = "wildcards")]
    _wildcards: Allow,
    deny: Vec<Crate>,
    skip: Vec<Crate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Sources {
    #[serde(rename = "unknown-registry")]
    _unknown_registry: Deny,
    #[serde(rename = "unknown-git")]
    _unknown_git: Deny,
    allow_registry: Vec<String>,
}

/// A level that has no other value here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Deny {
    Deny,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Allow {
    Allow,
}

/// A crate, or with `@` those of its versions that begin like this.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Crate {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

impl Crate {
    fn is(&self, package: &Package) -> bool {
        let (name, version) = self.name.split_once('@').unwrap_or((&self.name, ""));
        let rest = package.version.strip_prefix(version);
        let whole_parts = |rest: &str| version.is_empty() || rest.is_empty() || rest.starts_with('.');
        name == package.name && rest.is_some_and(whole_parts)
    }
}

impl Rules {
    pub(super) fn read() -> Result<Self> {
        let text = fs::read_to_string(workspace::root().join("deny.toml")).context("reading deny.toml")?;
        toml::from_str(&text).context("reading deny.toml")
    }

    /// Every rule that is broken, in a line that says by what.
    pub(super) fn broken_by(&self, graph: &Graph) -> Vec<String> {
        let packages = || graph.packages.values();
        let mut broken = Vec::new();
        for package in packages() {
            let name = format!("{} {}", package.name, package.version);
            if let Some(rule) = self.bans.deny.iter().find(|rule| rule.is(package)) {
                broken.push(format!("{name} is banned: {}", rule.reason));
            }
            if !self.licence_is_allowed(package) {
                let licence = package.license.as_deref().unwrap_or("none");
                broken.push(format!("{name} has the licence {licence:?}, which is not allowed"));
            }
            if !self.source_is_allowed(package) {
                broken.push(format!("{name} comes from {}", package.source.as_deref().unwrap_or_default()));
            }
        }
        broken.extend(self.duplicates(graph));
        let idle = self.bans.skip.iter().filter(|rule| !packages().any(|package| rule.is(package)));
        broken.extend(idle.map(|rule| format!("deny.toml skips {}, which is not in the build", rule.name)));
        broken
    }

    fn licence_is_allowed(&self, package: &Package) -> bool {
        let excepted = self.licenses.exceptions.iter().filter(|it| it.name == package.name);
        let allowed: Vec<String> =
            excepted.flat_map(|it| &it.allow).chain(&self.licenses.allow).cloned().collect();
        (package.source.is_none() && self.licenses.private.ignore)
            || package.license.as_ref().is_some_and(|text| licence::is_allowed(text, &allowed))
    }

    fn source_is_allowed(&self, package: &Package) -> bool {
        package.source.as_ref().is_none_or(|source| {
            source
                .strip_prefix("registry+")
                .is_some_and(|url| self.sources.allow_registry.iter().any(|it| it == url))
        })
    }

    /// Crates with several versions that are not skipped.
    fn duplicates(&self, graph: &Graph) -> Vec<String> {
        let Deny::Deny = self.bans.multiple_versions;
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in graph.packages.values() {
            if !self.bans.skip.iter().any(|rule| rule.is(package)) {
                versions.entry(&package.name).or_default().push(&package.version);
            }
        }
        let several = versions.iter().filter(|(_, versions)| versions.len() > 1);
        several
            .map(|(name, versions)| format!("{name} is in the build as {}", versions.join(" and ")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, license: &str, source: &str) -> Package {
        Package {
            id: format!("{name}@{version}"),
            name: name.to_owned(),
            version: version.to_owned(),
            license: Some(license.to_owned()),
            source: Some(source.to_owned()),
        }
    }

    #[test]
    fn each_rule_catches_what_breaks_it() {
        let rules = Rules {
            bans: Bans { skip: Vec::new(), ..Rules::read().unwrap().bans },
            ..Rules::read().unwrap()
        };
        let crates_io = "registry+https://github.com/rust-lang/crates.io-index";
        let packages = [
            package("openssl", "0.10.1", "MIT", crates_io),
            package("copyleft", "1.0.0", "GPL-3.0", crates_io),
            package("webdriver", "0.53.0", "MPL-2.0", crates_io),
            package("likewise", "1.0.0", "MPL-2.0", crates_io),
            package("elsewhere", "1.0.0", "MIT", "git+https://example.org/x"),
            package("twice", "1.0.0", "MIT", crates_io),
            package("twice", "2.0.0", "MIT", crates_io),
        ];
        let graph = Graph { packages: packages.map(|package| (package.id.clone(), package)).into() };
        let broken = rules.broken_by(&graph);
        for word in
            ["openssl 0.10.1 is banned", "GPL-3.0", "likewise 1.0.0", "git+https", "twice is in the build as 1.0.0 and 2.0.0"]
        {
            assert!(broken.iter().any(|line| line.contains(word)), "{word}: {broken:?}");
        }
        assert_eq!(broken.len(), 5);
    }

    #[test]
    fn a_version_is_matched_by_whole_parts() {
        let rule = Crate { name: "syn@1".to_owned(), reason: String::new() };
        assert!(rule.is(&package("syn", "1.0.109", "", "")));
        assert!(!rule.is(&package("syn", "11.0.0", "", "")));
    }
}
