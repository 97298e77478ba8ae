//! One thing to fill in: its name, what helps, what is wrong with it, and the input itself.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Labelled, described};

/// What is typed, as the browser and its password manager see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Email,
    /// The password of an account that there is.
    Password,
    /// A password that is being chosen.
    NewPassword,
    /// A key or another secret that no password manager keeps.
    Secret,
    Date,
    /// Part of what is looked for.
    Search,
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    #[prop_or(Kind::Text)]
    pub(crate) kind: Kind,
    /// Where what is typed is read from: see [`typed`].
    pub(crate) field: NodeRef,
    #[prop_or_default]
    pub(crate) hint: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) oninput: Callback<String>,
    /// What stands in it at first.
    #[prop_or_default]
    pub(crate) at_first: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) maxlength: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) disabled: bool,
}

#[component]
pub(crate) fn Field(props: &Props) -> Html {
    let Props { id, label, kind, field, hint, error, maxlength, .. } = props;
    let shown = use_state(|| false);
    let is_password = matches!(kind, Kind::Password | Kind::NewPassword | Kind::Secret);
    let (input_type, autocomplete) = match kind {
        Kind::Text => ("text", "off"),
        Kind::Date => ("date", "off"),
        Kind::Search => ("search", "off"),
        Kind::Email => ("email", "username"),
        Kind::Secret => (if *shown { "text" } else { "password" }, "off"),
        Kind::Password => (if *shown { "text" } else { "password" }, "current-password"),
        Kind::NewPassword => (if *shown { "text" } else { "password" }, "new-password"),
    };
    {
        let field = field.clone();
        use_effect_with(props.at_first.clone(), move |at_first| {
            if let Some((field, at_first)) = field.cast::<HtmlInputElement>().zip(at_first.as_ref()) {
                field.set_value(at_first);
            }
        });
    }
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(!*shown))
    };
    let oninput =
        props.oninput.reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <Labelled id={id.clone()} label={label.clone()} hint={hint.clone()} error={error.clone()}>
            <div class="input">
                <input ref={field} id={id.clone()} name={id.clone()} type={input_type} {autocomplete} {oninput} disabled={props.disabled}
                    maxlength={maxlength.clone()} spellcheck="false" autocapitalize="none"
                    aria-invalid={error.is_some().then_some("true")}
                    aria-describedby={described(id, hint.as_ref(), error.as_ref())} />
                if is_password {
                    <button type="button" class="plain" onclick={toggle} aria-pressed={if *shown { "true" } else { "false" }}
                        aria-controls={id.clone()} aria-label={format!("Show {}", label.to_lowercase())}>
                        { if *shown { "Hide" } else { "Show" } }
                    </button>
                }
            </div>
        </Labelled>
    }
}

/// What stands in a field at this moment.
pub(crate) fn typed(field: &NodeRef) -> String {
    field.cast::<HtmlInputElement>().map(|field| field.value()).unwrap_or_default()
}

/// Puts the cursor into a field.
pub(crate) fn focus(field: &NodeRef) {
    if let Some(field) = field.cast::<HtmlInputElement>() {
        let _ = field.focus();
    }
}
