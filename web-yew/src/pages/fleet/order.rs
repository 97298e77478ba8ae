//! Something ordered of agents: asked before it is done, and what came of it.

use std::rc::Rc;

use mosaic_api::{FleetActionName, FleetActionOutcome, FleetActionResult};
use yew::prelude::*;

use crate::client;
use crate::components::Confirm;
use crate::fleet::Fleet;
use crate::hooks::use_act;
use crate::words;

/// How many agents are named before it is done; the others are counted.
const NAMED: usize = 5;

/// What is to be done, and to which agents.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Order {
    pub(super) action: FleetActionName,
    pub(super) agents: Vec<String>,
}

impl Order {
    /// What the agents are called, in the order of the alphabet.
    pub(super) fn names(&self, fleet: &Fleet) -> Vec<String> {
        let mut names: Vec<String> = self.agents.iter().map(|id| name(fleet, id)).collect();
        names.sort_unstable();
        names
    }
}

fn name(fleet: &Fleet, id: &str) -> String {
    fleet.find(id).map_or(id, |agent| agent.name()).to_owned()
}

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) order: Order,
    pub(super) names: Vec<String>,
    pub(super) done: Callback<Outcome>,
    pub(super) close: Callback<()>,
}

#[component]
pub(super) fn OrderDialog(props: &Props) -> Html {
    let Props { order, names, done, close } = props;
    let action = order.action;
    let act = use_act(
        move |order: Order| client::order_fleet(order.action, order.agents),
        done.reform(move |results: Vec<FleetActionResult>| Outcome { action, results: results.into() }),
    );
    let yes = {
        let order = order.clone();
        act.run.reform(move |()| order.clone())
    };
    let verb = words::order(action);
    let title = match names.as_slice() {
        [one] => format!("{verb} the agent of {one}?"),
        several => format!("{verb} {}?", words::agents(several.len())),
    };
    html! {
        <Confirm {title} action={verb} busy={act.busy} failure={act.failure.clone()}
            danger={!matches!(action, FleetActionName::Start | FleetActionName::Freeze | FleetActionName::Thaw)} {yes} no={close.clone()}>
            if names.len() > 1 {
                <ul class="named">
                    for name in names.iter().take(NAMED) { <li class="break">{ name }</li> }
                    if names.len() > NAMED { <li class="quiet">{ format!("and {} more", names.len() - NAMED) }</li> }
                </ul>
            }
            <p>{ words::order_effect(action) }</p>
        </Confirm>
    }
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outcome {
    action: FleetActionName,
    results: Rc<[FleetActionResult]>,
}

impl Outcome {
    /// Which agents do it, and which do not and why.
    pub(super) fn tell(&self, fleet: &Fleet) -> Html {
        let accepted = |it: &&FleetActionResult| it.outcome == FleetActionOutcome::Accepted;
        let taken = self.results.iter().filter(accepted).count();
        html! {
            <div class="outcome">
                <p>{ format!("{}: under way for {}.", words::order(self.action), words::agents(taken)) }</p>
                if taken < self.results.len() {
                    <ul>
                        for refused in self.results.iter().filter(|it| !accepted(it)) {
                            <li class="error">{ format!("{}: {}", name(fleet, &refused.cell), refused.detail) }</li>
                        }
                    </ul>
                }
            </div>
        }
    }
}
