//! How people sign in: the OIDC provider, and the administrators whose password always works.

mod breakglass;
mod oidc_form;

use yew::prelude::*;
use yew_router::hooks::use_location;

use self::breakglass::Breakglass;
use self::oidc_form::OidcForm;
use crate::components::{Notice, OidcTrial, Settings, Skeleton};
use crate::hooks::{use_fetch, use_title};
use crate::remote::Remote;
use crate::route::Route;
use crate::{client, route};

#[component]
pub(crate) fn SignInSettingsPage() -> Html {
    use_title("Sign-in");
    let (settings, again) = use_fetch((), |()| client::oidc());
    let tried = use_location().and_then(|it| route::query_value(it.query_str(), "tried")).is_some();
    let provider = match settings {
        Remote::Loading => html! { <Skeleton what="the provider" rows=6 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready(settings) => html! {
            <>
                if settings.config.is_some() {
                    <OidcTrial return_to="/settings/sign-in?tried=1" {tried} />
                }
                <OidcForm key={settings.version} saved={settings.clone()} {again} />
            </>
        },
    };
    html! {
        <Settings heading="Sign-in" current={Route::SignInSettings}>
            <section aria-labelledby="oidc">
                <h2 id="oidc">{ "OpenID provider" }</h2>
                <p class="quiet">{ "People sign in with the account that they have at your organisation." }</p>
                { provider }
            </section>
            <section aria-labelledby="breakglass">
                <h2 id="breakglass">{ "Administrators with a password" }</h2>
                <p class="quiet">{ "They can always sign in, also while the provider is away. Keep at least one." }</p>
                <Breakglass />
            </section>
        </Settings>
    }
}
