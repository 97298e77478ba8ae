//! A question to one of the fleet's own agents, and its answer.

use yew::prelude::*;

use crate::client;
use crate::components::{Notice, Prose, Submit, TextArea};
use crate::hooks::use_act;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The agent's id.
    pub(super) id: String,
}

#[component]
pub(super) fn Ask(props: &Props) -> Html {
    let words = use_state(String::new);
    let answer = use_state(|| None::<String>);
    let act = {
        let answer = answer.clone();
        use_act(client::ask_system_agent, Callback::from(move |text| answer.set(Some(text))))
    };
    let onsubmit = {
        let (id, words, answer, run) = (props.id.clone(), words.clone(), answer.clone(), act.run.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            answer.set(None);
            run.emit((id.clone(), (*words).clone()));
        })
    };
    let oninput = {
        let words = words.clone();
        Callback::from(move |text| words.set(text))
    };
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            <TextArea id="question" label="Question" value={(*words).clone()} {oninput}
                hint="It is woken if it sleeps. Each question stands for itself." />
            if let Some(failure) = &act.failure { <Notice failure={failure.clone()} /> }
            <div role="status">
                if let Some(text) = &*answer { <Prose text={text.clone()} /> }
            </div>
            <div class="buttons">
                <Submit words="Ask" busy_words="Waiting for its answer…" busy={act.busy} disabled={words.trim().is_empty()} />
            </div>
        </form>
    }
}
