//! The third step: the administrator's own account at a model provider.

use axum::{Json, extract::State};
use mosaic_api::{NewProvider, OnboardedProvider, SecretText, paths};

use crate::{
    HttpState,
    auth::{Body, FirstAdmin},
    failure::Failure,
    routes::providers::{self, test::try_kept},
};

/// Adds the administrator's provider account, in place of the one that this step added before, and tries it out. What
/// is wrong with it is in the answer; the step is taken all the same.
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
    let test = match state.trials.begin(admin.owner.user_id()) {
        Ok(_permit) => Some(try_kept(&state, admin.owner, provider.id, None).await?),
        // Too many in a short time: it was saved, and can be tried later.
        Err(_) => None,
    };
    let provider = state.store.provider(admin.owner, provider.id).await?;
    Ok(Json(OnboardedProvider { provider: providers::body(provider, &[]), test }))
}
