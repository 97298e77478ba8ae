//! The entries, and those before them.

use mosaic_api::{AuditEntryBody, AuditPage};
use yew::prelude::*;

use crate::components::{Ago, Notice};
use crate::hooks::use_act;
use crate::{client, route, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) query: String,
    pub(crate) first: AuditPage,
}

#[component]
pub(crate) fn Entries(props: &Props) -> Html {
    let older = use_state(Vec::<AuditEntryBody>::new);
    let next = use_state(|| props.first.next);
    let load = {
        let (query, older, next) = (props.query.clone(), older.clone(), next.clone());
        use_act(
            move |before: Option<u64>| client::audit(query.clone(), before),
            Callback::from(move |page: AuditPage| {
                older.set([(*older).clone(), page.entries].concat());
                next.set(page.next);
            }),
        )
    };
    if props.first.entries.is_empty() {
        return html! { <p class="empty-list quiet">{ "Nothing in the log is like this." }</p> };
    }
    let before = *next;
    html! {
        <>
            <table class="table" role="table">
                <thead role="rowgroup"><tr role="row">
                    for name in ["When", "Who", "Act", "Outcome", "From"] { <th scope="col" role="columnheader">{ name }</th> }
                </tr></thead>
                <tbody role="rowgroup">
                    for entry in props.first.entries.iter().chain(older.iter()) {
                        <Entry key={entry.number} entry={entry.clone()} />
                    }
                </tbody>
            </table>
            if let Some(failure) = &load.failure {
                <Notice failure={failure.clone()} />
            }
            if before.is_some() {
                <div><button type="button" onclick={load.run.reform(move |_: MouseEvent| before)} aria-busy={load.busy.then_some("true")}>
                    { if load.busy { "Loading…" } else { "Load more" } }
                </button></div>
            } else {
                <p class="quiet small">{ "This is where the log begins." }</p>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct EntryProps {
    entry: AuditEntryBody,
}

#[component]
fn Entry(props: &EntryProps) -> Html {
    let entry = &props.entry;
    let target = entry.target_email.as_ref().filter(|email| Some(*email) != entry.actor_email.as_ref());
    // A user that is gone has no address any more; a user that acts on themself is named once.
    let target = match target {
        Some(email) => email.clone(),
        None if entry.target_email.is_some() => String::new(),
        None => entry.target.clone(),
    };
    html! {
        <tr role="row">
            <td role="cell" data-label="When"><Ago at={entry.at} /></td>
            <td role="cell" data-label="Who">{ who(entry) }</td>
            <td role="cell" data-label="Act">
                <strong>{ words::act(&entry.action) }</strong>
                if !target.is_empty() { <span class="quiet break">{ format!(" {target}") }</span> }
                if !entry.detail.is_empty() { <p class="quiet small">{ &entry.detail }</p> }
            </td>
            <td role="cell" data-label="Outcome">
                if entry.outcome == "done" { { "Done" } } else { <span class="tag off">{ words::act(&entry.outcome) }</span> }
            </td>
            <td role="cell" data-label="From">{ if entry.address.is_empty() { "–" } else { &entry.address } }</td>
        </tr>
    }
}

/// Who did it; a user's name leads to all that they did.
fn who(entry: &AuditEntryBody) -> Html {
    let Some(id) = &entry.actor_id else {
        let name = match entry.actor.as_str() {
            "anonymous" => "Somebody not signed in",
            "host" => "The host's command line",
            "mosaic" => "Mosaic itself",
            other => other,
        };
        return html! { <span class="quiet">{ name }</span> };
    };
    let name = entry.actor_email.clone().unwrap_or_else(|| "A user who is gone".to_owned());
    let address = format!("/audit{}", route::query(&[("actor_id", id)]));
    let onclick = {
        let address = address.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            route::go(&address);
        })
    };
    html! { <a class="break" href={address} {onclick} title="Show all that they did">{ name }</a> }
}
