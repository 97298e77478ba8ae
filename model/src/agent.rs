//! A configured assistant inside a cell.

mod change;
mod emoji;
mod tools;

use std::fmt;

use self::tools::{SKILLS_MAX, TOOLS_MAX};
pub use self::{
    change::{AgentField, AgentPatch},
    emoji::Emoji,
    tools::{SkillName, ToolName, ToolPolicy, ToolProfile},
};
use crate::{AgentId, ProviderId, Timestamp};

/// The longest slug, in characters (OpenClaw's own limit for names of this kind).
const SLUG_MAX_CHARS: usize = 40;
/// The longest name, in characters.
const NAME_MAX_CHARS: usize = 64;
/// The longest personality, in characters: what OpenClaw takes of one prompt file.
const PERSONALITY_MAX_CHARS: usize = 20_000;
/// The most models that stand in for an agent's own: each is one more wait for whoever asks.
const FALLBACKS_MAX: usize = 5;

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
    /// Its picture, if it has one.
    pub emoji: Option<Emoji>,
    /// Who it is: instructions added to every prompt. May be empty.
    pub personality: String,
    /// The model that answers.
    pub model: ModelRef,
    /// The models that stand in when it does not, in this order.
    pub fallbacks: Vec<ModelRef>,
    /// Which tools it may use.
    pub tools: ToolPolicy,
    /// The skills of the image that it may use.
    pub skills: Vec<SkillName>,
    /// Whether it answers where no agent is named. Exactly one of an owner's agents is the default.
    pub is_default: bool,
    /// Counts its changes.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Agent {
    /// Every model that it may answer with, its own first.
    pub fn models(&self) -> impl Iterator<Item = &ModelRef> {
        std::iter::once(&self.model).chain(&self.fallbacks)
    }
}

/// The agent that answers where none is named.
pub fn default_agent(agents: &[Agent]) -> Option<&Agent> {
    agents.iter().find(|agent| agent.is_default).or_else(|| agents.first())
}

/// What a user says of an agent to add; checked by [`AgentDraft::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentDraft {
    /// See [`Agent::slug`].
    pub slug: AgentSlug,
    /// See [`Agent::name`].
    pub name: String,
    /// See [`Agent::emoji`].
    pub emoji: Option<Emoji>,
    /// See [`Agent::personality`].
    pub personality: String,
    /// See [`Agent::model`].
    pub model: ModelRef,
    /// See [`Agent::fallbacks`].
    pub fallbacks: Vec<ModelRef>,
    /// See [`Agent::tools`].
    pub tools: ToolPolicy,
    /// See [`Agent::skills`].
    pub skills: Vec<SkillName>,
    /// Whether it is to be the default; an owner's first agent is in any case.
    pub is_default: bool,
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
    /// The emoji is none, or more than one.
    #[error("emoji takes one emoji, such as 🧩, or nothing")]
    Emoji,
    /// More fallbacks than anybody would wait for.
    #[error("fallbacks takes at most {FALLBACKS_MAX} models: leave some out")]
    TooManyFallbacks,
    /// A fallback is there twice.
    #[error("fallbacks has the model {0:?} of one provider twice: leave one out")]
    FallbackTwice(String),
    /// A fallback is the agent's own model.
    #[error("fallbacks has the agent's own model {0:?}: leave it out, or choose another model")]
    FallbackIsPrimary(String),
    /// A tool's name is none.
    #[error(
        "tools has {0:?}, which is no name of a tool: it takes names such as exec, web_fetch or group:fs"
    )]
    Tool(String),
    /// More tools than there are.
    #[error("tools takes at most {TOOLS_MAX} names in each list: leave some out")]
    TooManyTools,
    /// A skill's name is none.
    #[error("skills has {0:?}, which is no name of a skill: it takes names such as github or weather")]
    Skill(String),
    /// More skills than there are.
    #[error("skills takes at most {SKILLS_MAX} names: leave some out")]
    TooManySkills,
    /// There would be no default.
    #[error("one of your agents is always the default: make another one the default instead")]
    NoDefault,
}

