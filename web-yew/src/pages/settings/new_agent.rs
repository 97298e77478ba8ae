//! Another agent.

use mosaic_api::{AgentBody, ProviderBody};
use yew::prelude::*;
use yew_router::Routable as _;

use crate::client;
use crate::components::{AgentFields, Link, Notice, Settings, Skeleton, Submit};
use crate::drafts::AgentEdit;
use crate::hooks::{use_act, use_fetch, use_title};
use crate::remote::Remote;
use crate::route::{self, Route};

#[component]
pub(crate) fn NewAgentPage() -> Html {
    use_title("Add an agent");
    let (providers, again) = use_fetch((), |()| client::providers());
    html! {
        <Settings heading="Add an agent" current={Route::Agents}>
            {
                match providers {
                    Remote::Loading => html! { <Skeleton what="your models" rows=6 /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready(list) => html! { <NewAgentForm providers={list.providers} /> },
                }
            }
        </Settings>
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    providers: Vec<ProviderBody>,
}

#[component]
fn NewAgentForm(props: &Props) -> Html {
    let edit = use_state(AgentEdit::default);
    let faults = use_state(|| [None; 2]);
    let add = use_act(client::add_agent, Callback::from(|_: AgentBody| route::go(&Route::Agents.to_path())));
    let onsubmit = {
        let (run, edit, faults) = (add.run.clone(), edit.clone(), faults.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let found = edit.faults();
            faults.set(found);
            if let Some(new) = edit.to_new().filter(|_| found.iter().all(Option::is_none)) {
                run.emit(new);
            }
        })
    };
    let change = {
        let edit = edit.clone();
        Callback::from(move |fresh| edit.set(fresh))
    };
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            <AgentFields providers={props.providers.clone()} edit={(*edit).clone()} {change} faults={*faults} />
            if let Some(failure) = &add.failure { <Notice failure={failure.clone()} /> }
            <div class="buttons">
                <Link to={Route::Agents} class="button">{ "Cancel" }</Link>
                <Submit words="Add" busy_words="Adding…" busy={add.busy} />
            </div>
        </form>
    }
}
