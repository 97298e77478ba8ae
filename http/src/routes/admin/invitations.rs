//! Invitations to local accounts.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{Code, InvitationEntry, InvitationList, InvitationState, Invite, MadeInvitation, paths};
use mosaic_model::{Email, InvitationId, InvitationToken, Timestamp};
use mosaic_storage::{Invitation, NewInvitation};

use crate::{
    HttpState,
    auth::{Admin, AdminRead, AdminWrite, Body, Id},
    failure::{Failure, sentence},
    routes::me::{role, role_body},
};

/// The invitations, without their links.
#[utoipa::path(get, path = paths::ADMIN_INVITATIONS, security(("session" = []), ("personal_token" = [])),
    responses((status = 200, body = InvitationList)))]
pub(crate) async fn list(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
) -> Result<Json<InvitationList>, Failure> {
    let now = state.clock.now();
    let invitations = state.store.invitations().await?;
    Ok(Json(InvitationList { invitations: invitations.iter().map(|it| body(it, now)).collect() }))
}

/// Invites somebody. The link is in the answer and never shown again; an earlier one of theirs is void.
#[utoipa::path(post, path = paths::ADMIN_INVITATIONS, security(("session" = []), ("personal_token" = [])),
    request_body = Invite, responses((status = 201, body = MadeInvitation), (status = 409)))]
pub(crate) async fn make(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Body(sent): Body<Invite>,
) -> Result<(StatusCode, Json<MadeInvitation>), Failure> {
    let email = Email::parse(&sent.email).map_err(|error| Failure::new(Code::Invalid, sentence(&error)))?;
    let new = NewInvitation {
        email,
        role: role(sent.role),
        invited_by: Some(admin.user),
        valid_secs: sent.expires_in_secs,
    };
    let (made, token) = state.store.invite(new, &admin.by).await?;
    let link = invitation_link(&state.store.origin().await?, &token).into();
    let made = MadeInvitation { id: made.id.to_string(), link, expires_at: made.expires_at };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Takes an invitation back: its link opens nothing any more.
#[utoipa::path(delete, path = paths::ADMIN_INVITATION, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The invitation's id")), responses((status = 204)))]
pub(crate) async fn revoke(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<InvitationId>,
) -> Result<StatusCode, Failure> {
    state.store.revoke_invitation(id, &admin.by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The link to an invitation. What stands behind the `#` stays in the browser: no server or proxy logs it.
pub fn invitation_link(origin: &str, token: &InvitationToken) -> String {
    format!("{origin}{}#{}", paths::INVITATION_PAGE, token.expose())
}

fn body(invitation: &Invitation, now: Timestamp) -> InvitationEntry {
    let state = match invitation {
        Invitation { accepted_at: Some(_), .. } => InvitationState::Accepted,
        Invitation { revoked_at: Some(_), .. } => InvitationState::Revoked,
        Invitation { expires_at, .. } if *expires_at <= now => InvitationState::Expired,
        _ => InvitationState::Open,
    };
    InvitationEntry {
        id: invitation.id.to_string(),
        email: invitation.email.to_string(),
        role: role_body(invitation.role),
        invited_by: invitation.invited_by.map(|user| user.to_string()),
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
        state,
    }
}
