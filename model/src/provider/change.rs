//! A change to a provider account: what its owner wants otherwise, and what that comes to.

use std::fmt;

use super::{ApiKind, BaseUrl, Provider, ProviderDraft, ProviderError, ProviderModel};

/// What can be changed of a provider account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProviderField {
    /// Its name.
    Name,
    /// Which API it speaks.
    Kind,
    /// Where it is.
    BaseUrl,
    /// Its models.
    Models,
    /// Whether it is switched on.
    Enabled,
    /// Its key.
    Key,
}

impl ProviderField {
    /// Every field.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Kind, Self::BaseUrl, Self::Models, Self::Enabled, Self::Key];

    /// Its name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kind => "kind",
            Self::BaseUrl => "base_url",
            Self::Models => "models",
            Self::Enabled => "enabled",
            Self::Key => "api_key",
        }
    }
}

impl fmt::Display for ProviderField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What to change; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderPatch {
    /// See [`Provider::name`].
    pub name: Option<String>,
    /// See [`Provider::kind`].
    pub kind: Option<ApiKind>,
    /// See [`Provider::base_url`].
    pub base_url: Option<String>,
    /// See [`Provider::models`].
    pub models: Option<Vec<ProviderModel>>,
    /// See [`Provider::enabled`].
    pub enabled: Option<bool>,
}

impl ProviderPatch {
    /// The provider after the change, and the fields that have another value then.
    ///
    /// The key belongs to the server it was given for: a change that names another server needs `new_key`, or
    /// whoever may change an address could have the key sent to themselves.
    ///
    /// # Errors
    /// [`ProviderError`], as for a draft, or where the key would go to another server.
    pub fn apply(
        self,
        old: &Provider,
        new_key: bool,
    ) -> Result<(Provider, Vec<ProviderField>), ProviderError> {
        let draft = ProviderDraft {
            preset: old.preset.clone(),
            name: self.name.unwrap_or_else(|| old.name.clone()),
            kind: self.kind.unwrap_or(old.kind),
            base_url: self.base_url.unwrap_or_else(|| old.base_url.clone()),
            models: self.models.unwrap_or_else(|| old.models.clone()),
        };
        let ProviderDraft { preset, name, kind, base_url, models } = draft.check()?;
        let enabled = self.enabled.unwrap_or(old.enabled);
        if old.has_key && !new_key && !is_same_server(&old.base_url, &base_url) {
            return Err(ProviderError::KeyWouldMove);
        }
        let new = Provider { preset, name, kind, base_url, models, enabled, ..old.clone() };
        let differs = [
            (ProviderField::Name, new.name != old.name),
            (ProviderField::Kind, new.kind != old.kind),
            (ProviderField::BaseUrl, new.base_url != old.base_url),
            (ProviderField::Models, new.models != old.models),
            (ProviderField::Enabled, new.enabled != old.enabled),
            (ProviderField::Key, new_key),
        ];
        let changed = differs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field);
        Ok((new, changed.collect()))
    }
}

/// An address that an older version took and this one does not read is another server.
fn is_same_server(old: &str, new: &str) -> bool {
    old == new
        || matches!((BaseUrl::parse(old), BaseUrl::parse(new)), (Some(old), Some(new)) if old.is_same_server(&new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn provider() -> Provider {
        let (name, base_url) = ("Models".to_owned(), "https://models.example/v1".to_owned());
        Provider { name, base_url, ..fixture::provider(1) }
    }

    #[test]
    fn a_change_says_what_it_changed_and_leaves_the_rest() {
        let patch = ProviderPatch {
            name: Some(" Other ".to_owned()),
            base_url: Some("https://models.example/v2/".to_owned()),
            models: Some(vec!["small".into(), "large".into()]),
            ..ProviderPatch::default()
        };
        let (new, changed) = patch.apply(&provider(), false).unwrap();
        assert_eq!(changed, [ProviderField::Name, ProviderField::BaseUrl]);
        assert_eq!((new.name.as_str(), new.base_url.as_str()), ("Other", "https://models.example/v2"));
        assert_eq!(Provider { name: provider().name, base_url: provider().base_url, ..new }, provider());
        assert_eq!(ProviderPatch::default().apply(&provider(), false).unwrap(), (provider(), vec![]));
    }

    #[test]
    fn a_key_does_not_follow_to_another_server() {
        let to = |url: &str| ProviderPatch { base_url: Some(url.to_owned()), ..ProviderPatch::default() };
        for url in ["https://evil.example/v1", "http://models.example/v1", "https://models.example:8443/v1"] {
            assert_eq!(to(url).apply(&provider(), false), Err(ProviderError::KeyWouldMove), "{url}");
            assert!(to(url).apply(&provider(), true).is_ok());
            let keyless = Provider { has_key: false, ..provider() };
            assert!(to(url).apply(&keyless, false).is_ok());
        }
        assert!(to("https://MODELS.example:443/").apply(&provider(), false).is_ok());
    }
}
