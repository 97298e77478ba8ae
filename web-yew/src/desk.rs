//! The pages that most visits do without: the first set-up, the settings, one's account and what admins look after.
//!
//! They are a file of their own, which the browser fetches when the first of them is opened: what a person waits for
//! who signs in and asks something is without them.

use std::cell::Cell;

use wasm_split_helpers::wasm_split;
use yew::prelude::*;

use crate::components::Skeleton;
use crate::pages::{
    AgentPage, AgentsPage, AuditPage, DevicesPage, FleetPage, NewAgentPage, NewProviderPage, ProfilePage,
    ProviderPage, ProvidersPage, SetupPage, SignInSettingsPage, SystemPage, TokensPage, UsersPage,
};
use crate::route::Route;

/// Draws one of these pages.
type Draw = fn(&Route) -> Html;

thread_local! {
    /// Once they are there, they are drawn at once.
    static DRAW: Cell<Option<Draw>> = const { Cell::new(None) };
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) route: Route,
}

/// One of these pages, fetched if need be.
#[component]
pub(crate) fn Desk(props: &Props) -> Html {
    let draw = use_state(|| DRAW.get());
    {
        let draw = draw.clone();
        use_effect_with((), move |()| {
            if draw.is_none() {
                wasm_bindgen_futures::spawn_local(async move {
                    let fetched = fetch().await;
                    DRAW.set(Some(fetched));
                    draw.set(Some(fetched));
                });
            }
        });
    }
    match *draw {
        Some(draw) => draw(&props.route),
        None => html! { <div class="page"><Skeleton what="the page" /></div> },
    }
}

/// What is behind this is the file of its own.
#[wasm_split(desk)]
fn fetch() -> Draw {
    page
}

fn page(route: &Route) -> Html {
    match route.clone() {
        Route::Setup => html! { <SetupPage /> },
        Route::Providers => html! { <ProvidersPage /> },
        Route::NewProvider => html! { <NewProviderPage /> },
        Route::Provider { id } => html! { <ProviderPage {id} /> },
        Route::Agents => html! { <AgentsPage /> },
        Route::NewAgent => html! { <NewAgentPage /> },
        Route::Agent { id } => html! { <AgentPage {id} /> },
        Route::System => html! { <SystemPage /> },
        Route::SignInSettings => html! { <SignInSettingsPage /> },
        Route::Account => html! { <ProfilePage /> },
        Route::Devices => html! { <DevicesPage /> },
        Route::Tokens => html! { <TokensPage /> },
        Route::Audit => html! { <AuditPage /> },
        Route::Fleet => html! { <FleetPage /> },
        Route::FleetAgent { id } => html! { <FleetPage {id} /> },
        Route::Users => html! { <UsersPage /> },
        Route::SignIn | Route::Invitation | Route::Chat | Route::Conversation { .. } | Route::NotFound => {
            Html::default()
        }
    }
}
