//! `cargo xtask test`: the one test command, on a developer's machine and in CI.
//!
//! It sets up what the tests need, runs every check even after one has failed, and ends with the failure of any.

mod browser;
mod oidc_provider;
mod outcome;
mod python;
mod tally;

use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Context as _, Result, anyhow};

use self::outcome::Outcomes;
use self::tally::Tally;
use crate::deny;
use crate::docker_engine::DockerEngine;
use crate::image;
use crate::openapi;
use crate::process;
use crate::progress::Log;
use crate::targets;
use crate::web;

/// What `cargo xtask test` may be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only what needs no container: the checks, and the tests beside the code
    #[arg(long)]
    fast: bool,
}

/// Sets up, checks, and tells how it went.
pub(crate) fn run(log: &Log, options: &Options) -> Result<()> {
    let mut outcomes = Outcomes::default();
    let mut engine = None;
    let mut setting_up = None;
    if !options.fast {
        // Without an engine most of what matters cannot be tested, so there is no use in going on.
        engine = Some(DockerEngine::ensure(&Log::new("engine")).context("the tests need a Docker engine")?);
        setting_up = Some(thread::spawn(Peers::make));
    }
    outcomes.add("web app", || web::build(&Log::new("web"), &web::Options::default()).map(drop));
    checks(&mut outcomes);
    let peers =
        setting_up.map(|thread| thread.join().map_err(|_panic| anyhow!("the set-up ended with a panic")));
    let peers = peers.transpose().and_then(Option::transpose);
    let mut tally = Tally::default();
    if let Some(peers) = outcomes.take("set-up", peers) {
        outcomes.add("tests", || tests(options.fast, peers.as_ref(), &mut tally));
        outcomes.add("doc tests", || doc_tests(&mut tally));
        if !options.fast {
            // The program that the integration tests were run with: nothing is built for this.
            outcomes.add("OpenAPI", openapi::check);
        }
    }
    if let Some(engine) = &mut engine {
        engine.stop_if_started(log);
    }
    outcomes.show();
    tally.show();
    outcomes.into_result()
}

/// Everything that is checked without running Mosaic.
fn checks(outcomes: &mut Outcomes) {
    outcomes.add("format", || {
        process::run(&Log::new("format"), process::cargo().args(["fmt", "--all", "--check"]))
    });
    outcomes.add("rules", || deny::check(&Log::new("rules")));
    outcomes.add("clippy", || clippy(&["--workspace", "--all-targets"]));
    outcomes.add("clippy (wasm)", || {
        targets::ensure_wasm(&Log::new("clippy"))?;
        clippy(&["--package", "mosaic-web", "--target", targets::WASM])
    });
    outcomes.add("docs", || {
        let mut cargo = process::cargo();
        cargo
            .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "-D warnings");
        process::run_cargo_build(&Log::new("docs"), &mut cargo)
    });
}

fn clippy(scope: &[&str]) -> Result<()> {
    let arguments = [&["clippy"], scope, &["--", "-D", "warnings"]].concat();
    process::run_cargo_build(&Log::new("clippy"), process::cargo().args(arguments))
}

/// What the tests talk with.
#[derive(Debug)]
pub(crate) struct Peers {
    standin_image: String,
    agent_image: String,
    python: PathBuf,
    schemathesis: PathBuf,
    axe: PathBuf,
    oidc_provider: PathBuf,
}

impl Peers {
    pub(crate) fn make() -> Result<Self> {
        let python = python::with_openai(&Log::new("python"))?;
        let schemathesis = python::with_schemathesis(&Log::new("python"))?;
        let axe = browser::ensure(&Log::new("browser"))?;
        let oidc_provider = oidc_provider::ensure(&Log::new("oidc"))?;
        let log = Log::new("image");
        Ok(Self {
            standin_image: image::build_standin(&log).context("building the stand-in's image")?,
            agent_image: image::build_agent(&log).context("building the agent's image")?,
            python,
            schemathesis,
            axe,
            oidc_provider,
        })
    }

    /// Tells the tests that a command runs where they are.
    pub(crate) fn name_to(&self, command: &mut Command) {
        command
            .env("MOSAIC_TEST_STANDIN_IMAGE", &self.standin_image)
            .env("MOSAIC_TEST_AGENT_IMAGE", &self.agent_image)
            .env("MOSAIC_TEST_PYTHON", &self.python)
            .env("MOSAIC_TEST_SCHEMATHESIS", &self.schemathesis)
            .env("MOSAIC_TEST_AXE", &self.axe)
            .env("MOSAIC_TEST_OIDC_PROVIDER", &self.oidc_provider);
    }
}

/// Every test, by cargo-nextest where it is installed.
fn tests(fast: bool, peers: Option<&Peers>, tally: &mut Tally) -> Result<()> {
    let mut cargo = process::cargo();
    if process::works("cargo-nextest", &["nextest", "--version"]) {
        cargo.args(["nextest", "run", "--workspace", "--no-fail-fast", "--status-level", "pass"]);
    } else {
        cargo.args(["test", "--workspace", "--no-fail-fast"]);
        if !fast {
            // Both run the same tests: the examples in the docs have a step of their own.
            cargo.args(["--lib", "--bins", "--tests"]);
        }
    }
    if fast {
        cargo.args(["--lib", "--bins"]);
    }
    if let Some(peers) = peers {
        peers.name_to(&mut cargo);
    }
    tally.run(&Log::new("tests"), &mut cargo)
}

fn doc_tests(tally: &mut Tally) -> Result<()> {
    tally.run(&Log::new("docs"), process::cargo().args(["test", "--workspace", "--doc", "--no-fail-fast"]))
}
