//! One of several, to choose.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{Labelled, described};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    /// The value of each choice, and its words.
    pub(crate) choices: Vec<(String, String)>,
    pub(crate) value: String,
    pub(crate) onchange: Callback<String>,
    #[prop_or_default]
    pub(crate) hint: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) disabled: bool,
}

#[component]
pub(crate) fn Select(props: &Props) -> Html {
    let Props { id, label, choices, value, hint, disabled, .. } = props;
    let onchange =
        props.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <Labelled id={id.clone()} label={label.clone()} hint={hint.clone()}>
            <select id={id.clone()} {onchange} disabled={*disabled} aria-describedby={described(id, hint.as_ref(), None)}>
                for (choice, words) in choices {
                    <option value={choice.clone()} selected={choice == value}>{ words }</option>
                }
            </select>
        </Labelled>
    }
}
