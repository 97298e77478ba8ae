//! The npm package `openclaw` with everything below it, as package-lock.json pins it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::image::cache;
use crate::process;
use crate::progress::Log;
use crate::workspace::{self, short_hash};

const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// The pinned version.
pub(super) fn version() -> Result<String> {
    let package: Value =
        serde_json::from_slice(&read("package.json")?).context("docker/agent/package.json")?;
    let version = package["dependencies"]["openclaw"].as_str();
    version.map(str::to_owned).context("docker/agent/package.json does not pin openclaw")
}

/// A folder with `node_modules`. The packages' install scripts have not run: they do inside the image's build, where
/// they can reach neither this machine's files nor a network.
pub(super) fn tree(log: &Log, node: &Path) -> Result<PathBuf> {
    let lock = short_hash(&read("package-lock.json")?);
    cache::entry(&format!("openclaw-{}-{lock}", version()?), |directory| {
        log.line(format_args!(
            "fetching openclaw {} and its packages from npm (600 MB unpacked)",
            version()?
        ));
        for file in FILES {
            fs::write(directory.join(file), read(file)?)?;
        }
        let npm = node.join("lib/node_modules/npm/bin/npm-cli.js");
        process::output(
            Command::new(node.join("bin/node"))
                .arg(npm)
                .args(["ci", "--omit=dev", "--ignore-scripts", "--no-bin-links", "--no-audit", "--no-fund"])
                .current_dir(directory),
        )?;
        // 19 MB of manuals that no agent is told about.
        fs::remove_dir_all(directory.join("node_modules/openclaw/docs"))
            .context("removing OpenClaw's manuals")
    })
}

fn read(file: &str) -> Result<Vec<u8>> {
    let path = workspace::root().join("docker/agent").join(file);
    fs::read(&path).with_context(|| format!("reading {}", path.display()))
}
