//! A model that a provider offers, and what is known of it.

use serde::{Deserialize, Serialize};

use super::ProviderError;

/// The longest model id, in characters.
pub(super) const MODEL_MAX_CHARS: usize = 200;
/// The longest name of a model for people, in characters.
const MODEL_NAME_MAX_CHARS: usize = 120;
/// The largest number of tokens anybody may claim for a model.
const TOKENS_MAX: u32 = 100_000_000;

/// What a model takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// Words.
    Text,
    /// Pictures.
    Image,
}

/// A model that a provider offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProviderModel {
    /// Its id there.
    pub id: String,
    /// What is known of it besides.
    pub facts: ModelFacts,
}

/// What is known of a model besides its id; what is not known takes a default in `openclaw.json`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelFacts {
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How much it can keep in mind. Tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_window: Option<u32>,
    /// How much it may write in one answer. Tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// What it takes in; nothing where that is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<InputKind>,
}

impl ProviderModel {
    /// A model of which only the id is known.
    pub fn named(id: impl Into<String>) -> Self {
        Self { id: id.into(), facts: ModelFacts::default() }
    }

    pub(super) fn check(self) -> Result<Self, ProviderError> {
        let id = self.id.trim().to_owned();
        let odd = |c: char| c.is_whitespace() || c.is_control();
        if id.is_empty() || id.chars().count() > MODEL_MAX_CHARS || id.contains(odd) {
            return Err(ProviderError::Model(id));
        }
        let facts = self.facts.check().ok_or_else(|| ProviderError::Facts(id.clone()))?;
        Ok(Self { id, facts })
    }
}

impl From<&str> for ProviderModel {
    fn from(id: &str) -> Self {
        Self::named(id)
    }
}

impl ModelFacts {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn check(mut self) -> Option<Self> {
        self.name = self.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let name = self.name.as_deref().unwrap_or_default();
        let tokens = [self.context_window, self.max_tokens];
        let sound = name.chars().count() <= MODEL_NAME_MAX_CHARS
            && !name.contains(char::is_control)
            && tokens.iter().flatten().all(|tokens| (1..=TOKENS_MAX).contains(tokens));
        self.input.sort_unstable();
        self.input.dedup();
        sound.then_some(self)
    }

    /// What can be believed of what somebody else says: facts that would be refused are left out.
    pub(super) fn believable(self) -> Self {
        let Self { name, context_window, max_tokens, input } = self;
        let alone = |facts: Self| facts.check().unwrap_or_default();
        Self {
            name: alone(Self { name, ..Self::default() }).name,
            context_window: alone(Self { context_window, ..Self::default() }).context_window,
            max_tokens: alone(Self { max_tokens, ..Self::default() }).max_tokens,
            input: alone(Self { input, ..Self::default() }).input,
        }
    }
}
