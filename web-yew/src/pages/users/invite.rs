//! Inviting somebody: whom and as what; then the link, shown once.

use mosaic_api::{Invite, MadeInvitation, RoleBody};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::components::{CopyBox, Dialog, Field, Kind, Notice, Submit, Until, focus, typed};
use crate::hooks::use_act;
use crate::{browser, client};

/// How long a link may open: the choices, in days.
const DAYS: [(u32, &str); 3] = [(1, "1 day"), (7, "7 days"), (30, "30 days")];
const DAYS_AT_FIRST: usize = 1;
const SECS_A_DAY: u32 = 24 * 3_600;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) close: Callback<()>,
}

#[component]
pub(super) fn InviteDialog(props: &Props) -> Html {
    let made = use_state(|| None::<MadeInvitation>);
    let on_made = {
        let made = made.clone();
        Callback::from(move |invitation| made.set(Some(invitation)))
    };
    html! {
        <Dialog title="Invite somebody" close={props.close.clone()}>
            if let Some(made) = &*made {
                <div class="form">
                    <p role="status">{ "Send this link to them yourself: it is not shown again, and it opens once." }</p>
                    <CopyBox id="link" label="Link" value={link(made)} />
                    <p class="quiet small">{ "It ends " }<Until at={made.expires_at} />{ "." }</p>
                    <div class="buttons">
                        <button type="button" onclick={props.close.reform(|_: MouseEvent| ())}>{ "I have copied it" }</button>
                    </div>
                </div>
            } else {
                <InviteForm made={on_made} close={props.close.clone()} />
            }
        </Dialog>
    }
}

/// The link; a server that does not know its own address gives only the path of it.
fn link(made: &MadeInvitation) -> String {
    let link = made.link.expose();
    if link.starts_with('/') { browser::origin() + link } else { link.to_owned() }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    made: Callback<MadeInvitation>,
    close: Callback<()>,
}

#[component]
fn InviteForm(props: &FormProps) -> Html {
    let (email, role, days) = (use_node_ref(), use_node_ref(), use_node_ref());
    let nobody = use_state(|| false);
    let invite = use_act(client::invite, props.made.clone());
    let onsubmit = {
        let (run, nobody) = (invite.run.clone(), nobody.clone());
        let (email, role, days) = (email.clone(), role.clone(), days.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let whom = typed(&email).trim().to_owned();
            nobody.set(whom.is_empty());
            if whom.is_empty() {
                focus(&email);
                return;
            }
            let picked = |field: &NodeRef| {
                field
                    .cast::<HtmlSelectElement>()
                    .and_then(|field| usize::try_from(field.selected_index()).ok())
            };
            let role = if picked(&role) == Some(1) { RoleBody::Admin } else { RoleBody::User };
            let expires_in_secs =
                picked(&days).and_then(|index| DAYS.get(index)).map(|(days, _)| days * SECS_A_DAY);
            run.emit(Invite { email: whom, role, expires_in_secs });
        })
    };
    html! {
        <form class="form" {onsubmit} novalidate=true>
            <Field id="whom" label="E-mail address" kind={Kind::Text} field={email}
                error={nobody.then_some("Enter an e-mail address")} />
            <div class="field">
                <label for="as-what">{ "Role" }</label>
                <select id="as-what" ref={role}>
                    // Said aloud: the browser would select whichever option is put in first.
                    <option selected=true>{ "User" }</option>
                    <option>{ "Administrator" }</option>
                </select>
            </div>
            <div class="field">
                <label for="how-long">{ "The link opens for" }</label>
                <select id="how-long" ref={days}>
                    for (index, (_, words)) in DAYS.iter().enumerate() {
                        <option selected={index == DAYS_AT_FIRST}>{ *words }</option>
                    }
                </select>
            </div>
            if let Some(failure) = &invite.failure {
                <Notice failure={failure.clone()} />
            }
            <div class="buttons">
                <button type="button" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                <Submit words="Make link" busy_words="Making…" busy={invite.busy} />
            </div>
        </form>
    }
}
