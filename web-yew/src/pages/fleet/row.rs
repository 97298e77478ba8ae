//! An agent in the list.

use mosaic_api::CellStateBody;
use yew::prelude::*;

use crate::components::{Ago, Link, Until};
use crate::fleet::{Agent, since};
use crate::route::Route;
use crate::words;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) agent: Agent,
    /// Its place in the whole table, the heading being the first.
    pub(super) index: usize,
    /// The time, in seconds, when the list was drawn: its times are told anew with it.
    pub(super) now: i64,
    /// The view's, which stays in the address.
    pub(super) query: String,
    /// Whether it is open beside the list.
    pub(super) open: bool,
    pub(super) chosen: bool,
    /// Chooses the agent of this id, or no longer.
    pub(super) choose: Callback<String>,
}

#[component]
pub(super) fn AgentRow(props: &Props) -> Html {
    let Props { agent, query, open, chosen, .. } = props;
    let (word, class) = words::state(&agent.state);
    let name = agent.name();
    let onchange = {
        let id = agent.id.clone();
        props.choose.reform(move |_: Event| id.clone())
    };
    html! {
        <div class={classes!("agent-row", chosen.then_some("chosen"), open.then_some("open"))} role="row"
            aria-rowindex={props.index.to_string()}>
            <div role="cell"><input type="checkbox" aria-label={format!("Choose {name}")} checked={*chosen} {onchange} /></div>
            <div role="cell" class="owner">
                <Link to={Route::FleetAgent { id: agent.id.clone() }} query={query.clone()} current={*open}>{ name }</Link>
                if agent.owner.is_shut_out() { <span class="tag off">{ "Shut out" }</span> }
            </div>
            <div role="cell" class={classes!("standing", class)}>
                <span class="dot" aria-hidden="true"></span>{ word }
            </div>
            <div role="cell" class="quiet since">
                if let Some(at) = since(&agent.state).or(agent.changed_at) { <Ago {at} /> } else { { "–" } }
            </div>
            <div role="cell" class="quiet why">{ why(&agent.state) }</div>
        </div>
    }
}

fn why(state: &CellStateBody) -> Html {
    match state {
        CellStateBody::Failed { cause, retry_at, .. } => {
            html! { <>{ words::sentence(&cause.summary) }{ " Tried again " }<Until at={*retry_at} />{ "." }</> }
        }
        CellStateBody::Quarantined { cause, .. } => {
            html! { <>{ words::sentence(&cause.summary) }{ " Not tried again by itself." }</> }
        }
        _ => Html::default(),
    }
}
