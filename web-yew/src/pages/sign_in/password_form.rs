//! E-mail address and password, what is wrong with them, and how long to wait.

use mosaic_api::{Code, Login};
use yew::prelude::*;

use crate::components::{Field, Kind, Notice, Submit, focus, typed};
use crate::hooks::{use_account, use_act, use_countdown};
use crate::remote::Failure;
use crate::{client, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whether another way in stands first.
    #[prop_or_default]
    pub(crate) quiet: bool,
}

/// What is missing before anything is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Missing {
    email: bool,
    password: bool,
}

#[component]
pub(crate) fn PasswordForm(props: &Props) -> Html {
    let (email, password) = (use_node_ref(), use_node_ref());
    let missing = use_state(Missing::default);
    let account = use_account();
    let sign_in = use_act(client::sign_in, account.signed_in);
    // The wait that the latest try was told of is over once another is under way.
    let refused = sign_in.failure.as_ref().filter(|_| !sign_in.busy);
    let wait = refused.filter(|failure| failure.is(Code::TooManyRequests));
    let left = use_countdown(wait.and_then(|failure| failure.wait_secs));
    {
        let (busy, email, password) = (sign_in.busy, email.clone(), password.clone());
        use_effect_with((), move |()| focus(&email));
        // After a refusal the password is what is typed again.
        use_effect_with((busy, sign_in.failure.is_some()), move |(busy, failed)| {
            if !busy && *failed {
                focus(&password);
            }
        });
    }
    let onsubmit = {
        let (run, missing) = (sign_in.run.clone(), missing.clone());
        let (email, password) = (email.clone(), password.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let login = Login { email: typed(&email).trim().to_owned(), password: typed(&password).into() };
            let lacks =
                Missing { email: login.email.is_empty(), password: login.password.expose().is_empty() };
            missing.set(lacks);
            match lacks {
                Missing { email: true, .. } => focus(&email),
                Missing { password: true, .. } => focus(&password),
                _ if left > 0 => {}
                _ => run.emit(login),
            }
        })
    };
    let wrong =
        sign_in.failure.as_ref().filter(|failure| failure.is(Code::WrongPassword)).map(words::refused);
    html! {
        <form class="form" {onsubmit} novalidate=true>
            <Field id="email" label="E-mail address" kind={Kind::Email} field={email}
                error={missing.email.then_some("Enter your e-mail address")} />
            <Field id="password" label="Password" kind={Kind::Password} field={password}
                error={if missing.password { Some("Enter your password".into()) } else { wrong.map(AttrValue::from) }} />
            { trouble(sign_in.failure.as_ref(), left) }
            <Submit words="Sign in" busy_words="Signing in…" busy={sign_in.busy} disabled={left > 0}
                class={if props.quiet { "wide" } else { "primary wide" }} />
        </form>
    }
}

/// What is wrong with more than a field.
fn trouble(failure: Option<&Failure>, left: u32) -> Html {
    match failure {
        Some(failure) if failure.is(Code::TooManyRequests) => html! {
            <div class="notice failed">
                // Told once; the clock that runs is for the eye.
                <p role="alert">
                    { "Too many tries in a row. " }
                    <span class="for-readers">{ format!("Wait {}, then try again.", words::wait(failure.wait_secs.unwrap_or_default())) }</span>
                    <span aria-hidden="true">
                        { if left > 0 { format!("You can try again in {}.", words::wait(left)) } else { "You can try again now.".to_owned() } }
                    </span>
                </p>
            </div>
        },
        Some(failure) if !failure.is(Code::WrongPassword) => html! { <Notice failure={failure.clone()} /> },
        Some(_) | None => Html::default(),
    }
}
