//! Asks each target the same, round after round, so that whatever else the machine does meets all of them.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::servers::{Servers, Target};
use crate::process;
use crate::progress::Log;

/// What is asked.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) seconds: u32,
    pub(crate) rate: u32,
    pub(crate) streams: usize,
    pub(crate) chunks: usize,
}

/// Latencies, in microseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Latency {
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
}

/// One round of short requests.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Short {
    pub(crate) latency: Latency,
    pub(crate) answered: u64,
    pub(crate) failures: u64,
    pub(crate) cpu_ms: u64,
}

/// One round of streams.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Streams {
    pub(crate) latency: Latency,
    pub(crate) chunks: u64,
    pub(crate) failures: u64,
    pub(crate) first_failure: Option<String>,
    pub(crate) cpu_ms: u64,
    pub(crate) resident_idle_bytes: u64,
    pub(crate) resident_bytes: u64,
}

/// All rounds of one target.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) name: &'static str,
    pub(crate) short: Vec<Short>,
    pub(crate) streams: Vec<Streams>,
}

pub(crate) fn all(log: &Log, program: &Path, servers: &Servers, plan: &Plan) -> Result<Vec<Results>> {
    let mut results: Vec<Results> = Vec::new();
    for target in &servers.targets {
        load(program, servers, target, "warm", &[])
            .with_context(|| format!("{} does not answer", target.name))?;
        results.push(Results { name: target.name, short: Vec::new(), streams: Vec::new() });
    }
    let short = [format!("--rate={}", plan.rate), format!("--seconds={}", plan.seconds)];
    let streams = [format!("--streams={}", plan.streams), format!("--chunks={}", plan.chunks)];
    for round in 1..=plan.rounds {
        for (target, results) in servers.targets.iter().zip(&mut results) {
            log.line(format_args!("round {round} of {}: {}", plan.rounds, target.name));
            let done: Short = serde_json::from_str(&load(program, servers, target, "short", &short)?)?;
            ensure!(done.answered > 0, "{} answered no short request", target.name);
            results.short.push(done);
            let done: Streams = serde_json::from_str(&load(program, servers, target, "streams", &streams)?)?;
            let why = done.first_failure.as_deref().unwrap_or_default();
            ensure!(done.failures == 0, "{}: {} streams failed: {why}", target.name, done.failures);
            results.streams.push(done);
        }
    }
    Ok(results)
}

/// One run of the load, in a process of its own.
fn load(program: &Path, servers: &Servers, target: &Target, kind: &str, more: &[String]) -> Result<String> {
    let mut command = Command::new(program);
    command.args(["load", kind, "--target", &target.address, "--tokens"]).arg(&servers.tokens).args(more);
    if !target.pids.is_empty() {
        let pids: Vec<String> = target.pids.iter().map(u32::to_string).collect();
        command.args(["--watch", &pids.join(",")]);
    }
    process::output(command.stdin(Stdio::null()))
}
