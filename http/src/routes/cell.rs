//! The caller's cell.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{
    BlockerBody, CauseBody, CellBody, CellStateBody, DifferenceBody, DifferenceName, FallbackBody, paths,
};
use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, Blocker, Cause, CellStatus, Difference, DifferenceKind,
    State as Life,
};
use mosaic_storage::{CellConfig, Fallback};

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
    let status = status.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
    Ok(Json(body(status, state.store.cell_config(user.owner).await?)))
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

fn body(status: CellStatus, config: CellConfig) -> CellBody {
    let state = match status.state {
        Life::Absent => CellStateBody::Absent,
        Life::Starting { since } => CellStateBody::Starting { since },
        Life::Running { since, idle_since } => CellStateBody::Running { since, idle_since },
        Life::Freezing { since } => CellStateBody::Freezing { since },
        Life::Frozen { since, idle_since, suspension: _ } => CellStateBody::Frozen { since, idle_since },
        Life::Thawing { since } => CellStateBody::Thawing { since },
        Life::Stopping { since } => CellStateBody::Stopping { since },
        Life::Failed { since, cause, retry_at } => {
            CellStateBody::Failed { since, cause: cause_body(&cause), retry_at }
        }
        Life::Quarantined { since, cause } => CellStateBody::Quarantined { since, cause: cause_body(&cause) },
    };
    let busy_with = status.busy_with.into_iter().map(blocker_body).collect();
    let CellStatus { cell, leases, waiting, waits_for_memory, .. } = status;
    CellBody {
        id: cell.to_string(),
        state,
        leases,
        waiting,
        busy_with,
        waits_for_memory,
        revision: config.revision,
        fallback: config.fallback.map(fallback_body),
    }
}

fn blocker_body(blocker: Blocker) -> BlockerBody {
    let Blocker { kind, count, message } = blocker;
    BlockerBody { kind, count, message }
}

fn fallback_body(fallback: Fallback) -> FallbackBody {
    let Fallback { revision, refused, since, stderr, difference } = fallback;
    let one = |it: Difference| DifferenceBody {
        path: it.path,
        kind: match it.kind {
            DifferenceKind::Added => DifferenceName::Added,
            DifferenceKind::Removed => DifferenceName::Removed,
            DifferenceKind::Changed => DifferenceName::Changed,
        },
    };
    FallbackBody {
        summary: format!(
            "The gateway refused revision {refused} of the configuration, so it runs with revision {revision}, the last \
             it was well with. Change something, or have it tried again."
        ),
        revision,
        refused,
        since,
        stderr,
        difference: difference.into_iter().map(one).collect(),
    }
}

fn cause_body(cause: &Cause) -> CauseBody {
    CauseBody {
        summary: cause.to_string(),
        exit_code: cause.exit_code(),
        signal: cause.signal(),
        out_of_memory: cause.is_out_of_memory(),
        stderr: cause.stderr().to_vec(),
    }
}
