//! The caller's provider accounts.

use gloo_net::http::Method;
use mosaic_api::{
    ChangeProvider, ModelList, NewProvider, PresetList, ProviderBody, ProviderList, ProviderTestResult,
    TestProvider, TestSavedProvider, paths,
};

use super::{act, get, path_of, send, send_if};
use crate::remote::Failure;

pub(crate) async fn presets() -> Result<PresetList, Failure> {
    get(paths::PROVIDER_PRESETS).await
}

pub(crate) async fn providers() -> Result<ProviderList, Failure> {
    get(paths::PROVIDERS).await
}

pub(crate) async fn provider(id: String) -> Result<ProviderBody, Failure> {
    get(&path_of(paths::PROVIDER, &id)).await
}

pub(crate) async fn add_provider(new: NewProvider) -> Result<ProviderBody, Failure> {
    send(Method::POST, paths::PROVIDERS, &new).await
}

/// Changes a version that was looked at.
pub(crate) async fn change_provider(
    (id, version, change): (String, i64, ChangeProvider),
) -> Result<ProviderBody, Failure> {
    send_if(Method::PATCH, &path_of(paths::PROVIDER, &id), version, &change).await
}

/// Removes a provider, and the agents on it if they are to go too.
pub(crate) async fn remove_provider((id, cascade): (String, bool)) -> Result<(), Failure> {
    let query = if cascade { "?cascade=true" } else { "" };
    act(Method::DELETE, &format!("{}{query}", path_of(paths::PROVIDER, &id))).await
}

/// Tries out what is not saved yet.
pub(crate) async fn try_draft(draft: TestProvider) -> Result<ProviderTestResult, Failure> {
    send(Method::POST, paths::PROVIDERS_TEST, &draft).await
}

pub(crate) async fn try_provider(id: String) -> Result<ProviderTestResult, Failure> {
    send(Method::POST, &path_of(paths::PROVIDER_TEST, &id), &TestSavedProvider::default()).await
}

/// The models that the provider itself lists.
pub(crate) async fn provider_models(id: String) -> Result<ModelList, Failure> {
    get(&path_of(paths::PROVIDER_MODELS, &id)).await
}
