//! A longer text to fill in.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

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
    let described = match (hint, error) {
        (Some(_), Some(_)) => Some(format!("{id}-hint {id}-error")),
        (Some(_), None) => Some(format!("{id}-hint")),
        (None, Some(_)) => Some(format!("{id}-error")),
        (None, None) => None,
    };
    html! {
        <div class={classes!("field", error.is_some().then_some("invalid"))}>
            <label for={id.clone()}>{ label.clone() }</label>
            if let Some(hint) = hint {
                <p id={format!("{id}-hint")} class="quiet small">{ hint.clone() }</p>
            }
            if let Some(error) = error {
                <p id={format!("{id}-error")} class="error" role="alert">{ error.clone() }</p>
            }
            <textarea id={id.clone()} name={id.clone()} class="tall" value={value.clone()} {oninput} disabled={props.disabled}
                aria-invalid={error.is_some().then_some("true")} aria-describedby={described} />
        </div>
    }
}
