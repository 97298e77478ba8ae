//! The table of users.

use mosaic_api::{RoleBody, UserBody, UserPage};
use yew::prelude::*;

use crate::client;
use crate::components::{Ago, Notice};
use crate::hooks::{use_act, use_me};
use crate::words;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) query: String,
    pub(crate) first: UserPage,
    pub(crate) manage: Callback<UserBody>,
}

#[component]
pub(crate) fn UserTable(props: &Props) -> Html {
    let further = use_state(Vec::<UserBody>::new);
    let next = use_state(|| props.first.next.clone());
    {
        // After a deed the first page is another one, and what followed the old one may not follow it.
        let (further, next) = (further.clone(), next.clone());
        use_effect_with(props.first.clone(), move |first| {
            further.set(Vec::new());
            next.set(first.next.clone());
        });
    }
    let load = {
        let (query, further, next) = (props.query.clone(), further.clone(), next.clone());
        use_act(
            move |cursor: Option<String>| client::users(query.clone(), cursor),
            Callback::from(move |page: UserPage| {
                further.set([(*further).clone(), page.users].concat());
                next.set(page.next);
            }),
        )
    };
    if props.first.users.is_empty() {
        return html! { <p class="empty-list quiet">{ "Nobody here is like this." }</p> };
    }
    html! {
        <>
            <table class="table" role="table">
                <thead role="rowgroup"><tr role="row">
                    for name in ["E-mail address", "Role", "Signs in", "Last sign-in"] { <th scope="col" role="columnheader">{ name }</th> }
                    <td role="cell"></td>
                </tr></thead>
                <tbody role="rowgroup">
                    for user in props.first.users.iter().chain(further.iter()) {
                        <Row key={user.id.clone()} user={user.clone()} manage={props.manage.clone()} />
                    }
                </tbody>
            </table>
            if let Some(failure) = &load.failure {
                <Notice failure={failure.clone()} />
            }
            if let Some(cursor) = (*next).clone() {
                <div><button type="button" aria-busy={load.busy.then_some("true")}
                    onclick={load.run.reform(move |_: MouseEvent| Some(cursor.clone()))}>
                    { if load.busy { "Loading…" } else { "Load more" } }
                </button></div>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct RowProps {
    user: UserBody,
    manage: Callback<UserBody>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let user = &props.user;
    let is_me = use_me().id == user.id;
    let onclick = {
        let user = user.clone();
        props.manage.reform(move |_: MouseEvent| user.clone())
    };
    html! {
        <tr role="row">
            <td role="cell" data-label="E-mail">
                <strong class="break">{ &user.email }</strong>
                if is_me { <span class="tag accent">{ "You" }</span> }
                if user.deleting_at.is_some() { <span class="tag off">{ "Being deleted" }</span> }
                else if user.disabled { <span class="tag off">{ "Disabled" }</span> }
            </td>
            <td role="cell" data-label="Role">{ if user.role == RoleBody::Admin { "Administrator" } else { "User" } }</td>
            <td role="cell" data-label="Signs in">{ user.sign_in.map_or("–", words::means) }</td>
            <td role="cell" data-label="Last sign-in">
                if let Some(at) = user.last_login_at { <Ago {at} /> } else { <span class="quiet">{ "Never" }</span> }
            </td>
            <td role="cell" class="end">
                <button type="button" {onclick} disabled={user.deleting_at.is_some()} aria-label={format!("Manage {}", user.email)}>
                    { "Manage" }
                </button>
            </td>
        </tr>
    }
}
