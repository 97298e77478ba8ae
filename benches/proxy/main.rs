//! The parts of the proxy benchmark, each to be run in a process of its own so that its cost can be read
//! apart: the gateway behind, Mosaic between, the load in front.
//!
//! `cargo xtask bench` starts them beside nginx and HAProxy and makes the table; run by hand, each role
//! prints what it has to say as lines on standard output and ends when its standard input does.
#![expect(clippy::print_stdout, reason = "the roles talk to whoever started them")]

mod load;
mod mosaic;
mod procfs;
mod tally;
mod upstream;

use std::{io, net::SocketAddr, path::PathBuf, thread};

use clap::{Parser, Subcommand};
use tokio::sync::oneshot;

#[derive(Debug, Parser)]
struct Cli {
    /// What `cargo bench` passes.
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// The gateway: answers at once, or in chunks at a pace.
    Upstream,
    /// Mosaic: the real database, fleet and HTTP layer before a scripted engine.
    Mosaic {
        /// Where its Postgres lives.
        #[arg(long)]
        data_dir: PathBuf,
        /// The gateway that every cell's address leads to.
        #[arg(long)]
        gateway: SocketAddr,
        /// How many users to make; a token for each goes into the file.
        #[arg(long)]
        users: usize,
        /// Where the tokens go, one a line.
        #[arg(long)]
        tokens: PathBuf,
    },
    /// The load: prints one line of JSON.
    Load(load::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().role {
        Some(Role::Upstream) => upstream::run().await,
        Some(Role::Mosaic { data_dir, gateway, users, tokens }) => {
            mosaic::run(&data_dir, gateway, users, &tokens).await
        }
        Some(Role::Load(options)) => load::run(options).await,
        None => {
            println!("this benchmark has several processes: run `cargo xtask bench`");
            Ok(())
        }
    }
}

/// Waits until whoever started this role lets go of it: until its standard input ends.
async fn released() {
    let (gone, noticed) = oneshot::channel();
    // A thread of its own: a read that never ends must not hold up the runtime's end.
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = gone.send(());
    });
    let _ = noticed.await;
}
