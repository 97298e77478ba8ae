//! Packages from npm, as a lock file in the workspace pins them, kept between runs.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::environment;
use crate::machine;
use crate::process;
use crate::progress::Log;
use crate::workspace::{self, short_hash};

const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Installs what a folder of the workspace locks, unless it is there; returns a folder with its `node_modules`. No
/// package's own script runs.
pub(crate) fn tree(log: &Log, name: &str, folder: &str) -> Result<PathBuf> {
    let source = workspace::root().join(folder);
    let lock = source.join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
    let finished = environment::cache_dir().join(format!("{name}-{}", short_hash(&lock)));
    if finished.is_dir() {
        return Ok(finished);
    }
    if machine::find_program("npm").is_none() {
        machine::install(log, &["nodejs", "npm"])?;
    }
    log.line(format_args!("installing the {name} from npm"));
    let partial = finished.with_extension("partial");
    let _ = fs::remove_dir_all(&partial);
    fs::create_dir_all(&partial).with_context(|| format!("creating {}", partial.display()))?;
    for file in FILES {
        fs::copy(source.join(file), partial.join(file)).with_context(|| format!("copying {file}"))?;
    }
    let install = ["ci", "--ignore-scripts", "--no-bin-links", "--no-audit", "--no-fund"];
    process::output(process::command("npm").args(install).current_dir(&partial))
        .with_context(|| format!("installing the {name}"))?;
    fs::rename(&partial, &finished).with_context(|| format!("creating {}", finished.display()))?;
    Ok(finished)
}
