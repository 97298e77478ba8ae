//! Asks before something that cannot be taken back, and names what it is about.

use yew::prelude::*;

use super::{Dialog, Field, Notice, Submit, focus, typed};
use crate::remote::Failure;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) title: AttrValue,
    /// What will happen.
    pub(crate) children: Html,
    /// What the button says, such as "Revoke token".
    pub(crate) action: AttrValue,
    pub(crate) busy: bool,
    #[prop_or_default]
    pub(crate) failure: Option<Failure>,
    /// Has to be typed first, where a slip would cost too much.
    #[prop_or_default]
    pub(crate) spelled: Option<AttrValue>,
    /// Whether it takes something away.
    #[prop_or(true)]
    pub(crate) danger: bool,
    pub(crate) yes: Callback<()>,
    pub(crate) no: Callback<()>,
}

#[component]
pub(crate) fn Confirm(props: &Props) -> Html {
    let field = use_node_ref();
    let misspelled = use_state(|| false);
    let onsubmit = {
        let (yes, field, misspelled) = (props.yes.clone(), field.clone(), misspelled.clone());
        let spelled = props.spelled.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if spelled.as_ref().is_some_and(|spelled| typed(&field).trim() != spelled.as_str()) {
                misspelled.set(true);
                focus(&field);
                return;
            }
            yes.emit(());
        })
    };
    let Props { title, action, busy, failure, spelled, .. } = props;
    let error = misspelled.then(|| "This is not the same. Type it exactly as it stands above.");
    html! {
        <Dialog {title} close={props.no.clone()}>
            <form class="form" {onsubmit} novalidate=true>
                <div class="stack">{ props.children.clone() }</div>
                if let Some(spelled) = spelled {
                    <Field id="spelled" label={format!("Type {spelled} to go on")} {field} {error} />
                }
                if let Some(failure) = failure {
                    <Notice failure={failure.clone()} />
                }
                <div class="buttons">
                    <button type="button" onclick={props.no.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <Submit words={action.clone()} busy_words={format!("{action}…")} busy={*busy}
                        class={if props.danger { "danger" } else { "primary" }} />
                </div>
            </form>
        </Dialog>
    }
}
