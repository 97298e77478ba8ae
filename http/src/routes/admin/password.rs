//! Another user's password.

use axum::extract::State;
use http::StatusCode;
use mosaic_api::{Code, ResetPassword, paths};
use mosaic_model::UserId;

use crate::{
    HttpState,
    auth::{Admin, AdminWrite, Body, Id},
    failure::Failure,
};

/// Gives a breakglass admin or a local account another password, and signs them out everywhere.
#[utoipa::path(put, path = paths::ADMIN_PASSWORD, security(("session" = []), ("personal_token" = [])),
    request_body = ResetPassword, params(("id" = String, Path, description = "The user's id")),
    responses((status = 204), (status = 409)))]
pub(crate) async fn reset(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<UserId>,
    Body(sent): Body<ResetPassword>,
) -> Result<StatusCode, Failure> {
    // An open browser alone must not be enough to take an account over.
    if id == admin.user {
        let detail = "Change your own password in your settings, where the present one is asked for.";
        return Err(Failure::new(Code::Conflict, detail));
    }
    state.store.directory_entry(id).await?;
    state.store.reset_password(id, &sent.password.into_secret(), &admin.by).await?;
    state.forget_access(id);
    Ok(StatusCode::NO_CONTENT)
}