impl AgentDraft {
    /// A draft of what an agent cannot be without; it has no emoji, no fallbacks, every tool and no skill.
    pub fn new(slug: AgentSlug, name: String, personality: String, model: ModelRef) -> Self {
        Self {
            slug,
            name,
            emoji: None,
            personality,
            model,
            fallbacks: Vec::new(),
            tools: ToolPolicy::default(),
            skills: Vec::new(),
            is_default: false,
        }
    }

    /// The agent that comes of the draft.
    pub fn into_agent(self, id: AgentId, created_at: Timestamp) -> Agent {
        let Self { slug, name, emoji, personality, model, fallbacks, tools, skills, is_default } = self;
        let version = 1;
        Agent {
            id,
            slug,
            name,
            emoji,
            personality,
            model,
            fallbacks,
            tools,
            skills,
            is_default,
            version,
            created_at,
        }
    }

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
        check_fallbacks(&self.model, &self.fallbacks)?;
        self.tools.check()?;
        if self.skills.len() > SKILLS_MAX {
            return Err(AgentError::TooManySkills);
        }
        Ok(self)
    }
}

/// A fallback that was tried already only makes whoever asks wait.
fn check_fallbacks(primary: &ModelRef, fallbacks: &[ModelRef]) -> Result<(), AgentError> {
    if fallbacks.len() > FALLBACKS_MAX {
        return Err(AgentError::TooManyFallbacks);
    }
    for (place, fallback) in fallbacks.iter().enumerate() {
        if fallback == primary {
            return Err(AgentError::FallbackIsPrimary(fallback.model.clone()));
        }
        if fallbacks[..place].contains(fallback) {
            return Err(AgentError::FallbackTwice(fallback.model.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn model(provider: u8, model: &str) -> ModelRef {
        let provider = ProviderId::new(Timestamp::UNIX_EPOCH, [provider; 10]);
        ModelRef { provider, model: model.to_owned() }
    }

    pub(super) fn agent() -> Agent {
        let slug = AgentSlug::parse("main").unwrap();
        let draft = AgentDraft::new(slug, "Main".to_owned(), String::new(), model(1, "small"));
        draft.into_agent(AgentId::new(Timestamp::UNIX_EPOCH, [1; 10]), Timestamp::UNIX_EPOCH)
    }

    proptest! {
        #[test]
        fn no_model_is_asked_twice_for_one_answer(
            models in prop::collection::vec((0..3_u8, "[ab]"), 1..8)
        ) {
            let models: Vec<ModelRef> = models.iter().map(|(provider, name)| model(*provider, name)).collect();
            let (primary, fallbacks) = models.split_first().unwrap();
            let all_differ = (1..models.len()).all(|place| !models[..place].contains(&models[place]));
            let is_fine = fallbacks.len() <= FALLBACKS_MAX && all_differ;
            prop_assert_eq!(check_fallbacks(primary, fallbacks).is_ok(), is_fine);
        }
    }

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
        let slug = AgentSlug::parse("main").unwrap();
        let draft = AgentDraft::new(slug, " Ada ".to_owned(), String::new(), model(0, "m"));
        assert_eq!(draft.clone().check().unwrap().name, "Ada");
        for name in [" ", "a\0b", "a\nb"] {
            let nameless = AgentDraft { name: name.to_owned(), ..draft.clone() };
            assert_eq!(nameless.check(), Err(AgentError::Name), "{name:?}");
        }
        for personality in ["x".repeat(20_001), "a\0b".to_owned()] {
            let wordy = AgentDraft { personality, ..draft.clone() };
            assert_eq!(wordy.check(), Err(AgentError::Personality));
        }
        let lines = AgentDraft { personality: "one\n\ttwo".to_owned(), ..draft.clone() };
        assert!(lines.check().is_ok());
        let many = vec![ToolName::parse("exec").unwrap(); TOOLS_MAX + 1];
        let tools = ToolPolicy { deny: many, ..ToolPolicy::default() };
        assert_eq!(AgentDraft { tools, ..draft.clone() }.check(), Err(AgentError::TooManyTools));
        let skills = vec![SkillName::parse("github").unwrap(); SKILLS_MAX + 1];
        assert_eq!(AgentDraft { skills, ..draft }.check(), Err(AgentError::TooManySkills));
    }
}
