//! Licences, banned crates, duplicates and sources of everything in the build, by the rules of deny.toml.
//!
//! cargo-deny checks them where it is installed. Where it is not, the same rules are checked here, from
//! `cargo metadata`: building cargo-deny takes longer than building Mosaic.

mod graph;
mod licence;
mod rules;

use anyhow::{Result, bail};

use self::graph::Graph;
use self::rules::Rules;
use crate::process;
use crate::progress::Log;

/// Checks everything; an error says how many rules are broken, after the log has named each.
pub(crate) fn check(log: &Log) -> Result<()> {
    if process::works("cargo-deny", &["--version"]) {
        let checks = ["deny", "check", "licenses", "bans", "sources"];
        return process::run(log, process::cargo().args(checks));
    }
    let rules = Rules::read()?;
    let graph = Graph::read(&rules.graph)?;
    let broken = rules.broken_by(&graph);
    for one in &broken {
        log.line(one);
    }
    if !broken.is_empty() {
        bail!("{} rules of deny.toml are broken", broken.len());
    }
    log.line(format_args!("{} packages keep the rules of deny.toml", graph.packages.len()));
    Ok(())
}
