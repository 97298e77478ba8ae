//! `cargo xtask image`: the two images that a cell's container can be made from.
//!
//! `agent` is the real OpenClaw gateway, `standin` the small double that the lifecycle tests use. An image is named
//! after the content of everything that goes into it, so that an image that exists is never built again; the tag
//! `local` follows the newest. Nothing here needs a container registry: where none can be reached the base is made
//! from Debian packages, and `Node.js` and OpenClaw come from `PyPI` and npm, both pinned by hash.

mod base;
mod cache;
mod context;
mod docker;
mod lock;
mod node;
mod openclaw;
mod packages;
mod programs;

use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;

use crate::image::context::Context;
use crate::image::docker::Build;
use crate::progress::Log;
use crate::workspace;

/// The recipe itself: a change here is a new image.
const RECIPE: [&str; 2] = ["xtask/src/image.rs", "xtask/src/image"];

/// What `cargo xtask image` may be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Which image; both, when it is left out
    which: Option<Which>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    Agent,
    Standin,
}

/// Builds what the command line asks for.
pub(crate) fn run(log: &Log, options: &Options) -> Result<()> {
    if options.which != Some(Which::Agent) {
        build_standin(log)?;
    }
    if options.which != Some(Which::Standin) {
        build_agent(log)?;
    }
    Ok(())
}

/// Builds the agent's image unless it exists; returns its full name. Minutes the first time.
pub(crate) fn build_agent(log: &Log) -> Result<String> {
    let programs = lock::closure(&["mosaic-entrypoint"])?;
    let inputs =
        ["docker/agent", "docker/entrypoint/src", "docker/entrypoint/Cargo.toml", RECIPE[0], RECIPE[1]];
    let content = workspace::fingerprint(&inputs, &[&programs, programs::target()])?;
    let name = format!("mosaic-agent:{}-{}", openclaw::version()?, &content[..12]);
    unless_built(log, &name, "mosaic-agent:local", || {
        let base = base::prepare(log)?;
        let node = node::unpacked(log)?;
        let tree = openclaw::tree(log, &node)?;
        let entrypoint = programs::build(log, "mosaic-entrypoint", "entrypoint")?;

        let context = Context::new("agent")?;
        context.tree("node", &node)?;
        context.tree("openclaw", &tree)?;
        context.tree("plugins", &workspace::root().join("docker/agent/plugins"))?;
        context.file("warm-up.mjs", &workspace::root().join("docker/agent/warm-up.mjs"))?;
        context.file("entrypoint", &entrypoint)?;
        let dockerfile = workspace::root().join("docker/agent/Dockerfile");
        let build =
            Build { name: &name, dockerfile: &dockerfile, context: context.path(), base: Some(&base) };
        docker::build(log, &build)
    })
}

/// Builds the stand-in's image unless it exists; returns its full name. Seconds, once the crates are compiled.
pub(crate) fn build_standin(log: &Log) -> Result<String> {
    let programs = lock::closure(&["mosaic-entrypoint", "mosaic-standin"])?;
    let inputs = [
        "docker/standin/src",
        "docker/standin/Cargo.toml",
        "docker/standin/Dockerfile",
        "docker/entrypoint/src",
        "docker/entrypoint/Cargo.toml",
        "tests/model-server/src",
        "tests/model-server/Cargo.toml",
        RECIPE[0],
        RECIPE[1],
    ];
    let content = workspace::fingerprint(&inputs, &[&programs, programs::target()])?;
    let name = format!("mosaic-standin:{}", &content[..12]);
    unless_built(log, &name, "mosaic-standin:local", || {
        let entrypoint = programs::build(log, "mosaic-entrypoint", "entrypoint")?;
        let standin = programs::build(log, "mosaic-standin", "standin")?;

        let context = Context::new("standin")?;
        context.directory("home/.openclaw")?;
        context.file("entrypoint", &entrypoint)?;
        context.file("standin", &standin)?;
        let dockerfile = workspace::root().join("docker/standin/Dockerfile");
        let build = Build { name: &name, dockerfile: &dockerfile, context: context.path(), base: None };
        docker::build(log, &build)
    })
}

/// Removes every image that this module ever made, whatever its tag. One that a container still uses is an error.
pub(crate) fn remove_images(log: &Log) -> Result<()> {
    for repository in ["mosaic-agent", "mosaic-standin", base::REPOSITORY] {
        for name in docker::names(repository)? {
            log.line(format_args!("removing the image {name}"));
            docker::remove(&name)?;
        }
    }
    Ok(())
}

/// Makes `name` with `make` if there is no such image, and lets the tag `local` follow.
fn unless_built(log: &Log, name: &str, local: &str, make: impl FnOnce() -> Result<()>) -> Result<String> {
    docker::reachable()?;
    if docker::exists(name) {
        log.line(format_args!("{name} is up to date"));
    } else {
        let began = Instant::now();
        make()?;
        log.line(format_args!("{name} built in {} s", began.elapsed().as_secs()));
    }
    docker::tag(name, local)?;
    Ok(name.to_owned())
}
