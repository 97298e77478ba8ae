//! The static programs that go into the images.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::progress::Log;
use crate::workspace;

const PROFILE: &str = "image";

/// The target they are compiled for: the machine's own processor, and no shared libraries.
pub(super) fn target() -> &'static str {
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-musl" } else { "x86_64-unknown-linux-musl" }
}

/// Compiles a program of the workspace; returns the file.
pub(super) fn build(log: &Log, package: &str, program: &str) -> Result<PathBuf> {
    add_target(log)?;
    log.line(format_args!("compiling {program} for {}", target()));
    let arguments = ["build", "--package", package, "--profile", PROFILE, "--target", target()];
    process::run_cargo_build(log, process::cargo().args(arguments))?;
    Ok(workspace::target_dir().join(target()).join(PROFILE).join(program))
}

/// Gets the target's standard library. Without rustup it is the distribution's to have; cargo says so if it is not.
fn add_target(log: &Log) -> Result<()> {
    let Ok(installed) = process::output(Command::new("rustup").args(["target", "list", "--installed"]))
    else {
        return Ok(());
    };
    if installed.lines().any(|line| line == target()) {
        return Ok(());
    }
    log.line(format_args!("adding the Rust target {}", target()));
    process::output(Command::new("rustup").args(["target", "add", target()])).map(drop)
}
