//! The provider accounts that one's agents think with.

use std::collections::BTreeSet;

use mosaic_api::ProviderBody;
use yew::prelude::*;

use crate::client;
use crate::components::{Ago, Link, Notice, Settings, Skeleton};
use crate::hooks::{use_fetch, use_title};
use crate::remote::Remote;
use crate::route::Route;

#[component]
pub(crate) fn ProvidersPage() -> Html {
    use_title("Providers");
    let (list, again) = use_fetch((), |()| client::providers());
    let content = match list {
        Remote::Loading => html! { <Skeleton what="your providers" rows=4 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready(list) if list.providers.is_empty() => html! {
            <div class="empty-list stack">
                <p>{ "You have no provider yet." }</p>
                <p class="quiet">{ "An agent thinks with a model of a provider: one in the cloud, or a server of your own." }</p>
            </div>
        },
        Remote::Ready(list) => html! {
            <ul class="rows">
                for provider in &list.providers { { row(provider) } }
            </ul>
        },
    };
    html! {
        <Settings heading="Providers" current={Route::Providers}
            actions={html! { <Link to={Route::NewProvider} class="button primary">{ "Add a provider" }</Link> }}>
            { content }
        </Settings>
    }
}

fn row(provider: &ProviderBody) -> Html {
    let models = match provider.models.as_slice() {
        [] => "no models".to_owned(),
        [one] => one.id.clone(),
        [first, rest @ ..] => format!("{} and {} more", first.id, rest.len()),
    };
    // An agent may use several of its models.
    let users: BTreeSet<&str> = provider.used_by.iter().map(|it| it.agent_id.as_str()).collect();
    let users = match users.len() {
        0 => "no agent uses it".to_owned(),
        1 => "1 agent uses it".to_owned(),
        more => format!("{more} agents use it"),
    };
    html! {
        <li key={provider.id.clone()}>
            <div class="grow">
                <p>
                    <strong>{ &provider.name }</strong>
                    if !provider.enabled { <span class="tag off">{ "Off" }</span> }
                    if provider.test_ok == Some(false) { <span class="tag off">{ "Failed its last test" }</span> }
                </p>
                <p class="quiet small">{ format!("{models} · {users}") }</p>
                <p class="quiet small">{ key(provider) }</p>
            </div>
            <Link to={Route::Provider { id: provider.id.clone() }} class="button" label={format!("Open {}", provider.name)}>{ "Open" }</Link>
        </li>
    }
}

/// What is known of a key; never the key.
pub(super) fn key(provider: &ProviderBody) -> Html {
    if !provider.has_key {
        return html! { "No key" };
    }
    html! {
        <>
            { "Key" }
            if !provider.key_hint.is_empty() { <code>{ format!(" …{}", provider.key_hint) }</code> }
            if let Some(at) = provider.key_set_at { { ", set " }<Ago {at} /> }
        </>
    }
}
