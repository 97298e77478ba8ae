//! Provider accounts.

mod model;
mod test;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::{
    model::{InputKindBody, ModelBody, ModelEntry, ModelList},
    test::{
        ProviderTestResult, TestOutcome, TestProblem, TestProvider, TestSavedProvider, TestStep, TestStepName,
    },
};
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

/// A provider that is known by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PresetBody {
    /// Its word in requests.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Which API it speaks.
    pub kind: ApiKindBody,
    /// Where; empty where only the account's owner knows.
    pub base_url: String,
    /// Whether it answers only to a key.
    pub needs_key: bool,
    /// Where to get a key, or what else to know.
    pub hint: String,
}

/// The providers that are known by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PresetList {
    /// In the order they are to be shown.
    pub presets: Vec<PresetBody>,
}

/// A provider account to add: by preset, or with kind and base URL.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewProvider {
    /// What to call it.
    pub name: String,
    /// The word of a preset; it says kind and base URL where these are not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Which API it speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ApiKindBody>,
    /// Where; with `/v1` for OpenAI's APIs, without for Anthropic's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The models it offers, the preferred one first.
    pub models: Vec<ModelEntry>,
    /// Its key: kept sealed, never returned. Servers of one's own often need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, write_only))]
    pub api_key: Option<SecretText>,
}

/// A change to a provider account; what is not named stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeProvider {
    /// What to call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which API it speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ApiKindBody>,
    /// Where. Another server needs the key once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// All the models it offers, the preferred one first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<Vec<ModelEntry>>,
    /// Whether agents may use it; refused while they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Another key: kept sealed, never returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, write_only))]
    pub api_key: Option<SecretText>,
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
    /// The word of the preset it was made from, if it was.
    pub preset: Option<String>,
    /// What its owner calls it.
    pub name: String,
    /// Which API it speaks.
    pub kind: ApiKindBody,
    /// Where.
    pub base_url: String,
    /// The models it offers.
    pub models: Vec<ModelBody>,
    /// Whether agents may use it.
    pub enabled: bool,
    /// Whether it has a key.
    pub has_key: bool,
    /// The last characters of its key; empty where it has none, or one too short to show any.
    pub key_hint: String,
    /// When the key was given or replaced.
    pub key_set_at: Option<DateTime<Utc>>,
    /// Counts its changes; the same number stands in the `ETag`.
    pub version: i64,
    /// When its connection was last tested, since something about it was changed.
    pub tested_at: Option<DateTime<Utc>>,
    /// How that test ended.
    pub test_ok: Option<bool>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// The agents on it, an entry a model.
    pub used_by: Vec<ProviderUse>,
}

/// A model of a provider that an agent uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderUse {
    /// The agent's id.
    pub agent_id: String,
    /// Its name in requests.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its model there.
    pub model: String,
    /// Whether that model only stands in for the agent's own.
    #[serde(default)]
    pub is_fallback: bool,
}

/// The caller's provider accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderList {
    /// Oldest first.
    pub providers: Vec<ProviderBody>,
}
