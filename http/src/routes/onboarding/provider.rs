//! The third step: the administrator's own account at a model provider.

use axum::{Json, extract::State};
use mosaic_api::{NewProvider, OnboardedProvider, SecretText, paths};

use crate::{
    HttpState,
    auth::{Body, FirstAdmin},
    failure::Failure,
    routes::providers,
};

/// Adds the administrator's provider account, in place of the one that this step added before.
#[utoipa::path(post, path = paths::ONBOARDING_PROVIDER, security(("session" = [])), request_body = NewProvider, responses(
    (status = 200, body = OnboardedProvider),
    (status = 404),
    (status = 409),
))]
pub(crate) async fn provider(
    admin: FirstAdmin,
    State(state): State<HttpState>,
    Body(mut new): Body<NewProvider>,
) -> Result<Json<OnboardedProvider>, Failure> {
    let key = new.api_key.take().map(SecretText::into_secret);
    let draft = providers::draft(new)?;
    let provider = state.store.onboard_provider(admin.owner, draft, key.as_ref(), &admin.by).await?;
    state.forget_profile(admin.owner);
    Ok(Json(OnboardedProvider { provider: providers::body(provider, &[]) }))
}
