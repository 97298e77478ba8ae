//! A provider account that is being filled in.

use mosaic_api::{ApiKindBody, ModelBody, ModelEntry, NewProvider, PresetBody, SecretText, TestProvider};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProviderDraft {
    /// The word of the preset; empty while none is picked.
    pub(crate) preset: String,
    /// What to call it; the preset's name where it is empty.
    pub(crate) name: String,
    /// Only where it is another than the preset's.
    pub(crate) base_url: String,
    /// Only where there is no preset.
    pub(crate) kind: Option<ApiKindBody>,
    /// Never kept anywhere but in this page's memory.
    #[serde(skip)]
    pub(crate) key: String,
    /// What the provider itself lists.
    pub(crate) listed: Vec<ModelBody>,
    /// What agents may use, the preferred one first.
    pub(crate) chosen: Vec<ModelBody>,
}

/// What is missing, each beside its field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProviderFaults {
    pub(crate) preset: Option<&'static str>,
    pub(crate) base_url: Option<&'static str>,
    pub(crate) key: Option<&'static str>,
    pub(crate) models: Option<&'static str>,
}

impl ProviderFaults {
    /// Whether it can be tried out: only the models may be missing.
    pub(crate) const fn is_reachable(&self) -> bool {
        self.preset.is_none() && self.base_url.is_none() && self.key.is_none()
    }
}

impl ProviderDraft {
    /// Begins anew with a preset; the key of another provider is not shown to this one.
    pub(crate) fn of(preset: &PresetBody) -> Self {
        Self { preset: preset.id.clone(), ..Self::default() }
    }

    pub(crate) fn faults(&self, preset: Option<&PresetBody>) -> ProviderFaults {
        let Some(preset) = preset else {
            return ProviderFaults {
                preset: Some("Choose where your models come from"),
                ..ProviderFaults::default()
            };
        };
        let no_address = preset.base_url.is_empty() && self.base_url.trim().is_empty();
        ProviderFaults {
            preset: None,
            base_url: no_address.then_some("Enter the address of the server"),
            key: (preset.needs_key && self.key.trim().is_empty()).then_some("Enter your key"),
            models: self.chosen.is_empty().then_some("Choose at least one model"),
        }
    }

    /// What to try out; with a model it is asked for a word.
    pub(crate) fn to_test(&self, model: Option<String>) -> TestProvider {
        TestProvider {
            preset: Some(self.preset.clone()),
            kind: self.kind,
            base_url: self.address(),
            api_key: self.secret(),
            model,
        }
    }

    /// What to save.
    pub(crate) fn to_new(&self, preset: &PresetBody) -> NewProvider {
        let name = self.name.trim();
        NewProvider {
            name: if name.is_empty() { preset.name.clone() } else { name.to_owned() },
            preset: Some(self.preset.clone()),
            kind: self.kind,
            base_url: self.address(),
            models: self.chosen.iter().cloned().map(ModelEntry::Model).collect(),
            api_key: self.secret(),
        }
    }

    fn address(&self) -> Option<String> {
        Some(self.base_url.trim().to_owned()).filter(|url| !url.is_empty())
    }

    fn secret(&self) -> Option<SecretText> {
        Some(self.key.trim().to_owned()).filter(|key| !key.is_empty()).map(SecretText::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset(needs_key: bool, base_url: &str) -> PresetBody {
        PresetBody {
            id: "x".to_owned(),
            name: "X".to_owned(),
            kind: ApiKindBody::OpenaiCompletions,
            base_url: base_url.to_owned(),
            needs_key,
            hint: String::new(),
        }
    }

    #[test]
    fn what_is_missing_is_said_at_its_field() {
        let draft = ProviderDraft::of(&preset(true, ""));
        assert_eq!(draft.faults(None).preset, Some("Choose where your models come from"));
        let faults = draft.faults(Some(&preset(true, "")));
        assert!(faults.base_url.is_some() && faults.key.is_some() && !faults.is_reachable());
        assert!(draft.faults(Some(&preset(false, "https://x.example"))).is_reachable());
    }

    #[test]
    fn a_key_is_sent_as_it_is_and_kept_nowhere() {
        let mut draft = ProviderDraft::of(&preset(true, "https://x.example"));
        draft.key = " sk-secret ".to_owned();
        let new = draft.to_new(&preset(true, "https://x.example"));
        assert_eq!(new.api_key.map(|key| key.expose().to_owned()).as_deref(), Some("sk-secret"));
        assert_eq!((new.name.as_str(), new.base_url), ("X", None));
        assert!(!serde_json::to_string(&draft).expect("plain data").contains("sk-secret"));
    }
}
