//! What happened to an agent, the newest first.

use mosaic_api::{CellEventBody, CellEventPage};
use yew::prelude::*;

use crate::client;
use crate::components::{Ago, Notice};
use crate::hooks::use_act;
use crate::words;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) id: String,
    /// The newest events.
    pub(super) first: Vec<CellEventBody>,
}

#[component]
pub(super) fn History(props: &Props) -> Html {
    let older = use_state(Vec::<CellEventBody>::new);
    let over = use_state(|| false);
    {
        // When something happens the newest are other ones, and what followed the old ones may not follow them.
        let (older, over) = (older.clone(), over.clone());
        use_effect_with(props.first.clone(), move |_| {
            older.set(Vec::new());
            over.set(false);
        });
    }
    let load = {
        let (id, older, over) = (props.id.clone(), older.clone(), over.clone());
        use_act(
            move |before: i64| client::fleet_events(id.clone(), before),
            Callback::from(move |page: CellEventPage| {
                over.set(page.next.is_none());
                older.set([(*older).clone(), page.events].concat());
            }),
        )
    };
    let events: Vec<&CellEventBody> = props.first.iter().chain(older.iter()).collect();
    let oldest = events.last().map(|event| event.id);
    html! {
        <section aria-labelledby="agent-history">
            <h3 id="agent-history">{ "What happened" }</h3>
            if events.is_empty() {
                <p class="quiet">{ "Nothing yet." }</p>
            }
            <ol class="history">
                for event in &events { <li key={event.id}>{ told(event) }</li> }
            </ol>
            if let Some(failure) = &load.failure {
                <Notice failure={failure.clone()} />
            }
            if let Some(before) = oldest.filter(|_| !*over) {
                <div><button type="button" aria-busy={load.busy.then_some("true")}
                    onclick={load.run.reform(move |_: MouseEvent| before)}>{ "Earlier" }</button></div>
            }
        </section>
    }
}

fn told(event: &CellEventBody) -> Html {
    html! {
        <>
            <p><strong>{ words::state_name(&event.to) }</strong><span class="quiet">{ " " }<Ago at={event.at} /></span></p>
            <p class="quiet small">
                { format!("{}. It was: {}. Container {}.", words::trigger(&event.trigger),
                    words::state_name(&event.from).to_lowercase(), event.generation) }
            </p>
            if let Some(cause) = &event.cause { <p class="small error">{ words::sentence(&cause.summary) }</p> }
        </>
    }
}
