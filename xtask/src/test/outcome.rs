//! How each step went, and how long it took.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::progress::Log;

/// The steps so far, in order.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    name: &'static str,
    took: Duration,
    failure: Option<String>,
}

impl Outcomes {
    /// Takes a step; a failed one does not keep the others from being taken.
    pub(super) fn add(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        let log = Log::new("step");
        log.line(format_args!("── {name} ──"));
        let began = Instant::now();
        let result = step();
        self.note(name, began.elapsed(), result.err());
    }

    /// Notes a step that was taken beside the others; returns what it made.
    pub(super) fn take<T>(&mut self, name: &'static str, result: Result<T>) -> Option<T> {
        match result {
            Ok(made) => Some(made),
            Err(error) => {
                self.note(name, Duration::ZERO, Some(error));
                None
            }
        }
    }

    fn note(&mut self, name: &'static str, took: Duration, failure: Option<anyhow::Error>) {
        let failure = failure.map(|error| format!("{error:#}"));
        if let Some(failure) = &failure {
            Log::new("step").line(format_args!("{name} FAILED: {failure}"));
        }
        self.steps.push(Step { name, took, failure });
    }

    /// Prints a line for each step.
    pub(super) fn show(&self) {
        println!();
        for step in &self.steps {
            let word = if step.failure.is_some() { "FAILED" } else { "ok" };
            println!("{:<14} {word:<7} {:>5} s", step.name, step.took.as_secs());
        }
        println!();
    }

    pub(super) fn into_result(self) -> Result<()> {
        let failed: Vec<&str> =
            self.steps.iter().filter(|step| step.failure.is_some()).map(|step| step.name).collect();
        if failed.is_empty() {
            return Ok(());
        }
        bail!("failed: {}", failed.join(", "))
    }
}
