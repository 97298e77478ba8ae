//! Erasing a user and everything of theirs.

use axum::extract::State;
use http::StatusCode;
use mosaic_api::{Code, DeleteUser, paths};
use mosaic_model::{AccessChange, UserId};
use mosaic_storage::User;

use crate::{
    HttpState,
    auth::{Admin, AdminWrite, Body, Id},
    failure::Failure,
    shut_out::EraseError,
};

/// Erases a user: their agent with all it remembers, their keys, chats and settings. It cannot be taken back.
#[utoipa::path(delete, path = paths::ADMIN_USER, security(("session" = []), ("personal_token" = [])),
    request_body = DeleteUser, params(("id" = String, Path, description = "The user's id")),
    responses((status = 204), (status = 409)))]
pub(crate) async fn delete(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<UserId>,
    Body(sent): Body<DeleteUser>,
) -> Result<StatusCode, Failure> {
    let user = state.store.directory_entry(id).await?.user;
    check(&user, &sent)?;
    state.store.change_access(id, AccessChange::Delete, &admin.by).await?;
    match state.erase(id, &admin.by).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(EraseError::Store(error)) => Err(error.into()),
        Err(EraseError::Fleet(error)) => {
            tracing::warn!(user = %id, %error, "a user is not erased yet");
            Err(Failure::half_done(format!(
                "{} is shut out and marked, but not erased yet: {error}. Look after the container engine; \
                 Mosaic tries again by itself, and so may you.",
                user.email
            )))
        }
    }
}

fn check(user: &User, sent: &DeleteUser) -> Result<(), Failure> {
    if sent.confirm.trim().to_lowercase() == user.email.as_str() {
        return Ok(());
    }
    let detail = format!("Nothing was deleted. To erase this user, send `{}` as `confirm`.", user.email);
    Err(Failure::new(Code::Invalid, detail))
}
