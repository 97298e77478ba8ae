//! The caller's agents.

use gloo_net::http::Method;
use mosaic_api::{AgentBody, AgentList, ChangeAgent, NewAgent, paths};

use super::{act, get, path_of, send, send_if};
use crate::remote::Failure;

pub(crate) async fn own_agents() -> Result<AgentList, Failure> {
    get(paths::AGENTS).await
}

pub(crate) async fn agent(id: String) -> Result<AgentBody, Failure> {
    get(&path_of(paths::AGENT, &id)).await
}

pub(crate) async fn add_agent(new: NewAgent) -> Result<AgentBody, Failure> {
    send(Method::POST, paths::AGENTS, &new).await
}

/// Changes a version that was looked at.
pub(crate) async fn change_agent(
    (id, version, change): (String, i64, ChangeAgent),
) -> Result<AgentBody, Failure> {
    send_if(Method::PATCH, &path_of(paths::AGENT, &id), version, &change).await
}

pub(crate) async fn remove_agent(id: String) -> Result<(), Failure> {
    act(Method::DELETE, &path_of(paths::AGENT, &id)).await
}
