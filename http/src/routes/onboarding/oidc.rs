//! The second step: an OIDC provider, or none for now.

use axum::extract::State;
use http::StatusCode;
use mosaic_api::{Code, OnboardOidc, paths};
use mosaic_model::OnboardingEvent;

use crate::{
    HttpState,
    auth::{Body, FirstAdmin},
    failure::Failure,
};

/// Passes the OIDC step over.
#[utoipa::path(post, path = paths::ONBOARDING_OIDC, security(("session" = [])), request_body = OnboardOidc, responses(
    (status = 204),
    (status = 404),
    (status = 409),
))]
pub(crate) async fn oidc(
    admin: FirstAdmin,
    State(state): State<HttpState>,
    Body(sent): Body<OnboardOidc>,
) -> Result<StatusCode, Failure> {
    if !sent.skip {
        let detail = "Send {\"skip\": true}: an OIDC provider is set up after the first set-up.";
        return Err(Failure::new(Code::Invalid, detail));
    }
    state.store.onboard_oidc(admin.owner, OnboardingEvent::OidcSkipped).await?;
    Ok(StatusCode::NO_CONTENT)
}
