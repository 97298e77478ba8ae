//! `cargo xtask openapi`: keeps docs/openapi.json as the code makes it.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::{process, progress::Log, workspace};

const KEPT: &str = "docs/openapi.json";

/// Writes the document.
pub(crate) fn write(log: &Log) -> Result<()> {
    let document = made()?;
    fs::write(workspace::root().join(KEPT), document).with_context(|| format!("writing {KEPT}"))?;
    log.line(format_args!("wrote {KEPT}"));
    Ok(())
}

/// Fails when the kept document is not the one the code makes.
pub(crate) fn check(_: &Log) -> Result<()> {
    let kept = fs::read_to_string(workspace::root().join(KEPT)).with_context(|| format!("reading {KEPT}"))?;
    if kept.trim() != made()?.trim() {
        bail!("{KEPT} is stale: run `cargo xtask openapi` and commit it");
    }
    Ok(())
}

fn made() -> Result<String> {
    process::output(process::cargo().args(["run", "--quiet", "--package", "mosaic", "--", "openapi"]))
}
