//! A provider that is filled in and tried out, in the set-up and in the settings.

use mosaic_api::{NewProvider, PresetBody, ProviderTestResult, TestProvider};
use yew::prelude::*;

use super::{Trial, use_trial};
use crate::client;
use crate::drafts::{ProviderDraft, ProviderFaults};

/// The form, as far as it is.
#[derive(Clone, PartialEq)]
pub(crate) struct ProviderForm {
    draft: ProviderDraft,
    preset: Option<PresetBody>,
    pub(crate) trial: Trial,
    pub(crate) faults: ProviderFaults,
    /// Takes what was typed or picked.
    pub(crate) change: Callback<ProviderDraft>,
    show: Callback<ProviderFaults>,
    try_out: Callback<TestProvider>,
}

impl ProviderForm {
    /// Tries it out, unless something is missing for that.
    pub(crate) fn test(&self) {
        let faults = self.draft.faults(self.preset.as_ref());
        // Which models there are is what the test tells.
        let faults = ProviderFaults { models: None, ..faults };
        if faults.is_reachable() {
            let preferred = self.draft.chosen.first().map(|model| model.id.clone());
            self.try_out.emit(self.draft.to_test(preferred));
        }
        self.show.emit(faults);
    }

    /// What to save; none while something is missing, which is then shown.
    pub(crate) fn to_save(&self) -> Option<NewProvider> {
        let faults = self.draft.faults(self.preset.as_ref());
        self.show.emit(faults.clone());
        if faults != ProviderFaults::default() {
            return None;
        }
        self.preset.as_ref().map(|preset| self.draft.to_new(preset))
    }
}

/// Keeps `draft`, which `keep` is told of, and tries it out.
#[hook]
pub(crate) fn use_provider_form(
    presets: Vec<PresetBody>,
    draft: ProviderDraft,
    keep: Callback<ProviderDraft>,
) -> ProviderForm {
    let faults = use_state(ProviderFaults::default);
    // A test takes a while, and what is typed meanwhile must not be lost to its news.
    let latest = use_mut_ref(|| draft.clone());
    latest.replace(draft.clone());
    let found = {
        let keep = keep.clone();
        Callback::from(move |result: ProviderTestResult| {
            let learned = learned(&latest.borrow(), result);
            keep.emit(learned);
        })
    };
    let (trial, try_out, forget) = use_trial(client::try_draft, found);
    let change = {
        let (draft, faults, try_out) = (draft.clone(), faults.clone(), try_out.clone());
        let (sound, keep) = (trial.is_sound(), keep);
        Callback::from(move |fresh: ProviderDraft| {
            faults.set(ProviderFaults::default());
            let preferred = fresh.chosen.first().map(|model| model.id.clone());
            if is_elsewhere(&draft, &fresh) {
                // What was found out was of another server or key.
                forget.emit(());
            } else if sound
                && preferred.is_some()
                && preferred.as_deref() != draft.chosen.first().map(|it| it.id.as_str())
            {
                try_out.emit(fresh.to_test(preferred));
            }
            keep.emit(fresh);
        })
    };
    let show = {
        let faults = faults.clone();
        Callback::from(move |found| faults.set(found))
    };
    let preset = presets.into_iter().find(|preset| preset.id == draft.preset);
    ProviderForm { draft, preset, trial, faults: (*faults).clone(), change, show, try_out }
}

/// Whether another server or key is meant.
fn is_elsewhere(before: &ProviderDraft, after: &ProviderDraft) -> bool {
    before.preset != after.preset || before.base_url != after.base_url || before.key != after.key
}

/// What a test tells of the models; of a single one it is clear which is meant.
fn learned(draft: &ProviderDraft, result: ProviderTestResult) -> ProviderDraft {
    let mut draft = draft.clone();
    if !result.models.is_empty() {
        draft.listed = result.models;
    }
    if draft.chosen.is_empty() && draft.listed.len() == 1 {
        draft.chosen = draft.listed.clone();
    }
    draft
}
