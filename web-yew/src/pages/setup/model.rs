//! The third step: an account at a model provider, tried out before it is saved.

use mosaic_api::{OnboardedProvider, PresetBody, ProviderTestResult};
use yew::prelude::*;

use super::frame::Onward;
use super::step::Step;
use crate::client;
use crate::components::{Notice, ProviderFields, Skeleton};
use crate::drafts::{ProviderDraft, SetupDraft};
use crate::hooks::{use_act, use_fetch, use_provider_form};
use crate::remote::Remote;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether one is saved.
    pub(super) done: bool,
    pub(super) draft: SetupDraft,
    pub(super) change: Callback<SetupDraft>,
    pub(super) onward: Callback<Step>,
    pub(super) go: Callback<Step>,
}

#[component]
pub(super) fn ModelStep(props: &Props) -> Html {
    let (presets, again) = use_fetch((), |()| client::presets());
    match presets {
        Remote::Loading => html! { <Skeleton what="the providers" rows=6 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready(list) => html! { <ModelForm presets={list.presets} step={props.clone()} /> },
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    presets: Vec<PresetBody>,
    step: Props,
}

#[component]
fn ModelForm(props: &FormProps) -> Html {
    let FormProps { presets, step } = props;
    // What is saved already has not to be sent again to go on.
    let at_first = use_state(|| step.draft.provider.clone());
    let untouched = step.done && *at_first == step.draft.provider;
    let change = {
        let draft = step.draft.clone();
        step.change.reform(move |provider: ProviderDraft| SetupDraft { provider, ..draft.clone() })
    };
    let form = use_provider_form(presets.clone(), step.draft.provider.clone(), change);
    let save = {
        let onward = step.onward.clone();
        use_act(
            client::onboard_provider,
            Callback::from(move |_: OnboardedProvider| onward.emit(Step::Agent)),
        )
    };
    let onsubmit = {
        let (form, run, go) = (form.clone(), save.run.clone(), step.go.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match form.trial.is_sound() {
                _ if untouched => go.emit(Step::Agent),
                true => form.to_save().map_or((), |new| run.emit(new)),
                false => form.test(),
            }
        })
    };
    let save_anyway = {
        let (form, run) = (form.clone(), save.run.clone());
        Callback::from(move |_: MouseEvent| form.to_save().map_or((), |new| run.emit(new)))
    };
    let refused = form.trial.result.as_ref().is_some_and(|result: &ProviderTestResult| !result.ok);
    let words = if untouched || form.trial.is_sound() { "Continue" } else { "Test connection" };
    let busy_words = if form.trial.busy { "Testing…" } else { "Saving…" };
    html! {
        <form {onsubmit} novalidate=true>
            if untouched {
                <p class="notice done">{ "Your provider is saved. Go on, or pick another." }</p>
            }
            <ProviderFields presets={presets.clone()} draft={step.draft.provider.clone()} change={form.change.clone()}
                faults={form.faults.clone()} trial={form.trial.clone()} />
            if let Some(failure) = &save.failure {
                <Notice failure={failure.clone()} />
            }
            <Onward back={step.go.reform(|()| Step::SignIn)} {words} {busy_words} busy={form.trial.busy || save.busy}>
                if refused && !form.trial.busy {
                    <button type="button" onclick={save_anyway}>{ "Save all the same" }</button>
                }
            </Onward>
        </form>
    }
}
