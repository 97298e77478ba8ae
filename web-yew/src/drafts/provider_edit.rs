//! A saved provider account that is being changed.

use mosaic_api::{ChangeProvider, ModelBody, ModelEntry, ProviderBody};

use super::Difference;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProviderEdit {
    pub(crate) name: String,
    pub(crate) base_url: String,
    pub(crate) models: Vec<ModelBody>,
    pub(crate) enabled: bool,
    /// Another key; empty keeps the one there is.
    pub(crate) key: String,
}

impl ProviderEdit {
    pub(crate) fn of(saved: &ProviderBody) -> Self {
        Self {
            name: saved.name.clone(),
            base_url: saved.base_url.clone(),
            models: saved.models.clone(),
            enabled: saved.enabled,
            key: String::new(),
        }
    }

    /// What differs from what is saved; nothing else is sent, so that it stays as whoever else has made it.
    pub(crate) fn to_change(&self, saved: &ProviderBody) -> ChangeProvider {
        let before = Self::of(saved);
        let key = self.key.trim();
        ChangeProvider {
            name: (self.name.trim() != before.name).then(|| self.name.trim().to_owned()),
            kind: None,
            base_url: (self.base_url.trim() != before.base_url).then(|| self.base_url.trim().to_owned()),
            models: (self.models != before.models)
                .then(|| self.models.iter().cloned().map(ModelEntry::Model).collect()),
            enabled: (self.enabled != before.enabled).then_some(self.enabled),
            api_key: (!key.is_empty()).then(|| key.to_owned().into()),
        }
    }

    /// Whether there is nothing to save.
    pub(crate) fn is_unchanged(&self, saved: &ProviderBody) -> bool {
        *self == Self::of(saved)
    }

    /// Where this and what somebody else has saved meanwhile are not the same, of what either has changed.
    pub(crate) fn differences(&self, theirs: &ProviderBody) -> Vec<Difference> {
        let theirs = Self::of(theirs);
        let ids = |models: &[ModelBody]| {
            models.iter().map(|model| model.id.as_str()).collect::<Vec<&str>>().join(", ")
        };
        let on = |enabled| if enabled { "on" } else { "off" }.to_owned();
        let all = [
            ("Name", self.name.trim().to_owned(), theirs.name),
            ("Address", self.base_url.trim().to_owned(), theirs.base_url),
            ("Models", ids(&self.models), ids(&theirs.models)),
            ("In use", on(self.enabled), on(theirs.enabled)),
        ];
        all.into_iter().filter_map(|(what, mine, theirs)| Difference::between(what, mine, theirs)).collect()
    }

    /// What is wrong with the name and with the models.
    pub(crate) fn faults(&self) -> [Option<&'static str>; 2] {
        [
            self.name.trim().is_empty().then_some("Give it a name"),
            self.models.is_empty().then_some("Choose at least one model"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use mosaic_api::ApiKindBody;

    use super::*;

    fn saved() -> ProviderBody {
        ProviderBody {
            id: "p".to_owned(),
            preset: None,
            name: "models".to_owned(),
            kind: ApiKindBody::OpenaiCompletions,
            base_url: "https://x.example/v1".to_owned(),
            models: vec![ModelBody { id: "m".to_owned(), ..ModelBody::default() }],
            enabled: true,
            has_key: true,
            key_hint: "1234".to_owned(),
            key_set_at: None,
            version: 1,
            tested_at: None,
            test_ok: None,
            created_at: DateTime::UNIX_EPOCH,
            used_by: Vec::new(),
        }
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let mut edit = ProviderEdit::of(&saved());
        assert!(edit.is_unchanged(&saved()));
        edit.enabled = false;
        let change = edit.to_change(&saved());
        assert_eq!((change.enabled, change.name, change.base_url), (Some(false), None, None));
        assert!(change.models.is_none() && change.api_key.is_none());
    }

    #[test]
    fn two_edits_are_told_apart_field_by_field() {
        let mut edit = ProviderEdit::of(&saved());
        edit.name = "mine".to_owned();
        let theirs = ProviderBody { name: "theirs".to_owned(), version: 2, ..saved() };
        let found = edit.differences(&theirs);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].mine.as_str(), found[0].theirs.as_str()), ("mine", "theirs"));
    }
}
