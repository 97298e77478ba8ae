//! What is known of providers before anybody has an account there.
//!
//! None but the last two and Ollama can be tried without an account and the internet: the facts are those of
//! the providers' own documentation, and the tests hold them against a server of the documented shape.

use super::ApiKind;

/// A provider that is known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Its word in requests and in the database.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Which API it speaks.
    pub kind: ApiKind,
    /// Where; empty where only its owner knows.
    pub base_url: &'static str,
    /// Whether it answers only to a key.
    pub needs_key: bool,
    /// Whether it shows its models to anybody, so that a list of them says nothing about a key.
    pub lists_to_anybody: bool,
    /// Where to get a key, or what else to know, as a sentence.
    pub hint: &'static str,
}

impl Preset {
    const fn hosted(
        id: &'static str,
        name: &'static str,
        base_url: &'static str,
        hint: &'static str,
    ) -> Self {
        let kind = ApiKind::OpenaiCompletions;
        Self { id, name, kind, base_url, needs_key: true, lists_to_anybody: false, hint }
    }

    /// Every preset, in the order they are shown.
    pub const ALL: [Self; 14] = [
        Self {
            kind: ApiKind::OpenaiResponses,
            ..Self::hosted(
                "openai",
                "OpenAI",
                "https://api.openai.com/v1",
                "Keys are made at platform.openai.com under API keys. A ChatGPT subscription is no API account.",
            )
        },
        Self {
            kind: ApiKind::AnthropicMessages,
            ..Self::hosted(
                "anthropic",
                "Anthropic",
                "https://api.anthropic.com",
                "Keys are made at console.anthropic.com under API keys. A Claude subscription is no API account.",
            )
        },
        Self {
            lists_to_anybody: true,
            ..Self::hosted(
                "openrouter",
                "OpenRouter",
                "https://openrouter.ai/api/v1",
                "Keys are made at openrouter.ai under Keys.",
            )
        },
        Self::hosted(
            "google",
            "Google Gemini",
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "Keys are made at aistudio.google.com under Get API key.",
        ),
        Self::hosted("xai", "xAI", "https://api.x.ai/v1", "Keys are made at console.x.ai under API keys."),
        Self::hosted(
            "mistral",
            "Mistral",
            "https://api.mistral.ai/v1",
            "Keys are made at console.mistral.ai under API keys.",
        ),
        Self::hosted(
            "zai",
            "Z.ai",
            "https://api.z.ai/api/paas/v4",
            "Keys are made at z.ai under API keys. With a coding plan take Z.ai coding plan instead.",
        ),
        Self::hosted(
            "zai-coding",
            "Z.ai coding plan",
            "https://api.z.ai/api/coding/paas/v4",
            "Keys are made at z.ai under API keys; this address counts against a coding plan.",
        ),
        Self::hosted(
            "deepseek",
            "DeepSeek",
            "https://api.deepseek.com/v1",
            "Keys are made at platform.deepseek.com under API keys.",
        ),
        Self::hosted(
            "groq",
            "Groq",
            "https://api.groq.com/openai/v1",
            "Keys are made at console.groq.com under API keys.",
        ),
        Self::hosted(
            "together",
            "Together",
            "https://api.together.xyz/v1",
            "Keys are made at api.together.ai under API keys.",
        ),
        Self {
            needs_key: false,
            ..Self::hosted(
                "ollama",
                "Ollama",
                "http://host.mosaic.internal:11434/v1",
                "host.mosaic.internal is the host that Mosaic runs on. Ollama must listen there on more than loopback \
                 (OLLAMA_HOST=0.0.0.0), and an administrator must have allowed host.mosaic.internal:11434.",
            )
        },
        Self {
            needs_key: false,
            ..Self::hosted(
                "openai-compatible",
                "Any OpenAI-compatible server",
                "",
                "The base URL is what stands before /chat/completions; mostly it ends in /v1.",
            )
        },
        Self {
            kind: ApiKind::AnthropicMessages,
            needs_key: false,
            ..Self::hosted(
                "anthropic-compatible",
                "Any Anthropic-compatible server",
                "",
                "The base URL is what stands before /v1/messages; it does not end in /v1.",
            )
        },
    ];

    /// Finds a preset by its word.
    pub fn find(id: &str) -> Option<&'static Self> {
        // A constant has no address of its own; this gives it one.
        static PRESETS: [Preset; Preset::ALL.len()] = Preset::ALL;
        PRESETS.iter().find(|preset| preset.id == id)
    }

    /// Every preset's word, for people who named none of them.
    pub fn list() -> String {
        Self::ALL.map(|preset| preset.id).join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{BaseUrl, Egress};

    #[test]
    fn every_preset_has_a_word_of_its_own_and_an_address_that_can_be_saved() {
        let words: HashSet<&str> = Preset::ALL.iter().map(|preset| preset.id).collect();
        assert_eq!(words.len(), Preset::ALL.len());
        let host: Egress = "host.mosaic.internal:11434".parse().unwrap();
        for preset in Preset::ALL {
            assert_eq!(Preset::find(preset.id), Some(&preset));
            assert!(preset.hint.ends_with('.'), "{}", preset.id);
            if preset.base_url.is_empty() {
                assert!(preset.id.ends_with("-compatible"));
                continue;
            }
            let url = BaseUrl::parse(preset.base_url).expect(preset.id);
            assert_eq!(url.as_str(), preset.base_url);
            assert_eq!(url.check(std::slice::from_ref(&host)), Ok(()), "{}", preset.id);
            assert_eq!(
                url.is_secure(),
                preset.needs_key,
                "{}: a key crosses the internet in clear",
                preset.id
            );
            let ends_in_version = preset.base_url.ends_with("/v1");
            assert!(preset.kind.wants_version() || !ends_in_version, "{}", preset.id);
        }
    }
}
