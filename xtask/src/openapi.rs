//! The OpenAPI document in docs/, which is the one that the code describes.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::progress::Log;
use crate::workspace;

/// Writes what the code describes.
pub(crate) fn write(log: &Log) -> Result<()> {
    let mut cargo = process::cargo();
    process::run_cargo_build(log, cargo.args(["build", "--package", "mosaic", "--bin", "mosaic"]))?;
    let document = described()?;
    fs::write(file(), document).with_context(|| format!("writing {}", file().display()))?;
    log.line(format_args!("wrote {}", file().display()));
    Ok(())
}

/// An error if the file says something else than the program that was built last.
pub(crate) fn check() -> Result<()> {
    let kept = fs::read_to_string(file()).with_context(|| format!("reading {}", file().display()))?;
    if kept != described()? {
        bail!("docs/openapi.json is stale; run `cargo xtask openapi` and look at what changed");
    }
    Ok(())
}

fn described() -> Result<String> {
    process::output(process::command(workspace::target_dir().join("debug/mosaic")).arg("openapi"))
}

fn file() -> PathBuf {
    workspace::root().join("docs/openapi.json")
}
