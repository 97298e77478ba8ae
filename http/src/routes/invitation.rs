//! An invitation, as the invited person meets it. The code is in the body: what stands behind the `#` of the link
//! is in no log and no `Referer`.

use axum::{Json, extract::State};
use mosaic_api::{AcceptInvitation, Code, InvitationBody, InvitationCode, Me, paths};
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, InvitationToken};
use mosaic_storage::{LoginMethod, NewSession, StoreError};

use super::{
    login::{SetCookies, set_cookies},
    me::body,
};
use crate::{
    HttpState,
    auth::{Body, Origin, Subject},
    failure::Failure,
};

/// Looks at an invitation.
#[utoipa::path(post, path = paths::INVITATION, request_body = InvitationCode,
    responses((status = 200, body = InvitationBody), (status = 404), (status = 429)))]
pub(crate) async fn look(
    origin: Origin,
    State(state): State<HttpState>,
    Body(sent): Body<InvitationCode>,
) -> Result<Json<InvitationBody>, Failure> {
    let looked = throttled(&state, &origin, async {
        let token = InvitationToken::parse(sent.code.expose()).ok_or(StoreError::NotFound)?;
        state.store.open_invitation(&token.hash()).await
    });
    let invitation = looked.await?;
    Ok(Json(InvitationBody { email: invitation.email.to_string(), expires_at: invitation.expires_at }))
}

/// Accepts an invitation: the account is new, and this browser is signed in to it.
#[utoipa::path(post, path = paths::ACCEPT_INVITATION, request_body = AcceptInvitation,
    responses((status = 200, body = Me), (status = 404), (status = 409), (status = 429)))]
pub(crate) async fn accept(
    origin: Origin,
    State(state): State<HttpState>,
    Body(sent): Body<AcceptInvitation>,
) -> Result<(SetCookies<2>, Json<Me>), Failure> {
    let password = sent.password.into_secret();
    let browser = NewSession {
        method: LoginMethod::Local,
        device: origin.device.clone(),
        address: origin.address.to_string(),
    };
    let accepted = throttled(&state, &origin, async {
        let token = InvitationToken::parse(sent.code.expose()).ok_or(StoreError::NotFound)?;
        state.store.accept_invitation(&token, &password, browser, &origin.by_anonymous()).await
    });
    let (user, session) = accepted.await?;
    Ok((set_cookies(&state, &user, &session), Json(body(&user))))
}

/// Counts a code that opens nothing against where it came from: codes are not for guessing.
async fn throttled<T>(
    state: &HttpState,
    origin: &Origin,
    open: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, Failure> {
    let subjects = [Subject::Address(origin.address)];
    state.throttles.begin(&subjects).map_err(|wait| {
        let secs = wait.num_seconds() + 1;
        Failure::wait(wait, format!("Too many tries from your address. Try again in {secs} s."))
    })?;
    let opened = open.await;
    if matches!(opened, Err(StoreError::NotFound)) {
        let action = AuditAction::InvitationAccepted;
        let by = origin.by_anonymous();
        let entry = AuditEntry::refused(&by, action, AuditTarget::None, "a code that opens nothing");
        state.store.audit(&entry).await?;
    } else {
        state.throttles.succeed(&subjects);
    }
    opened.map_err(|error| match error {
        StoreError::NotFound => Failure::new(
            Code::NotFound,
            "This invitation does not open: it was used, taken back, has expired or was never made. Ask for another one.",
        ),
        error => error.into(),
    })
}
