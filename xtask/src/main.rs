//! `cargo xtask`: sets up what Mosaic needs on a machine, builds it, runs it and checks it.
//!
//! It depends on no crate of Mosaic's own: it has to build, quickly, before anything else does.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks on its terminal")]

mod bench;
mod clean;
mod demo;
mod deny;
mod docker_engine;
mod engine_api;
mod environment;
mod image;
mod machine;
mod npm;
mod openapi;
mod process;
mod progress;
mod screenshots;
mod server;
mod targets;
mod test;
mod up;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::progress::Log;

#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", about = "Set up, build, run and check Mosaic")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set up this machine, build everything and run Mosaic
    Up(up::Options),
    /// Set up what is missing, and run every check and every test
    Test(test::Options),
    /// Measure chats through Mosaic beside direct ones, nginx and HAProxy
    Bench(bench::Options),
    /// Write docs/openapi.json as the code makes it
    Openapi,
    /// Build the web app into web-yew/dist, from where the server embeds it
    Web(web::Options),
    /// Build the images that cells are made from: `agent`, `standin` or both
    Image(image::Options),
    /// Take the README's pictures anew, into docs/screenshots
    Screenshots,
    /// Remove what Mosaic has made on this machine, after saying what and asking
    Clean(clean::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Up(options) => up::run(&Log::new("up"), options),
        Command::Test(options) => test::run(&Log::new("test"), &options),
        Command::Openapi => openapi::write(&Log::new("openapi")),
        Command::Bench(options) => bench::run(&Log::new("bench"), &options),
        Command::Clean(options) => clean::run(&Log::new("clean"), &options),
        Command::Image(options) => image::run(&Log::new("image"), &options),
        Command::Screenshots => screenshots::run(&Log::new("screenshots")),
        Command::Web(options) => web::build(&Log::new("web"), &options).map(|_| ()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
