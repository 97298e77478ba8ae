//! Agents.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A model at one of the caller's providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelChoice {
    /// The provider's id.
    pub provider_id: String,
    /// The model's id there.
    pub model: String,
}

/// A set of tools that the gateway knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ToolProfileBody {
    /// Next to nothing.
    Minimal,
    /// Files, a shell, the web, sessions and memory.
    Coding,
    /// Sending messages, and little else.
    Messaging,
    /// Everything there is.
    #[default]
    Full,
}

/// Which tools an agent may use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ToolPolicyBody {
    /// To begin with.
    pub profile: ToolProfileBody,
    /// Tools, such as `web_fetch`, and groups of tools, such as `group:fs`, besides those of the profile.
    pub allow: Vec<String>,
    /// Tools and groups of tools that it may not use, whatever else is said.
    pub deny: Vec<String>,
}

/// An agent to add.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAgent {
    /// Its name in requests: `a`–`z`, `0`–`9` and inner hyphens. It stays.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its picture: one emoji, or nothing.
    #[serde(default)]
    pub emoji: String,
    /// Who it is; added to every prompt.
    #[serde(default)]
    pub personality: String,
    /// The id of the provider that answers for it.
    pub provider_id: String,
    /// The model there.
    pub model: String,
    /// Models that stand in when that one does not answer, in this order.
    #[serde(default)]
    pub fallbacks: Vec<ModelChoice>,
    /// Which tools it may use; every one where nothing is said.
    #[serde(default)]
    pub tools: ToolPolicyBody,
    /// The skills of the image that it may use, by name; none where nothing is said.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Whether it is to answer where no agent is named. One's first agent does in any case.
    #[serde(default)]
    pub is_default: bool,
}

/// A change to an agent; what is not named stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeAgent {
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its picture: one emoji; an empty text takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// Who it is; added to every prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personality: Option<String>,
    /// The id of the provider that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The model there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// All the models that stand in, in this order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallbacks: Option<Vec<ModelChoice>>,
    /// Which tools it may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<ToolPolicyBody>,
    /// All the skills that it may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<String>>,
    /// `true` makes it answer where no agent is named, in place of the one that did. `false` is refused for that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_default: Option<bool>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AgentBody {
    /// Its id.
    pub id: String,
    /// Its name in requests.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its picture; empty where it has none.
    pub emoji: String,
    /// Who it is.
    pub personality: String,
    /// The id of the provider that answers for it.
    pub provider_id: String,
    /// The model there.
    pub model: String,
    /// The models that stand in, in this order.
    pub fallbacks: Vec<ModelChoice>,
    /// Which tools it may use.
    pub tools: ToolPolicyBody,
    /// The skills that it may use.
    pub skills: Vec<String>,
    /// Whether it answers where no agent is named. One of the caller's agents does.
    pub is_default: bool,
    /// Counts its changes; the same number stands in the `ETag`.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// The caller's agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AgentList {
    /// Oldest first.
    pub agents: Vec<AgentBody>,
}
