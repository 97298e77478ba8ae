//! The fleet's own agents, for admins.

use gloo_net::http::Method;
use mosaic_api::{
    DeclareSystemAgent, NewProvider, ReplaceSystemAgent, SystemAgentBody, SystemAgentList, paths,
};
use serde_json::{Value, json};

use super::{act, ask, get, path_of, send, send_if};
use crate::remote::Failure;

pub(crate) async fn system_agents() -> Result<SystemAgentList, Failure> {
    get(paths::ADMIN_SYSTEM_AGENTS).await
}

pub(crate) async fn system_agent(id: String) -> Result<SystemAgentBody, Failure> {
    get(&path_of(paths::ADMIN_SYSTEM_AGENT, &id)).await
}

pub(crate) async fn declare_system_agent(new: DeclareSystemAgent) -> Result<SystemAgentBody, Failure> {
    send(Method::POST, paths::ADMIN_SYSTEM_AGENTS, &new).await
}

/// Changes a version that was looked at.
pub(crate) async fn replace_system_agent(
    (id, version, change): (String, i64, ReplaceSystemAgent),
) -> Result<SystemAgentBody, Failure> {
    send_if(Method::PUT, &path_of(paths::ADMIN_SYSTEM_AGENT, &id), version, &change).await
}

/// Gives a version that was looked at another provider account.
pub(crate) async fn replace_system_provider(
    (id, version, provider): (String, i64, NewProvider),
) -> Result<SystemAgentBody, Failure> {
    send_if(Method::PUT, &path_of(paths::ADMIN_SYSTEM_AGENT_PROVIDER, &id), version, &provider).await
}

/// Starts it, or stops it.
pub(crate) async fn order_system_agent((id, start): (String, bool)) -> Result<SystemAgentBody, Failure> {
    let path = if start { paths::ADMIN_SYSTEM_AGENT_START } else { paths::ADMIN_SYSTEM_AGENT_STOP };
    ask(Method::POST, &path_of(path, &id)).await
}

/// Asks it something, and waits for the whole answer.
pub(crate) async fn ask_system_agent((id, words): (String, String)) -> Result<String, Failure> {
    let question = json!({ "model": "mosaic", "messages": [{ "role": "user", "content": words }] });
    let answer: Value = send(Method::POST, &path_of(paths::ADMIN_SYSTEM_AGENT_CHAT, &id), &question).await?;
    Ok(answer["choices"][0]["message"]["content"].as_str().unwrap_or_default().to_owned())
}

pub(crate) async fn erase_system_agent(id: String) -> Result<(), Failure> {
    act(Method::DELETE, &path_of(paths::ADMIN_SYSTEM_AGENT, &id)).await
}
