//! The people who use this Mosaic, for admins: who they are, and whether they get in. Nothing of what is theirs.

mod deed;
mod filter;
mod invitations;
mod invite;
mod list;
mod manage;
mod reset;

use mosaic_api::UserBody;
use yew::prelude::*;
use yew_router::hooks::use_location;

use self::deed::{Deed, DeedDialog};
use self::filter::Filter;
use self::invitations::Invitations;
use self::invite::InviteDialog;
use self::list::UserTable;
use self::manage::ManageDialog;
pub(crate) use self::reset::ResetDialog;
use crate::client;
use crate::components::{Notice, Page, Skeleton};
use crate::hooks::{use_fetch, use_title};
use crate::remote::Remote;

/// The dialog that is open, if one is.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    Invite,
    Manage(UserBody),
    Do(UserBody, Deed),
    Reset(UserBody),
}

#[component]
pub(crate) fn UsersPage() -> Html {
    use_title("Users");
    let query = use_location().map(|location| location.query_str().to_owned()).unwrap_or_default();
    let version = use_state(|| 0_u32);
    let (users, again) =
        use_fetch((query.clone(), *version), |(query, _)| async move { client::users(query, None).await });
    let open = use_state(|| Open::Nothing);
    let show = {
        let open = open.clone();
        Callback::from(move |what: Open| open.set(what))
    };
    let close = show.reform(|()| Open::Nothing);
    let done = {
        let (close, version) = (close.clone(), version.clone());
        Callback::from(move |()| {
            close.emit(());
            version.set(*version + 1);
        })
    };
    let invite = html! {
        <button type="button" class="primary" onclick={show.reform(|_: MouseEvent| Open::Invite)}>{ "Invite" }</button>
    };
    let list = match users {
        Remote::Loading => html! { <Skeleton what="the users" rows=6 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready(first) => html! {
            <UserTable key={query.clone()} query={query.clone()} {first} manage={show.reform(Open::Manage)} />
        },
    };
    html! {
        <Page heading="Users" wide=true actions={invite}>
            <Filter key={query.clone()} query={query.clone()} />
            { list }
            <Invitations version={*version} />
            {
                match (*open).clone() {
                    Open::Nothing => Html::default(),
                    Open::Invite => html! { <InviteDialog close={done} /> },
                    Open::Manage(user) => html! { <ManageDialog {user} {show} {close} /> },
                    Open::Do(user, deed) => html! { <DeedDialog {user} {deed} {done} {close} /> },
                    Open::Reset(user) => html! { <ResetDialog {user} {done} {close} /> },
                }
            }
        </Page>
    }
}
