//! The end of the first set-up.

use axum::extract::State;
use http::StatusCode;
use mosaic_api::paths;

use crate::{HttpState, auth::FirstAdmin, failure::Failure};

/// Ends the first set-up for good, once every step is taken: from now on everything answers but its steps.
#[utoipa::path(post, path = paths::ONBOARDING_COMPLETE, security(("session" = [])), responses(
    (status = 204),
    (status = 404),
    (status = 409),
))]
pub(crate) async fn complete(
    admin: FirstAdmin,
    State(state): State<HttpState>,
) -> Result<StatusCode, Failure> {
    state.store.finish_onboarding(admin.owner, &admin.by).await?;
    Ok(StatusCode::NO_CONTENT)
}
