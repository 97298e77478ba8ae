//! Tries out what a provider's form holds.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whether it is being tried.
    pub(crate) busy: bool,
    pub(crate) test: Callback<MouseEvent>,
}

#[component]
pub(crate) fn TestButton(props: &Props) -> Html {
    let Props { busy, test } = props;
    html! {
        <button type="button" onclick={test.clone()} aria-busy={busy.then_some("true")}>
            { if *busy { "Testing…" } else { "Test connection" } }
        </button>
    }
}
