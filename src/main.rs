//! Mosaic: a multi-user fleet of AI agents, one OpenClaw gateway a user, each in a container of its own.
//!
//! This is the composition root: it reads the command line and the environment, joins the parts and
//! runs them.

mod cli;
mod clock;
mod commands;
mod compose;
mod config;
mod memory;
mod shutdown;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    config::init_logging(cli.verbose, matches!(cli.command, cli::Command::Serve(_)));
    memory::keep_out_of_files();
    match commands::run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// The one place that writes an error for a person: the message, then what caused it.
#[expect(clippy::print_stderr, reason = "the command line's own voice")]
fn complain(error: &anyhow::Error) {
    eprintln!("mosaic: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}
