//! A user's account at an LLM provider.

mod address;
mod base_url;
mod change;
mod kind;
mod listing;
mod model;
mod preset;

use self::model::MODEL_MAX_CHARS;
pub use self::{
    address::{AddressError, AddressRule, CLOSED_IPV4, address_rule, check_address, check_host_alias},
    base_url::{BaseUrl, UrlHost},
    change::{ProviderField, ProviderPatch},
    kind::ApiKind,
    listing::read_model_list,
    model::{InputKind, ModelFacts, ProviderModel},
    preset::Preset,
};
use crate::{ProviderId, Timestamp};

/// The longest name, in characters.
const NAME_MAX_CHARS: usize = 64;
/// The most models one provider may list.
const MODELS_MAX: usize = 200;

/// A provider account, without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its identifier.
    pub id: ProviderId,
    /// The word of the [`Preset`] it was made from, if it was.
    pub preset: Option<String>,
    /// What its owner calls it; unique among that owner's.
    pub name: String,
    /// Which API it speaks.
    pub kind: ApiKind,
    /// Where.
    pub base_url: String,
    /// The models it offers, first the preferred one.
    pub models: Vec<ProviderModel>,
    /// Whether agents may use it. One that is switched off is not in `openclaw.json`.
    pub enabled: bool,
    /// Whether it has a key; servers of one's own often need none.
    pub has_key: bool,
    /// The last characters of its key, to tell keys apart; never the key.
    pub key_hint: String,
    /// When the key was given or replaced.
    pub key_set_at: Option<Timestamp>,
    /// Counts its changes, so that two people's changes do not undo each other unseen.
    pub version: i64,
    /// How the last test of its connection ended; none since something about the connection was changed.
    pub tested: Option<ProviderTested>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// How a test of a provider's connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderTested {
    /// When.
    pub at: Timestamp,
    /// Whether it answered.
    pub ok: bool,
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
    /// See [`Provider::preset`].
    pub preset: Option<String>,
    /// See [`Provider::name`].
    pub name: String,
    /// See [`Provider::kind`].
    pub kind: ApiKind,
    /// See [`Provider::base_url`].
    pub base_url: String,
    /// See [`Provider::models`].
    pub models: Vec<ProviderModel>,
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
    /// Facts about a model that cannot be.
    #[error("the model {0:?} has a name that is too long, or a number of tokens that cannot be")]
    Facts(String),
    /// A preset that is none.
    #[error("there is no preset {0:?}; there are {all}", all = Preset::list())]
    Preset(String),
    /// The key would go to a server that it was not given for.
    #[error("the base URL names another server than the one this key was given for: send api_key along")]
    KeyWouldMove,
}

impl ProviderDraft {
    /// Checks the draft and tidies it: edges trimmed, no slash at the URL's end, each model once.
    pub fn check(mut self) -> Result<Self, ProviderError> {
        let name = self.name.trim().to_owned();
        self = Self { name, ..self };
        let odd = |c: char| c.is_control() || c == '/';
        if self.name.is_empty() || self.name.chars().count() > NAME_MAX_CHARS || self.name.contains(odd) {
            return Err(ProviderError::Name);
        }
        let base_url = BaseUrl::parse(&self.base_url).ok_or(ProviderError::BaseUrl)?;
        base_url.as_str().clone_into(&mut self.base_url);
        if let Some(preset) = &self.preset
            && Preset::find(preset).is_none()
        {
            return Err(ProviderError::Preset(preset.clone()));
        }
        let mut models: Vec<ProviderModel> = Vec::new();
        for model in self.models {
            let model = model.check()?;
            if !models.iter().any(|known| known.id == model.id) {
                models.push(model);
            }
        }
        if models.is_empty() || models.len() > MODELS_MAX {
            return Err(ProviderError::Models);
        }
        Ok(Self { models, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> ProviderDraft {
        ProviderDraft {
            preset: None,
            name: " Local ".to_owned(),
            kind: ApiKind::OpenaiCompletions,
            base_url: "http://host:1234/v1/".to_owned(),
            models: vec!["a".into(), " a ".into(), "b/c:1".into()],
        }
    }

    #[test]
    fn a_sound_draft_is_tidied() {
        let checked = draft().check().expect("sound");
        assert_eq!((checked.name.as_str(), checked.base_url.as_str()), ("Local", "http://host:1234/v1"));
        assert_eq!(checked.models, [ProviderModel::named("a"), ProviderModel::named("b/c:1")]);
    }

    #[test]
    fn each_fault_is_named() {
        for name in [" ", "a/b", "a\0b", "a\nb"] {
            let refused = ProviderDraft { name: name.to_owned(), ..draft() }.check();
            assert_eq!(refused, Err(ProviderError::Name), "{name:?}");
        }
        assert_eq!(ProviderDraft { models: vec![], ..draft() }.check(), Err(ProviderError::Models));
        let spaced = vec!["a b".into()];
        assert_eq!(
            ProviderDraft { models: spaced, ..draft() }.check(),
            Err(ProviderError::Model("a b".to_owned()))
        );
        for url in ["", "ftp://x", "https://u:p@h/"] {
            let refused = ProviderDraft { base_url: url.to_owned(), ..draft() }.check();
            assert_eq!(refused, Err(ProviderError::BaseUrl), "{url}");
        }
        let facts = ModelFacts { max_tokens: Some(0), ..ModelFacts::default() };
        let impossible = vec![ProviderModel { id: "a".to_owned(), facts }];
        let refused = ProviderDraft { models: impossible, ..draft() }.check();
        assert_eq!(refused, Err(ProviderError::Facts("a".to_owned())));
        let made_up = Some("telepathy".to_owned());
        let refused = ProviderDraft { preset: made_up, ..draft() }.check().unwrap_err();
        assert!(refused.to_string().contains("openrouter"), "{refused}");
    }
}
