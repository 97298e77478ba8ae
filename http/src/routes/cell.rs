//! The caller's cell.

pub(crate) mod body;
mod history;

pub(crate) use self::history::{__path_events, __path_stream, events, stream};

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{CellBody, LiveCell, paths};
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, CellStatus};

use self::body::Words;
use crate::{
    HttpState,
    auth::{Chat, CurrentUser},
    failure::Failure,
};

/// Where the caller's cell is in its life. Does not wake it.
#[utoipa::path(get, path = paths::CELL, security(("session" = []), ("personal_token" = [])),
    responses((status = 200, body = CellBody)))]
pub(crate) async fn show(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
) -> Result<Json<CellBody>, Failure> {
    let status = state.fleet.status(user.cell()).await;
    status.map(|status| Json(body(status))).map_err(|error| Failure::from_fleet(error, &*state.clock))
}

/// Starts the caller's cell though nothing is asked of it yet, and does not wait until it runs. One that failed or was
/// given up is tried again.
#[utoipa::path(post, path = paths::CELL_WAKE, security(("session" = []), ("personal_token" = [])),
    responses((status = 202)))]
pub(crate) async fn wake(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
) -> Result<StatusCode, Failure> {
    let entry = AuditEntry::done(&user.by, AuditAction::CellStarted, AuditTarget::Cell(user.cell()));
    state.store.audit(&entry).await?;
    let asked = state.fleet.wake(user.cell()).await;
    asked.map(|()| StatusCode::ACCEPTED).map_err(|error| Failure::from_fleet(error, &*state.clock))
}

/// Stops the caller's cell; its memory stays, and the next request wakes it. Answers when it is stopped.
#[utoipa::path(post, path = paths::CELL_STOP, security(("session" = []), ("personal_token" = [])),
    responses((status = 204)))]
pub(crate) async fn stop(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
) -> Result<StatusCode, Failure> {
    let entry = AuditEntry::done(&user.by, AuditAction::CellStopped, AuditTarget::Cell(user.cell()));
    state.store.audit(&entry).await?;
    let stopped = state.fleet.stop(user.cell()).await;
    stopped.map(|()| StatusCode::NO_CONTENT).map_err(|error| Failure::from_fleet(error, &*state.clock))
}

/// Tries again with a cell that failed.
#[utoipa::path(post, path = paths::CELL_RETRY, security(("session" = []), ("personal_token" = [])),
    responses((status = 202)))]
pub(crate) async fn retry(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
) -> Result<StatusCode, Failure> {
    let entry = AuditEntry::done(&user.by, AuditAction::CellRetried, AuditTarget::Cell(user.cell()));
    state.store.audit(&entry).await?;
    let asked = state.fleet.retry(user.cell()).await;
    asked.map(|()| StatusCode::ACCEPTED).map_err(|error| Failure::from_fleet(error, &*state.clock))
}

fn body(status: CellStatus) -> CellBody {
    let LiveCell { id, state, leases, waiting } = body::live(status, Words::Told);
    CellBody { id, state, leases, waiting }
}
