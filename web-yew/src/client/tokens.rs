//! The caller's personal tokens.

use gloo_net::http::Method;
use mosaic_api::{MadeToken, NewTokenBody, TokenList, paths};

use super::{act, get, path_of, send};
use crate::remote::Failure;

pub(crate) async fn tokens() -> Result<TokenList, Failure> {
    get(paths::TOKENS).await
}

pub(crate) async fn make_token(new: NewTokenBody) -> Result<MadeToken, Failure> {
    send(Method::POST, paths::TOKENS, &new).await
}

pub(crate) async fn revoke_token(id: String) -> Result<(), Failure> {
    act(Method::DELETE, &path_of(paths::TOKEN, &id)).await
}
