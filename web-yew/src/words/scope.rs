//! What a personal token may be used for, in words.

/// One thing that a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The word on the wire.
    pub(crate) word: &'static str,
    pub(crate) name: &'static str,
    pub(crate) explained: &'static str,
    /// Whether it means something on an admin's token only.
    pub(crate) for_admins: bool,
}

const fn scope(word: &'static str, name: &'static str, explained: &'static str, for_admins: bool) -> Scope {
    Scope { word, name, explained, for_admins }
}

/// Every scope, the most ordinary first.
pub(crate) const SCOPES: [Scope; 5] = [
    scope("chat", "Chat", "Talk with your agents, and wake and stop them.", false),
    scope("configure", "Configure", "Read and change your agents and model providers.", false),
    scope("knowledge", "Knowledge", "Read and write what your agents know.", false),
    scope("admin_read", "Admin, reading", "Read users, settings and the audit log.", true),
    scope("admin_write", "Admin, changing", "Change users and settings.", true),
];

/// The name of a scope; the word itself where it is none that is known here.
pub(crate) fn scope_name(word: &str) -> &str {
    SCOPES.iter().find(|scope| scope.word == word).map_or(word, |scope| scope.name)
}
