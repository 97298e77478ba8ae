//! Looking at users.

use axum::{Json, extract::State};
use mosaic_api::{Code, UserBody, UserPage, UserQuery, paths};
use mosaic_model::UserId;
use mosaic_storage::UserFilter;

use super::body;
use crate::{
    HttpState,
    auth::{Admin, AdminRead, Id, Params},
    failure::Failure,
    routes::me::role,
};

/// How many users are on a page where nobody says otherwise.
const PAGE_DEFAULT: u32 = 50;
/// The most users on a page.
const PAGE_MAX: u32 = 200;

/// The users, a page at a time: who they are, and nothing of what is theirs.
#[utoipa::path(get, path = paths::ADMIN_USERS, security(("session" = []), ("personal_token" = [])),
    params(UserQuery), responses((status = 200, body = UserPage), (status = 422)))]
pub(crate) async fn list(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Params(query): Params<UserQuery>,
) -> Result<Json<UserPage>, Failure> {
    let limit = limit(query.limit)?;
    let after = query.cursor.as_deref().map(cursor).transpose()?;
    let filter = UserFilter {
        email: query.email.unwrap_or_default(),
        role: query.role.map(role),
        disabled: query.disabled,
    };
    // One more than is shown says whether there is another page.
    let mut users = state.store.directory(&filter, after, limit + 1).await?;
    let more = users.len() > limit as usize;
    users.truncate(limit as usize);
    let next = users.last().filter(|_| more).map(|last| last.user.id.to_string());
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

fn limit(asked: Option<u32>) -> Result<u32, Failure> {
    let limit = asked.unwrap_or(PAGE_DEFAULT);
    let refused = || Failure::new(Code::Invalid, format!("A page has 1 to {PAGE_MAX} users."));
    (1..=PAGE_MAX).contains(&limit).then_some(limit).ok_or_else(refused)
}

fn cursor(text: &str) -> Result<UserId, Failure> {
    let refused = || Failure::new(Code::Invalid, "A cursor is what the last page gave as `next`.");
    text.parse().ok().ok_or_else(refused)
}
