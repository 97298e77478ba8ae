//! The ways to the other pages: at left, or at the bottom of a phone.

use mosaic_api::RoleBody;
use yew::prelude::*;
use yew_router::hooks::use_route;

use super::{Glyph, Icon, Link, Mark};
use crate::hooks::use_me;
use crate::route::Route;
use crate::storage;

/// A way to a page.
struct Way {
    to: Route,
    name: &'static str,
    glyph: Glyph,
    for_admins: bool,
}

const fn way(to: Route, name: &'static str, glyph: Glyph, for_admins: bool) -> Way {
    Way { to, name, glyph, for_admins }
}

const WAYS: [Way; 5] = [
    way(Route::Chat, "Chat", Glyph::Chat, false),
    way(Route::Agents, "Settings", Glyph::Settings, false),
    way(Route::Fleet, "Fleet", Glyph::Fleet, true),
    way(Route::Users, "Users", Glyph::Users, true),
    way(Route::Audit, "Audit", Glyph::Audit, true),
];

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Opens the palette.
    pub(crate) search: Callback<()>,
}

#[component]
pub(crate) fn Rail(props: &Props) -> Html {
    let admin = use_me().role == RoleBody::Admin;
    let here = use_route::<Route>();
    let narrow = use_state(storage::rail_is_narrow);
    let fold = {
        let narrow = narrow.clone();
        Callback::from(move |_: MouseEvent| {
            storage::set_rail_is_narrow(!*narrow);
            narrow.set(!*narrow);
        })
    };
    let is_here = |to: &Route| {
        let here = here.as_ref();
        let is_part = match to {
            Route::Agents => here.is_some_and(Route::is_settings),
            Route::Fleet => matches!(here, Some(Route::FleetAgent { .. })),
            Route::Chat => matches!(here, Some(Route::Conversation { .. })),
            _ => false,
        };
        is_part || here == Some(to)
    };
    html! {
        <nav class={classes!("rail", narrow.then_some("narrow"))} aria-label="Main">
            <Link to={Route::Chat} class="home" label="Mosaic, to the chat"><Mark /></Link>
            <ul>
                for way in WAYS.into_iter().filter(|way| admin || !way.for_admins) {
                    <li><Link current={is_here(&way.to)} to={way.to}>
                        <Icon glyph={way.glyph} /><span class="words">{ way.name }</span>
                    </Link></li>
                }
            </ul>
            <div class="tools">
                <button type="button" class="tool" onclick={props.search.reform(|_: MouseEvent| ())}
                    aria-keyshortcuts="Control+K Meta+K">
                    <Icon glyph={Glyph::Search} /><span class="words">{ "Go to…" }</span><kbd aria-hidden="true">{ "Ctrl K" }</kbd>
                </button>
                <button type="button" class="tool" onclick={fold} aria-pressed={if *narrow { "true" } else { "false" }}>
                    <Icon glyph={Glyph::Fold} /><span class="words">{ "Narrow" }</span>
                </button>
            </div>
        </nav>
    }
}
