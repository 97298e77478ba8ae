//! The pages that most visits do without: the first set-up, the settings, one's account and what admins look after.
//!
//! They are a file of their own, which the browser fetches when the first of them is opened: what a person waits for
//! who signs in and asks something is without them.

#![expect(clippy::unnecessary_wraps, reason = "a marked function has the signature of what fetches its file")]

use std::cell::Cell;

use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

use crate::components::{Notice, Skeleton};
use crate::hooks::use_fetch;
use crate::pages::{
    AgentPage, AgentsPage, AuditPage, DevicesPage, FleetPage, NewAgentPage, NewProviderPage,
    NewSystemAgentPage, ProfilePage, ProviderPage, ProvidersPage, SetupPage, SignInSettingsPage,
    SystemAgentPage, SystemAgentsPage, SystemPage, TokensPage, UsersPage,
};
use crate::remote::{Failure, Remote};
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
    let (fetched, again) = use_fetch((), |()| fetch());
    match DRAW.get().map_or(fetched, Remote::Ready) {
        Remote::Ready(draw) => draw(&props.route),
        Remote::Failed(failure) => html! { <div class="page"><Notice {failure} retry={again} /></div> },
        Remote::Loading => html! { <div class="page"><Skeleton what="the page" /></div> },
    }
}

async fn fetch() -> Result<Draw, Failure> {
    let draw = pages().await?;
    DRAW.set(Some(draw));
    Ok(draw)
}

impl From<SplitLoaderError> for Failure {
    /// The browser's console says more. An update of Mosaic takes the file away that an older page asks for.
    fn from(_: SplitLoaderError) -> Self {
        Self::new("This page could not be fetched. Check your connection and try again, or reload.")
    }
}

/// What only this leads to is the file of its own; calling it fetches that file.
#[wasm_split(desk, fallible)]
fn pages() -> Result<Draw, Failure> {
    Ok(page)
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
        Route::SystemAgents => html! { <SystemAgentsPage /> },
        Route::NewSystemAgent => html! { <NewSystemAgentPage /> },
        Route::SystemAgent { id } => html! { <SystemAgentPage {id} /> },
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
