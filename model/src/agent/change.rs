//! A change to an agent: what its owner wants otherwise, and what that comes to.

use super::{Agent, AgentDraft, AgentError, Emoji, ModelRef, SkillName, ToolPolicy};
use crate::ProviderId;

/// What can be changed of an agent. Its short name cannot: it names the agent's files and conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AgentField {
    /// Its name.
    Name,
    /// Its emoji.
    Emoji,
    /// Its personality.
    Personality,
    /// The model that answers.
    Model,
    /// The models that stand in.
    Fallbacks,
    /// Its tools.
    Tools,
    /// Its skills.
    Skills,
    /// Whether it is its owner's default.
    IsDefault,
}

impl AgentField {
    /// Every field.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Emoji,
        Self::Personality,
        Self::Model,
        Self::Fallbacks,
        Self::Tools,
        Self::Skills,
        Self::IsDefault,
    ];

    /// Its name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Emoji => "emoji",
            Self::Personality => "personality",
            Self::Model => "model",
            Self::Fallbacks => "fallbacks",
            Self::Tools => "tools",
            Self::Skills => "skills",
            Self::IsDefault => "is_default",
        }
    }
}

/// What to change; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentPatch {
    /// See [`Agent::name`].
    pub name: Option<String>,
    /// See [`Agent::emoji`]; `Some(None)` takes it away.
    pub emoji: Option<Option<Emoji>>,
    /// See [`Agent::personality`].
    pub personality: Option<String>,
    /// The provider of [`Agent::model`].
    pub provider: Option<ProviderId>,
    /// The model's id there.
    pub model: Option<String>,
    /// See [`Agent::fallbacks`].
    pub fallbacks: Option<Vec<ModelRef>>,
    /// See [`Agent::tools`].
    pub tools: Option<ToolPolicy>,
    /// See [`Agent::skills`].
    pub skills: Option<Vec<SkillName>>,
    /// Whether it is to be the default.
    pub is_default: Option<bool>,
}

impl AgentPatch {
    /// The agent after the change, and the fields that have another value then.
    ///
    /// # Errors
    /// [`AgentError`], as for a draft, or where the default would be taken from it without another to have it.
    pub fn apply(self, old: &Agent) -> Result<(Agent, Vec<AgentField>), AgentError> {
        if old.is_default && self.is_default == Some(false) {
            return Err(AgentError::NoDefault);
        }
        let draft = AgentDraft {
            slug: old.slug.clone(),
            name: self.name.unwrap_or_else(|| old.name.clone()),
            emoji: self.emoji.unwrap_or_else(|| old.emoji.clone()),
            personality: self.personality.unwrap_or_else(|| old.personality.clone()),
            model: ModelRef {
                provider: self.provider.unwrap_or(old.model.provider),
                model: self.model.unwrap_or_else(|| old.model.model.clone()),
            },
            fallbacks: self.fallbacks.unwrap_or_else(|| old.fallbacks.clone()),
            tools: self.tools.unwrap_or_else(|| old.tools.clone()),
            skills: self.skills.unwrap_or_else(|| old.skills.clone()),
            is_default: self.is_default.unwrap_or(old.is_default),
        };
        let new = draft.check()?.into_agent(old.id, old.created_at);
        let new = Agent { version: old.version, ..new };
        let changed = differences(old, &new);
        Ok((new, changed))
    }
}

fn differences(old: &Agent, new: &Agent) -> Vec<AgentField> {
    let differs = |field: &AgentField| match field {
        AgentField::Name => new.name != old.name,
        AgentField::Emoji => new.emoji != old.emoji,
        AgentField::Personality => new.personality != old.personality,
        AgentField::Model => new.model != old.model,
        AgentField::Fallbacks => new.fallbacks != old.fallbacks,
        AgentField::Tools => new.tools != old.tools,
        AgentField::Skills => new.skills != old.skills,
        AgentField::IsDefault => new.is_default != old.is_default,
    };
    AgentField::ALL.into_iter().filter(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tests::{agent, model};

    #[test]
    fn a_change_says_what_it_changed_and_leaves_the_rest() {
        let patch = AgentPatch {
            name: Some(" Ada ".to_owned()),
            emoji: Some(Some(Emoji::parse("🧩").unwrap())),
            model: Some("large".to_owned()),
            personality: Some("Dry wit.".to_owned()),
            ..AgentPatch::default()
        };
        let old = Agent { name: "Main".to_owned(), personality: "Dry wit.".to_owned(), ..agent() };
        let (new, changed) = patch.apply(&old).unwrap();
        assert_eq!(changed, [AgentField::Name, AgentField::Emoji, AgentField::Model]);
        assert_eq!((new.name.as_str(), &new.model), ("Ada", &model(1, "large")));
        let undone = Agent { name: old.name.clone(), emoji: None, model: old.model.clone(), ..new };
        assert_eq!(undone, old);
        assert_eq!(AgentPatch::default().apply(&old).unwrap(), (old, vec![]));
    }

    #[test]
    fn the_default_is_passed_on_and_never_given_away() {
        let to = |is_default| AgentPatch { is_default: Some(is_default), ..AgentPatch::default() };
        let (default, other) =
            (Agent { is_default: true, ..agent() }, Agent { is_default: false, ..agent() });
        assert_eq!(to(false).apply(&default), Err(AgentError::NoDefault));
        assert_eq!(to(true).apply(&default).unwrap().1, []);
        assert_eq!(to(true).apply(&other).unwrap().1, [AgentField::IsDefault]);
        assert_eq!(to(false).apply(&other).unwrap().1, []);
    }

    #[test]
    fn a_model_that_is_moved_onto_its_own_fallback_is_refused() {
        let old = Agent { fallbacks: vec![model(2, "large")], ..agent() };
        let patch = AgentPatch {
            provider: Some(model(2, "large").provider),
            model: Some("large".to_owned()),
            ..AgentPatch::default()
        };
        assert_eq!(patch.apply(&old), Err(AgentError::FallbackIsPrimary("large".to_owned())));
    }
}
