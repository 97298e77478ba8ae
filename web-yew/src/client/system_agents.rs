//! The fleet's own agents, for admins.

use gloo_net::http::Method;
use mosaic_api::{
    DeclareSystemAgent, NewProvider, ReplaceSystemAgent, SystemAgentBody, SystemAgentList, paths,
};
use serde::{Deserialize, Serialize};

use super::{Acted, Answer, act, ask, get, path_of, send, send_if};
use crate::remote::Failure;

pub(crate) fn system_agents() -> Answer<SystemAgentList> {
    get(paths::ADMIN_SYSTEM_AGENTS)
}

pub(crate) fn system_agent(id: String) -> Answer<SystemAgentBody> {
    get(&path_of(paths::ADMIN_SYSTEM_AGENT, &id))
}

pub(crate) fn declare_system_agent(new: DeclareSystemAgent) -> Answer<SystemAgentBody> {
    send(Method::POST, paths::ADMIN_SYSTEM_AGENTS, &new)
}

/// Changes a version that was looked at.
pub(crate) fn replace_system_agent(
    (id, version, change): (String, i64, ReplaceSystemAgent),
) -> Answer<SystemAgentBody> {
    send_if(Method::PUT, &path_of(paths::ADMIN_SYSTEM_AGENT, &id), version, &change)
}

/// Gives a version that was looked at another provider account.
pub(crate) fn replace_system_provider(
    (id, version, provider): (String, i64, NewProvider),
) -> Answer<SystemAgentBody> {
    send_if(Method::PUT, &path_of(paths::ADMIN_SYSTEM_AGENT_PROVIDER, &id), version, &provider)
}

/// Starts it, or stops it.
pub(crate) fn order_system_agent((id, start): (String, bool)) -> Answer<SystemAgentBody> {
    let path = if start { paths::ADMIN_SYSTEM_AGENT_START } else { paths::ADMIN_SYSTEM_AGENT_STOP };
    ask(Method::POST, &path_of(path, &id))
}

/// Asks it something, and waits for the whole answer.
pub(crate) async fn ask_system_agent((id, words): (String, String)) -> Result<String, Failure> {
    let messages = [Message { role: "user".to_owned(), content: words }];
    let question = Question { model: "mosaic", messages };
    let answer: Completion =
        send(Method::POST, &path_of(paths::ADMIN_SYSTEM_AGENT_CHAT, &id), &question).await?;
    Ok(answer.choices.into_iter().next().map(|choice| choice.message.content).unwrap_or_default())
}

/// A chat completion, as far as it is asked for and read here.
#[derive(Serialize)]
struct Question {
    model: &'static str,
    messages: [Message; 1],
}

#[derive(Deserialize, Serialize)]
struct Message {
    role: String,
    content: String,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

pub(crate) fn erase_system_agent(id: String) -> Acted {
    act(Method::DELETE, &path_of(paths::ADMIN_SYSTEM_AGENT, &id))
}
