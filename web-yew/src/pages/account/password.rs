//! Another password.

use mosaic_api::ChangePassword;
use yew::prelude::*;

use crate::components::{Field, Kind, NewPassword, Notice, Submit, focus, typed};
use crate::hooks::use_act;
use crate::{client, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) email: AttrValue,
}

/// What is wrong with each field.
#[derive(Clone, Debug, Default, PartialEq)]
struct Wrong {
    current: Option<AttrValue>,
    new: Option<AttrValue>,
    again: Option<AttrValue>,
}

/// The form, made anew after it has worked, so that no password stays in it.
#[component]
pub(crate) fn PasswordSection(props: &Props) -> Html {
    let changed = use_state(|| 0_u32);
    let done = {
        let changed = changed.clone();
        Callback::from(move |()| changed.set(*changed + 1))
    };
    html! {
        <>
            if *changed > 0 {
                <p class="notice done" role="status">{ "Your password is changed. Every other device is signed out." }</p>
            }
            <PasswordForm key={*changed} email={props.email.clone()} {done} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    email: AttrValue,
    done: Callback<()>,
}

#[component]
fn PasswordForm(props: &FormProps) -> Html {
    let (current, new, again) = (use_node_ref(), use_node_ref(), use_node_ref());
    let wrong = use_state(Wrong::default);
    let change = use_act(client::change_password, props.done.clone());
    let onsubmit = {
        let (run, wrong) = (change.run.clone(), wrong.clone());
        let (current, new, again) = (current.clone(), new.clone(), again.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let change = ChangePassword { current: typed(&current).into(), new: typed(&new).into() };
            let found = find_wrong(&change, &typed(&again));
            match &found {
                Wrong { current: Some(_), .. } => focus(&current),
                Wrong { new: Some(_), .. } => focus(&new),
                Wrong { again: Some(_), .. } => focus(&again),
                _ => run.emit(change),
            }
            wrong.set(found);
        })
    };
    let Wrong { current: wrong_current, new: wrong_new, again: wrong_again } = (*wrong).clone();
    html! {
        <form class="form" {onsubmit} novalidate=true>
            <input class="for-readers" type="email" autocomplete="username" readonly=true tabindex="-1"
                aria-label="E-mail address" value={props.email.clone()} />
            <Field id="current-password" label="Current password" kind={Kind::Password} field={current} error={wrong_current} />
            <NewPassword field={new} {again} label="New password" error={wrong_new} again_error={wrong_again} />
            if let Some(failure) = &change.failure {
                <Notice failure={failure.clone()} />
            }
            <p class="quiet small">{ "Your other devices are signed out. Your tokens stay." }</p>
            <div><Submit words="Change password" busy_words="Changing…" busy={change.busy} /></div>
        </form>
    }
}

fn find_wrong(change: &ChangePassword, again: &str) -> Wrong {
    Wrong {
        current: change.current.expose().is_empty().then(|| "Enter your current password".into()),
        new: words::too_short(change.new.expose()).map(AttrValue::from),
        again: (again != change.new.expose()).then(|| "The two passwords differ".into()),
    }
}
