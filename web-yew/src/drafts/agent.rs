//! An agent that is being made or changed.

use mosaic_api::{AgentBody, ChangeAgent, ModelChoice, NewAgent, ToolPolicyBody, ToolProfileBody};

use super::Difference;

/// The most models that the server takes as stand-ins.
pub(crate) const FALLBACKS_MAX: usize = 5;
/// The longest name in requests that the server takes. Characters.
const SLUG_CHARS_MAX: usize = 40;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AgentEdit {
    pub(crate) name: String,
    pub(crate) emoji: String,
    pub(crate) personality: String,
    /// None until there is a provider to choose from.
    pub(crate) model: Option<ModelChoice>,
    /// What stands in, in this order.
    pub(crate) fallbacks: Vec<ModelChoice>,
    pub(crate) profile: ToolProfileBody,
    /// Tools besides those of the profile, and without; as they are typed.
    pub(crate) allow: String,
    pub(crate) deny: String,
    /// As they are typed.
    pub(crate) skills: String,
    pub(crate) is_default: bool,
}

impl AgentEdit {
    pub(crate) fn of(saved: &AgentBody) -> Self {
        let model = ModelChoice { provider_id: saved.provider_id.clone(), model: saved.model.clone() };
        Self {
            name: saved.name.clone(),
            emoji: saved.emoji.clone(),
            personality: saved.personality.clone(),
            model: Some(model),
            fallbacks: saved.fallbacks.clone(),
            profile: saved.tools.profile,
            allow: saved.tools.allow.join(", "),
            deny: saved.tools.deny.join(", "),
            skills: saved.skills.join(", "),
            is_default: saved.is_default,
        }
    }

    /// What differs from what is saved; nothing else is sent.
    pub(crate) fn to_change(&self, saved: &AgentBody) -> ChangeAgent {
        let before = Self::of(saved);
        let model = self.model.as_ref().filter(|model| Some(*model) != before.model.as_ref());
        let tools = self.tools();
        let text = |mine: &str, theirs: &str| (mine.trim() != theirs).then(|| mine.trim().to_owned());
        ChangeAgent {
            name: text(&self.name, &before.name),
            emoji: text(&self.emoji, &before.emoji),
            personality: text(&self.personality, &before.personality),
            provider_id: model.map(|model| model.provider_id.clone()),
            model: model.map(|model| model.model.clone()),
            fallbacks: (self.fallbacks != before.fallbacks).then(|| self.fallbacks.clone()),
            tools: (tools != saved.tools).then_some(tools),
            skills: (self.skills != before.skills).then(|| words(&self.skills)),
            is_default: (self.is_default != before.is_default).then_some(self.is_default),
        }
    }

    /// What to add; none while there is no model.
    pub(crate) fn to_new(&self) -> Option<NewAgent> {
        let ModelChoice { provider_id, model } = self.model.clone()?;
        Some(NewAgent {
            slug: slug(&self.name),
            name: self.name.trim().to_owned(),
            emoji: self.emoji.trim().to_owned(),
            personality: self.personality.trim().to_owned(),
            provider_id,
            model,
            fallbacks: self.fallbacks.clone(),
            tools: self.tools(),
            skills: words(&self.skills),
            is_default: self.is_default,
        })
    }

    /// What is wrong with the name and with the model.
    pub(crate) fn faults(&self) -> [Option<&'static str>; 2] {
        let unnamed = self.name.trim().is_empty();
        [unnamed.then_some("Give it a name"), self.model.is_none().then_some("Choose a model")]
    }

