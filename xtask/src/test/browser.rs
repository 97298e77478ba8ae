//! A browser with its driver, and a checker of accessibility, which the web app's tests run in it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::environment;
use crate::machine;
use crate::process;
use crate::progress::Log;

const AXE: &str = "4.14.1";
const AXE_SHA256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// Installs the browser and fetches the checker unless they are there; returns the checker's script.
pub(crate) fn ensure(log: &Log) -> Result<PathBuf> {
    if ["chromium", "chromedriver"].iter().any(|program| machine::find_program(program).is_none()) {
        machine::install(log, &["chromium", "chromium-driver"])?;
    }
    let folder = environment::cache_dir().join(format!("axe-core-{AXE}"));
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if is_axe(&script) {
        return Ok(script);
    }
    log.line(format_args!("fetching axe-core {AXE} from npm"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    if machine::find_program("npm").is_none() {
        machine::install(log, &["npm"])?;
    }
    let mut npm = process::command("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
    process::output(npm.arg(format!("axe-core@{AXE}"))).context("fetching axe-core")?;
    if !is_axe(&script) {
        bail!("axe-core {AXE} from npm is not the file that was reviewed: {}", script.display());
    }
    Ok(script)
}

/// Whether the file is there and is the pinned one: it runs in a page that is signed in.
fn is_axe(script: &std::path::Path) -> bool {
    fs::read(script).is_ok_and(|bytes| hex::encode(Sha256::digest(bytes)) == AXE_SHA256)
}
