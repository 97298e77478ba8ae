//! What can be done to a user's access, asked before it is done.

use mosaic_api::{RoleBody, UserBody};
use yew::prelude::*;

use crate::client;
use crate::components::Confirm;
use crate::hooks::use_act;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    MakeAdmin,
    MakeUser,
    Disable,
    Enable,
    SignOut,
    Delete,
}

impl Deed {
    /// What the button says.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::MakeAdmin => "Make administrator",
            Self::MakeUser => "Make ordinary user",
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::SignOut => "Sign out everywhere",
            Self::Delete => "Delete",
        }
    }

    /// What will happen.
    pub(super) const fn effect(self) -> &'static str {
        match self {
            Self::MakeAdmin => {
                "They may look after users, settings and the audit log. They still see nothing of what others keep."
            }
            Self::MakeUser => "They keep their agents and lose every administrator's right.",
            Self::Disable => {
                "They are signed out, their tokens stop working and their agent stops. Nothing of theirs is deleted."
            }
            Self::Enable => "They can sign in again, and their tokens work again.",
            Self::SignOut => "Every browser of theirs has to sign in again. Tokens stay.",
            Self::Delete => {
                "Their account, agents, conversations, keys and files are erased. This cannot be undone."
            }
        }
    }

    pub(super) const fn takes_away(self) -> bool {
        matches!(self, Self::Disable | Self::Delete | Self::MakeUser)
    }

    async fn perform(self, user: UserBody) -> Result<(), crate::remote::Failure> {
        match self {
            Self::MakeAdmin => client::set_role(user.id, RoleBody::Admin).await,
            Self::MakeUser => client::set_role(user.id, RoleBody::User).await,
            Self::Disable => client::disable(user.id).await,
            Self::Enable => client::enable(user.id).await,
            Self::SignOut => client::sign_out_everywhere(user.id).await,
            Self::Delete => client::delete_user(user.id, user.email).await,
        }
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) user: UserBody,
    pub(super) deed: Deed,
    pub(super) done: Callback<()>,
    pub(super) close: Callback<()>,
}

#[component]
pub(super) fn DeedDialog(props: &Props) -> Html {
    let Props { user, deed, done, close } = props;
    let act = use_act(|(deed, user): (Deed, UserBody)| deed.perform(user), done.clone());
    let yes = {
        let (deed, user) = (*deed, user.clone());
        act.run.reform(move |()| (deed, user.clone()))
    };
    let spelled = (*deed == Deed::Delete).then(|| AttrValue::from(user.email.clone()));
    html! {
        <Confirm title={format!("{}: {}", deed.name(), user.email)} action={deed.name()} busy={act.busy}
            failure={act.failure.clone()} danger={deed.takes_away()} {spelled} {yes} no={close.clone()}>
            <p>{ deed.effect() }</p>
        </Confirm>
    }
}
