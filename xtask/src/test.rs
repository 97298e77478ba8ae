//! `cargo xtask test`: every check and every test, on a machine that it sets up first.

mod python;

use std::{thread, time::Instant};

use anyhow::{Context as _, Result, anyhow};

use crate::{
    deny,
    docker_engine::DockerEngine,
    image, machine, openapi, process,
    progress::{Log, elapsed},
    targets, web,
};

/// What `cargo xtask test` may be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only what needs neither containers nor the images: formatting, lints, rules, docs and unit tests
    #[arg(long)]
    fast: bool,
}

/// One check: its name, and how to do it.
type Check = (&'static str, fn(&Log) -> Result<()>);

/// In order of what they cost: a misplaced comma should not wait for a container.
const CHECKS: [Check; 6] = [
    ("format", |_| process::run_plain(process::cargo().args(["fmt", "--all", "--check"]))),
    ("rules", deny::check),
    ("bundle", |log| web::build(log, &web::Options::default()).map(drop)),
    ("clippy", clippy),
    ("docs", docs),
    ("openapi", openapi::check),
];

/// Sets up, checks, tests. The runner's own closing lines come last.
pub(crate) fn run(log: &Log, options: &Options) -> Result<()> {
    targets::ensure_wasm(log)?;
    if options.fast {
        check_all(log)?;
        return process::run_plain(process::cargo().args([
            "test",
            "--workspace",
            "--exclude",
            "mosaic-web",
            "--lib",
        ]));
    }
    let mut engine = DockerEngine::ensure(&Log::new("engine"))?;
    // The images wait for the network while the checks use the processor.
    let images = thread::spawn(|| -> Result<Prepared> {
        let log = Log::new("image");
        Ok(Prepared {
            standin: image::build_standin(&log)?,
            agent: image::build_agent(&log)?,
            python: python::ensure(&log)?,
        })
    });
    let checked = check_all(log);
    let prepared = images.join().map_err(|_panic| anyhow!("the images' build ended with a panic"))?;
    let tested = checked.and_then(|()| tests(log, &prepared.context("preparing the tests")?));
    engine.stop_if_started(log);
    tested
}

/// What the tests are handed.
struct Prepared {
    standin: String,
    agent: String,
    python: String,
}

fn check_all(log: &Log) -> Result<()> {
    for (name, check) in CHECKS {
        let began = Instant::now();
        log.line(format_args!("{name} …"));
        check(&Log::new(name)).with_context(|| format!("the check {name:?} failed"))?;
        log.line(format_args!("{name} took {} s", began.elapsed().as_secs()));
    }
    Ok(())
}

fn clippy(log: &Log) -> Result<()> {
    let everything =
        ["clippy", "--workspace", "--exclude", "mosaic-web", "--all-targets", "--", "-D", "warnings"];
    process::run_cargo_build(log, process::cargo().args(everything))?;
    let browser = ["clippy", "--package", "mosaic-web", "--target", targets::WASM, "--", "-D", "warnings"];
    process::run_cargo_build(log, process::cargo().args(browser))
}

fn docs(log: &Log) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.args(["doc", "--workspace", "--exclude", "mosaic-web", "--no-deps", "--document-private-items"]);
    process::run_cargo_build(log, cargo.env("RUSTDOCFLAGS", "-D warnings"))
}

fn tests(log: &Log, prepared: &Prepared) -> Result<()> {
    log.line(format_args!("setting up and checking took {} s; now the tests", elapsed().as_secs()));
    let workspace = ["--workspace", "--exclude", "mosaic-web"];
    let mut doc_tests = process::cargo();
    process::run_plain(hand_over(doc_tests.args(["test", "--doc", "--quiet"]).args(workspace), prepared))?;
    let mut runner = process::cargo();
    match machine::find_program("cargo-nextest") {
        Some(_) => runner.args(["nextest", "run", "--no-fail-fast"]),
        None => runner.args(["test", "--no-fail-fast", "--lib", "--bins", "--tests"]),
    };
    process::run_plain(hand_over(runner.args(workspace), prepared))
}

fn hand_over<'a>(
    command: &'a mut std::process::Command,
    prepared: &Prepared,
) -> &'a mut std::process::Command {
    command
        .env("MOSAIC_TEST_STANDIN_IMAGE", &prepared.standin)
        .env("MOSAIC_TEST_AGENT_IMAGE", &prepared.agent)
        .env("MOSAIC_TEST_PYTHON", &prepared.python)
}
