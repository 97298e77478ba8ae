//! The last step: the first chat, here and now, while the agent wakes.

use mosaic_api::AgentBody;
use yew::prelude::*;

use crate::chat::Phase;
use crate::components::{Composer, Link, Thread};
use crate::hooks::{CellProvider, use_cell, use_chat};
use crate::route::Route;
use crate::{browser, words};

/// What a first message may be.
const BEGINNINGS: [&str; 3] =
    ["Introduce yourself.", "What can you do for me?", "Ask me three questions to get to know me."];

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The agent that was made a moment ago.
    pub(super) agent: Option<AgentBody>,
}

#[component]
pub(super) fn FirstChat(props: &Props) -> Html {
    let Some(agent) = props.agent.clone() else { return Html::default() };
    html! { <CellProvider><Talk {agent} /></CellProvider> }
}

#[derive(PartialEq, Properties)]
struct TalkProps {
    agent: AgentBody,
}

#[component]
fn Talk(props: &TalkProps) -> Html {
    let handle = use_chat();
    let (id, name) = (props.agent.slug.clone(), props.agent.name.clone());
    let ask = handle.ask.reform(move |text: String| (id.clone(), text));
    let fresh = handle.chat.is_empty();
    html! {
        <div class="first-chat">
            <p class="column"><WakeLine /></p>
            if fresh {
                <div class="column personalities" role="group" aria-label="What you could say">
                    for words in BEGINNINGS {
                        <button type="button" onclick={ask.reform(move |_: MouseEvent| words.to_owned())}>{ words }</button>
                    }
                </div>
            }
            <Thread chat={handle.chat.clone()} name={name.clone()} trouble={Html::default()} />
            <Composer {name} send={Some(ask)} busy={handle.chat.phase != Phase::Idle} stop={handle.stop.clone()}
                conversation={handle.chat.sheet()} draft="" keep={Callback::noop()} />
            <div class="onward"><Link to={Route::Chat} class="button primary">{ "Open Mosaic" }</Link></div>
        </div>
    }
}

/// Where the agent is on its way.
#[component]
fn WakeLine() -> Html {
    let cell = use_cell();
    let Some(body) = cell.body.ready() else { return Html::default() };
    let told = words::cell(body, cell.seen_at, browser::now());
    html! {
        <span class={classes!("pill", told.class)} role="status">
            <span class="dot" aria-hidden="true"></span>
            { told.how_far.map_or(told.sentence.to_owned(), words::waking_step) }
        </span>
    }
}
