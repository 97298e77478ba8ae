//! Finding agents, and ordering something of those that are chosen.

use mosaic_api::FleetActionName;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Chosen;
use super::order::Order;
use crate::fleet::{RARE, USUAL, View};
use crate::words;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) view: View,
    pub(super) look: Callback<View>,
    pub(super) chosen: Chosen,
    pub(super) choose: Callback<Chosen>,
    pub(super) ask: Callback<Order>,
}

#[component]
pub(super) fn Toolbar(props: &Props) -> Html {
    let Props { view, look, chosen, choose, ask } = props;
    let oninput = {
        let (look, view) = (look.clone(), view.clone());
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            look.emit(View { text, ..view.clone() });
        })
    };
    let nobody = chosen.is_empty();
    let order = |action: FleetActionName| {
        let agents = chosen.clone();
        let asked = move |_: MouseEvent| Order { action, agents: agents.iter().cloned().collect() };
        html! {
            <button type="button" disabled={nobody} onclick={ask.reform(asked)}>{ words::order(action) }</button>
        }
    };
    html! {
        <div class="toolbar">
            <input type="search" aria-label="Find an agent by its owner" placeholder="Find by owner"
                autocomplete="off" spellcheck="false" value={view.text.clone()} {oninput} />
            <div class="bulk" role="group" aria-label="With those that are chosen">
                <span class="quiet" role="status">
                    { if nobody { "None chosen".to_owned() } else { format!("{} chosen", words::agents(chosen.len())) } }
                </span>
                for action in USUAL { { order(action) } }
                <details class="rare">
                    <summary class="button">{ "More" }</summary>
                    <div>for action in RARE { { order(action) } }</div>
                </details>
                <button type="button" class="plain" disabled={nobody}
                    onclick={choose.reform(|_: MouseEvent| Chosen::default())}>{ "Clear" }</button>
            </div>
        </div>
    }
}
