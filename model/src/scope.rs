//! What a personal token may be used for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that a personal token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Chat, and see, wake and stop the owner's own cell.
    Chat,
    /// Read and change the owner's own providers and agents.
    Configure,
    /// Read and write what the owner's agents know.
    Knowledge,
    /// Read what an admin may read. Means nothing on another's token.
    AdminRead,
    /// Change what an admin may change. Means nothing on another's token.
    AdminWrite,
}

/// The scopes of one token; never none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

/// Why words name no scopes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopesError {
    /// There is none.
    #[error("a token needs at least one scope: {}", TokenScope::list())]
    None,
    /// One of them is unknown.
    #[error("there is no scope {word:?}; there are {all}", word = .0, all = TokenScope::list())]
    Unknown(String),
}

impl TokenScope {
    /// Every scope, the most ordinary first.
    pub const ALL: [Self; 5] =
        [Self::Chat, Self::Configure, Self::Knowledge, Self::AdminRead, Self::AdminWrite];

    /// The word stored and shown for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Configure => "configure",
            Self::Knowledge => "knowledge",
            Self::AdminRead => "admin_read",
            Self::AdminWrite => "admin_write",
        }
    }

    /// Reads the word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    fn list() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for TokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Scopes {
    /// What a token can do if its maker says nothing else: all that is the owner's own.
    pub const OWN: Self = Self(TokenScope::Chat.bit() | TokenScope::Configure.bit());

    /// These scopes, each once.
    pub fn new(scopes: impl IntoIterator<Item = TokenScope>) -> Result<Self, ScopesError> {
        let bits = scopes.into_iter().fold(0, |bits, scope| bits | scope.bit());
        if bits == 0 { Err(ScopesError::None) } else { Ok(Self(bits)) }
    }

    /// Reads words.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, ScopesError> {
        let scope = |word: &str| TokenScope::parse(word).ok_or_else(|| ScopesError::Unknown(word.to_owned()));
        Self::new(words.into_iter().map(scope).collect::<Result<Vec<_>, _>>()?)
    }

    /// Whether this scope is among them.
    pub const fn allow(self, scope: TokenScope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Each of them, in the order of [`TokenScope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = TokenScope> {
        TokenScope::ALL.into_iter().filter(move |scope| self.allow(*scope))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn scopes_allow_what_they_name_and_read_back(picked in prop::collection::vec(0_usize..5, 1..9)) {
            let picked: Vec<TokenScope> = picked.into_iter().map(|index| TokenScope::ALL[index]).collect();
            let scopes = Scopes::new(picked.clone()).expect("not none");
            for scope in TokenScope::ALL {
                prop_assert_eq!(scopes.allow(scope), picked.contains(&scope));
            }
            prop_assert_eq!(Scopes::parse(scopes.iter().map(TokenScope::as_str)), Ok(scopes));
        }
    }

    #[test]
    fn a_token_without_scope_and_an_unknown_scope_are_refused_with_the_list() {
        let error = Scopes::parse([]).expect_err("none");
        assert!(error.to_string().contains("admin_read"), "{error}");
        assert_eq!(Scopes::parse(["chat", "all"]), Err(ScopesError::Unknown("all".to_owned())));
    }
}
