//! The caller's sessions: one a browser.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{LoginMethodBody, SessionBody, SessionList, SessionsEnded, paths};
use mosaic_model::{AuditAction, SessionId};
use mosaic_storage::{LoginMethod, SessionRecord};

use crate::{
    HttpState,
    auth::{Id, SignedIn},
    failure::Failure,
};

/// The browsers that are signed in as the caller.
#[utoipa::path(get, path = paths::SESSIONS, security(("session" = [])),
    responses((status = 200, body = SessionList)))]
pub(crate) async fn list(
    signed_in: SignedIn,
    State(state): State<HttpState>,
) -> Result<Json<SessionList>, Failure> {
    let sessions = state.store.sessions(signed_in.owner).await?;
    let sessions = sessions.into_iter().map(|session| body(session, signed_in.session)).collect();
    Ok(Json(SessionList { sessions }))
}

/// Signs one browser out.
#[utoipa::path(delete, path = paths::SESSION, security(("session" = [])),
    params(("id" = String, Path, description = "The session's id")), responses((status = 204)))]
pub(crate) async fn end(
    signed_in: SignedIn,
    State(state): State<HttpState>,
    Id(id): Id<SessionId>,
) -> Result<StatusCode, Failure> {
    state.store.end_session(signed_in.owner, id, AuditAction::SessionEnded, &signed_in.by).await?;
    state.forget_access(signed_in.owner.user_id());
    Ok(StatusCode::NO_CONTENT)
}

/// Signs every other browser out.
#[utoipa::path(delete, path = paths::SESSIONS, security(("session" = [])),
    responses((status = 200, body = SessionsEnded)))]
pub(crate) async fn end_others(
    signed_in: SignedIn,
    State(state): State<HttpState>,
) -> Result<Json<SessionsEnded>, Failure> {
    let ended = state.store.end_sessions(signed_in.owner, Some(signed_in.session), &signed_in.by).await?;
    state.forget_access(signed_in.owner.user_id());
    Ok(Json(SessionsEnded { ended }))
}

fn body(session: SessionRecord, current: SessionId) -> SessionBody {
    SessionBody {
        current: session.id == current,
        id: session.id.to_string(),
        method: method_body(session.method),
        device: session.device,
        address: session.address,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
    }
}

pub(super) const fn method_body(method: LoginMethod) -> LoginMethodBody {
    match method {
        LoginMethod::Breakglass => LoginMethodBody::Breakglass,
        LoginMethod::Local => LoginMethodBody::Local,
        LoginMethod::Oidc => LoginMethodBody::Oidc,
    }
}
