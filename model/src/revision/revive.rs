//! A recorded document, made fit for a container again: with the credentials of now, and without what has none.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    AssemblyError, AssemblyInput,
    openclaw::{api_key, base_url},
};

/// Puts the credentials of now in place of a recorded document's references to them.
///
/// A provider that is gone, switched off or at another address now is left out with all that uses it: a key goes
/// only where its owner sends it now, and what was taken away stays away.
///
/// # Errors
/// [`AssemblyError`] where no provider or no agent is left.
pub fn revive(mut document: Value, now: &AssemblyInput) -> Result<Value, AssemblyError> {
    let present = restore_keys(object(&mut document, "/models/providers"), now);
    if present.is_empty() {
        return Err(AssemblyError::NoProvider);
    }
    let entries = object(&mut document, "/agents/entries");
    entries.retain(|_, agent| settle(&mut agent["model"], &present));
    let names: Vec<String> = entries.keys().cloned().collect();
    let first = entries.values().next().map(|agent| agent["model"].clone()).ok_or(AssemblyError::NoAgent)?;
    object(&mut document, "/plugins/entries/mosaic/config/personas").retain(|name, _| names.contains(name));
    let defaults = object(&mut document, "/agents/defaults");
    if !defaults.get_mut("model").is_some_and(|model| settle(model, &present)) {
        defaults.insert("model".to_owned(), in_full(first));
    }
    let system = defaults.get("systemAgent").and_then(|it| it["agentId"].as_str());
    if !system.is_some_and(|id| names.iter().any(|name| name == id)) {
        defaults.insert("systemAgent".to_owned(), json!({ "agentId": names[0] }));
    }
    Ok(document)
}

/// Removes the providers that cannot be used now, and gives the others their keys; the names of those.
fn restore_keys(providers: &mut Map<String, Value>, now: &AssemblyInput) -> Vec<String> {
    let usable: BTreeMap<String, _> = now
        .providers
        .iter()
        .filter(|(provider, _)| provider.enabled)
        .map(|(provider, credential)| (provider.config_id(), (provider, credential)))
        .collect();
    providers.retain(|name, entry| {
        let Some((provider, credential)) = usable.get(name) else { return false };
        let stays = entry["baseUrl"] == base_url(provider);
        entry["apiKey"] = json!(api_key(provider, credential));
        stays
    });
    providers.keys().cloned().collect()
}

/// Removes alternatives that cannot be used; whether the model itself can.
fn settle(model: &mut Value, present: &[String]) -> bool {
    let is_present = |name: &Value| {
        let provider = name.as_str().and_then(|name| name.split_once('/'));
        provider.is_some_and(|(provider, _)| present.iter().any(|name| name == provider))
    };
    if let Some(fallbacks) = model.get_mut("fallbacks").and_then(Value::as_array_mut) {
        fallbacks.retain(is_present);
    }
    is_present(model.get("primary").unwrap_or(model))
}

/// A model as the defaults have it.
fn in_full(model: Value) -> Value {
    if model.is_object() { model } else { json!({ "primary": model }) }
}

/// The object at this place, made where there is none.
fn object<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Map<String, Value> {
    let mut place = document;
    for key in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[key];
    }
    if !place.is_object() {
        *place = json!({});
    }
    place.as_object_mut().expect("it was made one")
}
