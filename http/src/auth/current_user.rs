//! A person or their program: by a session's cookie or a personal token.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use mosaic_api::Code;
use mosaic_model::{By, CellId, Owner, PersonalToken, SessionId, TokenId};
use mosaic_storage::Role;

use super::{
    Cookies, Origin, bearer,
    scope::{Any, Scope},
};
use crate::{failure::Failure, state::HttpState};

/// The authenticated caller, who may do what the scope `S` says.
#[derive(Debug, Clone)]
pub(crate) struct CurrentUser<S = Any> {
    /// Proof that the caller is this user.
    pub(crate) owner: Owner,
    pub(crate) role: Role,
    pub(crate) via: Via,
    /// The caller, for the audit log.
    pub(crate) by: By,
    scope: PhantomData<S>,
}

/// By what the caller proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    Session(SessionId),
    Token(TokenId),
}

impl<S> CurrentUser<S> {
    pub(crate) const fn cell(&self) -> CellId {
        CellId::User(self.owner.user_id())
    }
}

impl<S: Scope> FromRequestParts<HttpState> for CurrentUser<S> {
    type Rejection = Failure;

    /// A token that was sent decides, whatever cookies come along: a program says what it means.
    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        let Ok(origin) = Origin::from_request_parts(parts, state).await;
        match bearer(&parts.headers) {
            Some(text) => by_token(state, &origin, text).await,
            None => by_session(state, &origin, &parts.headers).await,
        }
    }
}

async fn by_token<S: Scope>(
    state: &HttpState,
    origin: &Origin,
    text: &str,
) -> Result<CurrentUser<S>, Failure> {
    let invalid = || {
        let detail = "This token does not hold: it was revoked, has expired or was never given out.";
        Failure::new(Code::Unauthenticated, detail)
    };
    let token = PersonalToken::parse(text).ok_or_else(invalid)?;
    let caller = state.caller(token.hash()).await?.ok_or_else(invalid)?;
    if let Some(needed) = S::NEEDED
        && !caller.scopes.allow(needed)
    {
        let detail = format!("This token may not do this: it lacks the scope `{needed}`. Make another one.");
        return Err(Failure::new(Code::Forbidden, detail));
    }
    #[expect(clippy::disallowed_methods, reason = "the token has just proved who the caller is")]
    let owner = Owner::vouch(caller.user);
    Ok(CurrentUser {
        owner,
        role: caller.role,
        via: Via::Token(caller.token),
        by: origin.by_user(caller.user),
        scope: PhantomData,
    })
}

async fn by_session<S>(
    state: &HttpState,
    origin: &Origin,
    headers: &http::HeaderMap,
) -> Result<CurrentUser<S>, Failure> {
    let refused = |detail| Failure::new(Code::Unauthenticated, detail);
    let token = Cookies::of(state).session(headers).ok_or_else(|| {
        refused("Sign in, or send a personal API token as `Authorization: Bearer mosaic_pat_…`.")
    })?;
    let caller = state.session(token.hash()).await?;
    let caller =
        caller.ok_or_else(|| refused("You were signed out, or it was too long ago: sign in again."))?;
    #[expect(clippy::disallowed_methods, reason = "the cookie has just proved who the caller is")]
    let owner = Owner::vouch(caller.user);
    Ok(CurrentUser {
        owner,
        role: caller.role,
        via: Via::Session(caller.session),
        by: origin.by_user(caller.user),
        scope: PhantomData,
    })
}
