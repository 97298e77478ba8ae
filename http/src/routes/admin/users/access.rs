//! What a user may do, and whether they may come in.

use axum::{Json, extract::State};
use mosaic_api::{SessionsEnded, SetRole, UserBody, paths};
use mosaic_model::{AccessChange, UserId};

use super::body;
use crate::{
    HttpState,
    auth::{Admin, AdminWrite, Body, Id},
    failure::Failure,
    routes::me::role,
};

/// Gives a user another role. They are signed out everywhere.
#[utoipa::path(put, path = paths::ADMIN_USER_ROLE, security(("session" = []), ("personal_token" = [])),
    request_body = SetRole, params(("id" = String, Path, description = "The user's id")),
    responses((status = 200, body = UserBody), (status = 409)))]
pub(crate) async fn set_role(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<UserId>,
    Body(sent): Body<SetRole>,
) -> Result<Json<UserBody>, Failure> {
    state.store.change_access(id, AccessChange::Role(role(sent.role)), &admin.by).await?;
    state.forget_access(id);
    Ok(Json(body(state.store.directory_entry(id).await?)))
}

/// Shuts a user out: sessions, tokens, open answers and their agent end at once. What is theirs stays.
#[utoipa::path(post, path = paths::ADMIN_USER_DISABLE, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The user's id")),
    responses((status = 200, body = UserBody), (status = 409)))]
pub(crate) async fn disable(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<UserId>,
) -> Result<Json<UserBody>, Failure> {
    state.store.change_access(id, AccessChange::Disable, &admin.by).await?;
    state.shut_out(id).await.map_err(|error| {
        tracing::warn!(user = %id, %error, "the cell of somebody who is shut out is not stopped yet");
        Failure::half_done(
            "This user is shut out, but their agent is not stopped yet: the container engine takes long or \
             does not answer. Mosaic stops it as soon as it can; look after the engine.",
        )
    })?;
    Ok(Json(body(state.store.directory_entry(id).await?)))
}

/// Lets a user in again. They have to sign in anew; their tokens hold again.
#[utoipa::path(post, path = paths::ADMIN_USER_ENABLE, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The user's id")),
    responses((status = 200, body = UserBody), (status = 422)))]
pub(crate) async fn enable(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<UserId>,
) -> Result<Json<UserBody>, Failure> {
    state.store.change_access(id, AccessChange::Enable, &admin.by).await?;
    state.let_in(id);
    Ok(Json(body(state.store.directory_entry(id).await?)))
}

/// Signs a user out everywhere.
#[utoipa::path(post, path = paths::ADMIN_USER_SIGN_OUT, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The user's id")),
    responses((status = 200, body = SessionsEnded)))]
pub(crate) async fn sign_out(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<UserId>,
) -> Result<Json<SessionsEnded>, Failure> {
    let ended = state.store.sign_out_user(id, &admin.by).await?;
    state.forget_access(id);
    Ok(Json(SessionsEnded { ended }))
}
