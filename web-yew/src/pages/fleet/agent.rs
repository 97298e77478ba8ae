//! One agent: where it is, why, what comes next, what happened to it, and what can be ordered of it.

use mosaic_api::{ExplanationBody, FleetCellDetail};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::history::History;
use super::order::Order;
use super::usage::InUse;
use crate::client;
use crate::components::{Ago, Link, Notice, Skeleton, Until};
use crate::fleet::offered;
use crate::hooks::use_fetch;
use crate::remote::Remote;
use crate::route::Route;
use crate::words;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) id: String,
    /// Another one whenever something happened to it.
    pub(super) news: u32,
    pub(super) ask: Callback<Order>,
    /// What the list shows, to go back to.
    pub(super) back: String,
}

#[component]
pub(super) fn AgentPanel(props: &Props) -> Html {
    let Props { id, news, ask, back } = props;
    let (detail, again) =
        use_fetch((id.clone(), *news), |(id, _)| async move { client::fleet_agent(id).await });
    let heading = use_node_ref();
    {
        let heading = heading.clone();
        use_effect_with((), move |()| {
            if let Some(heading) = heading.cast::<HtmlElement>() {
                let _ = heading.focus();
            }
        });
    }
    let name = detail.ready().map_or("Agent", |detail| detail.cell.owner.name());
    html! {
        <section class="agent-panel" aria-labelledby="agent-name">
            <div class="heading">
                <h2 id="agent-name" ref={heading} tabindex="-1" class="break">{ name }</h2>
                <Link to={Route::Fleet} query={back.clone()} class="button">{ "Close" }</Link>
            </div>
            {
                match &detail {
                    Remote::Loading => html! { <Skeleton what="the agent" rows=6 /> },
                    Remote::Failed(failure) => html! { <Notice failure={failure.clone()} retry={again} /> },
                    Remote::Ready(detail) => told(detail, ask),
                }
            }
        </section>
    }
}

fn told(detail: &FleetCellDetail, ask: &Callback<Order>) -> Html {
    let FleetCellDetail { cell, explanation, next_image, events } = detail;
    let (word, class) = words::state(&cell.live.state);
    let order = |action| {
        let agents = vec![cell.live.id.clone()];
        let asked = move |_: MouseEvent| Order { action, agents: agents.clone() };
        html! { <button type="button" onclick={ask.reform(asked)}>{ words::order(action) }</button> }
    };
    html! {
        <>
            <p class={classes!("standing", class)}>
                <span class="dot" aria-hidden="true"></span><strong>{ word }</strong>
                if let Some(at) = explanation.since { <span class="quiet">{ " since " }<Ago {at} /></span> }
            </p>
            <div class="explained">
                if let Some(why) = &explanation.why { <p class="error">{ words::sentence(&why.summary) }</p> }
                <p>
                    { &explanation.summary }
                    if let Some(at) = explanation.next_at { <span class="quiet">{ " " }<Until {at} /></span> }
                </p>
            </div>
            <div class="orders" role="group" aria-label="Orders">for action in offered(&cell.live.state) { { order(action) } }</div>
            <dl class="facts">
                <dt>{ "Answers under way" }</dt><dd>{ cell.live.leases }</dd>
                <dt>{ "Requests waiting" }</dt><dd>{ cell.live.waiting }</dd>
                <dt>{ "Restarts left" }</dt><dd>{ restarts(explanation) }</dd>
                <dt>{ "Containers so far" }</dt><dd>{ cell.generation }</dd>
                <dt>{ "Next image" }</dt><dd><code>{ next_image }</code></dd>
                <dt>{ "Id" }</dt><dd><code>{ &cell.live.id }</code></dd>
            </dl>
            <InUse id={cell.live.id.clone()} />
            <History id={cell.live.id.clone()} first={events.clone()} />
        </>
    }
}

fn restarts(explanation: &ExplanationBody) -> String {
    let ExplanationBody { restarts_left, restarts_allowed, restart_window_secs, .. } = explanation;
    let window = words::wait(u32::try_from(*restart_window_secs).unwrap_or(u32::MAX));
    format!("{restarts_left} of {restarts_allowed} within {window}")
}
