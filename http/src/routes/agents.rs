//! The caller's agents.

mod body;

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use mosaic_api::{AgentBody, AgentList, ChangeAgent, NewAgent, paths};
use mosaic_model::AgentId;

pub(super) use self::body::body;
use self::body::{draft, patch};
use crate::{
    HttpState,
    auth::{Body, Configure, CurrentUser, Id, IfMatch, etag},
    failure::Failure,
};

/// The caller's agents.
#[utoipa::path(get, path = paths::AGENTS, security(("session" = []), ("personal_token" = [])),
    responses((status = 200, body = AgentList)))]
pub(crate) async fn list(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
) -> Result<Json<AgentList>, Failure> {
    let agents = state.store.agents(user.owner).await?;
    Ok(Json(AgentList { agents: agents.into_iter().map(body).collect() }))
}

/// One agent. Its version is the `ETag`.
#[utoipa::path(get, path = paths::AGENT, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The agent's id")), responses((status = 200, body = AgentBody)))]
pub(crate) async fn show(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<AgentId>,
) -> Result<impl IntoResponse, Failure> {
    let agent = state.store.agent(user.owner, id).await?;
    Ok(([etag(agent.version)], Json(body(agent))))
}

/// Adds an agent. The first one answers where no agent is named.
#[utoipa::path(post, path = paths::AGENTS, security(("session" = []), ("personal_token" = [])),
    request_body = NewAgent, responses((status = 201, body = AgentBody), (status = 409)))]
pub(crate) async fn add(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Body(new): Body<NewAgent>,
) -> Result<impl IntoResponse, Failure> {
    let agent = state.store.add_agent(user.owner, draft(new)?, &user.by).await?;
    apply_changes(&state, &user);
    Ok((StatusCode::CREATED, [etag(agent.version)], Json(body(agent))))
}

/// Changes an agent. `If-Match` says which version the caller looked at.
#[utoipa::path(patch, path = paths::AGENT, security(("session" = []), ("personal_token" = [])), request_body = ChangeAgent,
    params(
        ("id" = String, Path, description = "The agent's id"),
        ("If-Match" = String, Header, description = "The ETag that the caller looked at, or *"),
    ), responses(
    (status = 200, body = AgentBody),
    (status = 412),
    (status = 428),
))]
pub(crate) async fn change(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<AgentId>,
    IfMatch(expected): IfMatch,
    Body(change): Body<ChangeAgent>,
) -> Result<impl IntoResponse, Failure> {
    let agent = state.store.change_agent(user.owner, id, expected, patch(change)?, &user.by).await?;
    apply_changes(&state, &user);
    Ok(([etag(agent.version)], Json(body(agent))))
}

/// Removes an agent; its files stay on the cell's volume. Where it answered when no agent was named, the oldest of the
/// others does from now on. `If-Match` may say which version the caller looked at.
#[utoipa::path(delete, path = paths::AGENT, security(("session" = []), ("personal_token" = [])),
    params(
        ("id" = String, Path, description = "The agent's id"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the caller looked at, or *"),
    ), responses((status = 204), (status = 400), (status = 412)))]
pub(crate) async fn remove(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<AgentId>,
    seen: Option<IfMatch>,
) -> Result<StatusCode, Failure> {
    let expected = seen.and_then(|IfMatch(version)| version);
    state.store.delete_agent(user.owner, id, expected, &user.by).await?;
    apply_changes(&state, &user);
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's set-up is another one now: the cell takes it up, while it runs where it can.
pub(super) fn apply_changes(state: &HttpState, user: &CurrentUser<Configure>) {
    state.forget_profile(user.owner);
    state.fleet.config_changed(user.cell());
}
