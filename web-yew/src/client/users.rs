//! Other people's accounts, for admins.

use gloo_net::http::Method;
use mosaic_api::{
    DeleteUser, InvitationList, Invite, MadeInvitation, ResetPassword, RoleBody, SetRole, UserPage, paths,
};

use super::{Acted, Answer, act, get, path_of, send, tell};
use crate::route;

/// A page of the users that a query of the address bar asks for.
pub(crate) fn users(query: String, cursor: Option<String>) -> Answer<UserPage> {
    let cursor = route::query(&[("cursor", cursor.as_deref().unwrap_or_default())]);
    get(&format!("{}{}", paths::ADMIN_USERS, route::joined(&query, &cursor)))
}

/// The invitations that are open, and those that were.
pub(crate) fn invitations() -> Answer<InvitationList> {
    get(paths::ADMIN_INVITATIONS)
}

pub(crate) fn invite(invite: Invite) -> Answer<MadeInvitation> {
    send(Method::POST, paths::ADMIN_INVITATIONS, &invite)
}

pub(crate) fn take_invitation_back(id: String) -> Acted {
    act(Method::DELETE, &path_of(paths::ADMIN_INVITATION, &id))
}

pub(crate) fn set_role(id: String, role: RoleBody) -> Acted {
    tell(Method::PUT, &path_of(paths::ADMIN_USER_ROLE, &id), &SetRole { role })
}

pub(crate) fn disable(id: String) -> Acted {
    act(Method::POST, &path_of(paths::ADMIN_USER_DISABLE, &id))
}

pub(crate) fn enable(id: String) -> Acted {
    act(Method::POST, &path_of(paths::ADMIN_USER_ENABLE, &id))
}

pub(crate) fn sign_out_everywhere(id: String) -> Acted {
    act(Method::POST, &path_of(paths::ADMIN_USER_SIGN_OUT, &id))
}

pub(crate) fn reset_password(id: String, password: String) -> Acted {
    tell(Method::PUT, &path_of(paths::ADMIN_PASSWORD, &id), &ResetPassword { password: password.into() })
}

pub(crate) fn delete_user(id: String, confirm: String) -> Acted {
    tell(Method::DELETE, &path_of(paths::ADMIN_USER, &id), &DeleteUser { confirm })
}
