//! The rules of deny.toml: licences, bans and sources of what we depend on.

use std::fs;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{machine, process, progress::Log, workspace};

const RULES: &str = "deny.toml";
/// Where a package from the public registry says that it is from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// By `cargo deny` where it is installed, and by our own reading of the same rules everywhere.
pub(crate) fn check(log: &Log) -> Result<()> {
    if machine::find_program("cargo-deny").is_some() {
        process::run_plain(process::cargo().args([
            "deny",
            "--offline",
            "check",
            "licenses",
            "bans",
            "sources",
        ]))?;
    }
    let rules =
        fs::read_to_string(workspace::root().join(RULES)).with_context(|| format!("reading {RULES}"))?;
    let (allowed, banned) = (strings(&rules, "allow = ["), strings(&rules, "deny = ["));
    let metadata = process::output(process::cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading cargo's metadata")?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let broken: Vec<String> =
        packages.iter().filter_map(|package| fault(package, &allowed, &banned)).collect();
    if !broken.is_empty() {
        bail!("{RULES} does not allow:\n  {}", broken.join("\n  "));
    }
    log.line(format_args!("{} packages keep the rules of {RULES}", packages.len()));
    Ok(())
}

/// What is wrong with a package, if anything is.
fn fault(package: &Value, allowed: &[String], banned: &[String]) -> Option<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let source = package["source"].as_str();
    if banned.iter().any(|it| it == name) {
        return Some(format!("{name}: banned"));
    }
    match source {
        Some(REGISTRY) | None => {}
        Some(other) => return Some(format!("{name}: comes from {other}")),
    }
    let licence = package["license"].as_str().unwrap_or_default();
    (!is_allowed(licence, allowed)).then(|| format!("{name}: licence {licence:?}"))
}

/// Reads an SPDX expression as far as packages use it: of alternatives one must be allowed, of parts all.
/// `/` is what old packages write for `OR`.
fn is_allowed(licence: &str, allowed: &[String]) -> bool {
    let plain = licence.replace(['(', ')'], " ").replace('/', " OR ");
    plain.split(" AND ").all(|part| part.split(" OR ").any(|one| allowed.iter().any(|it| it == one.trim())))
}

/// The strings of the list that begins with these words. The file is ours, so its form is known.
fn strings(rules: &str, opening: &str) -> Vec<String> {
    let list = rules.split(opening).nth(1).and_then(|rest| rest.split("\n]").next()).unwrap_or_default();
    list.split('"').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn alternatives_need_one_allowed_licence_and_parts_need_all() {
        let allowed = ["MIT".to_owned(), "Unicode-3.0".to_owned()];
        for good in ["MIT", "MIT OR GPL-3.0", "MIT/Apache-2.0", "(MIT OR GPL-3.0) AND Unicode-3.0"] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0"] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn each_rule_finds_its_fault() {
        let allowed = ["MIT".to_owned()];
        let banned = ["openssl".to_owned()];
        let package = |name: &str, licence: &str, source: &str| json!({ "name": name, "license": licence, "source": source });
        assert_eq!(fault(&package("a", "MIT", REGISTRY), &allowed, &banned), None);
        for (name, licence, source) in [
            ("openssl", "MIT", REGISTRY),
            ("a", "GPL-3.0", REGISTRY),
            ("a", "MIT", "git+https://example.org/a"),
        ] {
            assert!(
                fault(&package(name, licence, source), &allowed, &banned).is_some(),
                "{name} {licence} {source}"
            );
        }
    }

    #[test]
    fn the_rules_file_is_read() {
        let rules = fs::read_to_string(workspace::root().join(RULES)).unwrap();
        assert!(strings(&rules, "allow = [").contains(&"MIT".to_owned()));
        assert!(strings(&rules, "deny = [").contains(&"openssl".to_owned()));
    }
}
