//! Which HTTP API a provider speaks.

use serde::{Deserialize, Serialize};

/// Which HTTP API the provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiKind {
    /// `POST {base}/chat/completions`; what most providers and local servers speak.
    OpenaiCompletions,
    /// `POST {base}/responses`.
    OpenaiResponses,
    /// `POST {base}/v1/messages`; the base URL does not end in `/v1`.
    AnthropicMessages,
}

impl ApiKind {
    /// Every kind, the most common first.
    pub const ALL: [Self; 3] = [Self::OpenaiCompletions, Self::OpenaiResponses, Self::AnthropicMessages];

    /// The word for it in `openclaw.json`, in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenaiCompletions => "openai-completions",
            Self::OpenaiResponses => "openai-responses",
            Self::AnthropicMessages => "anthropic-messages",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Where questions go, behind the base URL.
    pub const fn chat_path(self) -> &'static str {
        match self {
            Self::OpenaiCompletions => "/chat/completions",
            Self::OpenaiResponses => "/responses",
            Self::AnthropicMessages => "/v1/messages",
        }
    }

    /// Where the list of models is, behind the base URL.
    pub const fn models_path(self) -> &'static str {
        match self {
            Self::OpenaiCompletions | Self::OpenaiResponses => "/models",
            // Without a number it gives twenty at a time; a thousand is the most it takes.
            Self::AnthropicMessages => "/v1/models?limit=1000",
        }
    }

    /// Whether base URLs of this kind mostly end in `/v1`.
    pub const fn wants_version(self) -> bool {
        !matches!(self, Self::AnthropicMessages)
    }
}
