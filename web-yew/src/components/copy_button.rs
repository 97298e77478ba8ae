//! Copies some words, and says for a moment that it has.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::clipboard;

/// How long it says so. Milliseconds.
const SAID: u32 = 2_000;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) words: AttrValue,
    /// What is copied, for those who do not see it: "Copy answer".
    pub(crate) label: AttrValue,
}

#[component]
pub(crate) fn CopyButton(props: &Props) -> Html {
    let outcome = use_state(|| None);
    let forget = use_mut_ref(|| None::<Timeout>);
    let onclick = {
        let (words, outcome) = (props.words.clone(), outcome.clone());
        Callback::from(move |_: MouseEvent| {
            let (words, outcome, forget) = (words.clone(), outcome.clone(), forget.clone());
            wasm_bindgen_futures::spawn_local(async move {
                outcome.set(Some(clipboard::copy(&words).await));
                forget.replace(Some(Timeout::new(SAID, move || outcome.set(None))));
            });
        })
    };
    let says = match *outcome {
        None => "Copy",
        Some(true) => "Copied",
        Some(false) => "Select and copy by hand",
    };
    html! {
        <button type="button" class="plain tiny" aria-label={props.label.clone()} {onclick}>
            <span aria-live="polite">{ says }</span>
        </button>
    }
}
