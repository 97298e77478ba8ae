//! Trying providers out, saved or not.

use axum::{Json, extract::State};
use mosaic_api::{
    Code, ModelList, ProviderTestResult, SecretText, TestProblem, TestProvider, TestSavedProvider, paths,
};
use mosaic_model::{BaseUrl, Owner, Preset, Provider, ProviderError, ProviderId, Secret};

use super::body::{kind_and_url, model_body};
use crate::{
    HttpState,
    auth::{Body, Configure, CurrentUser, Id},
    failure::{Failure, sentence},
    trial::{Fault, Target},
};

/// Tries a provider out that is not saved yet. What is wrong with it is in the answer, which is a 200 all the same.
#[utoipa::path(post, path = paths::PROVIDERS_TEST, security(("session" = []), ("personal_token" = [])), request_body = TestProvider, responses(
    (status = 200, body = ProviderTestResult),
    (status = 429),
))]
pub(crate) async fn draft(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Body(mut sent): Body<TestProvider>,
) -> Result<Json<ProviderTestResult>, Failure> {
    let key = sent.api_key.take().filter(|key| !key.expose().trim().is_empty()).map(SecretText::into_secret);
    let target = unsaved(sent, key)?;
    let _permit = state.trials.begin(user.owner.user_id())?;
    let allowed = state.store.settings().allowed_egress;
    Ok(Json(state.trials.run(&target, &allowed).await))
}

/// Tries a provider account out, with the key that is kept for it. When and how it ended is kept with the account.
#[utoipa::path(post, path = paths::PROVIDER_TEST, security(("session" = []), ("personal_token" = [])), request_body = TestSavedProvider,
    params(("id" = String, Path, description = "The provider's id")), responses(
    (status = 200, body = ProviderTestResult),
    (status = 429),
))]
pub(crate) async fn saved(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<ProviderId>,
    Body(asked): Body<TestSavedProvider>,
) -> Result<Json<ProviderTestResult>, Failure> {
    let _permit = state.trials.begin(user.owner.user_id())?;
    Ok(Json(try_kept(&state, user.owner, id, asked.model).await?))
}

/// Tries a provider account out, asking for a word of this model or the preferred one; keeps how it ended. Whoever calls
/// it was let begin.
pub(crate) async fn try_kept(
    state: &HttpState,
    owner: Owner,
    id: ProviderId,
    model: Option<String>,
) -> Result<ProviderTestResult, Failure> {
    let (provider, mut target) = kept(state, owner, id).await?;
    target.model = model.or_else(|| provider.models.first().map(|model| model.id.clone()));
    let allowed = state.store.settings().allowed_egress;
    let result = state.trials.run(&target, &allowed).await;
    state.store.note_provider_test(owner, id, provider.version, result.ok).await?;
    Ok(result)
}

/// The models that the provider itself lists now; those that are saved are in the account.
#[utoipa::path(get, path = paths::PROVIDER_MODELS, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The provider's id")), responses(
    (status = 200, body = ModelList),
    (status = 422),
    (status = 429),
    (status = 502),
))]
pub(crate) async fn models(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<ProviderId>,
) -> Result<Json<ModelList>, Failure> {
    let (_, target) = kept(&state, user.owner, id).await?;
    let _permit = state.trials.begin(user.owner.user_id())?;
    let allowed = state.store.settings().allowed_egress;
    let models = state.trials.models(&target, &allowed).await.map_err(in_full)?;
    Ok(Json(ModelList { models: models.into_iter().map(model_body).collect() }))
}

/// What a test would tell as a step. A closed address is the caller's to change, all else the provider's.
fn in_full(fault: Fault) -> Failure {
    let code = if fault.problem == TestProblem::ClosedAddress { Code::Invalid } else { Code::ProviderFailed };
    Failure::new(code, fault.detail)
}

fn unsaved(sent: TestProvider, key: Option<Secret<String>>) -> Result<Target, Failure> {
    let (kind, url) = kind_and_url(sent.preset.as_deref(), sent.kind, sent.base_url)?;
    let lists_to_anybody = lists_to_anybody(sent.preset.as_deref());
    let model = sent.model.map(|model| model.trim().to_owned()).filter(|model| !model.is_empty());
    Ok(Target { url: parse(&url)?, kind, key, lists_to_anybody, model })
}

/// A saved provider, and what to try of it.
async fn kept(state: &HttpState, owner: Owner, id: ProviderId) -> Result<(Provider, Target), Failure> {
    let (provider, key) = state.store.provider_with_key(owner, id).await?;
    let target = Target {
        url: parse(&provider.base_url)?,
        kind: provider.kind,
        key,
        lists_to_anybody: lists_to_anybody(provider.preset.as_deref()),
        model: None,
    };
    Ok((provider, target))
}

fn lists_to_anybody(preset: Option<&str>) -> bool {
    preset.and_then(Preset::find).is_some_and(|preset| preset.lists_to_anybody)
}

fn parse(url: &str) -> Result<BaseUrl, Failure> {
    BaseUrl::parse(url).ok_or_else(|| Failure::new(Code::Invalid, sentence(&ProviderError::BaseUrl)))
}
