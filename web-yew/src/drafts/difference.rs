//! Where two people have changed the same thing.

/// One value of which there are two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) what: String,
    pub(crate) mine: String,
    pub(crate) theirs: String,
}

impl Difference {
    /// None where both are the same.
    pub(crate) fn between(what: impl Into<String>, mine: String, theirs: String) -> Option<Self> {
        (mine != theirs).then(|| Self { what: what.into(), mine, theirs })
    }
}
