//! Another provider account.

use mosaic_api::{PresetBody, ProviderBody};
use yew::prelude::*;
use yew_router::Routable as _;

use crate::client;
use crate::components::{Field, Link, Notice, ProviderFields, Settings, Skeleton, Submit, TestButton};
use crate::drafts::ProviderDraft;
use crate::hooks::{use_act, use_fetch, use_provider_form, use_title};
use crate::remote::Remote;
use crate::route::{self, Route};

#[component]
pub(crate) fn NewProviderPage() -> Html {
    use_title("Add a provider");
    let (presets, again) = use_fetch((), |()| client::presets());
    html! {
        <Settings heading="Add a provider" current={Route::Providers}>
            {
                match presets {
                    Remote::Loading => html! { <Skeleton what="the providers" rows=6 /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready(list) => html! { <NewProviderForm presets={list.presets} /> },
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
fn NewProviderForm(props: &Props) -> Html {
    let draft = use_state(ProviderDraft::default);
    let name = use_node_ref();
    let keep = {
        let draft = draft.clone();
        Callback::from(move |fresh| draft.set(fresh))
    };
    let form = use_provider_form(props.presets.clone(), (*draft).clone(), keep.clone());
    let add = use_act(
        client::add_provider,
        Callback::from(|made: ProviderBody| route::go(&Route::Provider { id: made.id }.to_path())),
    );
    let onsubmit = {
        let (form, run) = (form.clone(), add.run.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(new) = form.to_save() {
                run.emit(new);
            }
        })
    };
    let test = {
        let form = form.clone();
        Callback::from(move |_: MouseEvent| form.test())
    };
    let rename = {
        let draft = (*draft).clone();
        keep.reform(move |name| ProviderDraft { name, ..draft.clone() })
    };
    let called =
        props.presets.iter().find(|preset| preset.id == draft.preset).map(|preset| preset.name.clone());
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            <ProviderFields presets={props.presets.clone()} draft={(*draft).clone()} change={form.change.clone()}
                faults={form.faults.clone()} trial={form.trial.clone()} />
            if let Some(called) = called {
                <Field id="provider-name" label="What to call it" field={name} hint={format!("Empty: {called}.")} oninput={rename} />
            }
            if let Some(failure) = &add.failure {
                <Notice failure={failure.clone()} />
            }
            <div class="buttons">
                <Link to={Route::Providers} class="button">{ "Cancel" }</Link>
                <TestButton busy={form.trial.busy} {test} />
                <Submit words="Add" busy_words="Adding…" busy={add.busy} />
            </div>
        </form>
    }
}
