//! Agents.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An agent to add.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAgent {
    /// Its name in requests: `a`–`z`, `0`–`9` and inner hyphens.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Who it is; added to every prompt.
    #[serde(default)]
    pub personality: String,
    /// The id of the provider that answers for it.
    pub provider_id: String,
    /// The model there.
    pub model: String,
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
    /// Who it is.
    pub personality: String,
    /// The id of the provider that answers for it.
    pub provider_id: String,
    /// The model there.
    pub model: String,
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
