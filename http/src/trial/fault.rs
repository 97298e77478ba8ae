//! What can go wrong on the way to a provider and back.

use std::io;

use mosaic_api::TestProblem;

/// What went wrong, as a word for programs and in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) problem: TestProblem,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(problem: TestProblem, detail: impl Into<String>) -> Self {
        Self { problem, detail: detail.into() }
    }

    pub(super) fn timeout(what: &str, limit: std::time::Duration) -> Self {
        Self::new(TestProblem::Timeout, format!("{what} within {} s.", limit.as_secs()))
    }

    /// The connection ended, or no HTTP came.
    pub(super) fn broken(error: &hyper::Error) -> Self {
        let detail = if error.is_parse() {
            "What answers there speaks no HTTP. Is it the right port?"
        } else {
            "The connection ended in the middle of the answer."
        };
        Self::new(TestProblem::Broken, detail)
    }

    /// No connection was made.
    pub(super) fn unconnected(error: &io::Error, place: &str) -> Self {
        use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
        let (problem, detail) = match error.kind() {
            ConnectionRefused => {
                (TestProblem::Refused, format!("Nothing listens at {place}: connection refused."))
            }
            HostUnreachable | NetworkUnreachable => {
                (TestProblem::Unreachable, format!("No way leads to {place}."))
            }
            _ => (TestProblem::Unreachable, format!("No connection to {place}: {error}.")),
        };
        Self::new(problem, detail)
    }
}
