//! `openclaw.json`, assembled from what the database holds.
//!
//! Quiet by design: nothing here lets a cell spend tokens that nobody asked for, but for the gateway's
//! own resuming of a turn that a crash cut short.

mod agents;
mod literal;
mod restart_parts;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

pub(crate) use self::restart_parts::Distance;
pub use self::restart_parts::{RestartParts, Wanted};
use self::{
    agents::{bundled_skills, entries, model_name},
    literal::literal,
};
use crate::{Agent, ApiKind, InputKind, Provider, ProviderModel, Secret, agent::default_agent};

/// Where the gateway listens inside the cell.
const GATEWAY_PORT: u16 = 18_789;
/// Where agents keep their files inside the cell.
const WORKSPACES: &str = "/home/node/.openclaw/workspaces";
/// Where our own gateway plugin lies in the agent image.
const PLUGIN_PATH: &str = "/opt/mosaic/plugins/mosaic";
/// What a model may read and write where its provider says nothing. Tokens.
const CONTEXT_WINDOW: u32 = 128_000;
const MAX_OUTPUT: u32 = 8_192;
/// Stands where a key would: the gateway asks for one, and a server that needs none takes anything.
const NO_KEY: &str = "no-key-needed";

/// A provider's key: the key itself for the cell, a reference for the record of revisions.
#[derive(Debug, Clone)]
pub enum ProviderCredential {
    /// The key, for the owner's own cell.
    Key(Secret<String>),
    /// Which key it was, without the key.
    Version(i64),
    /// It has none.
    None,
}

/// What a cell's configuration is made of.
#[derive(Debug, Clone, Default)]
pub struct AssemblyInput {
    /// The owner's agents.
    pub agents: Vec<Agent>,
    /// The owner's providers, each with its credential; those that are switched off count as not there.
    pub providers: Vec<(Provider, ProviderCredential)>,
}

/// Why no configuration can be made: the owner has to set something up first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssemblyError {
    /// No provider.
    #[error("no model provider is set up yet: add one first")]
    NoProvider,
    /// No agent.
    #[error("no agent is set up yet: add one first")]
    NoAgent,
    /// An agent's model is at a provider that is gone or switched off.
    #[error("the agent {0:?} uses a provider that is gone or switched off: choose another model for it")]
    DanglingModel(String),
}

/// Identifies a configuration: equal documents have equal fingerprints. Hexadecimal SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Reads a fingerprint back from where it was stored.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Fingerprints a document. Keys are sorted, so the order in which it was made does not matter.
pub fn config_fingerprint(document: &Value) -> Fingerprint {
    Fingerprint(hex::encode(Sha256::digest(document.to_string().as_bytes())))
}

/// Assembles the whole document.
///
/// # Errors
/// [`AssemblyError`] where a provider or an agent is missing, or an agent's provider is gone.
pub fn assemble(input: &AssemblyInput) -> Result<Value, AssemblyError> {
    let default = default_agent(&input.agents).ok_or(AssemblyError::NoAgent)?;
    if !input.providers.iter().any(|(provider, _)| provider.enabled) {
        return Err(AssemblyError::NoProvider);
    }
    Ok(json!({
        "gateway": gateway(),
        "models": {
            "mode": "replace",
            "catalogRefresh": { "enabled": false },
            "providers": providers(input),
        },
        "agents": {
            "ownership": "explicit",
            "defaults": {
                "model": { "primary": model_name(input, default, &default.model)? },
                "utilityModel": "",
                "heartbeat": { "every": "0m" },
                "skipBootstrap": true,
                "skills": [],
                "systemAgent": { "agentId": default.slug.as_str() },
            },
            "entries": entries(input)?,
        },
        "plugins": plugins(input),
        "skills": {
            "allowBundled": bundled_skills(&input.agents),
            "load": { "watch": false },
            "workshop": { "autonomous": { "mode": "off" } },
        },
        "cron": { "enabled": false },
        "discovery": { "mdns": { "mode": "off" } },
        "update": { "checkOnStart": false },
        "telemetry": { "enabled": false },
        "browser": { "enabled": false },
        "logging": {
            "consoleStyle": "json",
            "consoleLevel": "warn",
            "level": "warn",
            "file": "/tmp/openclaw.log",
        },
    }))
}

