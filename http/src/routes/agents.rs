//! The caller's agents.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{AgentBody, AgentList, Code, NewAgent, paths};
use mosaic_model::{Agent, AgentDraft, AgentId, AgentSlug, ModelRef};

use crate::{
    HttpState,
    auth::{Body, Configure, CurrentUser, Id},
    failure::{Failure, sentence},
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

/// Adds an agent.
#[utoipa::path(post, path = paths::AGENTS, security(("session" = []), ("personal_token" = [])),
    request_body = NewAgent, responses((status = 201, body = AgentBody), (status = 409)))]
pub(crate) async fn add(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Body(new): Body<NewAgent>,
) -> Result<(StatusCode, Json<AgentBody>), Failure> {
    let invalid = |text: String| Failure::new(Code::Invalid, text);
    let slug = AgentSlug::parse(&new.slug).map_err(|error| invalid(sentence(&error)))?;
    let provider = new
        .provider_id
        .parse()
        .ok()
        .ok_or_else(|| invalid("provider_id names no provider of yours.".to_owned()))?;
    let model = ModelRef { provider, model: new.model };
    let draft = AgentDraft { slug, name: new.name, personality: new.personality, model };
    let agent = state.store.add_agent(user.owner, draft, &user.by).await?;
    apply_changes(&state, &user);
    Ok((StatusCode::CREATED, Json(body(agent))))
}

/// Removes an agent; its files stay on the cell's volume.
#[utoipa::path(delete, path = paths::AGENT, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The agent's id")), responses((status = 204)))]
pub(crate) async fn remove(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Id(id): Id<AgentId>,
) -> Result<StatusCode, Failure> {
    state.store.delete_agent(user.owner, id, &user.by).await?;
    apply_changes(&state, &user);
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's set-up is another one now: the cell takes it up as soon as nobody uses it.
pub(super) fn apply_changes(state: &HttpState, user: &CurrentUser<Configure>) {
    state.forget_profile(user.owner);
    state.fleet.config_changed(user.cell());
}

pub(super) fn body(agent: Agent) -> AgentBody {
    AgentBody {
        id: agent.id.to_string(),
        slug: agent.slug.to_string(),
        name: agent.name,
        personality: agent.personality,
        provider_id: agent.model.provider.to_string(),
        model: agent.model.model,
        created_at: agent.created_at,
    }
}
