//! What the sign-in page offers.

use axum::{Json, extract::State};
use mosaic_api::{OidcMethod, SignInMethods, paths};
use mosaic_storage::Store;

use crate::failure::Failure;

/// What the sign-in page offers. The provider is not asked.
#[utoipa::path(get, path = paths::SIGN_IN_METHODS, responses(
    (status = 200, body = SignInMethods),
))]
pub(crate) async fn show(State(store): State<Store>) -> Result<Json<SignInMethods>, Failure> {
    let config = store.oidc().await?.config.filter(|config| config.enabled);
    let oidc = config.map(|config| OidcMethod { name: config.display_name });
    Ok(Json(SignInMethods { oidc, local_accounts: store.settings().local_accounts }))
}
