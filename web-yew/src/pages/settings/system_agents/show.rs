//! One of the fleet's own agents: where it is, what it says, who it is, who pays, and its end.

use mosaic_api::{CellStateBody, SystemAgentBody};
use yew::prelude::*;

use super::ask::Ask;
use super::editor::Editor;
use super::erasure::Erasure;
use super::provider::ProviderChange;
use super::{LOOK, standing};
use crate::components::{Notice, Settings, Skeleton};
use crate::hooks::{use_act, use_fetch, use_ticks, use_title};
use crate::pages::settings::providers::key;
use crate::remote::Remote;
use crate::route::Route;
use crate::{browser, client, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) id: String,
}

#[component]
pub(crate) fn SystemAgentPage(props: &Props) -> Html {
    use_title("Mosaic’s own agent");
    let tick = use_ticks(LOOK);
    let (found, again) = use_fetch((props.id.clone(), tick), |(id, _)| client::system_agent(id));
    let heading = found.ready().map_or_else(|| "Mosaic’s own agent".to_owned(), |agent| agent.name.clone());
    html! {
        <Settings {heading} current={Route::SystemAgents}>
            {
                match found {
                    Remote::Loading => html! { <Skeleton what="the agent" rows=6 /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready(saved) => html! {
                        <>
                            <Standing saved={saved.clone()} again={again.clone()} />
                            <section aria-labelledby="ask">
                                <h2 id="ask">{ "Ask it something" }</h2>
                                <Ask id={saved.id.clone()} />
                            </section>
                            <section aria-labelledby="edit">
                                <h2 id="edit">{ "Settings" }</h2>
                                <Editor key={saved.version} saved={saved.clone()} again={again.clone()} />
                            </section>
                            <section aria-labelledby="account">
                                <h2 id="account">{ "Provider account" }</h2>
                                <ProviderChange key={saved.version} saved={saved.clone()} {again} />
                            </section>
                            <section aria-labelledby="danger" class="danger-zone">
                                <h2 id="danger">{ "Erase" }</h2>
                                <Erasure {saved} />
                            </section>
                        </>
                    },
                }
            }
        </Settings>
    }
}

#[derive(PartialEq, Properties)]
struct StandingProps {
    saved: SystemAgentBody,
    /// Fetches it again.
    again: Callback<()>,
}

/// Where it is in its life, why, and what can be ordered of it.
#[component]
fn Standing(props: &StandingProps) -> Html {
    let StandingProps { saved, again } = props;
    let order = use_act(client::order_system_agent, again.reform(|_: SystemAgentBody| ()));
    let now = browser::now();
    let told = words::cell(&saved.cell, now, now);
    let is_up = !matches!(
        saved.cell.live.state,
        CellStateBody::Absent | CellStateBody::Failed { .. } | CellStateBody::Quarantined { .. }
    );
    let press = |name: &'static str, start: bool| {
        let id = saved.id.clone();
        html! {
            <button type="button" aria-busy={order.busy.then_some("true")}
                onclick={order.run.reform(move |_: MouseEvent| (id.clone(), start))}>{ name }</button>
        }
    };
    html! {
        <>
            { standing(saved) }
            if let Some(how_far) = told.how_far { <p>{ words::waking(how_far) }</p> }
            if let Some(cause) = told.cause { <p class="error">{ words::sentence(&cause.summary) }</p> }
            if saved.always_on && saved.held { <p class="quiet">{ "It is always on, and was stopped by hand: start it to have it stay awake again." }</p> }
            <dl class="facts">
                <dt>{ "Account" }</dt><dd>{ format!("{}, {}", saved.provider.name, saved.provider.base_url) }</dd>
                <dt>{ "Key" }</dt><dd>{ key(&saved.provider) }</dd>
                <dt>{ "Id" }</dt><dd><code>{ &saved.id }</code></dd>
            </dl>
            if let Some(failure) = &order.failure { <Notice failure={failure.clone()} /> }
            <div class="orders" role="group" aria-label="Orders">
                if !is_up || saved.held { { press("Start", true) } }
                if is_up { { press("Stop", false) } }
            </div>
        </>
    }
}
