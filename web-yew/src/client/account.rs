//! The caller and where they are signed in.

use gloo_net::http::Method;
use mosaic_api::{ChangePassword, Me, SessionList, SessionsEnded, SignedOut, paths};

use super::{Acted, Answer, act, ask, get, path_of, tell};
use crate::remote::Failure;

/// Who the caller is; none where nobody is signed in.
pub(crate) async fn me() -> Result<Option<Me>, Failure> {
    match get(paths::ME).await {
        Ok(me) => Ok(Some(me)),
        Err(failure) if failure.is_signed_out() => Ok(None),
        Err(failure) => Err(failure),
    }
}

pub(crate) fn sign_out() -> Answer<SignedOut> {
    ask(Method::POST, paths::LOGOUT)
}

pub(crate) fn change_password(change: ChangePassword) -> Acted {
    tell(Method::PUT, paths::PASSWORD, &change)
}

pub(crate) fn sessions() -> Answer<SessionList> {
    get(paths::SESSIONS)
}

pub(crate) fn end_session(id: String) -> Acted {
    act(Method::DELETE, &path_of(paths::SESSION, &id))
}

pub(crate) fn end_other_sessions() -> Answer<SessionsEnded> {
    ask(Method::DELETE, paths::SESSIONS)
}
