//! The first page: paste a token. It is tried before it is kept.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::client;
use crate::components::{Mark, Notice};
use crate::remote::Failure;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whether the person is here because the server no longer takes the token.
    pub(crate) expired: bool,
    pub(crate) sign_in: Callback<AttrValue>,
}

#[component]
pub(crate) fn SignInPage(props: &Props) -> Html {
    let input = use_node_ref();
    let failure = use_state(|| props.expired.then_some(Failure::Unauthorized));
    let trying = use_state(|| false);
    let onsubmit = {
        let (input, failure, trying) = (input.clone(), failure.clone(), trying.clone());
        let sign_in = props.sign_in.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(field) = input.cast::<HtmlInputElement>() else { return };
            let token = field.value().trim().to_owned();
            if token.is_empty() || *trying {
                let _ = field.focus();
                return;
            }
            trying.set(true);
            let (failure, trying, sign_in) = (failure.clone(), trying.clone(), sign_in.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match client::agents(&token).await {
                    Ok(_) => sign_in.emit(token.into()),
                    Err(refused) => {
                        failure.set(Some(refused));
                        trying.set(false);
                        let _ = field.focus();
                    }
                }
            });
        })
    };
    html! {
        <main class="sign-in">
            <Mark />
            <h1>{ "Talk to your agent" }</h1>
            <p class="quiet">{ "Your agent runs in a container of its own. Paste a personal token to open the door." }</p>
            <form class="panel" {onsubmit}>
                <label for="token">{ "Personal token" }</label>
                <input ref={input} id="token" type="password" autocomplete="off" spellcheck="false" autofocus=true
                    aria-describedby="token-help" aria-invalid={failure.is_some().then_some("true")} />
                if let Some(failure) = &*failure {
                    <Notice failure={failure.clone()} />
                }
                <button class="primary" type="submit" aria-busy={trying.then_some("true")}>
                    { if *trying { "Checking…" } else { "Continue" } }
                </button>
                <p id="token-help" class="quiet small">
                    { "Make one on the server: " }
                    <code>{ "mosaic token create --user you@example.org --name browser" }</code>
                    { ". This tab keeps it until you close it." }
                </p>
            </form>
        </main>
    }
}
