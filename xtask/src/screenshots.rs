//! `cargo xtask screenshots`: the README's pictures, of the web app in a browser, on the real parts.

use anyhow::Result;

use crate::docker_engine::DockerEngine;
use crate::process;
use crate::progress::Log;
use crate::test::Peers;
use crate::web;

/// Where the pictures' stories are told.
const STORIES: &str = "web::pictures::";

/// Makes docs/screenshots/*.png anew.
pub(crate) fn run(log: &Log) -> Result<()> {
    let mut engine = DockerEngine::ensure(&Log::new("engine"))?;
    let made = make(log);
    engine.stop_if_started(log);
    made
}

fn make(log: &Log) -> Result<()> {
    web::build(&Log::new("web"), &web::Options::default())?;
    let peers = Peers::make()?;
    let mut cargo = process::cargo();
    cargo.args([
        "test",
        "--package",
        "mosaic",
        "--test",
        "it",
        STORIES,
        "--",
        "--ignored",
        "--test-threads",
        "1",
    ]);
    peers.name_to(&mut cargo);
    process::run(&Log::new("pictures"), &mut cargo)?;
    log.line(format_args!("the pictures are in docs/screenshots"));
    Ok(())
}
