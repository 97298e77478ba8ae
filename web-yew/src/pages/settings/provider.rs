//! One provider account: its connection, its models, its key, and its end.

mod editor;
mod removal;

use mosaic_api::ProviderBody;
use yew::prelude::*;

use self::editor::Editor;
use self::removal::Removal;
use super::providers::key;
use crate::client;
use crate::components::{Ago, Notice, Settings, Skeleton, TestButton, TrialSteps};
use crate::hooks::{use_fetch, use_title, use_trial};
use crate::remote::Remote;
use crate::route::Route;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) id: String,
}

#[component]
pub(crate) fn ProviderPage(props: &Props) -> Html {
    use_title("Provider");
    let (provider, again) = use_fetch(props.id.clone(), client::provider);
    let heading = provider.ready().map_or_else(|| "Provider".to_owned(), |it| it.name.clone());
    html! {
        <Settings {heading} current={Route::Providers}>
            {
                match provider {
                    Remote::Loading => html! { <Skeleton what="the provider" rows=6 /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready(provider) => html! { <Parts {provider} {again} /> },
                }
            }
        </Settings>
    }
}

#[derive(PartialEq, Properties)]
struct PartsProps {
    provider: ProviderBody,
    again: Callback<()>,
}

#[component]
fn Parts(props: &PartsProps) -> Html {
    let PartsProps { provider, again } = props;
    html! {
        <>
            <dl class="facts">
                <dt>{ "Key" }</dt><dd>{ key(provider) }</dd>
                <dt>{ "Used by" }</dt>
                <dd>
                    if provider.used_by.is_empty() { { "No agent" } }
                    else { { provider.used_by.iter().map(|it| format!("{} ({})", it.name, it.model)).collect::<Vec<_>>().join(", ") } }
                </dd>
            </dl>
            <section aria-labelledby="connection">
                <h2 id="connection">{ "Connection" }</h2>
                <Connection provider={provider.clone()} again={again.clone()} />
            </section>
            <section aria-labelledby="edit">
                <h2 id="edit">{ "Settings" }</h2>
                <Editor key={provider.version} saved={provider.clone()} again={again.clone()} />
            </section>
            <section aria-labelledby="danger" class="danger-zone">
                <h2 id="danger">{ "Remove" }</h2>
                <Removal provider={provider.clone()} />
            </section>
        </>
    }
}

/// Tries it out with the key that is kept.
#[component]
fn Connection(props: &PartsProps) -> Html {
    let PartsProps { provider, again } = props;
    let (trial, run, _) = use_trial(client::try_provider, again.reform(|_| ()));
    let id = provider.id.clone();
    html! {
        <>
            if !trial.busy && trial.result.is_none() {
                <p class="quiet">
                    {
                        match (provider.tested_at, provider.test_ok) {
                            (Some(at), Some(true)) => html! { <>{ "It worked " }<Ago {at} />{ "." }</> },
                            (Some(at), _) => html! { <>{ "It did not work " }<Ago {at} />{ "." }</> },
                            (None, _) => html! { "It was not tried out since it was last changed." },
                        }
                    }
                </p>
            }
            <TrialSteps trial={trial.clone()} />
            <div><TestButton busy={trial.busy} test={run.reform(move |_: MouseEvent| id.clone())} /></div>
        </>
    }
}