/// Only HTTP, only with the token; no user interface, no terminal.
fn gateway() -> Value {
    json!({
        "mode": "local",
        "port": GATEWAY_PORT,
        "bind": "lan",
        "auth": { "mode": "token" },
        "controlUi": { "enabled": false },
        "cliAgents": { "enabled": false },
        "terminal": { "enabled": false },
        "http": { "endpoints": { "chatCompletions": { "enabled": true }, "responses": { "enabled": false } } },
    })
}

fn providers(input: &AssemblyInput) -> Map<String, Value> {
    let one = |(provider, credential): &(Provider, ProviderCredential)| {
        let models: Vec<Value> = provider.models.iter().map(|it| model(provider.kind, it)).collect();
        let (url, key) = (base_url(provider), api_key(provider, credential));
        let entry = json!({ "baseUrl": url, "apiKey": key, "api": provider.kind.as_str(), "models": models });
        (provider.config_id(), entry)
    };
    input.providers.iter().filter(|(provider, _)| provider.enabled).map(one).collect()
}

/// A provider's address, as the document has it.
pub(crate) fn base_url(provider: &Provider) -> String {
    literal(&provider.base_url)
}

/// A provider's key or the reference to it, as the document has it.
pub(crate) fn api_key(provider: &Provider, credential: &ProviderCredential) -> String {
    match credential {
        ProviderCredential::Key(key) => literal(key.expose()),
        ProviderCredential::Version(version) => format!("key:{}:{version}", provider.id),
        ProviderCredential::None => NO_KEY.to_owned(),
    }
}

fn model(kind: ApiKind, model: &ProviderModel) -> Value {
    let ProviderModel { id, facts } = model;
    let id = literal(id);
    let input = if facts.input.is_empty() { json!([InputKind::Text]) } else { json!(facts.input) };
    let mut entry = json!({
        "id": id,
        "name": facts.name.as_deref().map_or_else(|| id.clone(), literal),
        "input": input,
        "contextWindow": facts.context_window.unwrap_or(CONTEXT_WINDOW),
        "maxTokens": facts.max_tokens.unwrap_or(MAX_OUTPUT),
    });
    if kind == ApiKind::OpenaiCompletions {
        // Without this the gateway reports no usage for providers it does not know.
        entry["compat"] = json!({ "supportsUsageInStreaming": true });
    }
    entry
}

