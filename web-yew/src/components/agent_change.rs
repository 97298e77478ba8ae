//! Whether what somebody has saved has reached their agent yet.

use yew::prelude::*;

use super::Notice;
use crate::client;
use crate::hooks::{use_act, use_cell};
use crate::words::{self, CellDeed};

/// A line while something is still to come, and nothing otherwise.
#[component]
pub(crate) fn AgentChange() -> Html {
    let cell = use_cell();
    let refresh = cell.refresh.clone();
    let apply = use_act(client::cell_deed, Callback::from(move |()| refresh.emit(())));
    let Some(change) = cell.body.ready().and_then(|body| words::change(&body.config)) else {
        return html! {};
    };
    html! {
        <div class="agent-change" role="status">
            <p class={if change.failed { "error" } else { "quiet" }}>{ change.sentence }</p>
            if let Some(failure) = &apply.failure { <Notice failure={failure.clone()} /> }
            if change.waits {
                <div><button type="button" onclick={apply.run.reform(|_: MouseEvent| CellDeed::Apply)}
                    aria-busy={apply.busy.then_some("true")}>
                    { if apply.busy { "Applying…" } else { "Apply now, even in the middle of an answer" } }
                </button></div>
            }
        </div>
    }
}
