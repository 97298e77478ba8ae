//! What an administrator orders of cells by hand, one or several.

use axum::{Json, extract::State};
use futures_util::{StreamExt, stream};
use http::StatusCode;
use mosaic_actors::FleetError;
use mosaic_api::{
    Code, FLEET_ACTIONS_MAX, FleetActionName, FleetActionOutcome, FleetActionResult, FleetActionResults,
    FleetActions, paths,
};
use mosaic_model::{By, CellId};
use mosaic_storage::StoreError;

use super::orders::{Refusal, order};
use crate::{
    HttpState,
    auth::{Admin, AdminWrite, Body, Id},
    failure::{Failure, sentence},
};

/// How many cells are ordered something at the same time.
const AT_ONCE: usize = 8;
const SHUT_OUT: &str = "This cell's owner is shut out: nothing wakes it. Let them in first.";

/// An operation for each order: they differ in nothing else.
macro_rules! operations {
    ($($(#[$about:meta])* $name:ident: $path:ident, $action:ident;)*) => {$(
        $(#[$about])*
        #[utoipa::path(post, path = paths::$path, security(("session" = []), ("personal_token" = [])),
            params(("id" = String, Path, description = "The cell's id")),
            responses((status = 202), (status = 409)))]
        pub(crate) async fn $name(
            admin: Admin<AdminWrite>,
            State(state): State<HttpState>,
            Id(id): Id<CellId>,
        ) -> Result<StatusCode, Failure> {
            one(&state, FleetActionName::$action, id, &admin.by).await
        }
    )*};
}

operations! {
    /// Starts a cell though nothing is asked of it. One that failed or was given up is tried again; one that is being
    /// drained stays.
    start: ADMIN_FLEET_START, Start;
    /// Stops a cell; its memory stays, and the next request wakes it.
    stop: ADMIN_FLEET_STOP, Stop;
    /// Stops a cell and starts it again, in a new container of the image that is set now; its memory stays.
    restart: ADMIN_FLEET_RESTART, Restart;
    /// Has a cell end what it does and take nothing new; then it is stopped. Its memory stays, and when it has stopped
    /// the next request wakes it.
    drain: ADMIN_FLEET_DRAIN, Drain;
    /// Freezes a cell that nobody uses, if its gateway promises that nothing runs in it.
    freeze: ADMIN_FLEET_FREEZE, Freeze;
    /// Brings a frozen cell back though nothing is asked of it.
    thaw: ADMIN_FLEET_THAW, Thaw;
    /// Makes a cell's container anew at once, of the image that is set now even if that failed before. What is being
    /// answered is cut short, whoever waits goes on waiting, and its memory stays.
    recreate: ADMIN_FLEET_RECREATE, Recreate;
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
        Err(Refusal::Fleet(error @ FleetError::Refused(_))) => {
            (FleetActionOutcome::Refused, sentence(&error))
        }
        Err(Refusal::Fleet(error)) => (FleetActionOutcome::Failed, sentence(&error)),
        Err(Refusal::Store(error)) => {
            (FleetActionOutcome::Failed, Failure::from(error).problem().detail.clone())
        }
    };
    FleetActionResult { cell: name, outcome, detail }
}
