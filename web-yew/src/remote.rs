//! What a request has come to, and why it failed, in words for the person at the page.

/// Something that is fetched.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Remote<T> {
    Loading,
    Ready(T),
    Failed(Failure),
}

/// Why something did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server does not take the token (any more).
    Unauthorized,
    /// Anything else: what happened, and the id under which the server's log has more.
    Other { detail: String, request_id: Option<String> },
}

impl Failure {
    pub(crate) fn new(detail: impl Into<String>) -> Self {
        Self::Other { detail: detail.into(), request_id: None }
    }

    /// What happened and what to do, in plain words.
    pub(crate) fn words(&self) -> &str {
        match self {
            Self::Unauthorized => "This token is not accepted. It may be mistyped, expired or revoked.",
            Self::Other { detail, .. } => detail,
        }
    }

    pub(crate) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Unauthorized => None,
            Self::Other { request_id, .. } => request_id.as_deref(),
        }
    }
}
