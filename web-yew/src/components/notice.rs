//! What went wrong, in plain words; the request id stays behind `Details`.

use yew::prelude::*;

use crate::remote::Failure;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) failure: Failure,
    /// Shown as `Try again` where trying again can help.
    #[prop_or_default]
    pub(crate) retry: Option<Callback<()>>,
}

#[component]
pub(crate) fn Notice(props: &Props) -> Html {
    html! {
        <div class="notice failed" role="alert">
            <p>{ &props.failure.detail }</p>
            if let Some(retry) = &props.retry {
                <button type="button" onclick={retry.reform(|_: MouseEvent| ())}>{ "Try again" }</button>
            }
            if let Some(id) = &props.failure.request_id {
                <details>
                    <summary>{ "Details" }</summary>
                    <p class="small">{ "Request " }<code>{ id }</code></p>
                </details>
            }
        </div>
    }
}
