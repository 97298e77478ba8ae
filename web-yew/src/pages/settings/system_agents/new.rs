//! Declaring an agent of the fleet's own, with the account that pays for it.

use mosaic_api::{PresetBody, SystemAgentBody};
use yew::prelude::*;
use yew_router::Routable as _;

use super::fields::SystemAgentFields;
use crate::client;
use crate::components::{Link, Notice, ProviderFields, Settings, Skeleton, Submit, TestButton};
use crate::drafts::{ProviderDraft, SystemAgentEdit};
use crate::hooks::{use_act, use_fetch, use_provider_form, use_title};
use crate::remote::Remote;
use crate::route::{self, Route};

#[component]
pub(crate) fn NewSystemAgentPage() -> Html {
    use_title("Declare an agent");
    let (presets, again) = use_fetch((), |()| client::presets());
    html! {
        <Settings heading="Declare an agent of Mosaic’s own" current={Route::SystemAgents}>
            {
                match presets {
                    Remote::Loading => html! { <Skeleton what="the providers" rows=6 /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready(list) => html! { <Declaration presets={list.presets} /> },
                }
            }
        </Settings>
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    presets: Vec<PresetBody>,
}

#[component]
fn Declaration(props: &Props) -> Html {
    let edit = use_state(SystemAgentEdit::default);
    let fault = use_state(|| None);
    let draft = use_state(ProviderDraft::default);
    let keep = {
        let draft = draft.clone();
        Callback::from(move |fresh| draft.set(fresh))
    };
    let form = use_provider_form(props.presets.clone(), (*draft).clone(), keep);
    let declare = use_act(
        client::declare_system_agent,
        Callback::from(|made: SystemAgentBody| route::go(&Route::SystemAgent { id: made.id }.to_path())),
    );
    let onsubmit = {
        let (form, edit, draft) = (form.clone(), edit.clone(), draft.clone());
        let (fault, run) = (fault.clone(), declare.run.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            fault.set(edit.fault());
            // Both say what is missing, whichever is.
            let provider = form.to_save().filter(|_| edit.fault().is_none());
            if let Some(provider) = provider {
                run.emit(edit.to_declare(&draft.chosen, provider));
            }
        })
    };
    let change = {
        let edit = edit.clone();
        Callback::from(move |fresh| edit.set(fresh))
    };
    let test = {
        let form = form.clone();
        Callback::from(move |_: MouseEvent| form.test())
    };
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            <SystemAgentFields edit={(*edit).clone()} {change} fault={*fault} models={draft.chosen.clone()} />
            <h2>{ "The account that pays for it" }</h2>
            <ProviderFields presets={props.presets.clone()} draft={(*draft).clone()} change={form.change.clone()}
                faults={form.faults.clone()} trial={form.trial.clone()} />
            if let Some(failure) = &declare.failure { <Notice failure={failure.clone()} /> }
            <div class="buttons">
                <Link to={Route::SystemAgents} class="button">{ "Cancel" }</Link>
                <TestButton busy={form.trial.busy} {test} />
                <Submit words="Declare" busy_words="Declaring…" busy={declare.busy} />
            </div>
        </form>
    }
}
