//! The OIDC provider's configuration, for admins.

use gloo_net::http::Method;
use mosaic_api::{Code, OidcChange, OidcCheck, OidcSettings, OidcTry, OidcTryResult, OidcTryStart, paths};

use super::{act, ask, get, send};
use crate::remote::Failure;

pub(crate) async fn oidc() -> Result<OidcSettings, Failure> {
    get(paths::ADMIN_OIDC).await
}

pub(crate) async fn set_oidc(change: OidcChange) -> Result<OidcSettings, Failure> {
    send(Method::PUT, paths::ADMIN_OIDC, &change).await
}

pub(crate) async fn remove_oidc() -> Result<(), Failure> {
    act(Method::DELETE, paths::ADMIN_OIDC).await
}

pub(crate) async fn check_oidc() -> Result<OidcCheck, Failure> {
    ask(Method::POST, paths::ADMIN_OIDC_CHECK).await
}

/// Begins a login that signs nobody in; the browser goes to the address that comes back.
pub(crate) async fn try_oidc(return_to: String) -> Result<OidcTryStart, Failure> {
    send(Method::POST, paths::ADMIN_OIDC_TRY, &OidcTry { return_to: Some(return_to) }).await
}

/// What came of the latest try; none where there was none.
pub(crate) async fn oidc_try() -> Result<Option<OidcTryResult>, Failure> {
    match get(paths::ADMIN_OIDC_TRY).await {
        Err(failure) if failure.is(Code::NotFound) => Ok(None),
        other => other.map(Some),
    }
}
