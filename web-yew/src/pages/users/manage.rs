//! What can be done to one user.

use mosaic_api::{LoginMethodBody, RoleBody, UserBody};
use yew::prelude::*;

use super::Open;
use super::deed::Deed;
use crate::components::Dialog;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) user: UserBody,
    pub(super) show: Callback<Open>,
    pub(super) close: Callback<()>,
}

#[component]
pub(super) fn ManageDialog(props: &Props) -> Html {
    let Props { user, show, close } = props;
    let role = if user.role == RoleBody::Admin { Deed::MakeUser } else { Deed::MakeAdmin };
    let access = if user.disabled { Deed::Enable } else { Deed::Disable };
    let has_password = matches!(user.sign_in, Some(LoginMethodBody::Local | LoginMethodBody::Breakglass));
    let deed = |deed: Deed| {
        let user = user.clone();
        let onclick = show.reform(move |_: MouseEvent| Open::Do(user.clone(), deed));
        item(deed.name(), deed.effect(), deed == Deed::Delete, onclick)
    };
    let reset = {
        let user = user.clone();
        show.reform(move |_: MouseEvent| Open::Reset(user.clone()))
    };
    html! {
        <Dialog title={user.email.clone()} close={close.clone()}>
            <ul class="deeds">
                { deed(Deed::SignOut) }
                if has_password {
                    { item("Reset password", "Give them another password. They are signed out everywhere.", false, reset) }
                }
                { deed(role) }
                { deed(access) }
                { deed(Deed::Delete) }
            </ul>
            <div class="buttons"><button type="button" onclick={close.reform(|_: MouseEvent| ())}>{ "Close" }</button></div>
        </Dialog>
    }
}

fn item(name: &'static str, effect: &'static str, danger: bool, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <li>
            <button type="button" class={classes!("deed", danger.then_some("grave"))} {onclick}>
                <strong>{ name }</strong>
                <span class="quiet small">{ effect }</span>
            </button>
        </li>
    }
}
