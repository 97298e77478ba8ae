//! Agents of the fleet's own. They belong to no user, and no user reaches them.

pub(crate) mod chat;
pub(crate) mod orders;

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use mosaic_api::{
    CellBody, DeclareSystemAgent, NewProvider, ReplaceSystemAgent, SecretText, SystemAgentBody,
    SystemAgentList, paths,
};
use mosaic_model::SystemCellId;
use mosaic_storage::{NewSystemAgent, SystemAgent, SystemAgentChange};

use crate::{
    HttpState,
    auth::{Admin, AdminRead, AdminWrite, Body, Id, IfMatch, etag},
    failure::Failure,
    routes::{cell, providers},
    shut_out::EraseError,
};

/// The fleet's own agents.
#[utoipa::path(get, path = paths::ADMIN_SYSTEM_AGENTS, security(("session" = []), ("personal_token" = [])),
    responses((status = 200, body = SystemAgentList)))]
pub(crate) async fn list(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
) -> Result<Json<SystemAgentList>, Failure> {
    let mut agents = Vec::new();
    for agent in state.store.system_agents().await? {
        agents.push(body(&state, agent).await?);
    }
    Ok(Json(SystemAgentList { agents }))
}

/// Declares an agent of the fleet's own, with the account that pays for it.
#[utoipa::path(post, path = paths::ADMIN_SYSTEM_AGENTS, security(("session" = []), ("personal_token" = [])),
    request_body = DeclareSystemAgent, responses((status = 201, body = SystemAgentBody), (status = 422)))]
pub(crate) async fn declare(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Body(sent): Body<DeclareSystemAgent>,
) -> Result<impl IntoResponse, Failure> {
    let DeclareSystemAgent { name, personality, model, always_on, mut provider } = sent;
    let key = provider.api_key.take().map(SecretText::into_secret);
    let provider = providers::draft(provider)?;
    let new = NewSystemAgent { name, personality, model, always_on, provider, key };
    let agent = state.store.declare_system_agent(new, &admin.by).await?;
    wake_if_wanted(&state, &agent);
    Ok((StatusCode::CREATED, [etag(agent.version)], Json(body(&state, agent).await?)))
}

/// One of the fleet's own agents. Its version is the `ETag`.
#[utoipa::path(get, path = paths::ADMIN_SYSTEM_AGENT, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The agent's id")), responses((status = 200, body = SystemAgentBody)))]
pub(crate) async fn show(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Id(id): Id<SystemCellId>,
) -> Result<impl IntoResponse, Failure> {
    let agent = state.store.system_agent(id).await?;
    Ok(([etag(agent.version)], Json(body(&state, agent).await?)))
}

/// Changes one of the fleet's own agents; it takes the change up while it runs where it can. `If-Match` says which
/// version the caller looked at.
#[utoipa::path(put, path = paths::ADMIN_SYSTEM_AGENT, security(("session" = []), ("personal_token" = [])),
    request_body = ReplaceSystemAgent, params(
        ("id" = String, Path, description = "The agent's id"),
        ("If-Match" = String, Header, description = "The ETag that the caller looked at, or *"),
    ), responses(
    (status = 200, body = SystemAgentBody),
    (status = 412),
    (status = 422),
    (status = 428),
))]
pub(crate) async fn replace(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<SystemCellId>,
    IfMatch(expected): IfMatch,
    Body(sent): Body<ReplaceSystemAgent>,
) -> Result<impl IntoResponse, Failure> {
    let ReplaceSystemAgent { name, personality, model, always_on } = sent;
    let change = SystemAgentChange { name, personality, model, always_on };
    let agent = state.store.change_system_agent(id, expected, change, &admin.by).await?;
    take_up(&state, &agent);
    Ok(([etag(agent.version)], Json(body(&state, agent).await?)))
}

/// Gives one of the fleet's own agents another provider account in place of the one it has. Its key stays where none
/// is sent and the server is the same.
#[utoipa::path(put, path = paths::ADMIN_SYSTEM_AGENT_PROVIDER, security(("session" = []), ("personal_token" = [])),
    request_body = NewProvider, params(
        ("id" = String, Path, description = "The agent's id"),
        ("If-Match" = String, Header, description = "The ETag that the caller looked at, or *"),
    ), responses(
    (status = 200, body = SystemAgentBody),
    (status = 409),
    (status = 412),
    (status = 422),
    (status = 428),
))]
pub(crate) async fn replace_provider(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<SystemCellId>,
    IfMatch(expected): IfMatch,
    Body(mut sent): Body<NewProvider>,
) -> Result<impl IntoResponse, Failure> {
    let key = sent.api_key.take().map(SecretText::into_secret);
    let draft = providers::draft(sent)?;
    let changed = state.store.replace_system_provider(id, expected, draft, key.as_ref(), &admin.by);
    let agent = changed.await?;
    take_up(&state, &agent);
    Ok(([etag(agent.version)], Json(body(&state, agent).await?)))
}

/// Erases one of the fleet's own agents: container, network, memory, keys. It cannot be taken back. `If-Match` may say
/// which version the caller looked at.
#[utoipa::path(delete, path = paths::ADMIN_SYSTEM_AGENT, security(("session" = []), ("personal_token" = [])),
    params(
        ("id" = String, Path, description = "The agent's id"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the caller looked at, or *"),
    ), responses((status = 204), (status = 400), (status = 412)))]
pub(crate) async fn delete(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<SystemCellId>,
    seen: Option<IfMatch>,
) -> Result<StatusCode, Failure> {
    let expected = seen.and_then(|IfMatch(version)| version);
    state.store.begin_deleting_system_agent(id, expected).await?;
    match state.erase_system_agent(id, &admin.by).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(EraseError::Store(error)) => Err(error.into()),
        Err(EraseError::Fleet(error)) => {
            tracing::warn!(agent = %id, %error, "an agent of the fleet's own is not erased yet");
            Err(Failure::half_done(format!(
                "It is marked and out of reach, but not erased yet: {error}. Look after the container engine; Mosaic \
                 tries again by itself."
            )))
        }
    }
}

async fn body(state: &HttpState, agent: SystemAgent) -> Result<SystemAgentBody, Failure> {
    let shown = cell::shown(state, agent.owner()).await?;
    let provider = providers::body(agent.provider, std::slice::from_ref(&agent.agent));
    Ok(SystemAgentBody {
        id: agent.id.to_string(),
        name: agent.agent.name,
        personality: agent.agent.personality,
        model: agent.agent.model.model,
        always_on: agent.always_on,
        held: agent.held,
        provider,
        cell: CellBody { keep_awake: agent.always_on && !agent.held, ..shown.0 },
        version: agent.version,
        created_at: agent.created_at,
    })
}

/// It is another thing now: its cell takes it up, while it runs where it can.
fn take_up(state: &HttpState, agent: &SystemAgent) {
    state.fleet.config_changed(agent.owner().cell());
    state.fleet.wishes_changed(agent.owner().cell());
    wake_if_wanted(state, agent);
}

fn wake_if_wanted(state: &HttpState, agent: &SystemAgent) {
    if agent.always_on && !agent.held {
        state.fleet.keep_up(agent.owner().cell());
    }
}
