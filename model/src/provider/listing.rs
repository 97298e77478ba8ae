//! Providers' lists of models, in all the shapes they come in.

use serde_json::Value;

use super::{InputKind, ModelFacts, ProviderModel};

/// The most models that are read of one list.
const LISTED_MAX: usize = 2_000;
/// What some lists say of models that answer no chat.
const OTHER_TYPES: [&str; 8] =
    ["audio", "embedding", "image", "moderation", "rerank", "transcribe", "tts", "video"];

/// Reads a list of models: OpenAI's and Anthropic's `{"data": […]}`, Ollama's `{"models": […]}`, or a bare list as
/// Together's. None where it is none of them. What cannot be a model's id is left out.
pub fn read_model_list(answer: &Value) -> Option<Vec<ProviderModel>> {
    let list = [&answer["data"], &answer["models"], answer].into_iter().find_map(Value::as_array)?;
    let mut models: Vec<ProviderModel> = Vec::new();
    for entry in list.iter().take(LISTED_MAX) {
        let chats = entry["type"].as_str().is_none_or(|kind| !OTHER_TYPES.contains(&kind));
        let Some(id) = text(entry, &["id", "model", "name"]).filter(|_| chats) else { continue };
        // Google lists `models/gemini-…` and answers to the name behind it.
        let id = id.strip_prefix("models/").unwrap_or(id);
        let model = ProviderModel { id: id.to_owned(), facts: facts(entry, id).believable() };
        if let Ok(model) = model.check()
            && !models.iter().any(|known| known.id == model.id)
        {
            models.push(model);
        }
    }
    Some(models)
}

fn facts(entry: &Value, id: &str) -> ModelFacts {
    let mut max_tokens = number(entry, &["max_completion_tokens", "max_output_tokens", "max_tokens"]);
    if max_tokens.is_none() {
        max_tokens = number(&entry["top_provider"], &["max_completion_tokens"]);
    }
    ModelFacts {
        name: text(entry, &["display_name", "name"]).filter(|name| *name != id).map(ToOwned::to_owned),
        context_window: number(
            entry,
            &["context_length", "context_window", "max_context_length", "max_input_tokens"],
        ),
        max_tokens,
        input: input(entry),
    }
}

/// Some say which modalities, others whether the model sees.
fn input(entry: &Value) -> Vec<InputKind> {
    let modalities = [&entry["architecture"]["input_modalities"], &entry["input_modalities"]];
    let modalities = modalities.into_iter().find_map(Value::as_array);
    let sees = modalities.map(|list| list.iter().any(|it| it == "image"));
    match sees.or_else(|| entry["capabilities"]["vision"].as_bool()) {
        Some(true) => vec![InputKind::Text, InputKind::Image],
        Some(false) => vec![InputKind::Text],
        None => Vec::new(),
    }
}

fn text<'a>(entry: &'a Value, fields: &[&str]) -> Option<&'a str> {
    fields.iter().find_map(|field| entry[*field].as_str())
}

fn number(entry: &Value, fields: &[&str]) -> Option<u32> {
    let number = fields.iter().find_map(|field| entry[*field].as_u64())?;
    u32::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn ids(answer: &Value) -> Vec<String> {
        read_model_list(answer).unwrap().into_iter().map(|model| model.id).collect()
    }

    #[test]
    fn every_documented_shape_is_read() {
        let openai =
            json!({ "object": "list", "data": [{ "id": "gpt-5", "object": "model", "owned_by": "openai" }] });
        assert_eq!(ids(&openai), ["gpt-5"]);
        let anthropic = json!({ "data": [{ "type": "model", "id": "claude-x", "display_name": "Claude X",
            "created_at": "2025-02-19T00:00:00Z" }], "has_more": false });
        let read = read_model_list(&anthropic).unwrap();
        assert_eq!((read[0].id.as_str(), read[0].facts.name.as_deref()), ("claude-x", Some("Claude X")));
        let google = json!({ "object": "list", "data": [{ "id": "models/gemini-x", "object": "model" }] });
        assert_eq!(ids(&google), ["gemini-x"]);
        let together = json!([{ "id": "a/b", "type": "chat", "display_name": "B", "context_length": 8192 },
            { "id": "a/c", "type": "image" }]);
        assert_eq!(ids(&together), ["a/b"]);
        let ollama = json!({ "models": [{ "name": "llama:8b", "model": "llama:8b", "size": 1 }] });
        assert_eq!(ids(&ollama), ["llama:8b"]);
        assert_eq!(read_model_list(&json!({ "error": "no" })), None);
        assert_eq!(read_model_list(&json!("text")), None);
    }

    #[test]
    fn what_the_list_says_of_a_model_is_taken_over() {
        let openrouter = json!({ "data": [{ "id": "x/y", "name": "X: Y", "context_length": 200_000,
            "architecture": { "input_modalities": ["text", "image"] },
            "top_provider": { "max_completion_tokens": 64_000 } }] });
        let facts = ModelFacts {
            name: Some("X: Y".to_owned()),
            context_window: Some(200_000),
            max_tokens: Some(64_000),
            input: vec![InputKind::Text, InputKind::Image],
        };
        assert_eq!(read_model_list(&openrouter).unwrap()[0].facts, facts);
        let groq = json!({ "data": [{ "id": "g", "context_window": 131_072, "max_completion_tokens": 0 }] });
        let read = &read_model_list(&groq).unwrap()[0].facts;
        assert_eq!((read.context_window, read.max_tokens), (Some(131_072), None));
    }

    proptest! {
        #[test]
        fn whatever_a_list_holds_only_sound_models_come_of_it(
            ids in prop::collection::vec(".{0,250}", 0..9), name in ".{0,200}", tokens: u64,
        ) {
            let entries: Vec<Value> = ids
                .iter()
                .map(|id| json!({ "id": id, "display_name": name, "context_length": tokens }))
                .collect();
            for model in read_model_list(&json!({ "data": entries })).unwrap() {
                prop_assert_eq!(model.clone().check(), Ok(model));
            }
        }
    }
}
