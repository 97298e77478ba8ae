//! The password of a new account.

use mosaic_api::{AcceptInvitation, Me};
use yew::prelude::*;

use crate::components::{NewPassword, Notice, Submit, focus, typed};
use crate::hooks::{use_account, use_act};
use crate::route;
use crate::{client, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) code: AttrValue,
    pub(crate) email: AttrValue,
}

#[component]
pub(crate) fn AcceptForm(props: &Props) -> Html {
    let (password, again) = (use_node_ref(), use_node_ref());
    let wrong = use_state(|| (None, None));
    let signed_in = use_account().signed_in;
    let accept = use_act(
        client::accept_invitation,
        Callback::from(move |me: Me| {
            signed_in.emit(me);
            route::replace("/");
        }),
    );
    {
        let password = password.clone();
        use_effect_with((), move |()| focus(&password));
    }
    let onsubmit = {
        let (run, wrong, code) = (accept.run.clone(), wrong.clone(), props.code.clone());
        let (password, again) = (password.clone(), again.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let chosen = typed(&password);
            let short = words::too_short(&chosen);
            let differs = (typed(&again) != chosen).then(|| "The two passwords differ".to_owned());
            match (&short, &differs) {
                (Some(_), _) => focus(&password),
                (None, Some(_)) => focus(&again),
                (None, None) => {
                    run.emit(AcceptInvitation { code: code.to_string().into(), password: chosen.into() });
                }
            }
            wrong.set((short, differs));
        })
    };
    let (short, differs) = (*wrong).clone();
    html! {
        <form class="form" {onsubmit} novalidate=true>
            // For password managers, which keep a password with its name.
            <input class="for-readers" type="email" autocomplete="username" readonly=true tabindex="-1"
                aria-label="E-mail address" value={props.email.clone()} />
            <NewPassword field={password} {again} label="Password" error={short.map(AttrValue::from)}
                again_error={differs.map(AttrValue::from)} />
            if let Some(failure) = &accept.failure {
                <Notice failure={failure.clone()} />
            }
            <Submit words="Accept and sign in" busy_words="Signing in…" busy={accept.busy} class="primary wide" />
        </form>
    }
}
