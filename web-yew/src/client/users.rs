//! Other people's accounts, for admins.

use gloo_net::http::Method;
use mosaic_api::{
    DeleteUser, InvitationList, Invite, MadeInvitation, ResetPassword, RoleBody, SetRole, UserPage, paths,
};

use super::{act, get, path_of, send, tell};
use crate::remote::Failure;
use crate::route;

/// A page of the users that a query of the address bar asks for.
pub(crate) async fn users(query: String, cursor: Option<String>) -> Result<UserPage, Failure> {
    let cursor = route::query(&[("cursor", cursor.as_deref().unwrap_or_default())]);
    get(&format!("{}{}", paths::ADMIN_USERS, route::joined(&query, &cursor))).await
}

/// The invitations that are open, and those that were.
pub(crate) async fn invitations() -> Result<InvitationList, Failure> {
    get(paths::ADMIN_INVITATIONS).await
}

pub(crate) async fn invite(invite: Invite) -> Result<MadeInvitation, Failure> {
    send(Method::POST, paths::ADMIN_INVITATIONS, &invite).await
}

pub(crate) async fn take_invitation_back(id: String) -> Result<(), Failure> {
    act(Method::DELETE, &path_of(paths::ADMIN_INVITATION, &id)).await
}

pub(crate) async fn set_role(id: String, role: RoleBody) -> Result<(), Failure> {
    tell(Method::PUT, &path_of(paths::ADMIN_USER_ROLE, &id), &SetRole { role }).await
}

pub(crate) async fn disable(id: String) -> Result<(), Failure> {
    act(Method::POST, &path_of(paths::ADMIN_USER_DISABLE, &id)).await
}

pub(crate) async fn enable(id: String) -> Result<(), Failure> {
    act(Method::POST, &path_of(paths::ADMIN_USER_ENABLE, &id)).await
}

pub(crate) async fn sign_out_everywhere(id: String) -> Result<(), Failure> {
    act(Method::POST, &path_of(paths::ADMIN_USER_SIGN_OUT, &id)).await
}

pub(crate) async fn reset_password(id: String, password: String) -> Result<(), Failure> {
    tell(Method::PUT, &path_of(paths::ADMIN_PASSWORD, &id), &ResetPassword { password: password.into() }).await
}

pub(crate) async fn delete_user(id: String, confirm: String) -> Result<(), Failure> {
    tell(Method::DELETE, &path_of(paths::ADMIN_USER, &id), &DeleteUser { confirm }).await
}
