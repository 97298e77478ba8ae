//! The ways in.

use gloo_net::http::Method;
use mosaic_api::{AcceptInvitation, Code, InvitationBody, InvitationCode, Login, Me, SignInMethods, paths};

use super::{Answer, get, send};
use crate::remote::Failure;
use crate::route;

/// What the sign-in page offers. A server that does not say offers passwords.
pub(crate) async fn methods() -> Result<SignInMethods, Failure> {
    match get(paths::SIGN_IN_METHODS).await {
        Err(failure) if failure.is(Code::NotFound) => Ok(SignInMethods { oidc: None, local_accounts: true }),
        other => other,
    }
}

pub(crate) fn sign_in(login: Login) -> Answer<Me> {
    send(Method::POST, paths::LOGIN, &login)
}

/// The address that leads to the OIDC provider and back.
pub(crate) fn oidc_start(return_to: &str) -> String {
    format!("{}{}", paths::OIDC_START, route::query(&[("return_to", return_to)]))
}

pub(crate) fn invitation(code: String) -> Answer<InvitationBody> {
    send(Method::POST, paths::INVITATION, &InvitationCode { code: code.into() })
}

pub(crate) fn accept_invitation(accept: AcceptInvitation) -> Answer<Me> {
    send(Method::POST, paths::ACCEPT_INVITATION, &accept)
}
