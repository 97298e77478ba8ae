//! The way in: the provider's button where there is one, and the password form.

mod password_form;

use mosaic_api::{OidcMethod, SignInMethods};
use yew::prelude::*;
use yew_router::hooks::use_location;

pub(crate) use self::password_form::PasswordForm;
use crate::client;
use crate::components::{Door, Skeleton};
use crate::hooks::{use_account, use_fetch, use_first_setup, use_title};
use crate::remote::Remote;
use crate::{route, words};

#[component]
pub(crate) fn SignInPage() -> Html {
    use_title("Sign in");
    let query = use_location().map(|location| location.query_str().to_owned()).unwrap_or_default();
    let return_to = route::return_to(&query);
    let account = use_account();
    use_first_setup(&account);
    let (methods, _) = use_fetch((), |()| client::methods());
    let is_in = matches!(account.me, Remote::Ready(Some(_)));
    use_effect_with((is_in, return_to.clone()), |(is_in, return_to)| {
        if *is_in {
            route::replace(return_to);
        }
    });
    let error = route::query_value(&query, "error").map(|code| words::provider_error(&code));
    let ways = match methods {
        Remote::Loading => html! { <div class="panel"><Skeleton what="the ways to sign in" rows=5 /></div> },
        Remote::Ready(methods) => ways(&methods, &return_to),
        // Whatever is wrong with the provider, an administrator gets in.
        Remote::Failed(_) => ways(&SignInMethods { oidc: None, local_accounts: true }, &return_to),
    };
    html! {
        <Door heading="Sign in" lead="Your own agent, in a container of its own.">
            if let Some(error) = error {
                <div class="notice failed" role="alert"><p>{ error }</p></div>
            }
            { ways }
        </Door>
    }
}

fn ways(methods: &SignInMethods, return_to: &str) -> Html {
    match &methods.oidc {
        None if methods.local_accounts => html! { <div class="panel"><PasswordForm /></div> },
        None => html! {
            <div class="panel">
                <p class="quiet">{ "Only administrators sign in with a password at the moment." }</p>
                <PasswordForm />
            </div>
        },
        Some(provider) if methods.local_accounts => html! {
            <div class="panel">
                { provider_button(provider, return_to) }
                <p class="or quiet small"><span>{ "or" }</span></p>
                <PasswordForm quiet=true />
            </div>
        },
        Some(provider) => html! {
            <>
                <div class="panel">{ provider_button(provider, return_to) }</div>
                <details class="aside">
                    <summary>{ "Administrator sign-in" }</summary>
                    <div class="panel"><PasswordForm quiet=true /></div>
                </details>
            </>
        },
    }
}

/// A plain link: the provider is another site, and the browser goes there and comes back.
fn provider_button(provider: &OidcMethod, return_to: &str) -> Html {
    html! {
        <a class="button primary wide" href={client::oidc_start(return_to)}>
            { format!("Sign in with {}", provider.name) }
        </a>
    }
}
