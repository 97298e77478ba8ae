//! The caller's own password.

use axum::extract::State;
use http::StatusCode;
use mosaic_api::{ChangePassword, Code, paths};
use mosaic_model::{AuditAction, AuditEntry, AuditTarget};

use crate::{
    HttpState,
    auth::{Body, SignedIn, Subject},
    failure::Failure,
};

/// Changes the caller's password; their other browsers are signed out.
#[utoipa::path(put, path = paths::PASSWORD, security(("session" = [])),
    request_body = ChangePassword, responses((status = 204), (status = 429)))]
pub(crate) async fn change(
    signed_in: SignedIn,
    State(state): State<HttpState>,
    Body(sent): Body<ChangePassword>,
) -> Result<StatusCode, Failure> {
    let (owner, by) = (signed_in.owner, &signed_in.by);
    let subjects = [Subject::Device(signed_in.session.to_string())];
    state.throttles.begin(&subjects).map_err(|wait| Failure::wait(wait, "Too many wrong passwords."))?;
    if !state.store.is_own_password(owner, &sent.current.into_secret()).await? {
        let target = AuditTarget::User(owner.user_id());
        let entry = AuditEntry::refused(by, AuditAction::PasswordChanged, target, "wrong password");
        state.store.audit(&entry).await?;
        return Err(Failure::new(Code::Invalid, "The present password is not this one."));
    }
    state.throttles.succeed(&subjects);
    let new = sent.new.into_secret();
    state.store.set_password(owner, &new, Some(signed_in.session), AuditAction::PasswordChanged, by).await?;
    state.forget_access(owner.user_id());
    Ok(StatusCode::NO_CONTENT)
}
