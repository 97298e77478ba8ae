//! The whole app: the address says which page, and what stands behind the door asks who is there first.

use mosaic_api::{Me, RoleBody};
use yew::prelude::*;
use yew_router::{BrowserRouter, Switch};

use crate::components::{Door, Frame, Notice, Skeleton};
use crate::desk::Desk;
use crate::hooks::{AccountProvider, ChatProvider, use_account, use_first_setup};
use crate::pages::{ChatPage, InvitationPage, LostPage, SignInPage};
use crate::remote::Remote;
use crate::route::{self, Route};

#[component]
pub(crate) fn App() -> Html {
    html! {
        <BrowserRouter>
            <AccountProvider>
                <ChatProvider>
                    <Switch<Route> render={page} />
                </ChatProvider>
            </AccountProvider>
        </BrowserRouter>
    }
}

fn page(route: Route) -> Html {
    match route {
        Route::SignIn => html! { <SignInPage /> },
        Route::Invitation => html! { <InvitationPage /> },
        Route::Chat => html! { <Guard><ChatPage /></Guard> },
        Route::Conversation { id } => html! { <Guard><ChatPage {id} /></Guard> },
        Route::NotFound => html! { <LostPage /> },
        Route::Setup => html! { <Desk {route} /> },
        Route::Providers
        | Route::NewProvider
        | Route::Provider { .. }
        | Route::Agents
        | Route::NewAgent
        | Route::Agent { .. }
        | Route::Account
        | Route::Devices
        | Route::Tokens => html! { <Guard><Desk {route} /></Guard> },
        Route::System
        | Route::SystemAgents
        | Route::NewSystemAgent
        | Route::SystemAgent { .. }
        | Route::SignInSettings
        | Route::Audit
        | Route::Fleet
        | Route::FleetAgent { .. }
        | Route::Users => html! { <Guard admin=true><Desk {route} /></Guard> },
    }
}

#[derive(PartialEq, Properties)]
struct GuardProps {
    /// Whether only admins get in.
    #[prop_or_default]
    admin: bool,
    children: Html,
}

/// Lets those in who are signed in, and sends the others to the sign-in page, which sends them back.
#[component]
fn Guard(props: &GuardProps) -> Html {
    let account = use_account();
    use_effect_with(account.me == Remote::Ready(None), |nobody| {
        if *nobody {
            route::replace(&route::sign_in_for(&route::here()));
        }
    });
    use_first_setup(&account);
    match account.me {
        Remote::Ready(Some(me)) if props.admin && me.role != RoleBody::Admin => html! {
            <Door heading="This page is for administrators" lead="Your account may not open it." />
        },
        Remote::Ready(Some(me)) => html! {
            <ContextProvider<Me> context={me}><Frame>{ props.children.clone() }</Frame></ContextProvider<Me>>
        },
        Remote::Failed(failure) => html! {
            <Door heading="Mosaic does not answer"><Notice {failure} retry={account.again} /></Door>
        },
        Remote::Loading | Remote::Ready(None) => {
            html! { <div class="around"><div class="page"><Skeleton what="the page" /></div></div> }
        }
    }
}
