//! The docker command line, as far as images need it. Works with the legacy builder and with `BuildKit`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::progress::Log;

/// One image build.
#[derive(Debug)]
pub(super) struct Build<'a> {
    pub(super) name: &'a str,
    pub(super) dockerfile: &'a Path,
    pub(super) context: &'a Path,
    /// Goes into the Dockerfile's `BASE`.
    pub(super) base: Option<&'a Base>,
}

/// A base image.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) name: String,
    /// Whether it already holds every package that the Dockerfile wants, so that the build needs no network.
    pub(super) complete: bool,
}

/// Fails with advice when no engine answers.
pub(super) fn reachable() -> Result<()> {
    process::output(Command::new("docker").args(["version", "--format", "{{.Server.APIVersion}}"]))
        .context("no Docker engine answers; `cargo xtask up` starts one, or start it yourself")?;
    Ok(())
}

/// Whether an image of this name exists here.
pub(super) fn exists(name: &str) -> bool {
    process::works("docker", &["image", "inspect", name])
}

/// Gives an image another name.
pub(super) fn tag(name: &str, other: &str) -> Result<()> {
    process::output(Command::new("docker").args(["tag", name, other])).map(drop)
}

/// The full names of all images of a repository.
pub(super) fn names(repository: &str) -> Result<Vec<String>> {
    let listed = process::output(Command::new("docker").args([
        "image",
        "ls",
        "--format",
        "{{.Repository}}:{{.Tag}}",
        repository,
    ]))?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// Removes an image's name, and the image with its last name.
pub(super) fn remove(name: &str) -> Result<()> {
    process::output(Command::new("docker").args(["image", "rm", name])).map(drop)
}

/// Builds; of all that the builder prints only the steps are shown, and everything when it fails.
pub(super) fn build(log: &Log, build: &Build<'_>) -> Result<()> {
    let mut command = Command::new("docker");
    command.arg("build").arg("--tag").arg(build.name).arg("--file").arg(build.dockerfile);
    if let Some(base) = build.base {
        command.arg("--build-arg").arg(format!("BASE={}", base.name));
    }
    if build.base.is_none_or(|base| base.complete) {
        command.args(["--network", "none"]);
    }
    command.arg(build.context);
    let mut printed = Vec::new();
    let built = process::each_line(&mut command, |line| {
        if line.starts_with("Step ") {
            log.line(line.chars().take(100).collect::<String>());
        }
        printed.push(line.to_owned());
    });
    built.inspect_err(|_| printed.iter().for_each(|line| log.line(line)))
}

/// Makes an image of a tar archive.
pub(super) fn import(archive: &Path, name: &str) -> Result<()> {
    process::output(Command::new("docker").arg("import").arg(archive).arg(name)).map(drop)
}

/// Tries to pull an image, but not for longer than `patience`.
pub(super) fn pull(name: &str, patience: Duration) -> Result<()> {
    let mut child = Command::new("docker")
        .args(["pull", "--quiet", name])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting docker pull")?;
    let began = Instant::now();
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(_) => bail!("{name} cannot be pulled"),
            None if began.elapsed() > patience => {
                child.kill()?;
                child.wait()?;
                bail!("{name} could not be pulled within {} s", patience.as_secs());
            }
            None => thread::sleep(Duration::from_millis(100)),
        }
    }
}
