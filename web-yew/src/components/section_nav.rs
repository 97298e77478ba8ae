//! The sections of the account page.

use yew::prelude::*;

use super::Link;
use crate::route::Route;

const SECTIONS: [(Route, &str); 3] =
    [(Route::Account, "Profile and password"), (Route::Devices, "Devices"), (Route::Tokens, "Tokens")];

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) current: Route,
}

#[component]
pub(crate) fn SectionNav(props: &Props) -> Html {
    html! {
        <nav class="sections" aria-label="Account sections">
            for (route, name) in SECTIONS {
                <Link to={route.clone()} current={route == props.current}>{ name }</Link>
            }
        </nav>
    }
}
