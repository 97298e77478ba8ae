//! `cargo xtask up`: from a fresh clone to a running Mosaic.
//!
//! The images wait for the network, the server for the processor: they are made side by side. A second run finds
//! everything made and only starts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context as _, Result, anyhow};

use crate::demo;
use crate::docker_engine::DockerEngine;
use crate::image;
use crate::process;
use crate::progress::{Log, elapsed};
use crate::server::{Interrupt, Place, Server};
use crate::web;
use crate::workspace;

/// What `cargo xtask up` may be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Set up a user, a provider and an agent that talk with a small scripted server, which is no real model
    #[arg(long)]
    demo: bool,
    /// Where the demo's scripted server listens; the same at every start on the same data
    #[arg(long, default_value_t = 18_080, value_name = "PORT")]
    demo_port: u16,
    /// Where Mosaic keeps its data
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Where people reach Mosaic
    #[arg(long, default_value = "127.0.0.1:7777", value_name = "ADDR")]
    listen: SocketAddr,
    /// Build the server with optimisation: for more than a look around
    #[arg(long)]
    release: bool,
}

/// Sets everything up, runs Mosaic, and returns when it has ended.
pub(crate) fn run(log: &Log, options: Options) -> Result<()> {
    let interrupt = Interrupt::catch()?;
    let engine = DockerEngine::ensure(&Log::new("engine"))?;
    let programs = build(options.release)?;
    log.line(format_args!("everything is built after {} s", elapsed().as_secs()));

    let place = Place { programs, data_dir: options.data_dir, listen: options.listen };
    let demo = Log::new("demo");
    let model_server =
        options.demo.then(|| demo::start_model_server(&demo, &place, options.demo_port)).transpose()?;
    let mut server = Server::start(&place, &engine.api)?;
    server.wait_until_ready(&interrupt)?;
    if options.demo {
        demo::set_up(&demo, &place, options.demo_port)?.show(&place);
    } else {
        next_steps(&place);
    }
    let ended = server.wait(&interrupt);
    drop(model_server);
    ended
}

/// Builds what is missing; returns the folder of the programs.
fn build(release: bool) -> Result<PathBuf> {
    let image = thread::spawn(|| {
        let log = Log::new("image");
        image::build_agent(&log).inspect_err(|error| log.line(format_args!("failed: {error:#}")))
    });
    let server = web::build(&Log::new("web"), &web::Options::default()).and_then(|_| compile(release));
    let image = image.join().map_err(|_panic| anyhow!("the image's build ended with a panic"))?;
    image.context("building the agent's image")?;
    server
}

fn compile(release: bool) -> Result<PathBuf> {
    let log = Log::new("server");
    let mut cargo = process::cargo();
    cargo.args(["build", "--package", "mosaic", "--package", "mosaic-model-server", "--bins"]);
    if release {
        cargo.arg("--release");
    }
    process::run_cargo_build(&log, &mut cargo)?;
    Ok(workspace::target_dir().join(if release { "release" } else { "debug" }))
}

/// What a person does first, in commands that work as they stand.
fn next_steps(place: &Place) {
    let mosaic = place.shown_program();
    println!(
        "
Mosaic is running.  The page:  {url}

Next: open the link above that ends in a set-up code, and follow the page. Or, in another terminal:
  printf %s 'a long password' | {mosaic} admin create --email you@example.org --password-stdin
  printf %s \"$OPENAI_API_KEY\" | {mosaic} provider add --user you@example.org --name openai \\
      --kind openai --base-url https://api.openai.com/v1 --model gpt-5.2
  {mosaic} agent add --user you@example.org --name Mo --model openai/gpt-5.2
Then sign in on the page.

Ctrl-C here stops Mosaic; agents keep running.
",
        url = place.url(),
    );
}
