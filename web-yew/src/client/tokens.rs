//! The caller's personal tokens.

use gloo_net::http::Method;
use mosaic_api::{MadeToken, NewTokenBody, TokenList, paths};

use super::{Acted, Answer, act, get, path_of, send};

pub(crate) fn tokens() -> Answer<TokenList> {
    get(paths::TOKENS)
}

pub(crate) fn make_token(new: NewTokenBody) -> Answer<MadeToken> {
    send(Method::POST, paths::TOKENS, &new)
}

pub(crate) fn revoke_token(id: String) -> Acted {
    act(Method::DELETE, &path_of(paths::TOKEN, &id))
}
