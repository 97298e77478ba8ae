//! On or off.

use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    pub(crate) on: bool,
    pub(crate) onchange: Callback<bool>,
    #[prop_or_default]
    pub(crate) hint: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) disabled: bool,
}

#[component]
pub(crate) fn Switch(props: &Props) -> Html {
    let Props { id, label, on, hint, disabled, .. } = props;
    let onchange =
        props.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <div class="choice">
            <input type="checkbox" role="switch" class="switch" id={id.clone()} checked={*on} disabled={*disabled} {onchange}
                aria-describedby={hint.as_ref().map(|_| format!("{id}-hint"))} />
            <label for={id.clone()}>{ label.clone() }</label>
            if let Some(hint) = hint {
                <p id={format!("{id}-hint")} class="quiet small">{ hint.clone() }</p>
            }
        </div>
    }
}
