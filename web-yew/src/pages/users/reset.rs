//! Another password for somebody who lost theirs.

use mosaic_api::UserBody;
use yew::prelude::*;

use crate::components::{Dialog, NewPassword, Notice, Submit, focus, typed};
use crate::hooks::use_act;
use crate::{client, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) user: UserBody,
    pub(crate) done: Callback<()>,
    pub(crate) close: Callback<()>,
}

#[component]
pub(crate) fn ResetDialog(props: &Props) -> Html {
    let (password, again) = (use_node_ref(), use_node_ref());
    let wrong = use_state(|| (None, None));
    let reset =
        use_act(|(id, password): (String, String)| client::reset_password(id, password), props.done.clone());
    let onsubmit = {
        let (run, wrong, id) = (reset.run.clone(), wrong.clone(), props.user.id.clone());
        let (password, again) = (password.clone(), again.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let chosen = typed(&password);
            let short = words::too_short(&chosen);
            let differs = (typed(&again) != chosen).then(|| "The two passwords differ".to_owned());
            match (&short, &differs) {
                (Some(_), _) => focus(&password),
                (None, Some(_)) => focus(&again),
                (None, None) => run.emit((id.clone(), chosen)),
            }
            wrong.set((short, differs));
        })
    };
    let (short, differs) = (*wrong).clone();
    html! {
        <Dialog title={format!("Reset the password of {}", props.user.email)} close={props.close.clone()}>
            <form class="form" {onsubmit} novalidate=true>
                <p>{ "They are signed out everywhere. Tell them the new password, and to change it." }</p>
                <NewPassword field={password} {again} label="New password" error={short.map(AttrValue::from)}
                    again_error={differs.map(AttrValue::from)} />
                if let Some(failure) = &reset.failure {
                    <Notice failure={failure.clone()} />
                }
                <div class="buttons">
                    <button type="button" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <Submit words="Reset password" busy_words="Resetting…" busy={reset.busy} />
                </div>
            </form>
        </Dialog>
    }
}
