//! The whole app: the address says which page, and what stands behind the door asks who is there first.

use mosaic_api::{Me, RoleBody};
use yew::prelude::*;
use yew_router::{BrowserRouter, Switch};

use crate::components::{Door, Frame, Notice, Skeleton};
use crate::hooks::{AccountProvider, ChatProvider, use_account, use_first_setup};
use crate::pages::{
    AgentPage, AgentsPage, AuditPage, ChatPage, DevicesPage, FleetPage, InvitationPage, LostPage,
    NewAgentPage, NewProviderPage, NewSystemAgentPage, ProfilePage, ProviderPage, ProvidersPage, SetupPage,
    SignInPage, SignInSettingsPage, SystemAgentPage, SystemAgentsPage, SystemPage, TokensPage, UsersPage,
};
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
        Route::Setup => html! { <SetupPage /> },
        Route::SignIn => html! { <SignInPage /> },
        Route::Invitation => html! { <InvitationPage /> },
        Route::Chat => html! { <Guard><ChatPage /></Guard> },
        Route::Conversation { id } => html! { <Guard><ChatPage {id} /></Guard> },
        Route::Providers => html! { <Guard><ProvidersPage /></Guard> },
        Route::NewProvider => html! { <Guard><NewProviderPage /></Guard> },
        Route::Provider { id } => html! { <Guard><ProviderPage {id} /></Guard> },
        Route::Agents => html! { <Guard><AgentsPage /></Guard> },
        Route::NewAgent => html! { <Guard><NewAgentPage /></Guard> },
        Route::Agent { id } => html! { <Guard><AgentPage {id} /></Guard> },
        Route::System => html! { <Guard admin=true><SystemPage /></Guard> },
        Route::SystemAgents => html! { <Guard admin=true><SystemAgentsPage /></Guard> },
        Route::NewSystemAgent => html! { <Guard admin=true><NewSystemAgentPage /></Guard> },
        Route::SystemAgent { id } => html! { <Guard admin=true><SystemAgentPage {id} /></Guard> },
        Route::SignInSettings => html! { <Guard admin=true><SignInSettingsPage /></Guard> },
        Route::Account => html! { <Guard><ProfilePage /></Guard> },
        Route::Devices => html! { <Guard><DevicesPage /></Guard> },
        Route::Tokens => html! { <Guard><TokensPage /></Guard> },
        Route::Audit => html! { <Guard admin=true><AuditPage /></Guard> },
        Route::Fleet => html! { <Guard admin=true><FleetPage /></Guard> },
        Route::FleetAgent { id } => html! { <Guard admin=true><FleetPage {id} /></Guard> },
        Route::Users => html! { <Guard admin=true><UsersPage /></Guard> },
        Route::NotFound => html! { <LostPage /> },
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
