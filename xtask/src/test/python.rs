//! Pythons with what the end-to-end tests drive Mosaic with: the official `openai` client, and schemathesis.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::environment;
use crate::machine;
use crate::process;
use crate::progress::Log;

const OPENAI: Package = Package { name: "openai", version: "3.54.0" };
const SCHEMATHESIS: Package = Package { name: "schemathesis", version: "4.32.5" };

/// A package with an environment of its own, so that no two argue about what they need.
#[derive(Debug, Clone, Copy)]
struct Package {
    name: &'static str,
    version: &'static str,
}

/// A Python that has the `openai` client.
pub(crate) fn with_openai(log: &Log) -> Result<PathBuf> {
    ensure(log, OPENAI)
}

/// A Python that has schemathesis.
pub(crate) fn with_schemathesis(log: &Log) -> Result<PathBuf> {
    ensure(log, SCHEMATHESIS)
}

/// Makes the package's environment unless it is there; returns its Python.
fn ensure(log: &Log, package: Package) -> Result<PathBuf> {
    let Package { name, version } = package;
    let folder = environment::cache_dir().join(format!("python-{name}-{version}"));
    let python = folder.join("bin/python");
    let ready =
        format!("import {name}, importlib.metadata as it; assert it.version('{name}') == '{version}'");
    if process::output(process::command(&python).args(["-c", &ready])).is_ok() {
        return Ok(python);
    }
    log.line(format_args!("installing {name} {version} for Python"));
    make(log, &folder)?;
    let wanted = format!("{name}=={version}");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &wanted];
    process::output(process::command(&python).args(install)).with_context(|| format!("installing {name}"))?;
    Ok(python)
}

fn make(log: &Log, folder: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    let make = || process::output(process::command("python3").args(["-m", "venv"]).arg(folder));
    if make().is_err() {
        // Debian's Python comes without the part that makes environments.
        machine::install(log, &["python3-venv"])?;
        let _ = fs::remove_dir_all(folder);
        make().context("making a Python environment")?;
    }
    Ok(())
}
