//! The part of Cargo.lock that a program is made from, so that an image is not built anew for a crate it does not use.

use std::collections::{BTreeSet, HashMap};
use std::fs;

use anyhow::{Context as _, Result};
use toml::Value;

use crate::workspace;

/// Every package below `roots`, with its version and checksum, and the build profile: one line each.
pub(super) fn closure(roots: &[&str]) -> Result<String> {
    let read = |name: &str| -> Result<toml::Table> {
        let text =
            fs::read_to_string(workspace::root().join(name)).with_context(|| format!("reading {name}"))?;
        toml::from_str(&text).with_context(|| format!("reading {name}"))
    };
    let (lock, manifest) = (read("Cargo.lock")?, read("Cargo.toml")?);
    let packages = lock.get("package").and_then(Value::as_array).context("Cargo.lock lists no packages")?;
    let profiles = manifest.get("profile").context("Cargo.toml has no profiles")?;
    let mut lines = below(packages, roots)?;
    for profile in ["release", "image"] {
        lines.insert(format!("{profile}: {:?}", profiles.get(profile)));
    }
    Ok(lines.into_iter().collect::<Vec<_>>().join("\n"))
}

fn below(packages: &[Value], roots: &[&str]) -> Result<BTreeSet<String>> {
    let mut by_name: HashMap<&str, Vec<&Value>> = HashMap::new();
    for package in packages {
        by_name.entry(text(package, "name")).or_default().push(package);
    }
    let mut lines = BTreeSet::new();
    let mut open: Vec<&str> = roots.to_vec();
    while let Some(wanted) = open.pop() {
        // A dependency is named with its version only where there are several.
        let mut words = wanted.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        let candidates = by_name.get(name).with_context(|| format!("Cargo.lock has no package {name}"))?;
        for package in
            candidates.iter().filter(|package| version.is_none_or(|v| text(package, "version") == v))
        {
            let line = format!("{name} {} {}", text(package, "version"), text(package, "checksum"));
            if lines.insert(line) {
                let dependencies =
                    package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
                open.extend(dependencies.filter_map(Value::as_str));
            }
        }
    }
    Ok(lines)
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_program_is_made_from_counts() {
        let lock: toml::Table = toml::from_str(
            r#"
            package = [
                { name = "app", version = "1", dependencies = ["shared 2"] },
                { name = "shared", version = "1", checksum = "old" },
                { name = "shared", version = "2", checksum = "new", dependencies = ["leaf"] },
                { name = "leaf", version = "3" },
                { name = "other", version = "1" },
            ]
            "#,
        )
        .unwrap();
        let lines = below(lock["package"].as_array().unwrap(), &["app"]).unwrap();
        assert_eq!(lines.into_iter().collect::<Vec<_>>(), ["app 1 ", "leaf 3 ", "shared 2 new"]);
    }

    #[test]
    fn the_programs_of_the_images_are_in_this_workspaces_lock() {
        assert!(closure(&["mosaic-entrypoint"]).unwrap().contains("ureq"));
        assert!(closure(&["mosaic-standin"]).unwrap().contains("hyper"));
    }
}
