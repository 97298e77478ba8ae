//! The caller's agents.

use gloo_net::http::Method;
use mosaic_api::{AgentBody, AgentList, ChangeAgent, NewAgent, paths};

use super::{Acted, Answer, act, get, path_of, send, send_if};

pub(crate) fn own_agents() -> Answer<AgentList> {
    get(paths::AGENTS)
}

pub(crate) fn agent(id: String) -> Answer<AgentBody> {
    get(&path_of(paths::AGENT, &id))
}

pub(crate) fn add_agent(new: NewAgent) -> Answer<AgentBody> {
    send(Method::POST, paths::AGENTS, &new)
}

/// Changes a version that was looked at.
pub(crate) fn change_agent((id, version, change): (String, i64, ChangeAgent)) -> Answer<AgentBody> {
    send_if(Method::PATCH, &path_of(paths::AGENT, &id), version, &change)
}

pub(crate) fn remove_agent(id: String) -> Acted {
    act(Method::DELETE, &path_of(paths::AGENT, &id))
}
