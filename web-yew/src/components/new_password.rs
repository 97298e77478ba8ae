//! A password that is being chosen: typed twice, and judged while it is typed.

use yew::prelude::*;

use super::{Field, Kind};
use crate::words::{PASSWORD_CHARS_MIN, Strength, strength};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The password.
    pub(crate) field: NodeRef,
    /// The same again.
    pub(crate) again: NodeRef,
    pub(crate) label: AttrValue,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) again_error: Option<AttrValue>,
}

#[component]
pub(crate) fn NewPassword(props: &Props) -> Html {
    let judged = use_state(|| strength(""));
    let oninput = {
        let judged = judged.clone();
        Callback::from(move |password: String| judged.set(strength(&password)))
    };
    let untouched = *judged == Strength::TooShort(PASSWORD_CHARS_MIN);
    let words = if untouched { String::new() } else { judged.words() };
    html! {
        <>
            <Field id="new-password" label={props.label.clone()} kind={Kind::NewPassword} field={props.field.clone()}
                error={props.error.clone()} {oninput}
                hint={format!("At least {PASSWORD_CHARS_MIN} characters. A few words that do not belong together are easy to remember and hard to guess.")} />
            <div class={classes!("strength", (!untouched).then(|| judged.word()))}>
                <span class="meter" aria-hidden="true"></span>
                <p class="small" role="status">{ words }</p>
            </div>
            <Field id="new-password-again" label="The same again" kind={Kind::NewPassword} field={props.again.clone()}
                error={props.again_error.clone()} />
        </>
    }
}
