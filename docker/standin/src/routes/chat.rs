//! `POST /v1/chat/completions`: what is asked, of whom, and in which conversation.

use std::sync::Arc;

use http::request::Parts;
use hyper::body::Incoming;
use mosaic_model_server::wire::{self, Reply};
use serde_json::Value;

use super::{complete, invalid};
use crate::{Config, Gateway, clock};

const BODY_LIMIT: usize = 20 << 20;

/// One question that was understood.
#[derive(Debug)]
pub(super) struct Question {
    /// The model as the caller named it; it comes back in every chunk.
    pub(super) model: String,
    /// The conversation.
    pub(super) session_key: String,
    /// The newest user message.
    pub(super) text: String,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
}

pub(super) async fn route(gateway: Arc<Gateway>, head: &Parts, body: Incoming) -> Reply {
    let bytes = match wire::read_body(body, BODY_LIMIT).await {
        Ok(bytes) => bytes,
        Err(reply) => return reply,
    };
    let body: Value = match serde_json::from_slice(&bytes) {
        Ok(body) => body,
        Err(error) => return invalid(&error.to_string()),
    };
    match read(&gateway.config(), head, &body) {
        Ok(question) => complete::answer(gateway, question).await,
        Err(message) => invalid(&message),
    }
}

fn read(config: &Config, head: &Parts, body: &Value) -> Result<Question, String> {
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let model = body["model"].as_str().unwrap_or("openclaw");
    let agent = agent(config, model, header("x-openclaw-agent-id"))?;
    let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let newest = messages.iter().rev().find(|message| message["role"] == "user");
    let text = newest.map(|message| text(&message["content"])).filter(|text| !text.is_empty());
    let session_key = match (header("x-openclaw-session-key"), body["user"].as_str()) {
        (Some(key), _) => key.to_owned(),
        (None, Some(user)) => format!("agent:{agent}:openai-user:{user}"),
        (None, None) => format!("agent:{agent}:openai:{}", clock::unique_id()),
    };
    Ok(Question {
        model: model.to_owned(),
        session_key,
        text: text.ok_or("Missing user message in `messages`.")?,
        stream: body["stream"] == true,
        include_usage: body["stream_options"]["include_usage"] == true,
    })
}

/// The agent that a model name means.
fn agent(config: &Config, model: &str, header: Option<&str>) -> Result<String, String> {
    let named = model.strip_prefix("openclaw/").or_else(|| model.strip_prefix("openclaw:"));
    if named.is_none() && model != "openclaw" {
        return Err("Invalid `model`. Use `openclaw` or `openclaw/<agentId>`.".to_owned());
    }
    match header.or(named.filter(|id| *id != "default")) {
        Some(id) if config.agents.iter().any(|agent| agent == id) => Ok(id.to_owned()),
        Some(id) => Err(format!("Unknown agent '{id}'.")),
        None => match config.agents.as_slice() {
            [only] => Ok(only.clone()),
            _ => Err("Multiple agents are configured, but this operation has no explicit owner.".to_owned()),
        },
    }
}

/// The text of a content that is a string or an array of parts.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}
