//! The list of agents: as many as there are, of which only what is seen is drawn.

use std::{cell::RefCell, collections::HashSet, rc::Rc};

use gloo_timers::callback::Interval;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Chosen;
use super::row::AgentRow;
use crate::browser;
use crate::components::Windowed;
use crate::fleet::{Fleet, Sort, View};

/// How often times are told anew. Milliseconds.
const TICK: u32 = 20_000;

#[derive(Properties)]
pub(super) struct Props {
    pub(super) fleet: Rc<RefCell<Fleet>>,
    /// Another one whenever something in the fleet is another.
    pub(super) version: u32,
    pub(super) view: View,
    pub(super) chosen: Chosen,
    pub(super) look: Callback<View>,
    pub(super) choose: Callback<Chosen>,
    /// The agent that is open beside the list.
    pub(super) open: Option<String>,
}

impl PartialEq for Props {
    /// The fleet is always the same one: its version says whether something in it is another.
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
            && self.view == other.view
            && Rc::ptr_eq(&self.chosen, &other.chosen)
            && self.open == other.open
    }
}

#[component]
pub(super) fn AgentList(props: &Props) -> Html {
    let Props { view, chosen, look, choose, .. } = props;
    let now = use_clock();
    // While the pointer is over the list nothing changes its place under it.
    let held = use_state_eq(|| false);
    let order = use_order(props, *held);
    let hold = |on: bool| {
        let held = held.clone();
        Callback::from(move |_: PointerEvent| held.set(on))
    };
    let toggle = use_callback((chosen.clone(), choose.clone()), |id: String, (chosen, choose)| {
        let mut others = (**chosen).clone();
        if !others.remove(&id) {
            others.insert(id);
        }
        choose.emit(Rc::new(others));
    });
    let row = {
        let (fleet, order, chosen) = (props.fleet.clone(), order.clone(), chosen.clone());
        let (open, query) = (props.open.clone(), view.query());
        Callback::from(move |index: usize| {
            let fleet = fleet.borrow();
            let Some(agent) = order.get(index).and_then(|place| fleet.agent(*place)) else {
                return Html::default();
            };
            html! {
                <AgentRow key={agent.id.clone()} agent={agent.clone()} index={index + 2} {now} query={query.clone()}
                    open={open.as_deref() == Some(agent.id.as_str())} chosen={chosen.contains(&agent.id)}
                    choose={toggle.clone()} />
            }
        })
    };
    let all = {
        let (fleet, order) = (props.fleet.clone(), order.clone());
        choose.reform(move |event: Event| {
            let fleet = fleet.borrow();
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            let ids = order.iter().filter_map(|place| Some(fleet.agent(*place)?.id.clone()));
            Rc::new(if on { ids.collect() } else { HashSet::new() })
        })
    };
    let heading = |sort: Sort, name: &'static str| {
        let wanted = view.sorted(sort);
        let sorted = (view.sort == sort).then_some(if view.reversed { "descending" } else { "ascending" });
        html! {
            <div role="columnheader" aria-sort={sorted}>
                <button type="button" class="plain" onclick={look.reform(move |_: MouseEvent| wanted.clone())}>{ name }</button>
            </div>
        }
    };
    html! {
        <div class="agents" role="table" aria-label="Agents" aria-rowcount={(order.len() + 1).to_string()}
            onpointerenter={hold(true)} onpointerleave={hold(false)}>
            <div class="head" role="rowgroup"><div class="agent-row" role="row" aria-rowindex="1">
                <div role="columnheader"><input type="checkbox" aria-label="Choose all that are shown" onchange={all}
                    checked={!order.is_empty() && chosen.len() >= order.len()} /></div>
                { heading(Sort::Owner, "Owner") }
                { heading(Sort::State, "State") }
                { heading(Sort::Changed, "Since") }
                <div role="columnheader" class="why">{ "Why, and what comes next" }</div>
            </div></div>
            if order.is_empty() {
                <p class="nothing quiet">{ "No agent is like this." }</p>
            } else {
                <Windowed count={order.len()} {row} />
            }
        </div>
    }
}

/// Which agents are shown where. While `held` nobody comes, goes or changes places because of what happens.
#[hook]
fn use_order(props: &Props, held: bool) -> Rc<Vec<usize>> {
    let settled = use_mut_ref(|| 0_u32);
    if !held {
        settled.replace(props.version);
    }
    let (version, count) = (*settled.borrow(), props.fleet.borrow().len());
    let fleet = props.fleet.clone();
    use_memo((props.view.clone(), version, count), move |(view, ..)| fleet.borrow().places(view))
}

/// The time, as exactly as the list tells it.
#[hook]
fn use_clock() -> i64 {
    let now = use_state_eq(|| browser::now().timestamp());
    {
        let now = now.clone();
        use_effect_with((), move |()| {
            let clock = Interval::new(TICK, move || now.set(browser::now().timestamp()));
            move || drop(clock)
        });
    }
    *now
}
