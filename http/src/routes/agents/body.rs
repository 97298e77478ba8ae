//! Between the rules' types and the wire's.

use mosaic_api::{AgentBody, ChangeAgent, Code, ModelChoice, NewAgent, ToolPolicyBody, ToolProfileBody};
use mosaic_model::{
    Agent, AgentDraft, AgentError, AgentPatch, AgentSlug, Emoji, ModelRef, ProviderId, SkillName, ToolName,
    ToolPolicy, ToolProfile,
};

use crate::failure::{Failure, sentence};

pub(super) fn draft(new: NewAgent) -> Result<AgentDraft, Failure> {
    let NewAgent { slug, name, emoji, personality, provider_id, model, fallbacks, tools, skills, is_default } =
        new;
    Ok(AgentDraft {
        slug: AgentSlug::parse(&slug).map_err(|error| refused(&error))?,
        name,
        emoji: self::emoji(&emoji)?,
        personality,
        model: ModelRef { provider: provider("provider_id", &provider_id)?, model },
        fallbacks: choices(fallbacks)?,
        tools: policy(&tools)?,
        skills: self::skills(&skills)?,
        is_default,
    })
}

pub(super) fn patch(change: ChangeAgent) -> Result<AgentPatch, Failure> {
    Ok(AgentPatch {
        name: change.name,
        emoji: change.emoji.map(|it| emoji(&it)).transpose()?,
        personality: change.personality,
        provider: change.provider_id.map(|id| provider("provider_id", &id)).transpose()?,
        model: change.model,
        fallbacks: change.fallbacks.map(choices).transpose()?,
        tools: change.tools.map(|tools| policy(&tools)).transpose()?,
        skills: change.skills.map(|names| skills(&names)).transpose()?,
        is_default: change.is_default,
    })
}

pub(crate) fn body(agent: Agent) -> AgentBody {
    AgentBody {
        id: agent.id.to_string(),
        slug: agent.slug.to_string(),
        name: agent.name,
        emoji: agent.emoji.map(|emoji| emoji.to_string()).unwrap_or_default(),
        personality: agent.personality,
        provider_id: agent.model.provider.to_string(),
        model: agent.model.model,
        fallbacks: agent.fallbacks.into_iter().map(choice).collect(),
        tools: policy_body(agent.tools),
        skills: agent.skills.into_iter().map(String::from).collect(),
        is_default: agent.is_default,
        version: agent.version,
        created_at: agent.created_at,
    }
}

fn refused(error: &AgentError) -> Failure {
    Failure::new(Code::Invalid, sentence(error))
}

fn emoji(text: &str) -> Result<Option<Emoji>, Failure> {
    (!text.is_empty()).then(|| Emoji::parse(text)).transpose().map_err(|error| refused(&error))
}

fn provider(field: &str, id: &str) -> Result<ProviderId, Failure> {
    id.parse().ok().ok_or_else(|| Failure::new(Code::Invalid, format!("{field} names no provider of yours.")))
}

fn choices(choices: Vec<ModelChoice>) -> Result<Vec<ModelRef>, Failure> {
    let model = |choice: ModelChoice| {
        let provider = provider("fallbacks: provider_id", &choice.provider_id)?;
        Ok(ModelRef { provider, model: choice.model })
    };
    choices.into_iter().map(model).collect()
}

fn choice(model: ModelRef) -> ModelChoice {
    ModelChoice { provider_id: model.provider.to_string(), model: model.model }
}

fn policy(policy: &ToolPolicyBody) -> Result<ToolPolicy, Failure> {
    let names = |names: &[String]| names.iter().map(|name| ToolName::parse(name)).collect::<Result<_, _>>();
    let profile = match policy.profile {
        ToolProfileBody::Minimal => ToolProfile::Minimal,
        ToolProfileBody::Coding => ToolProfile::Coding,
        ToolProfileBody::Messaging => ToolProfile::Messaging,
        ToolProfileBody::Full => ToolProfile::Full,
    };
    let (allow, deny) = (
        names(&policy.allow).map_err(|error| refused(&error))?,
        names(&policy.deny).map_err(|error| refused(&error))?,
    );
    Ok(ToolPolicy { profile, allow, deny })
}

fn policy_body(policy: ToolPolicy) -> ToolPolicyBody {
    let profile = match policy.profile {
        ToolProfile::Minimal => ToolProfileBody::Minimal,
        ToolProfile::Coding => ToolProfileBody::Coding,
        ToolProfile::Messaging => ToolProfileBody::Messaging,
        ToolProfile::Full => ToolProfileBody::Full,
    };
    let names = |names: Vec<ToolName>| names.into_iter().map(String::from).collect();
    ToolPolicyBody { profile, allow: names(policy.allow), deny: names(policy.deny) }
}

fn skills(names: &[String]) -> Result<Vec<SkillName>, Failure> {
    names.iter().map(|name| SkillName::parse(name)).collect::<Result<_, _>>().map_err(|error| refused(&error))
}
