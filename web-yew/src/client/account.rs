//! The caller and where they are signed in.

use gloo_net::http::Method;
use mosaic_api::{ChangePassword, Me, SessionList, SessionsEnded, SignedOut, paths};

use super::{act, ask, get, path_of, tell};
use crate::remote::Failure;

/// Who the caller is; none where nobody is signed in.
pub(crate) async fn me() -> Result<Option<Me>, Failure> {
    match get(paths::ME).await {
        Ok(me) => Ok(Some(me)),
        Err(failure) if failure.is_signed_out() => Ok(None),
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn sign_out() -> Result<SignedOut, Failure> {
    ask(Method::POST, paths::LOGOUT).await
}

pub(crate) async fn change_password(change: ChangePassword) -> Result<(), Failure> {
    tell(Method::PUT, paths::PASSWORD, &change).await
}

pub(crate) async fn sessions() -> Result<SessionList, Failure> {
    get(paths::SESSIONS).await
}

pub(crate) async fn end_session(id: String) -> Result<(), Failure> {
    act(Method::DELETE, &path_of(paths::SESSION, &id)).await
}

pub(crate) async fn end_other_sessions() -> Result<SessionsEnded, Failure> {
    ask(Method::DELETE, paths::SESSIONS).await
}
