//! What a request has come to, and why it failed, in words for the person at the page.

use mosaic_api::{Code, FieldProblem, Problem};

/// Something that is fetched.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Remote<T> {
    Loading,
    Ready(T),
    Failed(Failure),
}

impl<T> Remote<T> {
    pub(crate) fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Failed(_) => None,
        }
    }
}

/// Why something did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The server's word for it; none where Mosaic itself did not answer.
    pub(crate) code: Option<Code>,
    /// What happened and what to do, in plain words.
    pub(crate) detail: String,
    /// The id under which the server's log has more.
    pub(crate) request_id: Option<String>,
    /// What is wrong with single values.
    pub(crate) errors: Vec<FieldProblem>,
    /// The server asks to wait this long before another try.
    pub(crate) wait_secs: Option<u32>,
}

impl Failure {
    pub(crate) fn new(detail: impl Into<String>) -> Self {
        Self { code: None, detail: detail.into(), request_id: None, errors: Vec::new(), wait_secs: None }
    }

    pub(crate) fn from_problem(problem: Problem, wait_secs: Option<u32>) -> Self {
        Self {
            code: Some(problem.code),
            detail: problem.detail,
            request_id: Some(problem.request_id).filter(|id| !id.is_empty()),
            errors: problem.errors,
            wait_secs,
        }
    }

    /// Whether the server does not know the caller (any more).
    pub(crate) fn is_signed_out(&self) -> bool {
        self.code == Some(Code::Unauthenticated)
    }

    pub(crate) fn is(&self, code: Code) -> bool {
        self.code == Some(code)
    }
}
