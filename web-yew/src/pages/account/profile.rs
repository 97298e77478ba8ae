//! Who one is here, and one's password.

use mosaic_api::{LoginMethodBody, RoleBody};
use yew::prelude::*;

use super::password::PasswordSection;
use crate::client;
use crate::components::{Notice, Settings, Skeleton, ThemeSwitch};
use crate::hooks::{use_fetch, use_me, use_title};
use crate::remote::Remote;
use crate::route::Route;
use crate::words;

#[component]
pub(crate) fn ProfilePage() -> Html {
    use_title("Account");
    let me = use_me();
    let (sessions, again) = use_fetch((), |()| client::sessions());
    let method = match &sessions {
        Remote::Ready(list) => {
            list.sessions.iter().find(|session| session.current).map(|session| session.method)
        }
        Remote::Loading | Remote::Failed(_) => None,
    };
    let password = match sessions {
        Remote::Loading => html! { <Skeleton what="how you sign in" rows=6 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready(_) if method == Some(LoginMethodBody::Oidc) => html! {
            <p class="quiet">{ "You sign in through your organisation's provider: your password is kept and changed there." }</p>
        },
        Remote::Ready(_) => html! { <PasswordSection email={me.email.clone()} /> },
    };
    html! {
        <Settings heading="Profile and password" current={Route::Account}>
            <section aria-labelledby="profile">
                <h2 id="profile">{ "Profile" }</h2>
                <dl class="facts">
                    <dt>{ "E-mail address" }</dt><dd>{ &me.email }</dd>
                    <dt>{ "Role" }</dt><dd>{ role(me.role) }</dd>
                    <dt>{ "Signed in" }</dt>
                    <dd>{ method.map_or("…", words::means) }</dd>
                </dl>
            </section>
            <section aria-labelledby="appearance">
                <h2 id="appearance">{ "Appearance" }</h2>
                <div class="form"><ThemeSwitch name="theme" /></div>
            </section>
            <section aria-labelledby="password-title">
                <h2 id="password-title">{ "Password" }</h2>
                { password }
            </section>
        </Settings>
    }
}

const fn role(role: RoleBody) -> &'static str {
    match role {
        RoleBody::Admin => "Administrator",
        RoleBody::User => "User",
    }
}
