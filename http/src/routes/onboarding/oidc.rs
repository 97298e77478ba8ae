//! The second step: an OIDC provider, or none for now.

use axum::{Json, extract::State};
use mosaic_api::{Code, OidcChange, OidcSettings, OnboardOidc, paths};
use mosaic_model::{OnboardingError, OnboardingEvent, OnboardingStep};
use mosaic_storage::OnboardError;

use crate::{
    HttpState,
    auth::{Body, FirstAdmin},
    failure::Failure,
    routes::oidc_admin,
};

/// Saves an OIDC provider, or passes the step over. Shows what the provider has to be told of Mosaic.
#[utoipa::path(post, path = paths::ONBOARDING_OIDC, security(("session" = [])), request_body = OnboardOidc, responses(
    (status = 200, body = OidcSettings),
    (status = 404),
    (status = 409),
))]
pub(crate) async fn oidc(
    admin: FirstAdmin,
    State(state): State<HttpState>,
    Body(sent): Body<OnboardOidc>,
) -> Result<Json<OidcSettings>, Failure> {
    let event = match (sent.skip, sent.config) {
        (true, None) => OnboardingEvent::OidcSkipped,
        (false, Some(config)) => {
            // The configuration is saved by itself; the step that is noted after it can be taken again.
            state.store.onboarding().await?.admits(OnboardingStep::Oidc).map_err(order)?;
            let version = state.store.oidc().await?.version;
            oidc_admin::save(&state, OidcChange { version, ..config }, &admin.by).await?;
            OnboardingEvent::OidcSaved
        }
        (true, Some(_)) | (false, None) => {
            let detail = "Send either `config` with an OIDC provider, or `skip` to have none for now.";
            return Err(Failure::new(Code::Invalid, detail));
        }
    };
    state.store.onboard_oidc(admin.owner, event).await?;
    Ok(Json(oidc_admin::settings(&state).await?))
}

fn order(error: OnboardingError) -> Failure {
    OnboardError::Order(error).into()
}
