//! The caller's cell.

pub(crate) mod body;
mod history;

pub(crate) use self::history::{__path_events, __path_stream, events, stream};

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{
    BlockerBody, CellBody, CellConfigBody, CellPatch, Code, ConfigHow, ConfigState, DifferenceBody,
    DifferenceName, FallbackBody, ImageFallbackBody, paths,
};
use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, Blocker, CellStatus, Difference, DifferenceKind, Images, Owner,
    RestWishes, Served, Settings, State as Life,
};
use mosaic_storage::{CellConfig, ConfigStanding, Fallback};

use self::body::Words;
use crate::{
    HttpState,
    auth::{Body, Chat, Configure, CurrentUser},
    failure::Failure,
};

/// Where the caller's cell is in its life. Does not wake it.
#[utoipa::path(get, path = paths::CELL, security(("session" = []), ("personal_token" = [])),
    responses((status = 200, body = CellBody)))]
pub(crate) async fn show(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
) -> Result<Json<CellBody>, Failure> {
    shown(&state, user.owner).await
}

/// Changes when the caller's cell sleeps, as far as the installation lets people choose. Does not wake it.
#[utoipa::path(patch, path = paths::CELL, security(("session" = []), ("personal_token" = [])),
    request_body = CellPatch, responses((status = 200, body = CellBody), (status = 422)))]
pub(crate) async fn change(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
    Body(patch): Body<CellPatch>,
) -> Result<Json<CellBody>, Failure> {
    let before = state.store.rest_wishes(user.owner).await?;
    let wishes = patched(before, &patch, &state.store.settings())?;
    state.store.set_rest_wishes(user.owner, &wishes, &user.by).await?;
    state.fleet.wishes_changed(user.cell());
    shown(&state, user.owner).await
}

/// The cell as its owner sees it.
pub(super) async fn shown(state: &HttpState, owner: Owner) -> Result<Json<CellBody>, Failure> {
    let cell = owner.cell();
    let status = state.fleet.status(cell).await;
    let status = status.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
    let standing = state.store.config_standing(owner).await?;
    let config = state.store.cell_config(owner).await?;
    let images = state.store.cell_images(cell).await?;
    let shown = body(status, config, standing, state.store.rest_wishes(owner).await?);
    Ok(Json(CellBody { image_fallback: image_fallback_body(&images), ..shown }))
}

fn patched(before: RestWishes, patch: &CellPatch, settings: &Settings) -> Result<RestWishes, Failure> {
    let refuse = |detail: String| Err(Failure::new(Code::Invalid, detail));
    if patch.keep_awake == Some(true) && !settings.keep_awake_allowed {
        return refuse("An administrator does not let agents be kept awake here.".to_owned());
    }
    let longest = settings.idle_timeout_secs;
    let idle_timeout_secs = match patch.idle_timeout_secs {
        None => before.idle_timeout_secs,
        Some(0) => None,
        Some(secs) if secs <= longest => Some(secs),
        Some(_) => return refuse(format!("The idle timeout is at most {longest} s here.")),
    };
    Ok(RestWishes { keep_awake: patch.keep_awake.unwrap_or(before.keep_awake), idle_timeout_secs })
}

/// Brings what the caller set up to their cell at once. What takes a restart cuts short whatever is being answered; the
/// next request starts the cell anew.
#[utoipa::path(post, path = paths::CELL_APPLY, security(("session" = []), ("personal_token" = [])),
    responses((status = 202)))]
pub(crate) async fn apply(
    user: CurrentUser<Configure>,
    State(state): State<HttpState>,
) -> Result<StatusCode, Failure> {
    let entry = AuditEntry::done(&user.by, AuditAction::CellConfigApplied, AuditTarget::Cell(user.cell()));
    state.store.audit(&entry).await?;
    state.fleet.apply_config(user.cell());
    Ok(StatusCode::ACCEPTED)
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

fn body(status: CellStatus, config: CellConfig, standing: ConfigStanding, wishes: RestWishes) -> CellBody {
    let standing = config_body(&status.state, standing);
    let busy_with = status.busy_with.iter().cloned().map(blocker_body).collect();
    let RestWishes { keep_awake, idle_timeout_secs } = wishes;
    CellBody {
        live: body::live(status, Words::Told),
        busy_with,
        keep_awake,
        idle_timeout_secs,
        revision: config.revision,
        fallback: config.fallback.map(fallback_body),
        image_fallback: None,
        config: standing,
    }
}

/// A cell that has no container runs with nothing, and begins with what is wanted.
fn config_body(state: &Life, standing: ConfigStanding) -> CellConfigBody {
    let how = match standing.served {
        Served::Live => Some(ConfigHow::Live),
        Served::Outdated | Served::Revoked => Some(ConfigHow::Restart),
        Served::Nothing | Served::Wanted => None,
    };
    let how = how.filter(|_| !matches!(state, Life::Absent));
    let reason = standing.failure.filter(|_| how == Some(ConfigHow::Live));
    let state = match (how, &reason) {
        (None, _) => ConfigState::Applied,
        (Some(_), None) => ConfigState::Pending,
        (Some(_), Some(_)) => ConfigState::Failed,
    };
    CellConfigBody { state, how, reason }
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

fn image_fallback_body(images: &Images) -> Option<ImageFallbackBody> {
    let (image, failed) = (images.started.as_ref()?, images.stands_in_for()?);
    Some(ImageFallbackBody {
        summary: format!(
            "With the image {} {}, so it runs with {image}, the last it was well with. Another image is tried, and this \
             one again when somebody asks.",
            failed.image, failed.reason
        ),
        image: image.to_string(),
        failed: failed.image.to_string(),
        since: failed.since,
    })
}
