//! The end of a provider account, and of the agents on it.

use mosaic_api::ProviderBody;
use yew::prelude::*;
use yew_router::Routable as _;

use crate::client;
use crate::components::Confirm;
use crate::hooks::use_act;
use crate::route::{self, Route};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) provider: ProviderBody,
}

#[component]
pub(super) fn Removal(props: &Props) -> Html {
    let ProviderBody { id, name, used_by, .. } = &props.provider;
    let asking = use_state(|| false);
    let remove =
        use_act(client::remove_provider, Callback::from(|()| route::replace(&Route::Providers.to_path())));
    let ask = |on: bool| {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(on))
    };
    let (id, cascade) = (id.clone(), !used_by.is_empty());
    html! {
        <>
            <p class="quiet">{ "The key is destroyed with it." }</p>
            <div><button type="button" class="grave" onclick={ask(true).reform(|_: MouseEvent| ())}>{ format!("Remove {name}") }</button></div>
            if *asking {
                <Confirm title={format!("Remove {name}?")} action={if cascade { "Remove with its agents" } else { "Remove" }}
                    busy={remove.busy} failure={remove.failure.clone()}
                    yes={remove.run.reform(move |()| (id.clone(), cascade))} no={ask(false)}>
                    if cascade {
                        <p>{ "These agents are on it, and are removed too. Their files stay in your container." }</p>
                        <ul class="names">for agent in used_by { <li key={format!("{} {}", agent.agent_id, agent.model)}>{ format!("{} ({})", agent.name, agent.model) }</li> }</ul>
                    } else {
                        <p>{ "No agent is on it." }</p>
                    }
                </Confirm>
            }
        </>
    }
}
