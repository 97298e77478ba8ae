//! Somebody who looks after the fleet.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use mosaic_api::Code;
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, UserId};
use mosaic_storage::Role;

use super::{
    CurrentUser,
    current_user::Via,
    scope::{AdminRead, Scope},
};
use crate::{failure::Failure, state::HttpState};

/// An admin. It holds no `Owner`: being an admin opens nobody's things.
#[derive(Debug, Clone)]
pub(crate) struct Admin<S> {
    /// Who.
    pub(crate) user: UserId,
    /// The caller, for the audit log.
    pub(crate) by: By,
    scope: PhantomData<S>,
}

impl<S: Scope> FromRequestParts<HttpState> for Admin<S> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        let user = admin::<S>(parts, state).await?;
        if let Via::Token(token) = user.via
            && state.is_first_use_in_a_while(token)
        {
            let entry = AuditEntry::done(&user.by, AuditAction::AdminTokenUsed, AuditTarget::Token(token));
            state.store.audit(&entry).await?;
        }
        Ok(Self { user: user.owner.user_id(), by: user.by, scope: PhantomData })
    }
}

/// An admin, or their program, that reads numbers which tell of nobody. It asks every few seconds: the audit log
/// does not tell of that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watcher;

impl FromRequestParts<HttpState> for Watcher {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        admin::<AdminRead>(parts, state).await.map(|_| Self)
    }
}

async fn admin<S: Scope>(parts: &mut Parts, state: &HttpState) -> Result<CurrentUser<S>, Failure> {
    let user = CurrentUser::<S>::from_request_parts(parts, state).await?;
    if user.role != Role::Admin {
        return Err(Failure::new(Code::Forbidden, "Only an administrator may do this."));
    }
    Ok(user)
}
