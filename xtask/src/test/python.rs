//! A Python with the official `openai` client, which the end-to-end tests drive Mosaic with.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::environment;
use crate::machine;
use crate::process;
use crate::progress::Log;

const OPENAI: &str = "3.54.0";

/// Makes the environment unless it is there; returns its Python.
pub(crate) fn ensure(log: &Log) -> Result<PathBuf> {
    let folder = environment::cache_dir().join(format!("python-openai-{OPENAI}"));
    let python = folder.join("bin/python");
    let ready = format!("import openai; assert openai.__version__ == '{OPENAI}'");
    if process::output(process::command(&python).args(["-c", &ready])).is_ok() {
        return Ok(python);
    }
    log.line(format_args!("installing the openai client {OPENAI} for Python"));
    let _ = fs::remove_dir_all(&folder);
    let make = || process::output(process::command("python3").args(["-m", "venv"]).arg(&folder));
    if make().is_err() {
        // Debian's Python comes without the part that makes environments.
        machine::install(log, &["python3-venv"])?;
        let _ = fs::remove_dir_all(&folder);
        make().context("making a Python environment")?;
    }
    let package = format!("openai=={OPENAI}");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package];
    process::output(process::command(&python).args(install)).context("installing the openai client")?;
    Ok(python)
}
