//! The administrators who sign in with a password.

use mosaic_api::{LoginMethodBody, UserBody};
use yew::prelude::*;

use crate::client;
use crate::components::{Ago, Notice, Skeleton};
use crate::hooks::use_list;
use crate::pages::ResetDialog;
use crate::remote::Remote;

#[component]
pub(super) fn Breakglass() -> Html {
    let list = use_list((), |()| client::users("?role=admin".to_owned(), None));
    let content = match list.remote {
        Remote::Loading => html! { <Skeleton what="the administrators" rows=2 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={list.again} /> },
        Remote::Ready(page) => {
            let them: Vec<UserBody> = page
                .users
                .into_iter()
                .filter(|user| user.sign_in == Some(LoginMethodBody::Breakglass))
                .collect();
            rows(&them, &list.show)
        }
    };
    html! {
        <>
            { content }
            if let Some(user) = list.open {
                <ResetDialog {user} done={list.done} close={list.close} />
            }
        </>
    }
}

fn rows(users: &[UserBody], ask: &Callback<UserBody>) -> Html {
    html! {
        <ul class="rows">
            for user in users {
                <li key={user.id.clone()}>
                    <div class="grow">
                        <p><strong>{ &user.email }</strong></p>
                        <p class="quiet small">
                            if let Some(at) = user.last_login_at { { "last signed in " }<Ago {at} /> } else { { "never signed in" } }
                        </p>
                    </div>
                    <button type="button" aria-label={format!("Reset password of {}", user.email)}
                        onclick={let user = user.clone(); ask.reform(move |_: MouseEvent| user.clone())}>{ "Reset password" }</button>
                </li>
            }
        </ul>
    }
}
