//! The OIDC provider's configuration, for admins.

use gloo_net::http::Method;
use mosaic_api::{Code, OidcChange, OidcCheck, OidcSettings, OidcTry, OidcTryResult, OidcTryStart, paths};

use super::{Acted, Answer, act, ask, get, send};
use crate::remote::Failure;

pub(crate) fn oidc() -> Answer<OidcSettings> {
    get(paths::ADMIN_OIDC)
}

pub(crate) fn set_oidc(change: OidcChange) -> Answer<OidcSettings> {
    send(Method::PUT, paths::ADMIN_OIDC, &change)
}

pub(crate) fn remove_oidc() -> Acted {
    act(Method::DELETE, paths::ADMIN_OIDC)
}

pub(crate) fn check_oidc() -> Answer<OidcCheck> {
    ask(Method::POST, paths::ADMIN_OIDC_CHECK)
}

/// Begins a login that signs nobody in; the browser goes to the address that comes back.
pub(crate) fn try_oidc(return_to: String) -> Answer<OidcTryStart> {
    send(Method::POST, paths::ADMIN_OIDC_TRY, &OidcTry { return_to: Some(return_to) })
}

/// What came of the latest try; none where there was none.
pub(crate) async fn oidc_try() -> Result<Option<OidcTryResult>, Failure> {
    match get(paths::ADMIN_OIDC_TRY).await {
        Err(failure) if failure.is(Code::NotFound) => Ok(None),
        other => other.map(Some),
    }
}
