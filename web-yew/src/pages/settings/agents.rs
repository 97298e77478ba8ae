//! One's agents.

use mosaic_api::{AgentBody, ProviderBody};
use yew::prelude::*;

use crate::client;
use crate::components::{Link, Notice, Settings, Skeleton};
use crate::hooks::{use_fetch, use_title};
use crate::remote::Remote;
use crate::route::Route;

#[component]
pub(crate) fn AgentsPage() -> Html {
    use_title("Agents");
    let (list, again) = use_fetch((), |()| async {
        let agents = client::own_agents().await?.agents;
        Ok((agents, client::providers().await?.providers))
    });
    let content = match list {
        Remote::Loading => html! { <Skeleton what="your agents" rows=4 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready((agents, _)) if agents.is_empty() => html! {
            <div class="empty-list stack">
                <p>{ "You have no agent yet." }</p>
                <p class="quiet">{ "An agent has a name, a manner and a model to think with." }</p>
            </div>
        },
        Remote::Ready((agents, providers)) => html! {
            <ul class="rows">
                for agent in &agents { { row(agent, &providers) } }
            </ul>
        },
    };
    html! {
        <Settings heading="Agents" current={Route::Agents}
            actions={html! { <Link to={Route::NewAgent} class="button primary">{ "Add an agent" }</Link> }}>
            { content }
        </Settings>
    }
}

fn row(agent: &AgentBody, providers: &[ProviderBody]) -> Html {
    let provider = providers.iter().find(|it| it.id == agent.provider_id).map_or("", |it| it.name.as_str());
    let spares = match agent.fallbacks.len() {
        0 => String::new(),
        1 => ", 1 stand-in".to_owned(),
        more => format!(", {more} stand-ins"),
    };
    html! {
        <li key={agent.id.clone()}>
            <span class="monogram" aria-hidden="true">{ picture(agent) }</span>
            <div class="grow">
                <p>
                    <strong>{ &agent.name }</strong>
                    if agent.is_default { <span class="tag accent">{ "Default" }</span> }
                </p>
                <p class="quiet small">{ format!("{} · {provider}{spares}", agent.model) }</p>
            </div>
            <Link to={Route::Agent { id: agent.id.clone() }} class="button" label={format!("Open {}", agent.name)}>{ "Open" }</Link>
        </li>
    }
}

/// Its emoji, or its first letter.
fn picture(agent: &AgentBody) -> String {
    if agent.emoji.is_empty() {
        agent.name.chars().take(1).flat_map(char::to_uppercase).collect()
    } else {
        agent.emoji.clone()
    }
}
