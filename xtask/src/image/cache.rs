//! What is worth keeping between image builds. Nothing relies on it: a missing entry is made again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::environment;

/// The folder of all entries.
pub(super) fn directory() -> PathBuf {
    environment::cache_dir().join("image")
}

/// The folder of one entry, made by `make` if it is not there. An entry appears whole or not at all.
pub(super) fn entry(name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let finished = directory().join(name);
    if finished.is_dir() {
        return Ok(finished);
    }
    let partial = directory().join(format!("{name}.partial"));
    if partial.exists() {
        fs::remove_dir_all(&partial).with_context(|| format!("removing {}", partial.display()))?;
    }
    fs::create_dir_all(&partial).with_context(|| format!("creating {}", partial.display()))?;
    make(&partial)?;
    fs::rename(&partial, &finished).with_context(|| format!("creating {}", finished.display()))?;
    Ok(finished)
}
