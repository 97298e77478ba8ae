//! Personal tokens: what programs sign in with.

use mosaic_api::TokenBody;
use yew::prelude::*;

use super::new_token::NewTokenSection;
use crate::components::{Ago, Confirm, Notice, Settings, Skeleton, Until};
use crate::hooks::{use_act, use_list, use_title};
use crate::remote::Remote;
use crate::route::Route;
use crate::{browser, client, words};

#[component]
pub(crate) fn TokensPage() -> Html {
    use_title("Tokens");
    let list = use_list((), |()| client::tokens());
    let content = match list.remote {
        Remote::Loading => html! { <Skeleton what="your tokens" rows=4 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={list.again.clone()} /> },
        Remote::Ready(found) => html! { <TokenRows tokens={found.tokens} ask={list.show} /> },
    };
    html! {
        <Settings heading="Tokens" current={Route::Tokens}>
            <p class="quiet">{ "Programs use them in your name, at the OpenAI-compatible address " }<code>{ format!("{}/v1", browser::origin()) }</code>{ "." }</p>
            { content }
            <NewTokenSection made={list.again} />
            if let Some(token) = list.open {
                <RevokeDialog {token} gone={list.done} close={list.close} />
            }
        </Settings>
    }
}

#[derive(PartialEq, Properties)]
struct RowsProps {
    tokens: Vec<TokenBody>,
    ask: Callback<TokenBody>,
}

#[component]
fn TokenRows(props: &RowsProps) -> Html {
    if props.tokens.is_empty() {
        return html! { <p class="empty-list quiet">{ "You have no tokens." }</p> };
    }
    html! {
        <ul class="rows">
            for token in &props.tokens {
                <li key={token.id.clone()}>
                    <div class="grow">
                        <p>
                            <strong>{ &token.name }</strong>
                            for scope in &token.scopes { <span class="tag">{ words::scope_name(scope) }</span> }
                        </p>
                        <p class="quiet small">{ life(token) }</p>
                    </div>
                    if token.revoked_at.is_none() {
                        <button type="button" aria-label={format!("Revoke {}", token.name)}
                            onclick={let token = token.clone(); props.ask.reform(move |_: MouseEvent| token.clone())}>
                            { "Revoke" }
                        </button>
                    }
                </li>
            }
        </ul>
    }
}

/// When a token was made and used, and when it ends.
fn life(token: &TokenBody) -> Html {
    let used = match token.last_used_at {
        Some(at) => html! { <>{ "last used " }<Ago {at} /></> },
        None => html! { "never used" },
    };
    let end = match (token.revoked_at, token.expires_at) {
        (Some(at), _) => html! { <>{ "revoked " }<Ago {at} /></> },
        (None, Some(at)) if at <= browser::now() => html! { <>{ "expired " }<Ago {at} /></> },
        (None, Some(at)) => html! { <>{ "expires " }<Until {at} /></> },
        (None, None) => html! { "does not expire" },
    };
    html! { <>{ used }{ " · made " }<Ago at={token.created_at} />{ " · " }{ end }</> }
}

#[derive(PartialEq, Properties)]
struct RevokeProps {
    token: TokenBody,
    gone: Callback<()>,
    close: Callback<()>,
}

#[component]
fn RevokeDialog(props: &RevokeProps) -> Html {
    let revoke = use_act(client::revoke_token, props.gone.clone());
    let id = props.token.id.clone();
    html! {
        <Confirm title={format!("Revoke the token “{}”?", props.token.name)} action="Revoke token" busy={revoke.busy}
            failure={revoke.failure.clone()} yes={revoke.run.reform(move |()| id.clone())} no={props.close.clone()}>
            <p>{ "Every program that uses it is refused from then on. This cannot be undone." }</p>
        </Confirm>
    }
}
