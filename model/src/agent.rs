//! A configured assistant inside a cell.

use std::fmt;

use crate::{AgentId, ProviderId, Timestamp};

/// The longest slug, in characters (OpenClaw's own limit for names of this kind).
const SLUG_MAX_CHARS: usize = 40;
/// The longest name, in characters.
const NAME_MAX_CHARS: usize = 64;
/// The longest personality, in characters: what OpenClaw takes of one prompt file.
const PERSONALITY_MAX_CHARS: usize = 20_000;

/// How an agent is named in a request's `model` field and in `openclaw.json`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AgentSlug(String);

impl AgentSlug {
    /// Reads a slug: `a`–`z`, `0`–`9` and inner hyphens, at most 40 characters.
    pub fn parse(text: &str) -> Result<Self, AgentError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let sound = (1..=SLUG_MAX_CHARS).contains(&text.len())
            && text.chars().all(plain)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if sound { Ok(Self(text.to_owned())) } else { Err(AgentError::Slug) }
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AgentSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A model at one of the owner's providers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModelRef {
    /// The provider.
    pub provider: ProviderId,
    /// The model's id there.
    pub model: String,
}

/// An agent as its owner set it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its identifier.
    pub id: AgentId,
    /// Its name in requests; unique among its owner's.
    pub slug: AgentSlug,
    /// Its name for people.
    pub name: String,
    /// Who it is: instructions added to every prompt. May be empty.
    pub personality: String,
    /// The model that answers.
    pub model: ModelRef,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What a user says of an agent to add; checked by [`AgentDraft::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentDraft {
    /// See [`Agent::slug`].
    pub slug: AgentSlug,
    /// See [`Agent::name`].
    pub name: String,
    /// See [`Agent::personality`].
    pub personality: String,
    /// See [`Agent::model`].
    pub model: ModelRef,
}

/// What is wrong with an agent draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgentError {
    /// The slug is none.
    #[error("an agent's short name has 1 to {SLUG_MAX_CHARS} characters out of a-z, 0-9 and inner hyphens")]
    Slug,
    /// The name is empty, too long or not plain.
    #[error("an agent's name has 1 to {NAME_MAX_CHARS} characters, no line break among them")]
    Name,
    /// The personality is too long, or not text.
    #[error("a personality has at most {PERSONALITY_MAX_CHARS} characters, U+0000 not among them")]
    Personality,
}

impl AgentDraft {
    /// Checks the draft and trims its edges. Whether the model exists is the store's to say.
    pub fn check(mut self) -> Result<Self, AgentError> {
        self.name = self.name.trim().to_owned();
        let is_plain = !self.name.contains(char::is_control);
        if self.name.is_empty() || self.name.chars().count() > NAME_MAX_CHARS || !is_plain {
            return Err(AgentError::Name);
        }
        self.personality = self.personality.trim().to_owned();
        if self.personality.chars().count() > PERSONALITY_MAX_CHARS || self.personality.contains('\0') {
            return Err(AgentError::Personality);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        for good in ["main", "a", "coder-2", &"x".repeat(40)] {
            assert!(AgentSlug::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "Main", "-a", "a-", "a_b", "a b", "ä", &"x".repeat(41)] {
            assert_eq!(AgentSlug::parse(bad), Err(AgentError::Slug), "{bad}");
        }
    }

    #[test]
    fn a_draft_is_limited() {
        let model =
            ModelRef { provider: ProviderId::new(Timestamp::UNIX_EPOCH, [0; 10]), model: "m".to_owned() };
        let slug = AgentSlug::parse("main").unwrap();
        let draft = AgentDraft { slug, name: " Ada ".to_owned(), personality: String::new(), model };
        assert_eq!(draft.clone().check().unwrap().name, "Ada");
        for name in [" ", "a\0b", "a\nb"] {
            let nameless = AgentDraft { name: name.to_owned(), ..draft.clone() };
            assert_eq!(nameless.check(), Err(AgentError::Name), "{name:?}");
        }
        for personality in ["x".repeat(20_001), "a\0b".to_owned()] {
            let wordy = AgentDraft { personality, ..draft.clone() };
            assert_eq!(wordy.check(), Err(AgentError::Personality));
        }
        let lines = AgentDraft { personality: "one\n\ttwo".to_owned(), ..draft };
        assert!(lines.check().is_ok());
    }
}