    /// Where this and what somebody else has saved meanwhile are not the same.
    pub(crate) fn differences(&self, theirs: &AgentBody) -> Vec<Difference> {
        let theirs = Self::of(theirs);
        let model = |choice: &ModelChoice| choice.model.clone();
        let models = |choices: &[ModelChoice]| choices.iter().map(model).collect::<Vec<_>>().join(", ");
        let on = |on| if on { "yes" } else { "no" }.to_owned();
        let all = [
            ("Name", self.name.trim().to_owned(), theirs.name),
            ("Emoji", self.emoji.trim().to_owned(), theirs.emoji),
            ("Personality", self.personality.trim().to_owned(), theirs.personality),
            (
                "Model",
                self.model.as_ref().map(model).unwrap_or_default(),
                theirs.model.as_ref().map(model).unwrap_or_default(),
            ),
            ("Stand-ins", models(&self.fallbacks), models(&theirs.fallbacks)),
            ("Tools", profile_name(self.profile).to_owned(), profile_name(theirs.profile).to_owned()),
            ("Tools besides", self.allow.clone(), theirs.allow),
            ("Tools without", self.deny.clone(), theirs.deny),
            ("Skills", self.skills.clone(), theirs.skills),
            ("Answers by default", on(self.is_default), on(theirs.is_default)),
        ];
        all.into_iter().filter_map(|(what, mine, theirs)| Difference::between(what, mine, theirs)).collect()
    }

    fn tools(&self) -> ToolPolicyBody {
        ToolPolicyBody { profile: self.profile, allow: words(&self.allow), deny: words(&self.deny) }
    }
}

/// The profiles of tools, the least first.
pub(crate) const PROFILES: [ToolProfileBody; 4] =
    [ToolProfileBody::Minimal, ToolProfileBody::Messaging, ToolProfileBody::Coding, ToolProfileBody::Full];

pub(crate) const fn profile_name(profile: ToolProfileBody) -> &'static str {
    match profile {
        ToolProfileBody::Minimal => "Next to none",
        ToolProfileBody::Messaging => "Messages",
        ToolProfileBody::Coding => "Files, a shell, the web and memory",
        ToolProfileBody::Full => "Everything there is",
    }
}

/// A name for requests, made of a name for people.
pub(crate) fn slug(name: &str) -> String {
    let letters = name.trim().to_lowercase();
    let letters = letters.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' });
    let slug =
        letters.collect::<String>().split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let slug: String = slug.chars().take(SLUG_CHARS_MAX).collect();
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "agent".to_owned() } else { slug.to_owned() }
}

fn words(text: &str) -> Vec<String> {
    text.split([',', ' ', '\n']).map(str::trim).filter(|it| !it.is_empty()).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn saved() -> AgentBody {
        AgentBody {
            id: "a".to_owned(),
            slug: "ada".to_owned(),
            name: "Ada".to_owned(),
            emoji: String::new(),
            personality: "Dry wit.".to_owned(),
            provider_id: "p".to_owned(),
            model: "m".to_owned(),
            fallbacks: Vec::new(),
            tools: ToolPolicyBody::default(),
            skills: Vec::new(),
            is_default: true,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let mut edit = AgentEdit::of(&saved());
        assert_eq!(
            serde_json::to_value(edit.to_change(&saved())).expect("plain data"),
            serde_json::json!({})
        );
        edit.name = " Eve ".to_owned();
        edit.deny = "exec, group:web".to_owned();
        let change = edit.to_change(&saved());
        assert_eq!((change.name.as_deref(), change.model), (Some("Eve"), None));
        assert_eq!(
            change.tools.map(|tools| tools.deny),
            Some(vec!["exec".to_owned(), "group:web".to_owned()])
        );
    }

    #[test]
    fn a_name_for_requests_is_made_of_any_name() {
        assert_eq!(["Ada Lovelace!", "Zoë", "…", "-x-"].map(slug), ["ada-lovelace", "zo", "agent", "x"]);
        assert!(slug(&"a-".repeat(60)).len() <= SLUG_CHARS_MAX);
    }

    #[test]
    fn two_edits_are_told_apart_field_by_field() {
        let mut edit = AgentEdit::of(&saved());
        edit.personality = "Warm.".to_owned();
        let found = edit.differences(&AgentBody { personality: "Terse.".to_owned(), ..saved() });
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].what.as_str(), found[0].theirs.as_str()), ("Personality", "Terse."));
    }
}
