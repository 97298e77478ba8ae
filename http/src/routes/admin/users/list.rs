//! Looking at users.

use axum::{Json, extract::State};
use mosaic_api::{UserBody, UserPage, UserQuery, paths};
use mosaic_model::UserId;
use mosaic_storage::UserFilter;

use super::body;
use crate::{
    HttpState,
    auth::{Admin, AdminRead, Id, Params},
    failure::Failure,
    routes::{
        me::role,
        page::{PageSize, no_cursor},
    },
};

/// The users, a page at a time: who they are, and nothing of what is theirs.
#[utoipa::path(get, path = paths::ADMIN_USERS, security(("session" = []), ("personal_token" = [])),
    params(UserQuery), responses((status = 200, body = UserPage), (status = 422)))]
pub(crate) async fn list(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Params(query): Params<UserQuery>,
) -> Result<Json<UserPage>, Failure> {
    let size = PageSize::of(query.limit, "users")?;
    let after = query.cursor.as_deref().map(cursor).transpose()?;
    let filter = UserFilter {
        email: query.email.unwrap_or_default(),
        role: query.role.map(role),
        disabled: query.disabled,
    };
    let users = state.store.directory(&filter, after, size.to_read()).await?;
    let (users, next) = size.cut(users, |last| last.user.id.to_string());
    Ok(Json(UserPage { users: users.into_iter().map(body).collect(), next }))
}

/// One user.
#[utoipa::path(get, path = paths::ADMIN_USER, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The user's id")), responses((status = 200, body = UserBody)))]
pub(crate) async fn show(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Id(id): Id<UserId>,
) -> Result<Json<UserBody>, Failure> {
    Ok(Json(body(state.store.directory_entry(id).await?)))
}

fn cursor(text: &str) -> Result<UserId, Failure> {
    text.parse().ok().ok_or_else(no_cursor)
}
