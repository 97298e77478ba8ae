//! Agents of the fleet's own.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{CellBody, NewProvider, ProviderBody};

/// An agent of the fleet's own to declare.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeclareSystemAgent {
    /// Its name for people.
    pub name: String,
    /// Who it is; added to every prompt.
    #[serde(default)]
    pub personality: String,
    /// The id of one of its provider's models.
    pub model: String,
    /// Whether it is awake without being asked anything, and does not sleep.
    #[serde(default)]
    pub always_on: bool,
    /// The account that pays for it, its alone.
    pub provider: NewProvider,
}

/// An agent of the fleet's own as it is to be from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaceSystemAgent {
    /// Its name for people.
    pub name: String,
    /// Who it is; added to every prompt.
    pub personality: String,
    /// The id of one of its provider's models.
    pub model: String,
    /// Whether it is awake without being asked anything, and does not sleep.
    pub always_on: bool,
}

/// An agent of the fleet's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SystemAgentBody {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Who it is; added to every prompt.
    pub personality: String,
    /// The id of one of its provider's models.
    pub model: String,
    /// Whether it is awake without being asked anything, and does not sleep.
    pub always_on: bool,
    /// Whether an administrator stopped it: then `always_on` waits until it is started again.
    pub held: bool,
    /// The account that pays for it.
    pub provider: ProviderBody,
    /// Where its cell is in its life, and what it runs with.
    pub cell: CellBody,
    /// Counts the changes of all but the cell; the same number stands in the `ETag`.
    pub version: i64,
    /// When it was declared.
    pub created_at: DateTime<Utc>,
}

/// The fleet's own agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SystemAgentList {
    /// Oldest first.
    pub agents: Vec<SystemAgentBody>,
}