fn plugins(input: &AssemblyInput) -> Value {
    let personas: BTreeMap<&str, String> = input
        .agents
        .iter()
        .filter(|agent| !agent.personality.is_empty())
        .map(|agent| (agent.slug.as_str(), literal(&agent.personality)))
        .collect();
    json!({
        "allow": ["memory-core", "admin-http-rpc", "mosaic"],
        "load": { "paths": [PLUGIN_PATH] },
        "entries": {
            "memory-core": { "config": { "dreaming": { "enabled": false } } },
            "admin-http-rpc": { "enabled": true },
            "mosaic": {
                "enabled": true,
                // Without this the gateway does not let a plugin add to a prompt.
                "hooks": { "allowConversationAccess": true },
                "config": { "personas": personas },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Emoji, ModelRef, SkillName, ToolName, ToolPolicy, ToolProfile, fixture};

    fn provider(kind: ApiKind, seed: u8) -> Provider {
        Provider { kind, ..fixture::provider(seed) }
    }

    fn agent(slug: &str, provider: &Provider, personality: &str) -> Agent {
        fixture::agent(slug, slug.to_uppercase(), personality.to_owned(), provider)
    }

    pub(super) fn input(credential: &ProviderCredential) -> AssemblyInput {
        let (one, two) = (provider(ApiKind::OpenaiCompletions, 1), provider(ApiKind::AnthropicMessages, 2));
        AssemblyInput {
            agents: vec![agent("main", &one, "Dry wit."), agent("coder", &two, "")],
            providers: vec![(one, credential.clone()), (two, credential.clone())],
        }
    }

    #[test]
    fn the_document_is_the_golden_one() {
        let key = ProviderCredential::Key(Secret::new("sk-test".to_owned()));
        insta::assert_json_snapshot!(assemble(&input(&key)).expect("complete"));
    }

    #[test]
    fn whatever_an_agent_may_have_is_in_its_entry() {
        let mut input = input(&ProviderCredential::Version(1));
        let (main, coder) = (input.agents[0].model.clone(), &mut input.agents[1]);
        coder.emoji = Some(Emoji::parse("🧩").expect("one"));
        coder.fallbacks = vec![main, ModelRef { model: "large".to_owned(), ..coder.model.clone() }];
        coder.tools = ToolPolicy {
            profile: ToolProfile::Coding,
            allow: vec![ToolName::parse("image").expect("plain")],
            deny: vec![ToolName::parse("group:runtime").expect("plain")],
        };
        coder.skills = vec![SkillName::parse("weather").expect("plain")];
        coder.is_default = true;
        let document = assemble(&input).expect("complete");
        insta::assert_json_snapshot!(document["agents"]);
        assert_eq!(document["skills"]["allowBundled"], json!(["weather"]));
    }

    #[test]
    fn a_fallback_at_a_provider_that_is_gone_is_told_like_a_model() {
        let mut input = input(&ProviderCredential::Version(1));
        input.agents[0].fallbacks = vec![input.agents[1].model.clone()];
        input.agents.pop();
        input.providers.pop();
        assert_eq!(assemble(&input), Err(AssemblyError::DanglingModel("main".to_owned())));
    }

    #[test]
    fn a_recorded_revision_holds_no_key_and_tells_keys_apart() {
        let first = assemble(&input(&ProviderCredential::Version(1))).expect("complete");
        let second = assemble(&input(&ProviderCredential::Version(2))).expect("complete");
        assert!(!first.to_string().contains("sk-test"));
        assert_ne!(config_fingerprint(&first), config_fingerprint(&second));
        assert_eq!(config_fingerprint(&first), config_fingerprint(&first.clone()));
    }

    #[test]
    fn what_cannot_be_assembled_is_wanted_all_the_same_and_differs_from_every_document() {
        let complete = input(&ProviderCredential::Version(1));
        let nothing = AssemblyInput::default();
        let penniless = AssemblyInput { providers: vec![], ..complete.clone() };
        assert_eq!(Wanted::of(&nothing).fingerprint, Wanted::of(&penniless).fingerprint);
        assert_ne!(Wanted::of(&nothing), Wanted::of(&complete));
        let document = assemble(&complete).expect("complete");
        assert_eq!(Wanted::of(&complete).fingerprint, config_fingerprint(&document));
    }

    #[test]
    fn a_provider_that_is_switched_off_is_as_good_as_not_there() {
        let mut input = input(&ProviderCredential::Version(1));
        input.providers[1].0.enabled = false;
        assert_eq!(assemble(&input), Err(AssemblyError::DanglingModel("coder".to_owned())));
        input.agents.pop();
        let document = assemble(&input).expect("complete");
        let providers = document["models"]["providers"].as_object().expect("an object");
        assert_eq!(providers.keys().collect::<Vec<_>>(), [&input.providers[0].0.config_id()]);
        input.providers[0].0.enabled = false;
        assert_eq!(assemble(&input), Err(AssemblyError::NoProvider));
    }

    #[test]
    fn what_is_known_of_a_model_and_a_missing_key_reach_the_gateway() {
        let mut input = input(&ProviderCredential::None);
        input.providers[0].0.models[0].facts = crate::ModelFacts {
            name: Some("Small one".to_owned()),
            context_window: Some(32_000),
            max_tokens: Some(2_000),
            input: vec![InputKind::Text, InputKind::Image],
        };
        let document = assemble(&input).expect("complete");
        let provider = &document["models"]["providers"][input.providers[0].0.config_id()];
        assert_eq!(provider["apiKey"], NO_KEY);
        let expected = json!({ "id": "small", "name": "Small one", "input": ["text", "image"],
            "contextWindow": 32_000, "maxTokens": 2_000, "compat": { "supportsUsageInStreaming": true } });
        assert_eq!(provider["models"][0], expected);
    }

    #[test]
    fn what_is_missing_is_named() {
        let complete = input(&ProviderCredential::Version(1));
        let agentless = AssemblyInput { agents: vec![], ..complete.clone() };
        assert_eq!(assemble(&agentless), Err(AssemblyError::NoAgent));
        let penniless = AssemblyInput { providers: vec![], ..complete.clone() };
        assert_eq!(assemble(&penniless), Err(AssemblyError::NoProvider));
        let mut dangling = complete;
        dangling.providers.remove(1);
        assert_eq!(assemble(&dangling), Err(AssemblyError::DanglingModel("coder".to_owned())));
    }
}
