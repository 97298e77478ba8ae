//! What a client asks, turned into what a gateway understands.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header, uri::PathAndQuery};
use mosaic_actors::GatewayRequest;
use mosaic_api::{Code, paths};
use mosaic_model::{Agent, AgentSlug, Utterance, default_agent};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::failure::Failure;

/// Names the conversation to go on with, for clients that use `user` for something else.
const CONVERSATION: &str = "x-mosaic-conversation";
/// How gateways name agents in `model`.
const GATEWAY_PREFIX: &str = "openclaw/";
/// What `model` may be where no agent is named: one of these is in many a client's settings.
const DEFAULT_NAMES: [&str; 4] = ["mosaic", "default", "openclaw", "openclaw/default"];
/// The longest conversation name. Bytes.
const CONVERSATION_MAX: usize = 512;

/// A question on its way to a gateway.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) request: GatewayRequest,
    /// Whether the client wants the answer as a stream; the gateway streams it in any case.
    pub(crate) streams: bool,
}

/// Rewrites a chat request.
///
/// `model` names one of the caller's agents. With a conversation (`user`, or our header) the gateway
/// knows what was said before, so that only the newest message goes; without, the whole list goes to a
/// session of its own. No header of the client's reaches the gateway.
pub(crate) fn rewrite(body: &[u8], headers: &HeaderMap, agents: &[Agent]) -> Result<Question, Failure> {
    let mut question: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|error| bad(&format!("The body is no JSON object: {error}.")))?;
    let streams = match question.get("stream") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(streams)) => *streams,
        Some(_) => return Err(bad("`stream` is true or false.")),
    };
    let agent = agent(&question, agents)?;
    let conversation = conversation(headers, question.get("user"))?;
    let messages = messages(&mut question)?;
    let session = match conversation {
        Some(name) => {
            keep_newest(messages);
            hex::encode(&Sha256::digest(name.as_bytes())[..16])
        }
        None => fresh_session()?,
    };
    question.insert("model".to_owned(), Value::String(format!("{GATEWAY_PREFIX}{}", agent.slug)));
    if !streams {
        // In a stream alone does a gateway say why its provider refused, and only if asked how much it used.
        question.insert("stream".to_owned(), Value::Bool(true));
        question.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    }
    // A hash: a gateway's session names are narrower than what a client may send.
    question.insert("user".to_owned(), Value::String(format!("v1-{session}")));
    Ok(Question { request: post(&Value::Object(question)), streams })
}

/// A question to a gateway, with what was said before where its session knows nothing of that.
pub(crate) fn request(
    agent: &AgentSlug,
    session: &str,
    said: &[Utterance<'_>],
    question: &str,
) -> GatewayRequest {
    let role = |by_user| if by_user { "user" } else { "assistant" };
    let mut messages: Vec<Value> =
        said.iter().map(|it| json!({ "role": role(it.by_user), "content": it.text })).collect();
    messages.push(json!({ "role": role(true), "content": question }));
    post(&json!({
        "model": format!("{GATEWAY_PREFIX}{agent}"), "user": session, "messages": messages,
        "stream": true, "stream_options": { "include_usage": true },
    }))
}

fn post(body: &Value) -> GatewayRequest {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    GatewayRequest {
        method: Method::POST,
        path: PathAndQuery::from_static(paths::CHAT_COMPLETIONS),
        headers,
        body: Bytes::from(body.to_string()),
    }
}

fn bad(detail: &str) -> Failure {
    Failure::new(Code::BadRequest, detail)
}

/// The agent that `model` names: by its short name, with or without the gateway's prefix; the default where it names
/// the house and not one of its agents.
fn agent<'a>(question: &Map<String, Value>, agents: &'a [Agent]) -> Result<&'a Agent, Failure> {
    let Some(Value::String(model)) = question.get("model") else {
        return Err(bad("`model` names one of your agents; GET /v1/models lists them."));
    };
    let slug = model.strip_prefix(GATEWAY_PREFIX).unwrap_or(model);
    let named = agents.iter().find(|agent| agent.slug.as_str() == slug);
    let default = || default_agent(agents).filter(|_| DEFAULT_NAMES.contains(&model.as_str()));
    named.or_else(default).ok_or_else(|| {
        let names: Vec<&str> = agents.iter().map(|agent| agent.slug.as_str()).collect();
        let detail = format!("You have no agent {slug:?}. `model` takes one of: {}.", names.join(", "));
        Failure::new(Code::UnknownAgent, detail)
    })
}

fn messages(question: &mut Map<String, Value>) -> Result<&mut Vec<Value>, Failure> {
    match question.get_mut("messages") {
        Some(Value::Array(messages)) if !messages.is_empty() && messages.iter().all(Value::is_object) => {
            Ok(messages)
        }
        _ => Err(bad("`messages` is a list of at least one message.")),
    }
}

fn conversation(headers: &HeaderMap, user: Option<&Value>) -> Result<Option<String>, Failure> {
    let name = match (headers.get(CONVERSATION), user) {
        (Some(value), _) => {
            value.to_str().ok().ok_or_else(|| bad("x-mosaic-conversation is plain text."))?.to_owned()
        }
        (None, Some(Value::String(user))) => user.clone(),
        (None, None | Some(Value::Null)) => return Ok(None),
        (None, Some(_)) => return Err(bad("`user` is text.")),
    };
    if name.len() > CONVERSATION_MAX {
        return Err(bad("A conversation's name has 512 bytes at most."));
    }
    Ok((!name.is_empty()).then_some(name))
}

/// Instructions stay; of what was said only the newest message does.
fn keep_newest(messages: &mut Vec<Value>) {
    let newest = messages.len() - 1;
    let mut index = 0;
    messages.retain(|message| {
        let instructs = matches!(message["role"].as_str(), Some("system" | "developer"));
        let keep = instructs || index == newest;
        index += 1;
        keep
    });
}

fn fresh_session() -> Result<String, Failure> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .ok()
        .ok_or_else(|| Failure::new(Code::Internal, "This host gives no random numbers."))?;
    Ok(hex::encode(random))
}

#[cfg(test)]
mod tests;
