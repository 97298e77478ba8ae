//! The end of one of the fleet's own agents.

use mosaic_api::SystemAgentBody;
use yew::prelude::*;
use yew_router::Routable as _;

use crate::client;
use crate::components::Confirm;
use crate::hooks::use_act;
use crate::route::{self, Route};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) saved: SystemAgentBody,
}

#[component]
pub(super) fn Erasure(props: &Props) -> Html {
    let SystemAgentBody { id, name, .. } = &props.saved;
    let asking = use_state(|| false);
    let erase = use_act(
        client::erase_system_agent,
        Callback::from(|()| route::replace(&Route::SystemAgents.to_path())),
    );
    let ask = |on: bool| {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(on))
    };
    let id = id.clone();
    html! {
        <>
            <p class="quiet">{ "Its container, its memory and its key are destroyed. Nothing of it can be had back." }</p>
            <div><button type="button" class="grave" onclick={ask(true).reform(|_: MouseEvent| ())}>{ format!("Erase {name}") }</button></div>
            if *asking {
                <Confirm title={format!("Erase {name}?")} action="Erase" busy={erase.busy} failure={erase.failure.clone()}
                    spelled={name.clone()} yes={erase.run.reform(move |()| id.clone())} no={ask(false)}>
                    <p>{ "An answer on its way is cut off, and all that it remembers is gone." }</p>
                </Confirm>
            }
        </>
    }
}
