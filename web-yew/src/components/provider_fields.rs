//! A provider account that is being filled in: which provider, its key, how trying it out goes, and its models.

use mosaic_api::{PresetBody, TestStepName};
use yew::prelude::*;

use super::{Field, Kind, ModelPicker, PresetCards, TrialSteps};
use crate::drafts::{ProviderDraft, ProviderFaults, writer};
use crate::hooks::Trial;

/// The steps that only a wrong address fails, where it is the person's to say.
const REACHING: [TestStepName; 3] = [TestStepName::Dns, TestStepName::Connect, TestStepName::Tls];

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) presets: Vec<PresetBody>,
    pub(crate) draft: ProviderDraft,
    pub(crate) change: Callback<ProviderDraft>,
    pub(crate) faults: ProviderFaults,
    pub(crate) trial: Trial,
}

#[component]
pub(crate) fn ProviderFields(props: &Props) -> Html {
    let Props { presets, draft, change, faults, trial } = props;
    let (key, address) = (use_node_ref(), use_node_ref());
    let preset = presets.iter().find(|preset| preset.id == draft.preset);
    let edit = writer(draft, change);
    let choose = {
        let draft = draft.clone();
        change.reform(move |chosen| ProviderDraft { chosen, ..draft.clone() })
    };
    // What the server refuses is told at the field that it is about, too.
    let key_error =
        faults.key.map(ToOwned::to_owned).or_else(|| trial.refusal(&[TestStepName::Authenticate]));
    let address_error = faults.base_url.map(ToOwned::to_owned).or_else(|| trial.refusal(&REACHING));
    html! {
        <>
            <PresetCards presets={presets.clone()} picked={draft.preset.clone()} error={faults.preset.map(AttrValue::from)}
                pick={change.reform(|preset: PresetBody| ProviderDraft::of(&preset))} />
            if let Some(preset) = preset {
                // Another provider is another form.
                <div key={preset.id.clone()} class="stack-fields">
                    if preset.base_url.is_empty() {
                        <Field id="base-url" label="Address of the server" field={address} at_first={draft.base_url.clone()}
                            hint={preset.hint.clone()} error={address_error.map(AttrValue::from)}
                            oninput={edit(|draft, text| draft.base_url = text)} />
                    }
                    <Field id="api-key" label={if preset.needs_key { "Key" } else { "Key, if the server asks for one" }}
                        kind={Kind::Secret} field={key} at_first={draft.key.clone()}
                        hint={(!preset.base_url.is_empty()).then(|| AttrValue::from(preset.hint.clone()))}
                        error={key_error.map(AttrValue::from)} oninput={edit(|draft, text| draft.key = text)} />
                    <TrialSteps trial={trial.clone()} />
                    if !draft.listed.is_empty() || !draft.chosen.is_empty() || trial.result.is_some() || faults.models.is_some() {
                        <ModelPicker listed={draft.listed.clone()} chosen={draft.chosen.clone()} {choose}
                            error={faults.models.map(AttrValue::from)} />
                    }
                </div>
            }
        </>
    }
}
