//! A link to another page of the app: an ordinary one, which changes the page in place when it is simply clicked.

use yew::prelude::*;
use yew_router::Routable;

use crate::route::{self, Route};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) to: Route,
    /// What is behind the `?` of the address, with it.
    #[prop_or_default]
    pub(crate) query: String,
    #[prop_or_default]
    pub(crate) class: Classes,
    /// Whether it is the page that is shown.
    #[prop_or_default]
    pub(crate) current: bool,
    #[prop_or_default]
    pub(crate) label: Option<AttrValue>,
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Link(props: &Props) -> Html {
    let address = props.to.to_path() + &props.query;
    let onclick = {
        let address = address.clone();
        Callback::from(move |event: MouseEvent| {
            // With a key held the browser opens a tab or a window of its own.
            if event.button() == 0
                && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
            {
                event.prevent_default();
                route::go(&address);
            }
        })
    };
    html! {
        <a href={address} class={props.class.clone()} aria-label={props.label.clone()}
            aria-current={props.current.then_some("page")} {onclick}>{ props.children.clone() }</a>
    }
}
