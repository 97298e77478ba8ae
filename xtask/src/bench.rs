//! `cargo xtask bench`: chats through Mosaic beside the same chats asked directly, through nginx and through
//! HAProxy, in one run on one machine; every number is read beside its floor.
//!
//! The servers and the load are processes of their own. Whatever this starts it also ends.

mod measure;
mod report;
mod servers;

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use serde_json::Value;

use crate::process;
use crate::progress::Log;
use crate::workspace;

use self::measure::Plan;
use self::servers::Servers;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rounds; each asks every target once, and the median of the rounds counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of short requests in each round
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// Short requests a second
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// Streams at the same time
    #[arg(long, default_value_t = 500)]
    streams: usize,
    /// Chunks of each stream, 20 ms apart
    #[arg(long, default_value_t = 400)]
    chunks: usize,
    /// The benchmark's program, built before; without, it is built now
    #[arg(long)]
    program: Option<PathBuf>,
}

/// Builds, starts, measures, reports.
pub(crate) fn run(log: &Log, options: &Options) -> Result<()> {
    ensure!(options.rounds > 0, "at least one round");
    let program = options.program.clone().map_or_else(|| build(log), Ok)?;
    let folder = workspace::target_dir().join("bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let load_before = machine_load();
    let servers = Servers::start(log, &program, &folder)?;
    let plan = Plan {
        rounds: options.rounds,
        seconds: options.seconds,
        rate: options.rate,
        streams: options.streams,
        chunks: options.chunks,
    };
    let results = measure::all(log, &program, &servers, &plan)?;
    let report = report::write(&results, &plan, &load_before);
    let file = folder.join("proxy.md");
    std::fs::write(&file, &report).with_context(|| format!("writing {}", file.display()))?;
    println!("\n{report}");
    log.line(format_args!("also in {}", file.display()));
    Ok(())
}

/// Builds the roles; cargo says where the program is.
fn build(log: &Log) -> Result<PathBuf> {
    log.line("building in release mode, which takes some minutes the first time");
    let build = ["build", "--release", "-p", "mosaic", "--bench", "proxy"];
    process::run_cargo_build(log, process::cargo().args(build))?;
    // A command of its own: the first one's output goes where its progress was read.
    let said = process::output(process::cargo().args(build).args(["--quiet", "--message-format", "json"]))?;
    let artifacts = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = artifacts
        .filter(|it| it["target"]["name"] == "proxy" && it["target"]["kind"][0] == "bench")
        .find_map(|it| it["executable"].as_str().map(PathBuf::from));
    program.context("cargo named no program of the benchmark")
}

/// How busy the machine was with other things: the load average over the last minute.
fn machine_load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}
