//! The caller.

use axum::{Json, extract::State};
use mosaic_api::{Me, RoleBody, paths};
use mosaic_storage::{Role, Store, User};

use crate::{auth::CurrentUser, failure::Failure};

/// Who the caller is.
#[utoipa::path(get, path = paths::ME, security(("session" = []), ("personal_token" = [])),
    responses((status = 200, body = Me)))]
pub(crate) async fn me(user: CurrentUser, State(store): State<Store>) -> Result<Json<Me>, Failure> {
    Ok(Json(body(&store.user(user.owner).await?)))
}

pub(super) fn body(user: &User) -> Me {
    Me { id: user.id.to_string(), email: user.email.to_string(), role: role_body(user.role) }
}

pub(super) const fn role_body(role: Role) -> RoleBody {
    match role {
        Role::Admin => RoleBody::Admin,
        Role::User => RoleBody::User,
    }
}

pub(super) const fn role(body: RoleBody) -> Role {
    match body {
        RoleBody::Admin => Role::Admin,
        RoleBody::User => Role::User,
    }
}
