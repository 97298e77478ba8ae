//! A longer text to fill in.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{Labelled, described};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    pub(crate) value: String,
    pub(crate) oninput: Callback<String>,
    #[prop_or_default]
    pub(crate) hint: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) disabled: bool,
}

#[component]
pub(crate) fn TextArea(props: &Props) -> Html {
    let Props { id, label, value, hint, error, .. } = props;
    let oninput = props
        .oninput
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    html! {
        <Labelled id={id.clone()} label={label.clone()} hint={hint.clone()} error={error.clone()}>
            <textarea id={id.clone()} name={id.clone()} class="tall" value={value.clone()} {oninput} disabled={props.disabled}
                aria-invalid={error.is_some().then_some("true")} aria-describedby={described(id, hint.as_ref(), error.as_ref())} />
        </Labelled>
    }
}
