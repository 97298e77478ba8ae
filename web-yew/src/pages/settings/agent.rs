//! One agent: who it is, what it thinks with, and its end.

use mosaic_api::{AgentBody, Code, ProviderBody};
use yew::prelude::*;
use yew_router::Routable as _;

use crate::client;
use crate::components::{AgentFields, Confirm, Notice, SaveFoot, Settings, Skeleton};
use crate::drafts::AgentEdit;
use crate::hooks::{saves_upon, use_act, use_fetch, use_title, use_versioned};
use crate::remote::Remote;
use crate::route::{self, Route};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) id: String,
}

#[component]
pub(crate) fn AgentPage(props: &Props) -> Html {
    use_title("Agent");
    let (found, again) = use_fetch(props.id.clone(), |id| async move {
        let agent = client::agent(id).await?;
        Ok((agent, client::providers().await?.providers))
    });
    let heading = found.ready().map_or_else(|| "Agent".to_owned(), |(agent, _)| agent.name.clone());
    html! {
        <Settings {heading} current={Route::Agents}>
            {
                match found {
                    Remote::Loading => html! { <Skeleton what="the agent" rows=6 /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready((saved, providers)) => html! {
                        <>
                            <p class="quiet">{ "In requests it is called " }<code>{ &saved.slug }</code>{ "." }</p>
                            <Editor key={saved.version} saved={saved.clone()} {providers} {again} />
                            <section aria-labelledby="danger" class="danger-zone">
                                <h2 id="danger">{ "Remove" }</h2>
                                <Removal {saved} />
                            </section>
                        </>
                    },
                }
            }
        </Settings>
    }
}

#[derive(PartialEq, Properties)]
struct EditorProps {
    saved: AgentBody,
    providers: Vec<ProviderBody>,
    /// Fetches it again.
    again: Callback<()>,
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let EditorProps { saved, providers, again } = props;
    let edit = use_state(|| AgentEdit::of(saved));
    let faults = use_state(|| [None; 2]);
    let fetch = {
        let id = saved.id.clone();
        move || client::agent(id.clone())
    };
    let versioned = use_versioned(Code::Stale, client::change_agent, fetch, again.reform(|_| ()));
    let save = {
        let (run, edit, saved, faults) = (versioned.run.clone(), edit.clone(), saved.clone(), faults.clone());
        Callback::from(move |version: i64| {
            let found = edit.faults();
            faults.set(found);
            if found.iter().all(Option::is_none) {
                run.emit((saved.id.clone(), version, edit.to_change(&saved)));
            }
        })
    };
    let onsubmit = saves_upon(&save, saved.version);
    let change = {
        let edit = edit.clone();
        Callback::from(move |fresh| edit.set(fresh))
    };
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            <AgentFields providers={providers.clone()} edit={(*edit).clone()} {change} faults={*faults} is_the_default={saved.is_default} />
            <SaveFoot conflict={versioned.theirs.as_ref().map(|theirs| (theirs.version, edit.differences(theirs)))}
                take_theirs={again.clone()} {save} failure={versioned.failure.clone()} busy={versioned.busy}
                is_unchanged={*edit == AgentEdit::of(saved)} />
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct RemovalProps {
    saved: AgentBody,
}

#[component]
fn Removal(props: &RemovalProps) -> Html {
    let AgentBody { id, name, .. } = &props.saved;
    let asking = use_state(|| false);
    let remove = use_act(client::remove_agent, Callback::from(|()| route::replace(&Route::Agents.to_path())));
    let ask = |on: bool| {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(on))
    };
    let id = id.clone();
    html! {
        <>
            <p class="quiet">{ "Its files stay in your container." }</p>
            <div><button type="button" class="grave" onclick={ask(true).reform(|_: MouseEvent| ())}>{ format!("Remove {name}") }</button></div>
            if *asking {
                <Confirm title={format!("Remove {name}?")} action="Remove" busy={remove.busy} failure={remove.failure.clone()}
                    yes={remove.run.reform(move |()| id.clone())} no={ask(false)}>
                    <p>{ "It answers no more, and its conversations end." }</p>
                </Confirm>
            }
        </>
    }
}
