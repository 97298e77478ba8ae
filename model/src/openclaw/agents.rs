//! The agents in `openclaw.json`, and what they may use.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{AssemblyError, AssemblyInput, WORKSPACES, literal::literal};
use crate::{Agent, ModelRef, SkillName, ToolPolicy};

pub(super) fn entries(input: &AssemblyInput) -> Result<Map<String, Value>, AssemblyError> {
    input.agents.iter().map(|one| Ok((one.slug.to_string(), agent(input, one)?))).collect()
}

fn agent(input: &AssemblyInput, agent: &Agent) -> Result<Value, AssemblyError> {
    let name = literal(&agent.name);
    let mut entry = json!({
        "name": name,
        "model": models(input, agent)?,
        "identity": { "name": name },
        "workspace": format!("{WORKSPACES}/{}", agent.slug),
    });
    if let Some(emoji) = &agent.emoji {
        entry["identity"]["emoji"] = json!(emoji.as_str());
    }
    if !agent.tools.is_open() {
        entry["tools"] = tools(&agent.tools);
    }
    if !agent.skills.is_empty() {
        entry["skills"] = json!(agent.skills);
    }
    Ok(entry)
}

fn models(input: &AssemblyInput, agent: &Agent) -> Result<Value, AssemblyError> {
    let primary = model_name(input, agent, &agent.model)?;
    if agent.fallbacks.is_empty() {
        return Ok(json!(primary));
    }
    let fallbacks = agent.fallbacks.iter().map(|it| model_name(input, agent, it));
    Ok(json!({ "primary": primary, "fallbacks": fallbacks.collect::<Result<Vec<_>, _>>()? }))
}

pub(super) fn model_name(
    input: &AssemblyInput,
    agent: &Agent,
    model: &ModelRef,
) -> Result<String, AssemblyError> {
    let known =
        input.providers.iter().find(|(provider, _)| provider.id == model.provider && provider.enabled);
    let (provider, _) = known.ok_or_else(|| AssemblyError::DanglingModel(agent.slug.to_string()))?;
    Ok(format!("{}/{}", provider.config_id(), literal(&model.model)))
}

/// The gateway takes `allow` for all there is, and `alsoAllow` for what is added to a profile.
fn tools(policy: &ToolPolicy) -> Value {
    let mut tools = json!({ "profile": policy.profile.as_str() });
    if !policy.allow.is_empty() {
        tools["alsoAllow"] = json!(policy.allow);
    }
    if !policy.deny.is_empty() {
        tools["deny"] = json!(policy.deny);
    }
    tools
}

/// The image's own skills that any of the agents may use; each has in its entry which. An empty list would let all in.
pub(super) fn bundled_skills(agents: &[Agent]) -> Vec<&str> {
    let wanted: BTreeSet<&str> =
        agents.iter().flat_map(|agent| &agent.skills).map(SkillName::as_str).collect();
    if wanted.is_empty() { vec!["none"] } else { wanted.into_iter().collect() }
}
