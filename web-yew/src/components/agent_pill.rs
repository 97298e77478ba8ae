//! The state of one's agent, and the story behind it.

use yew::prelude::*;

use super::{Ago, Notice};
use crate::hooks::{use_act, use_cell, use_seconds};
use crate::words::{self, CellDeed};
use crate::{browser, client};

#[component]
pub(crate) fn AgentPill() -> Html {
    let cell = use_cell();
    let refresh = cell.refresh.clone();
    let deed = use_act(client::cell_deed, Callback::from(move |()| refresh.emit(())));
    // Counts, so that it is drawn again each second.
    let _ = use_seconds(cell.body.ready().is_some_and(|body| body.live.waking.is_some()));
    let Some(body) = cell.body.ready() else {
        return html! { <span class="pill" role="status">{ if cell.unreachable { "Not connected" } else { "…" } }</span> };
    };
    let told = words::cell(body, cell.seen_at, browser::now());
    let word = match told.how_far {
        _ if cell.unreachable => "Not connected".to_owned(),
        Some(how_far) => words::waking_word(how_far),
        None => told.word.to_owned(),
    };
    html! {
        <>
            <button type="button" class={classes!("pill", told.class)} popovertarget="agent-story"
                aria-label={format!("Your agent: {word}")}>
                <span class="dot" aria-hidden="true"></span><span class="words" aria-hidden="true">{ &word }</span>
            </button>
            <div id="agent-story" class="menu story" popover="auto" role="region" aria-label="Your agent">
                <p><strong>{ told.sentence }</strong>
                    if let Some(at) = told.since { <span class="quiet">{ " since " }<Ago {at} /></span> }
                </p>
                if let Some(cause) = told.cause {
                    <p class="error">{ cause.summary }</p>
                    if !cause.stderr.is_empty() {
                        <details><summary class="small">{ "What it wrote last" }</summary><pre tabindex="0">{ cause.stderr.join("\n") }</pre></details>
                    }
                }
                if let Some(how_far) = told.how_far { <p>{ words::waking(how_far) }</p> }
                <p class="quiet">{ told.next }</p>
                if let Some(failure) = &deed.failure { <Notice failure={failure.clone()} /> }
                if let Some(what) = told.deed {
                    <div><button type="button" onclick={deed.run.reform(move |_: MouseEvent| what)}
                        aria-busy={deed.busy.then_some("true")}>{ deed_name(what, deed.busy) }</button></div>
                }
            </div>
        </>
    }
}

const fn deed_name(deed: CellDeed, busy: bool) -> &'static str {
    match (deed, busy) {
        (CellDeed::Stop, false) => "Put it to sleep",
        (CellDeed::Stop, true) => "Putting it to sleep…",
        (CellDeed::Retry, false) => "Try again now",
        (CellDeed::Retry, true) => "Trying…",
        (CellDeed::Apply, false) => "Apply now",
        (CellDeed::Apply, true) => "Applying…",
    }
}
