//! A user's account at an LLM provider.

use serde::{Deserialize, Serialize};

use crate::{ProviderId, Timestamp};

/// The longest name, in characters.
const NAME_MAX_CHARS: usize = 64;
/// The longest model id, in characters.
const MODEL_MAX_CHARS: usize = 200;
/// The most models one provider may list.
const MODELS_MAX: usize = 200;
/// The longest base URL, in characters.
const URL_MAX_CHARS: usize = 2_000;

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
        [Self::OpenaiCompletions, Self::OpenaiResponses, Self::AnthropicMessages]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// A provider account, without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its identifier.
    pub id: ProviderId,
    /// What its owner calls it; unique among that owner's.
    pub name: String,
    /// Which API it speaks.
    pub kind: ApiKind,
    /// Where.
    pub base_url: String,
    /// The models it offers, first the preferred one.
    pub models: Vec<String>,
    /// The last characters of its key, to tell keys apart; never the key.
    pub key_hint: String,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Provider {
    /// How `openclaw.json` names it: opaque, since a telling name switches on behaviour of the gateway's own.
    pub fn config_id(&self) -> String {
        format!("mx-{}", self.id.as_uuid().simple())
    }
}

/// What a user says of a provider account to add; checked by [`ProviderDraft::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderDraft {
    /// See [`Provider::name`].
    pub name: String,
    /// See [`Provider::kind`].
    pub kind: ApiKind,
    /// See [`Provider::base_url`].
    pub base_url: String,
    /// See [`Provider::models`].
    pub models: Vec<String>,
}

/// What is wrong with a provider draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The name is empty, too long or not plain.
    #[error("a provider's name has 1 to {NAME_MAX_CHARS} characters, no slash and no line break among them")]
    Name,
    /// The base URL is none.
    #[error("the base URL must look like https://host/path, with no user, password, query or fragment")]
    BaseUrl,
    /// No models, or too many.
    #[error("name 1 to {MODELS_MAX} models")]
    Models,
    /// A model id that no provider could have.
    #[error("{0:?} is no model id: it has 1 to {MODEL_MAX_CHARS} characters and no spaces")]
    Model(String),
}

impl ProviderDraft {
    /// Checks the draft and tidies it: edges trimmed, no slash at the URL's end, each model once.
    pub fn check(mut self) -> Result<Self, ProviderError> {
        self.name = self.name.trim().to_owned();
        let odd = |c: char| c.is_control() || c == '/';
        if self.name.is_empty() || self.name.chars().count() > NAME_MAX_CHARS || self.name.contains(odd) {
            return Err(ProviderError::Name);
        }
        self.base_url = self.base_url.trim().trim_end_matches('/').to_owned();
        if !is_base_url(&self.base_url) {
            return Err(ProviderError::BaseUrl);
        }
        let mut models: Vec<String> = Vec::new();
        for model in self.models {
            let model = model.trim();
            let odd = |c: char| c.is_whitespace() || c.is_control();
            if model.is_empty() || model.chars().count() > MODEL_MAX_CHARS || model.contains(odd) {
                return Err(ProviderError::Model(model.to_owned()));
            }
            if !models.iter().any(|known| known == model) {
                models.push(model.to_owned());
            }
        }
        if models.is_empty() || models.len() > MODELS_MAX {
            return Err(ProviderError::Models);
        }
        Ok(Self { models, ..self })
    }
}

fn is_base_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '?' | '#' | '"' | '\\' | '<' | '>');
    text.len() <= URL_MAX_CHARS && !host.is_empty() && !host.starts_with(':') && rest.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> ProviderDraft {
        ProviderDraft {
            name: " Local ".to_owned(),
            kind: ApiKind::OpenaiCompletions,
            base_url: "http://host:1234/v1/".to_owned(),
            models: vec!["a".to_owned(), " a ".to_owned(), "b/c:1".to_owned()],
        }
    }

    #[test]
    fn a_sound_draft_is_tidied() {
        let checked = draft().check().expect("sound");
        assert_eq!((checked.name.as_str(), checked.base_url.as_str()), ("Local", "http://host:1234/v1"));
        assert_eq!(checked.models, ["a", "b/c:1"]);
    }

    #[test]
    fn each_fault_is_named() {
        for name in [" ", "a/b", "a\0b", "a\nb"] {
            let refused = ProviderDraft { name: name.to_owned(), ..draft() }.check();
            assert_eq!(refused, Err(ProviderError::Name), "{name:?}");
        }
        assert_eq!(ProviderDraft { models: vec![], ..draft() }.check(), Err(ProviderError::Models));
        let spaced = vec!["a b".to_owned()];
        assert_eq!(
            ProviderDraft { models: spaced, ..draft() }.check(),
            Err(ProviderError::Model("a b".to_owned()))
        );
        for url in [
            "",
            "ftp://x",
            "http://",
            "https://u:p@h/",
            "http://h/?q",
            "http://h/#f",
            "http://:80",
            "javascript:x",
        ] {
            let refused = ProviderDraft { base_url: url.to_owned(), ..draft() }.check();
            assert_eq!(refused, Err(ProviderError::BaseUrl), "{url}");
        }
    }
}
