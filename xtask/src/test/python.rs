//! A Python with the official `openai` client, for the end-to-end test.

use std::fs;

use anyhow::{Context as _, Result};

use crate::{environment, process, progress::Log};

/// The client, pinned: its next version should not fail a test by surprise.
const CLIENT: &str = "openai==3.54.0";

/// The path of its interpreter; made once in the cache.
pub(crate) fn ensure(log: &Log) -> Result<String> {
    let home = environment::cache_dir().join(format!("python-{CLIENT}"));
    let python = home.join("bin/python").to_string_lossy().into_owned();
    if process::works(&python, &["-c", "import openai"]) {
        return Ok(python);
    }
    log.line(format_args!("installing {CLIENT} for the end-to-end test"));
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("removing the half-made {}", home.display()))?;
    }
    process::run(log, process::command("python3").args(["-m", "venv"]).arg(&home))
        .context("making a virtual environment; on Debian it needs the package python3-venv")?;
    process::run(log, process::command(&python).args(["-m", "pip", "install", "--quiet", CLIENT]))?;
    Ok(python)
}
