//! The button that sends a form.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) words: AttrValue,
    /// What it says while it works.
    pub(crate) busy_words: AttrValue,
    pub(crate) busy: bool,
    #[prop_or_default]
    pub(crate) disabled: bool,
    #[prop_or("primary".into())]
    pub(crate) class: Classes,
}

#[component]
pub(crate) fn Submit(props: &Props) -> Html {
    html! {
        <button class={props.class.clone()} type="submit" disabled={props.disabled}
            aria-busy={props.busy.then_some("true")}>
            { if props.busy { props.busy_words.clone() } else { props.words.clone() } }
        </button>
    }
}
