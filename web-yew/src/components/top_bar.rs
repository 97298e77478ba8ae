//! The bar on top: whose product, which agent, a new chat, the way out.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::Mark;
use crate::wire::Agent;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) agents: Vec<Agent>,
    pub(crate) picked: Option<String>,
    pub(crate) pick: Callback<String>,
    pub(crate) restart: Callback<()>,
    /// Whether the conversation is empty: then there is nothing to leave.
    pub(crate) fresh: bool,
    pub(crate) sign_out: Callback<()>,
}

#[component]
pub(crate) fn TopBar(props: &Props) -> Html {
    let onchange =
        props.pick.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    let restart = props.restart.reform(|_: MouseEvent| ());
    let sign_out = props.sign_out.reform(|_: MouseEvent| ());
    html! {
        <header class="top-bar">
            <Mark />
            <label class="for-readers" for="agent">{ "Agent" }</label>
            <select id="agent" {onchange} disabled={props.agents.is_empty()}>
                for agent in &props.agents {
                    <option value={agent.id.clone()} selected={props.picked.as_ref() == Some(&agent.id)}>
                        { agent.title() }
                    </option>
                }
            </select>
            <span class="space"></span>
            <button type="button" onclick={restart} disabled={props.fresh}>{ "New chat" }</button>
            <button class="plain" type="button" onclick={sign_out}>{ "Sign out" }</button>
        </header>
    }
}
