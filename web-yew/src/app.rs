//! The whole app: without a token the sign-in page, with one the chat.

use yew::prelude::*;

use crate::pages::{ChatPage, SignInPage};
use crate::session;

#[component]
pub(crate) fn App() -> Html {
    let token = use_state(|| session::token().map(AttrValue::from));
    // Why the person is back at the sign-in page, when it was not their own wish.
    let expired = use_state(|| false);
    let sign_in = {
        let (token, expired) = (token.clone(), expired.clone());
        Callback::from(move |fresh: AttrValue| {
            session::set_token(Some(&fresh));
            expired.set(false);
            token.set(Some(fresh));
        })
    };
    let sign_out = {
        let (token, expired) = (token.clone(), expired.clone());
        Callback::from(move |refused: bool| {
            session::set_token(None);
            expired.set(refused);
            token.set(None);
        })
    };
    match &*token {
        Some(token) => html! { <ChatPage {token} {sign_out} /> },
        None => html! { <SignInPage expired={*expired} {sign_in} /> },
    }
}
