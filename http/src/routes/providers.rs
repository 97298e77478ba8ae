//! The caller's provider accounts.

mod body;
pub(crate) mod test;

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use mosaic_api::{
    ChangeProvider, NewProvider, PresetList, ProviderBody, ProviderList, ReplaceKey, SecretText, paths,
};
use mosaic_model::{Preset, ProviderId, ProviderPatch};
use mosaic_storage::Removal;
use serde::Deserialize;

pub(crate) use self::body::{body, draft, model_body};
use self::body::{kind, model, preset_body};
use super::agents::apply_changes;
use crate::{
    HttpState,
    auth::{Body, Configure, CurrentUser, Id, IfMatch, Params, etag},
    failure::Failure,
};

/// The providers that are known by name: what they speak, where they are and where their keys are made.
#[utoipa::path(get, path = paths::PROVIDER_PRESETS, security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, body = PresetList),
))]
pub(crate) async fn presets(_: CurrentUser<Configure>) -> Json<PresetList> {
    Json(PresetList { presets: Preset::ALL.map(preset_body).to_vec() })
}

/// The caller's provider accounts, without their keys.
#[utoipa::path(get, path = paths::PROVIDERS, security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, body = ProviderList),
))]
pub(crate) async fn list(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
) -> Result<Json<ProviderList>, Failure> {
    let providers = state.store.providers(user.owner).await?;
    let agents = state.store.agents(user.owner).await?;
    Ok(Json(ProviderList { providers: providers.into_iter().map(|it| body(it, &agents)).collect() }))
}

/// One provider account, without its key, and the agents on it. Its version is the `ETag`.
#[utoipa::path(get, path = paths::PROVIDER, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The provider's id")), responses(
    (status = 200, body = ProviderBody),
))]
pub(crate) async fn show(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<ProviderId>,
) -> Result<impl IntoResponse, Failure> {
    let provider = state.store.provider(user.owner, id).await?;
    let agents = state.store.agents(user.owner).await?;
    Ok(([etag(provider.version)], Json(body(provider, &agents))))
}

/// Adds a provider account; its key is sealed and never returned.
#[utoipa::path(post, path = paths::PROVIDERS, security(("session" = []), ("personal_token" = [])), request_body = NewProvider, responses(
    (status = 201, body = ProviderBody),
    (status = 409),
))]
pub(crate) async fn add(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Body(mut new): Body<NewProvider>,
) -> Result<impl IntoResponse, Failure> {
    let key = new.api_key.take().map(SecretText::into_secret);
    let provider = state.store.add_provider(user.owner, draft(new)?, key.as_ref(), &user.by).await?;
    apply_changes(&state, &user);
    Ok((StatusCode::CREATED, [etag(provider.version)], Json(body(provider, &[]))))
}

/// Changes a provider account. `If-Match` says which version the caller looked at.
#[utoipa::path(patch, path = paths::PROVIDER, security(("session" = []), ("personal_token" = [])), request_body = ChangeProvider,
    params(
        ("id" = String, Path, description = "The provider's id"),
        ("If-Match" = String, Header, description = "The ETag that the caller looked at, or *"),
    ), responses(
    (status = 200, body = ProviderBody),
    (status = 409),
    (status = 412),
    (status = 428),
))]
pub(crate) async fn change(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<ProviderId>,
    IfMatch(expected): IfMatch,
    Body(change): Body<ChangeProvider>,
) -> Result<impl IntoResponse, Failure> {
    let ChangeProvider { name, kind: other, base_url, models, enabled, api_key } = change;
    let models = models.map(|models| models.into_iter().map(model).collect());
    let patch = ProviderPatch { name, kind: other.map(kind), base_url, models, enabled };
    let key = api_key.map(SecretText::into_secret);
    let changed =
        state.store.change_provider(user.owner, id, expected, patch, key.as_ref(), &user.by).await?;
    apply_changes(&state, &user);
    let agents = state.store.agents(user.owner).await?;
    Ok(([etag(changed.version)], Json(body(changed, &agents))))
}

/// Replaces a provider account's key.
#[utoipa::path(put, path = paths::PROVIDER_KEY, security(("session" = []), ("personal_token" = [])), request_body = ReplaceKey,
    params(("id" = String, Path, description = "The provider's id")), responses(
    (status = 204),
))]
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

/// How to remove a provider account.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemoveProvider {
    /// Whether the agents on it are removed too.
    #[serde(default)]
    cascade: bool,
}

/// Removes a provider account. Refused while agents use it, unless they are to go too. `If-Match` may say which version
/// the caller looked at.
#[utoipa::path(delete, path = paths::PROVIDER, security(("session" = []), ("personal_token" = [])),
    params(
        ("id" = String, Path, description = "The provider's id"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the caller looked at, or *"),
        RemoveProvider,
    ), responses(
    (status = 204),
    (status = 409),
    (status = 412),
))]
pub(crate) async fn remove(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<ProviderId>,
    seen: Option<IfMatch>,
    Params(asked): Params<RemoveProvider>,
) -> Result<StatusCode, Failure> {
    let removal = Removal { expected: seen.and_then(|IfMatch(version)| version), cascade: asked.cascade };
    state.store.remove_provider(user.owner, id, removal, &user.by).await?;
    apply_changes(&state, &user);
    Ok(StatusCode::NO_CONTENT)
}
