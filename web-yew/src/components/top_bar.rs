//! The bar on top: where one is, what the page has for it, the agent's state and the account.

use yew::prelude::*;

use super::{AccountMenu, AgentPill, Link, Mark};
use crate::route::Route;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The page's own part of it.
    pub(crate) children: Html,
}

#[component]
pub(crate) fn TopBar(props: &Props) -> Html {
    html! {
        <header class="top-bar">
            <Link to={Route::Chat} class="home" label="Mosaic, to the chat"><Mark /></Link>
            { props.children.clone() }
            <AgentPill />
            <AccountMenu />
        </header>
    }
}
