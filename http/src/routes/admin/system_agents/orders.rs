//! Starting and stopping the fleet's own agents by hand.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{SystemAgentBody, paths};
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, SystemCellId};

use super::body;
use crate::{
    HttpState,
    auth::{Admin, AdminWrite, Id},
    failure::Failure,
};

/// Starts one of the fleet's own agents, and tries again with one that failed. What is always on stays so from now on.
#[utoipa::path(post, path = paths::ADMIN_SYSTEM_AGENT_START, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The agent's id")), responses((status = 202, body = SystemAgentBody)))]
pub(crate) async fn start(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<SystemCellId>,
) -> Result<(StatusCode, Json<SystemAgentBody>), Failure> {
    let agent = state.store.hold_system_agent(id, false).await?;
    let cell = agent.owner().cell();
    let entry = AuditEntry::done(&admin.by, AuditAction::CellStarted, AuditTarget::Cell(cell));
    state.store.audit(&entry).await?;
    let lifted = state.fleet.lift_drain(cell).await;
    lifted.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
    let retried = state.fleet.retry(cell).await;
    retried.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
    let woken = state.fleet.wake(cell).await;
    woken.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
    Ok((StatusCode::ACCEPTED, Json(body(&state, agent).await?)))
}

/// Stops one of the fleet's own agents; its memory stays. What is always on is held until it is started again; a
/// question still wakes it. Answers when it is stopped.
#[utoipa::path(post, path = paths::ADMIN_SYSTEM_AGENT_STOP, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The agent's id")), responses((status = 200, body = SystemAgentBody)))]
pub(crate) async fn stop(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<SystemCellId>,
) -> Result<Json<SystemAgentBody>, Failure> {
    let agent = state.store.hold_system_agent(id, true).await?;
    let cell = agent.owner().cell();
    let entry = AuditEntry::done(&admin.by, AuditAction::CellStopped, AuditTarget::Cell(cell));
    state.store.audit(&entry).await?;
    state.fleet.wishes_changed(cell);
    let stopped = state.fleet.stop(cell).await;
    stopped.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
    Ok(Json(body(&state, agent).await?))
}
