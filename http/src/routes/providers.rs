//! The caller's provider accounts.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{ApiKindBody, NewProvider, ProviderBody, ProviderList, ReplaceKey, paths};
use mosaic_model::{ApiKind, Provider, ProviderDraft, ProviderId, Secret};

use super::agents::apply_changes;
use crate::{
    HttpState,
    auth::{Body, Configure, CurrentUser, Id},
    failure::Failure,
};

/// The caller's provider accounts, without their keys.
#[utoipa::path(get, path = paths::PROVIDERS, security(("session" = []), ("personal_token" = [])),
    responses((status = 200, body = ProviderList)))]
pub(crate) async fn list(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
) -> Result<Json<ProviderList>, Failure> {
    let providers = state.store.providers(user.owner).await?;
    Ok(Json(ProviderList { providers: providers.into_iter().map(body).collect() }))
}

/// Adds a provider account; its key is sealed and never returned.
#[utoipa::path(post, path = paths::PROVIDERS, security(("session" = []), ("personal_token" = [])),
    request_body = NewProvider, responses((status = 201, body = ProviderBody), (status = 409)))]
pub(crate) async fn add(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Body(new): Body<NewProvider>,
) -> Result<(StatusCode, Json<ProviderBody>), Failure> {
    let (draft, key) = draft(new);
    let provider = state.store.add_provider(user.owner, draft, &key, &user.by).await?;
    apply_changes(&state, &user);
    Ok((StatusCode::CREATED, Json(body(provider))))
}

/// Replaces a provider account's key.
#[utoipa::path(put, path = paths::PROVIDER_KEY, security(("session" = []), ("personal_token" = [])), request_body = ReplaceKey,
    params(("id" = String, Path, description = "The provider's id")), responses((status = 204)))]
pub(crate) async fn replace_key(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<ProviderId>,
    Body(new): Body<ReplaceKey>,
) -> Result<StatusCode, Failure> {
    state.store.replace_provider_key(user.owner, id, &new.api_key.into_secret(), &user.by).await?;
    apply_changes(&state, &user);
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a provider account; refused while an agent uses it.
#[utoipa::path(delete, path = paths::PROVIDER, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The provider's id")),
    responses((status = 204), (status = 409)))]
pub(crate) async fn remove(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<ProviderId>,
) -> Result<StatusCode, Failure> {
    state.store.delete_provider(user.owner, id, &user.by).await?;
    apply_changes(&state, &user);
    Ok(StatusCode::NO_CONTENT)
}

/// What to add, and its key.
pub(super) fn draft(new: NewProvider) -> (ProviderDraft, Secret<String>) {
    let NewProvider { name, kind: speaks, base_url, models, api_key } = new;
    (ProviderDraft { name, kind: kind(speaks), base_url, models }, api_key.into_secret())
}

pub(super) fn body(provider: Provider) -> ProviderBody {
    ProviderBody {
        id: provider.id.to_string(),
        name: provider.name,
        kind: match provider.kind {
            ApiKind::OpenaiCompletions => ApiKindBody::OpenaiCompletions,
            ApiKind::OpenaiResponses => ApiKindBody::OpenaiResponses,
            ApiKind::AnthropicMessages => ApiKindBody::AnthropicMessages,
        },
        base_url: provider.base_url,
        models: provider.models,
        key_hint: provider.key_hint,
        created_at: provider.created_at,
    }
}

const fn kind(kind: ApiKindBody) -> ApiKind {
    match kind {
        ApiKindBody::OpenaiCompletions => ApiKind::OpenaiCompletions,
        ApiKindBody::OpenaiResponses => ApiKind::OpenaiResponses,
        ApiKindBody::AnthropicMessages => ApiKind::AnthropicMessages,
    }
}
