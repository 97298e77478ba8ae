//! The fleet's own agents: they belong to nobody, and administrators alone talk to them.

mod ask;
mod editor;
mod erasure;
mod fields;
mod new;
mod provider;
mod show;

pub(crate) use self::{new::NewSystemAgentPage, show::SystemAgentPage};

use mosaic_api::SystemAgentBody;
use yew::prelude::*;

use crate::components::{Link, Notice, Settings, Skeleton};
use crate::hooks::{use_fetch, use_ticks, use_title};
use crate::remote::Remote;
use crate::route::Route;
use crate::{client, words};

/// How often it is looked where they are. Milliseconds.
const LOOK: u32 = 3_000;

#[component]
pub(crate) fn SystemAgentsPage() -> Html {
    use_title("Mosaic’s own agents");
    let tick = use_ticks(LOOK);
    let (list, again) = use_fetch(tick, |_| client::system_agents());
    let content = match list {
        Remote::Loading => html! { <Skeleton what="the agents" rows=4 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready(list) if list.agents.is_empty() => html! {
            <div class="empty-list stack">
                <p>{ "Mosaic has no agent of its own yet." }</p>
                <p class="quiet">{ "One has a container, a memory and a provider account of its own. No user reaches it." }</p>
            </div>
        },
        Remote::Ready(list) => html! {
            <ul class="rows">
                for agent in &list.agents { { row(agent) } }
            </ul>
        },
    };
    html! {
        <Settings heading="Mosaic’s own agents" current={Route::SystemAgents}
            actions={html! { <Link to={Route::NewSystemAgent} class="button primary">{ "Declare an agent" }</Link> }}>
            { content }
        </Settings>
    }
}

fn row(agent: &SystemAgentBody) -> Html {
    html! {
        <li key={agent.id.clone()}>
            <div class="grow">
                <p>
                    <strong>{ &agent.name }</strong>
                    if agent.always_on { <span class="tag accent">{ if agent.held { "Always on, stopped by hand" } else { "Always on" } }</span> }
                </p>
                <p class="quiet small">{ format!("{} · {}", agent.model, agent.provider.name) }</p>
            </div>
            { standing(agent) }
            <Link to={Route::SystemAgent { id: agent.id.clone() }} class="button" label={format!("Open {}", agent.name)}>{ "Open" }</Link>
        </li>
    }
}

/// Where it is in its life.
fn standing(agent: &SystemAgentBody) -> Html {
    let (word, class) = words::state(&agent.cell.live.state);
    html! { <p class={classes!("standing", class)}><span class="dot" aria-hidden="true"></span>{ word }</p> }
}
