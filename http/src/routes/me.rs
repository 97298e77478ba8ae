//! The caller.

use axum::{Json, extract::State};
use mosaic_api::{Me, Problem, RoleBody, paths};
use mosaic_storage::{Role, Store};

use crate::{auth::CurrentUser, failure::Failure};

/// Who the caller is.
#[utoipa::path(get, path = paths::ME, security(("personal_token" = [])), responses(
    (status = 200, body = Me),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn me(user: CurrentUser, State(store): State<Store>) -> Result<Json<Me>, Failure> {
    let me = store.user(user.owner).await?;
    let role = match user.role {
        Role::Admin => RoleBody::Admin,
        Role::User => RoleBody::User,
    };
    Ok(Json(Me { id: me.id.to_string(), email: me.email.to_string(), role }))
}
