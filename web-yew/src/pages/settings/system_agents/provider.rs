//! Another provider account for one of the fleet's own agents, in place of the one it has.

use mosaic_api::{PresetBody, SystemAgentBody};
use yew::prelude::*;

use crate::client;
use crate::components::{Notice, ProviderFields, Skeleton, Submit, TestButton};
use crate::drafts::ProviderDraft;
use crate::hooks::{use_act, use_fetch, use_provider_form};
use crate::remote::Remote;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) saved: SystemAgentBody,
    /// Fetches it again.
    pub(super) again: Callback<()>,
}

#[component]
pub(super) fn ProviderChange(props: &Props) -> Html {
    let Props { saved, again } = props;
    let open = use_state(|| false);
    let show = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(true))
    };
    if *open {
        return html! { <Filling saved={saved.clone()} again={again.clone()} /> };
    }
    html! {
        <>
            <p class="quiet">{ "With another account it needs one that offers the model it thinks with." }</p>
            <div><button type="button" onclick={show}>{ "Give it another account" }</button></div>
        </>
    }
}

#[component]
fn Filling(props: &Props) -> Html {
    let (presets, retry) = use_fetch((), |()| client::presets());
    match presets {
        Remote::Loading => html! { <Skeleton what="the providers" rows=4 /> },
        Remote::Failed(failure) => html! { <Notice {failure} {retry} /> },
        Remote::Ready(list) => html! {
            <AccountForm presets={list.presets} saved={props.saved.clone()} again={props.again.clone()} />
        },
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    presets: Vec<PresetBody>,
    saved: SystemAgentBody,
    again: Callback<()>,
}

#[component]
fn AccountForm(props: &FormProps) -> Html {
    let FormProps { presets, saved, again } = props;
    let draft = use_state(ProviderDraft::default);
    let keep = {
        let draft = draft.clone();
        Callback::from(move |fresh| draft.set(fresh))
    };
    let form = use_provider_form(presets.clone(), (*draft).clone(), keep);
    let replace = use_act(client::replace_system_provider, again.reform(|_: SystemAgentBody| ()));
    let onsubmit = {
        let (form, id, version, run) = (form.clone(), saved.id.clone(), saved.version, replace.run.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(provider) = form.to_save() {
                run.emit((id.clone(), version, provider));
            }
        })
    };
    let test = {
        let form = form.clone();
        Callback::from(move |_: MouseEvent| form.test())
    };
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            <ProviderFields presets={presets.clone()} draft={(*draft).clone()} change={form.change.clone()}
                faults={form.faults.clone()} trial={form.trial.clone()} />
            if let Some(failure) = &replace.failure { <Notice failure={failure.clone()} /> }
            <div class="buttons">
                <TestButton busy={form.trial.busy} {test} />
                <Submit words="Change account" busy_words="Changing…" busy={replace.busy} />
            </div>
        </form>
    }
}
