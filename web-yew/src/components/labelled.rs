//! What stands around everything to fill in: its name, what helps, and what is wrong with it.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The id of what is to be filled in.
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    #[prop_or_default]
    pub(crate) hint: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    /// What is to be filled in, which is [`described`] by the rest.
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Labelled(props: &Props) -> Html {
    let Props { id, label, hint, error, children } = props;
    html! {
        <div class={classes!("field", error.is_some().then_some("invalid"))}>
            <label for={id.clone()}>{ label.clone() }</label>
            if let Some(hint) = hint {
                <p id={hint_id(id)} class="quiet small">{ hint.clone() }</p>
            }
            if let Some(error) = error {
                <p id={error_id(id)} class="error" role="alert">{ error.clone() }</p>
            }
            { children.clone() }
        </div>
    }
}

/// The ids of what describes a thing to fill in, for its `aria-describedby`.
pub(crate) fn described(id: &str, hint: Option<&AttrValue>, error: Option<&AttrValue>) -> Option<String> {
    let ids: Vec<String> =
        [hint.map(|_| hint_id(id)), error.map(|_| error_id(id))].into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

fn error_id(id: &str) -> String {
    format!("{id}-error")
}
