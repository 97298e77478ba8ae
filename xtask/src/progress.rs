//! Progress on the terminal: whole lines, each with the seconds since the start and the name of the step it
//! belongs to, so that steps that run side by side stay readable.

use std::fmt::Display;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Says what one step is doing. Cheap to clone; may be used from any thread.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    step: &'static str,
}

impl Log {
    /// A log whose lines carry the name of the step.
    pub(crate) fn new(step: &'static str) -> Self {
        LazyLock::force(&STARTED);
        Self { step }
    }

    /// Prints one line.
    pub(crate) fn line(&self, text: impl Display) {
        println!("{:>4} s  {:<7} {text}", elapsed().as_secs(), self.step);
    }
}

/// The time since this command began.
pub(crate) fn elapsed() -> Duration {
    STARTED.elapsed()
}
