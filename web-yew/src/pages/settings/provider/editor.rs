//! Changing a provider account, and what to do where somebody else has changed it meanwhile.

use mosaic_api::{Code, ModelList, ProviderBody};
use yew::prelude::*;

use crate::client;
use crate::components::{Field, Kind, ModelPicker, Notice, SaveFoot, Switch};
use crate::drafts::{ProviderEdit, writer};
use crate::hooks::{saves_upon, use_act, use_versioned};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) saved: ProviderBody,
    /// Fetches it again.
    pub(super) again: Callback<()>,
}

#[component]
pub(super) fn Editor(props: &Props) -> Html {
    let Props { saved, again } = props;
    let edit = use_state(|| ProviderEdit::of(saved));
    let faults = use_state(|| [None; 2]);
    let [name, address, key] = [use_node_ref(), use_node_ref(), use_node_ref()];
    let listed = use_state(Vec::new);
    let fetch_models = {
        let listed = listed.clone();
        use_act(client::provider_models, Callback::from(move |list: ModelList| listed.set(list.models)))
    };
    let fetch = {
        let id = saved.id.clone();
        move || client::provider(id.clone())
    };
    let versioned = use_versioned(Code::Stale, client::change_provider, fetch, again.reform(|_| ()));
    let save = {
        let (run, edit, saved, faults) = (versioned.run.clone(), edit.clone(), saved.clone(), faults.clone());
        Callback::from(move |version: i64| {
            let found = edit.faults();
            faults.set(found);
            if found.iter().all(Option::is_none) {
                run.emit((saved.id.clone(), version, edit.to_change(&saved)));
            }
        })
    };
    let onsubmit = saves_upon(&save, saved.version);
    let change = {
        let edit = edit.clone();
        Callback::from(move |fresh| edit.set(fresh))
    };
    let write = writer(&*edit, &change);
    let choose = {
        let edit = (*edit).clone();
        change.reform(move |models| ProviderEdit { models, ..edit.clone() })
    };
    let switch = {
        let edit = (*edit).clone();
        change.reform(move |enabled| ProviderEdit { enabled, ..edit.clone() })
    };
    let id = saved.id.clone();
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            <Field id="name" label="Name" field={name} at_first={saved.name.clone()} error={faults[0].map(AttrValue::from)}
                oninput={write(|edit, text| edit.name = text)} />
            <Field id="address" label="Address" field={address} at_first={saved.base_url.clone()}
                hint="With another server the key has to be given once more." oninput={write(|edit, text| edit.base_url = text)} />
            <Field id="key" label={if saved.has_key { "Another key" } else { "Key" }} kind={Kind::Secret} field={key}
                hint="Empty: nothing changes. A key that is kept is never shown." oninput={write(|edit, text| edit.key = text)} />
            <ModelPicker listed={(*listed).clone()} chosen={edit.models.clone()} {choose} error={faults[1].map(AttrValue::from)} />
            if let Some(failure) = &fetch_models.failure { <Notice failure={failure.clone()} /> }
            <div><button type="button" onclick={fetch_models.run.reform(move |_: MouseEvent| id.clone())}
                aria-busy={fetch_models.busy.then_some("true")}>
                { if fetch_models.busy { "Asking the provider…" } else { "Show what the provider lists" } }
            </button></div>
            <Switch id="enabled" label="Agents may use it" on={edit.enabled} onchange={switch} />
            <SaveFoot conflict={versioned.theirs.as_ref().map(|theirs| (theirs.version, edit.differences(theirs)))}
                take_theirs={again.clone()} {save} failure={versioned.failure.clone()} busy={versioned.busy}
                is_unchanged={edit.is_unchanged(saved)} />
        </form>
    }
}
