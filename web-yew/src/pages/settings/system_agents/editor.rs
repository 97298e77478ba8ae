//! Changing one of the fleet's own agents, and what to do where somebody else has changed it meanwhile.

use mosaic_api::{Code, SystemAgentBody};
use yew::prelude::*;

use super::fields::SystemAgentFields;
use crate::client;
use crate::components::SaveFoot;
use crate::drafts::SystemAgentEdit;
use crate::hooks::{saves_upon, use_versioned};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) saved: SystemAgentBody,
    /// Fetches it again.
    pub(super) again: Callback<()>,
}

#[component]
pub(super) fn Editor(props: &Props) -> Html {
    let Props { saved, again } = props;
    let edit = use_state(|| SystemAgentEdit::of(saved));
    let fault = use_state(|| None);
    let fetch = {
        let id = saved.id.clone();
        move || client::system_agent(id.clone())
    };
    let versioned = use_versioned(Code::Stale, client::replace_system_agent, fetch, again.reform(|_| ()));
    let save = {
        let (run, edit, saved, fault) = (versioned.run.clone(), edit.clone(), saved.clone(), fault.clone());
        Callback::from(move |version: i64| {
            fault.set(edit.fault());
            if edit.fault().is_none() {
                run.emit((saved.id.clone(), version, edit.to_replace(&saved.provider.models)));
            }
        })
    };
    let onsubmit = saves_upon(&save, saved.version);
    let change = {
        let edit = edit.clone();
        Callback::from(move |fresh| edit.set(fresh))
    };
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            <SystemAgentFields edit={(*edit).clone()} {change} fault={*fault} models={saved.provider.models.clone()} />
            <SaveFoot conflict={versioned.theirs.as_ref().map(|theirs| (theirs.version, edit.differences(theirs)))}
                take_theirs={again.clone()} {save} failure={versioned.failure.clone()} busy={versioned.busy}
                is_unchanged={*edit == SystemAgentEdit::of(saved)} />
        </form>
    }
}
