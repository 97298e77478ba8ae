//! Provider accounts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::SecretText;

/// Which HTTP API a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ApiKindBody {
    /// OpenAI's chat completions.
    OpenaiCompletions,
    /// OpenAI's responses.
    OpenaiResponses,
    /// Anthropic's messages.
    AnthropicMessages,
}

/// A provider account to add.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewProvider {
    /// What to call it.
    pub name: String,
    /// Which API it speaks.
    pub kind: ApiKindBody,
    /// Where; with `/v1` for OpenAI's APIs, without for Anthropic's.
    pub base_url: String,
    /// The models it offers, the preferred one first.
    pub models: Vec<String>,
    /// Its key: kept sealed, never returned.
    #[cfg_attr(feature = "schema", schema(value_type = String, write_only))]
    pub api_key: SecretText,
}

/// Another key for a provider account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaceKey {
    /// The new key: kept sealed, never returned.
    #[cfg_attr(feature = "schema", schema(value_type = String, write_only))]
    pub api_key: SecretText,
}

/// A provider account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderBody {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Which API it speaks.
    pub kind: ApiKindBody,
    /// Where.
    pub base_url: String,
    /// The models it offers.
    pub models: Vec<String>,
    /// The last characters of its key.
    pub key_hint: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// The caller's provider accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderList {
    /// Oldest first.
    pub providers: Vec<ProviderBody>,
}
