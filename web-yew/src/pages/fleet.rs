//! Everybody's agents, for admins: where each is in its life as it changes, and what can be ordered of them. Nothing
//! that was said in a chat.

mod agent;
mod figures;
mod history;
mod list;
mod order;
mod row;
mod strip;
mod toolbar;
mod usage;

use std::{collections::HashSet, rc::Rc};

use gloo_timers::callback::Timeout;
use yew::prelude::*;
use yew_router::Routable as _;
use yew_router::hooks::use_location;

use self::agent::AgentPanel;
use self::figures::Figures;
use self::list::AgentList;
use self::order::{Order, OrderDialog, Outcome};
use self::strip::Strip;
use self::toolbar::Toolbar;
use crate::components::{Notice, Page, Skeleton};
use crate::fleet::View;
use crate::hooks::{use_fleet, use_title};
use crate::remote::Remote;
use crate::route::{self, Route};

/// How long after the last letter the address bar follows. Milliseconds.
const SETTLED: u32 = 400;

/// Agents by their ids.
type Chosen = Rc<HashSet<String>>;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The agent that is looked at.
    #[prop_or_default]
    pub(crate) id: Option<String>,
}

#[component]
pub(crate) fn FleetPage(props: &Props) -> Html {
    let query = use_location().map(|location| location.query_str().to_owned()).unwrap_or_default();
    let view = use_state(|| View::from_query(&query));
    let chosen = use_state(Chosen::default);
    let order = use_state(|| None::<Order>);
    let outcome = use_state(|| None::<Outcome>);
    let handle = use_fleet();
    let fleet = handle.fleet.borrow();
    let looked_at = props.id.as_deref().and_then(|id| fleet.find(id));
    use_title(looked_at.map_or_else(|| "Fleet".to_owned(), |agent| format!("{} · Fleet", agent.name())));
    use_address((*view).clone(), props.id.clone());
    let look = {
        let view = view.clone();
        Callback::from(move |wanted| view.set(wanted))
    };
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |wanted| chosen.set(wanted))
    };
    let ask = {
        let order = order.clone();
        Callback::from(move |asked| order.set(Some(asked)))
    };
    let close = {
        let order = order.clone();
        Callback::from(move |()| order.set(None))
    };
    let done = {
        let (outcome, close, choose) = (outcome.clone(), close.clone(), choose.clone());
        Callback::from(move |what: Outcome| {
            outcome.set(Some(what));
            choose.emit(Chosen::default());
            close.emit(());
        })
    };
    let back = view.query();
    let list = match &handle.listed {
        Remote::Loading if fleet.len() == 0 => html! { <Skeleton what="the agents" rows=8 /> },
        _ => html! {
            <AgentList fleet={handle.fleet.clone()} version={handle.version} view={(*view).clone()}
                chosen={(*chosen).clone()} look={look.clone()} choose={choose.clone()} open={props.id.clone()} />
        },
    };
    html! {
        <Page heading="Fleet" full=true actions={live(handle.live)}>
            <div class={classes!("fleet", props.id.is_some().then_some("beside"))}>
                <div class="fleet-list">
                    <Strip counts={fleet.counts()} view={(*view).clone()} look={look.clone()} />
                    <Figures view={(*view).clone()} look={look.clone()} />
                    <Toolbar view={(*view).clone()} {look} chosen={(*chosen).clone()} {choose} ask={ask.clone()} />
                    if let Remote::Failed(failure) = &handle.listed {
                        <Notice failure={failure.clone()} retry={handle.again.clone()} />
                    }
                    <div role="status">
                        if let Some(outcome) = &*outcome { { outcome.tell(&fleet) } }
                    </div>
                    { list }
                </div>
                if let Some(id) = &props.id {
                    <AgentPanel key={id.clone()} id={id.clone()} news={looked_at.map_or(0, |agent| agent.news)} {ask} {back} />
                }
            </div>
            if let Some(order) = &*order {
                <OrderDialog order={order.clone()} names={order.names(&fleet)} {done} {close} />
            }
        </Page>
    }
}

fn live(live: bool) -> Html {
    html! {
        <p class={classes!("live", live.then_some("on"))} role="status">
            <span class="dot" aria-hidden="true"></span>{ if live { "Live" } else { "Reconnecting…" } }
        </p>
    }
}

/// Keeps what is looked at in the address bar, so that the page can be reloaded and gone back to.
#[hook]
fn use_address(view: View, id: Option<String>) {
    use_effect_with((view, id), |(view, id)| {
        let path = id.clone().map_or(Route::Fleet, |id| Route::FleetAgent { id }).to_path();
        let address = path + &view.query();
        let later =
            (route::here() != address).then(|| Timeout::new(SETTLED, move || route::replace(&address)));
        move || drop(later)
    });
}
