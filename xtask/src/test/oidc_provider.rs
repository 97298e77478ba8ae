//! The certified `OpenID` provider that the end-to-end tests sign in through, from npm, as its lock file pins it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::environment;
use crate::machine;
use crate::process;
use crate::progress::Log;
use crate::workspace::{self, short_hash};

const FOLDER: &str = "tests/peers/oidc-provider";
const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Installs it unless it is there; returns the folder with its `node_modules`.
pub(crate) fn ensure(log: &Log) -> Result<PathBuf> {
    let source = workspace::root().join(FOLDER);
    let lock = fs::read(source.join("package-lock.json")).context("reading the provider's lock file")?;
    let finished = environment::cache_dir().join(format!("oidc-provider-{}", short_hash(&lock)));
    if machine::find_program("node").is_none() || machine::find_program("npm").is_none() {
        machine::install(log, &["nodejs", "npm"])?;
    }
    if finished.is_dir() {
        return Ok(finished);
    }
    log.line("installing the OpenID provider from npm");
    let partial = finished.with_extension("partial");
    let _ = fs::remove_dir_all(&partial);
    fs::create_dir_all(&partial).with_context(|| format!("creating {}", partial.display()))?;
    for file in FILES {
        fs::copy(source.join(file), partial.join(file)).with_context(|| format!("copying {file}"))?;
    }
    let install = ["ci", "--ignore-scripts", "--no-bin-links", "--no-audit", "--no-fund"];
    process::output(process::command("npm").args(install).current_dir(&partial))
        .context("installing the OpenID provider")?;
    fs::rename(&partial, &finished).with_context(|| format!("creating {}", finished.display()))?;
    Ok(finished)
}
