//! What an administrator orders of cells by hand. An order is taken and done behind the answer; the stream and the
//! history say what came of it.

use std::time::Duration;

use axum::{Json, extract::State};
use futures_util::{StreamExt, stream};
use http::StatusCode;
use mosaic_actors::FleetError;
use mosaic_api::{
    Code, FLEET_ACTIONS_MAX, FleetActionName, FleetActionOutcome, FleetActionResult, FleetActionResults,
    FleetActions, paths,
};
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, CellId};
use mosaic_storage::StoreError;
use tokio::time;

use crate::{
    HttpState,
    auth::{Admin, AdminWrite, Body, Id},
    failure::{Failure, sentence},
};

/// How many cells are ordered something at the same time.
const AT_ONCE: usize = 8;
/// How long a stop that nobody waits for is followed, to tell if it failed.
const STOP_WITHIN: Duration = Duration::from_mins(2);

/// Starts a cell though nothing is asked of it. One that failed or was given up is tried again.
#[utoipa::path(post, path = paths::ADMIN_FLEET_START, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The cell's id")), responses((status = 202), (status = 409)))]
pub(crate) async fn start(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<CellId>,
) -> Result<StatusCode, Failure> {
    one(&state, FleetActionName::Start, id, &admin.by).await
}

/// Stops a cell; its memory stays, and the next request wakes it.
#[utoipa::path(post, path = paths::ADMIN_FLEET_STOP, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The cell's id")), responses((status = 202), (status = 409)))]
pub(crate) async fn stop(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<CellId>,
) -> Result<StatusCode, Failure> {
    one(&state, FleetActionName::Stop, id, &admin.by).await
}

/// Stops a cell and starts it again, in a new container of the image that is set now; its memory stays.
#[utoipa::path(post, path = paths::ADMIN_FLEET_RESTART, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The cell's id")), responses((status = 202), (status = 409)))]
pub(crate) async fn restart(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<CellId>,
) -> Result<StatusCode, Failure> {
    one(&state, FleetActionName::Restart, id, &admin.by).await
}

/// Orders the same of several cells; each has a result of its own.
#[utoipa::path(post, path = paths::ADMIN_FLEET_ACTIONS, security(("session" = []), ("personal_token" = [])),
    request_body = FleetActions, responses((status = 200, body = FleetActionResults)))]
pub(crate) async fn several(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Body(sent): Body<FleetActions>,
) -> Result<Json<FleetActionResults>, Failure> {
    if !(1..=FLEET_ACTIONS_MAX).contains(&sent.cells.len()) {
        let detail = format!("Name 1 to {FLEET_ACTIONS_MAX} cells at a time.");
        return Err(Failure::new(Code::Invalid, detail));
    }
    let orders = sent.cells.into_iter().map(|name| result(&state, sent.action, name, &admin.by));
    Ok(Json(FleetActionResults { results: stream::iter(orders).buffered(AT_ONCE).collect().await }))
}

async fn one(
    state: &HttpState,
    action: FleetActionName,
    cell: CellId,
    by: &By,
) -> Result<StatusCode, Failure> {
    match order(state, action, cell, by).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(Refusal::Store(error)) => Err(error.into()),
        Err(Refusal::Fleet(FleetError::Barred)) => Err(Failure::new(Code::Conflict, SHUT_OUT)),
        Err(Refusal::Fleet(error)) => Err(Failure::from_fleet(error, &*state.clock)),
    }
}

const SHUT_OUT: &str = "This cell's owner is shut out: nothing wakes it. Let them in first.";

async fn result(state: &HttpState, action: FleetActionName, name: String, by: &By) -> FleetActionResult {
    let unknown = || Refusal::Store(StoreError::NotFound);
    let done = match name.parse().ok().ok_or_else(unknown) {
        Ok(cell) => order(state, action, cell, by).await,
        Err(unknown) => Err(unknown),
    };
    let (outcome, detail) = match done {
        Ok(()) => (FleetActionOutcome::Accepted, "It is being done.".to_owned()),
        Err(Refusal::Store(StoreError::NotFound)) => {
            (FleetActionOutcome::NotFound, "There is no such cell.".to_owned())
        }
        Err(Refusal::Fleet(FleetError::Barred)) => (FleetActionOutcome::ShutOut, SHUT_OUT.to_owned()),
        Err(Refusal::Fleet(error)) => (FleetActionOutcome::Failed, sentence(&error)),
        Err(Refusal::Store(error)) => {
            (FleetActionOutcome::Failed, Failure::from(error).problem().detail.clone())
        }
    };
    FleetActionResult { cell: name, outcome, detail }
}

/// Why an order was not taken.
enum Refusal {
    Store(StoreError),
    Fleet(FleetError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Gives an order about a cell that exists, and notes who gave it.
async fn order(state: &HttpState, action: FleetActionName, cell: CellId, by: &By) -> Result<(), Refusal> {
    state.store.fleet_entry(cell).await?;
    let told = match action {
        FleetActionName::Start => AuditAction::CellStarted,
        FleetActionName::Stop => AuditAction::CellStopped,
        FleetActionName::Restart => AuditAction::CellRestarted,
    };
    state.store.audit(&AuditEntry::done(by, told, AuditTarget::Cell(cell))).await?;
    let ordered = match action {
        FleetActionName::Start => state.fleet.wake(cell).await,
        FleetActionName::Restart => state.fleet.restart(cell).await,
        FleetActionName::Stop => {
            stop_behind_the_answer(state, cell);
            Ok(())
        }
    };
    ordered.map_err(Refusal::Fleet)
}

/// A stop takes as long as a gateway takes to end.
fn stop_behind_the_answer(state: &HttpState, cell: CellId) {
    let fleet = state.fleet.clone();
    state.tasks.spawn(async move {
        match time::timeout(STOP_WITHIN, fleet.stop(cell)).await {
            Ok(Ok(()) | Err(FleetError::ShuttingDown)) => {}
            Ok(Err(error)) => {
                tracing::warn!(%cell, %error, "a cell that was to be stopped is not stopped yet");
            }
            Err(_) => tracing::warn!(%cell, "a cell that was to be stopped is not stopped yet"),
        }
    });
}
