//! The caller's provider accounts.

use gloo_net::http::Method;
use mosaic_api::{
    ChangeProvider, ModelList, NewProvider, PresetList, ProviderBody, ProviderList, ProviderTestResult,
    TestProvider, TestSavedProvider, paths,
};

use super::{Acted, Answer, act, get, path_of, send, send_if};

pub(crate) fn presets() -> Answer<PresetList> {
    get(paths::PROVIDER_PRESETS)
}

pub(crate) fn providers() -> Answer<ProviderList> {
    get(paths::PROVIDERS)
}

pub(crate) fn provider(id: String) -> Answer<ProviderBody> {
    get(&path_of(paths::PROVIDER, &id))
}

pub(crate) fn add_provider(new: NewProvider) -> Answer<ProviderBody> {
    send(Method::POST, paths::PROVIDERS, &new)
}

/// Changes a version that was looked at.
pub(crate) fn change_provider((id, version, change): (String, i64, ChangeProvider)) -> Answer<ProviderBody> {
    send_if(Method::PATCH, &path_of(paths::PROVIDER, &id), version, &change)
}

/// Removes a provider, and the agents on it if they are to go too.
pub(crate) fn remove_provider((id, cascade): (String, bool)) -> Acted {
    let query = if cascade { "?cascade=true" } else { "" };
    act(Method::DELETE, &format!("{}{query}", path_of(paths::PROVIDER, &id)))
}

/// Tries out what is not saved yet.
pub(crate) fn try_draft(draft: TestProvider) -> Answer<ProviderTestResult> {
    send(Method::POST, paths::PROVIDERS_TEST, &draft)
}

pub(crate) fn try_provider(id: String) -> Answer<ProviderTestResult> {
    send(Method::POST, &path_of(paths::PROVIDER_TEST, &id), &TestSavedProvider::default())
}

/// The models that the provider itself lists.
pub(crate) fn provider_models(id: String) -> Answer<ModelList> {
    get(&path_of(paths::PROVIDER_MODELS, &id))
}
